"""CSV files that a spreadsheet may open: whatever looks like a formula there stays text (domain §7)."""

import csv
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from models.text import neutralise_formula


def write_csv(path: Path, columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> None:
    """Write ``rows`` as UTF-8 with a mark that tells spreadsheets so; ``None`` becomes an empty cell."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows([_cell(row[column]) for column in columns] for row in rows)


def _cell(value: Any) -> str:
    return "" if value is None else neutralise_formula(str(value))
