"""A CSV file that is taken in, as it stands: its header, its rows, and those that are rejected, written out again.

Nothing is repaired and nothing is lost: bytes that are no UTF-8 and lines that are no CSV are carried along unchanged.

Decided here, where the interface is silent:

- A broken quotation mark costs its own physical line only; reading goes on with the next.
- Rows whose cells are all empty are skipped.
"""

import csv
import io
import re
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

from models.edges.faults import Fault, FaultsError, fault, reasons
from models.edges.text import parse_asn

#: In front of a rejected row's own columns.
REJECT_COLUMNS = ("file", "line", "reasons")
#: What ``surrogateescape`` makes of bytes that are no UTF-8; writing turns it into the same bytes again.
UNDECODED = re.compile("[\udc80-\udcff]+")
#: How a file is opened: no byte and no line break of it is changed.
_AS_IT_STANDS: dict[str, Any] = {"encoding": "utf-8-sig", "errors": "surrogateescape", "newline": ""}
#: The one column of a line that is no CSV.
_UNREADABLE = ("unreadable_line",)


class ExtractError(FaultsError):
    """A CSV file can't be read as a whole; its one fault says what to do."""


@dataclass(frozen=True, slots=True)
class SourceRow:
    """A row as it stands in its file: the file's name, the physical line it begins on (header = 1), and its cells.

    Bytes that are no UTF-8 are kept as surrogates (``surrogateescape``). A line that is no CSV is one whole cell.
    """

    file: str
    line: int
    columns: tuple[str, ...]
    cells: tuple[str, ...]

    def reject(self, *faults: Fault) -> "RejectedRow":
        """This row, rejected for ``faults``."""
        return RejectedRow(self, faults)


@dataclass(frozen=True, slots=True)
class RejectedRow:
    """A row that is not imported, with all that is wrong with it."""

    source: SourceRow
    faults: tuple[Fault, ...]

    @property
    def file(self) -> str:
        """The name of its file."""
        return self.source.file

    @property
    def line(self) -> int:
        """The physical line on which it begins."""
        return self.source.line

    @property
    def raw(self) -> dict[str, str]:
        """Its cells by column as they stand in the file; surplus ones are called ``extra_1``, ``extra_2`` and so on."""
        return {name: cell for (name, _), cell in named_cells(self.source).items()}

    @property
    def asn(self) -> str | None:
        """Its ASN (9 digits), when at least that can be read."""
        name = next((one for one in self.source.columns if known_name(one) == "asn"), None)
        return None if name is None else parse_asn(self.raw.get(name, ""))


def source_rows(path: Path) -> Iterator[tuple[SourceRow, str]]:
    """The header, then every row that is not empty, each with the error that keeps it from being CSV (mostly none)."""
    with path.open(**_AS_IT_STANDS) as stream:
        yield from _rows_of(path.name, stream)


def sent_rows(name: str, data: bytes) -> Iterator[tuple[SourceRow, str]]:
    """The header of a CSV file that was sent, then every row that is not empty, as :func:`source_rows` gives them."""
    return _rows_of(name, io.TextIOWrapper(io.BytesIO(data), **_AS_IT_STANDS))


def _rows_of(name: str, stream: TextIO) -> Iterator[tuple[SourceRow, str]]:
    lines = _Lines(stream)
    reader = csv.reader(lines, strict=True)
    columns = _header(name, reader)
    yield SourceRow(name, 1, columns, ()), ""
    while True:
        lines.next_row()
        try:
            cells = next(reader, None)
        except csv.Error as error:
            yield SourceRow(name, lines.number, _UNREADABLE, (lines.give_up_first(),)), str(error)
            continue
        if cells is None:
            return
        if any(cells):
            yield SourceRow(name, lines.number, columns, tuple(cells)), ""


def _header(file: str, reader: Iterator[list[str]]) -> tuple[str, ...]:
    try:
        columns = next(filter(any, reader), None)
    except csv.Error:
        raise ExtractError(fault("file_unreadable", "file", file=file)) from None
    if columns is None:
        raise ExtractError(fault("file_empty", "file", file=file))
    joined = "".join(columns)
    if "\0" in joined or UNDECODED.search(joined):
        raise ExtractError(fault("file_unreadable", "file", file=file))
    return tuple(columns)


class _Lines:
    """The lines of a file; those of the row being read are remembered, so that they can be read again when it is broken."""

    def __init__(self, stream: TextIO) -> None:
        self.number = 1
        self._stream = stream
        self._taken: list[str] = []
        self._returned = deque[str]()

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._returned.popleft() if self._returned else next(self._stream)
        self._taken.append(line)
        return line

    def next_row(self) -> None:
        """Forget the lines of the row just read, and go on behind them."""
        self.number += len(self._taken)
        self._taken.clear()

    def give_up_first(self) -> str:
        """The first line of the row, without its line break; its other lines are put back to be read again."""
        first, *rest = self._taken
        self._returned.extendleft(reversed(rest))
        self._taken = [first]
        return first.rstrip("\r\n")


def write_rejects(target: Path | TextIO, rejected: Iterable[RejectedRow], language: str = "en") -> None:
    """Write ``file,line,reasons`` and the rows' own columns, unchanged, those of all files side by side.

    Columns stand in the order in which the rows bring them. Of a rejects file that was imported again, its own three
    leading columns are replaced. A stream must be opened with ``newline=""`` and ``errors="surrogateescape"``.
    """
    if isinstance(target, Path):
        with target.open("w", encoding="utf-8", errors="surrogateescape", newline="") as stream:
            write_rejects(stream, rejected, language)
        return
    rows = list(rejected)
    named = [_own_cells(row.source) for row in rows]
    columns = list(dict.fromkeys(column for cells in named for column in cells))
    writer = csv.writer(target)  # its \r\n makes it quote cells with either line break
    writer.writerow([*REJECT_COLUMNS, *(name for name, _ in columns)])
    for row, cells in zip(rows, named, strict=True):
        own = [cells.get(column, "") for column in columns]
        writer.writerow([row.file, row.line, reasons(row.faults, language), *own])


def _own_cells(source: SourceRow) -> dict[tuple[str, int], str]:
    cells = named_cells(source)
    if source.columns[:3] == REJECT_COLUMNS:
        for name in REJECT_COLUMNS:
            del cells[name, 0]
    return cells


def named_cells(source: SourceRow) -> dict[tuple[str, int], str]:
    """The cells by column name; a name that occurs more than once (two empty ones, say) is numbered."""
    surplus = range(1, len(source.cells) - len(source.columns) + 1)
    seen = Counter[str]()
    cells = {}
    for index, name in enumerate((*source.columns, *(f"extra_{n}" for n in surplus))):
        cells[name, seen[name]] = source.cells[index] if index < len(source.cells) else ""
        seen[name] += 1
    return cells


def known_name(column: str) -> str:
    """The name of a column in lower case, without outer spaces."""
    return column.strip().lower()
