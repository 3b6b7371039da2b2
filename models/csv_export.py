"""CSV that a spreadsheet may open: whatever looks like a formula there stays text (domain §7)."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from models.text import neutralise_formula


def csv_text(columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> str:
    """``rows`` under a header; ``None`` becomes an empty cell, a list its values with spaces between them.

    What is true or false is said as in the files of an extract.
    """
    file = io.StringIO(newline="")
    writer = csv.writer(file)
    writer.writerow(columns)
    writer.writerows([_cell(row[column]) for column in columns] for row in rows)
    return file.getvalue()


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    text = " ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
    return neutralise_formula(text)
