"""CSV files for people."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from models.edges.csv_export import csv_text


def write_csv(path: Path, columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> None:
    """Write ``rows`` as UTF-8 with a mark that tells spreadsheets so."""
    path.write_text(csv_text(columns, rows), encoding="utf-8-sig", newline="")
