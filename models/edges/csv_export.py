"""CSV that a spreadsheet may open: whatever looks like a formula there stays text (domain §7, "CSV exports neutralise formulas")."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from models.edges.text import neutralise_formula


def csv_text(columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> str:
    """``rows`` under a header; ``None`` becomes an empty cell, a list its values with spaces between them.

    What is true or false is said as in the files of an extract.
    """
    return "".join(csv_parts(columns, [rows]))


def csv_parts(columns: Sequence[str], pages: Iterable[Iterable[Mapping[str, Any]]]) -> Iterator[str]:
    """The same page by page, the header with the first: no more than a page is held at once."""
    header: list[Sequence[str]] = [columns]
    for page in pages:
        file = io.StringIO(newline="")
        csv.writer(file).writerows([*header, *([_cell(row[column]) for column in columns] for row in page)])
        header.clear()
        yield file.getvalue()


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    text = " ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
    return neutralise_formula(text)
