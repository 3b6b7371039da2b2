"""What the known columns of a row say: picked by name, read one by one, all that is wrong with them gathered.

Decided here, where the interface is silent:

- Column names match without regard to case and outer spaces, so that no column is lost to a stray ``Hold_Until``.
- Missing cells count as empty, surplus ones reject the row.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from operator import itemgetter
from pathlib import Path
from typing import TypeVar

from models.edges.extract_file import (
    UNDECODED,
    ExtractError,
    RejectedRow,
    SourceRow,
    known_name,
    named_cells,
    source_rows,
)
from models.edges.faults import Fault, fault

Read = TypeVar("Read")
Judged = TypeVar("Judged")


class Cells(dict[str, str]):
    """The known cells of one row, read one by one; what is wrong with them gathers in ``faults``."""

    def __init__(self, cells: dict[str, str], source: SourceRow, seen: dict[tuple[str, ...], int]) -> None:
        super().__init__(cells)
        self.source = source
        self.faults = _source_faults(source)
        self._seen = seen

    def read(self, name: str, parse: Callable[[str], Read | None], kind: str | None = None) -> Read | None:
        """The value of a cell, None when it is empty or (a fault) ``parse`` finds none in it."""
        cell = self[name]
        if not cell:
            return None
        value = parse(cell)
        if value is None:
            self.faults.append(fault(kind or name, name, value=cell))
        return value

    def choice(self, name: str, choices: Mapping[str, Read]) -> Read | None:
        """The choice that a cell names, None when it is empty or (a fault) names none."""
        cell = self[name]
        if cell and cell not in choices:
            self.faults.append(fault("choice", name, value=cell, choices=", ".join(choices)))
        return choices.get(cell)

    def require(self, *names: str) -> None:
        """These cells may not be empty."""
        self.faults += [fault("missing", name) for name in names if not self[name]]

    def first_of(self, *key: str) -> int | None:
        """The line of the earlier row that had this key, None when there was none."""
        first = self._seen.setdefault(key, self.source.line)
        return None if first == self.source.line else first

    def once(self, name: str, value: str | None) -> None:
        """No earlier row of the file had this value in this column."""
        if value and (first := self.first_of(name, value)):
            self.faults.append(fault("repeated", name, value=value, first_line=first))

    def rejected(self) -> RejectedRow:
        """The row with all its faults; of bytes that cannot be read, nothing else is said."""
        unread = {one.field for one in self.faults if one.kind == "not_utf8"}
        return self.source.reject(
            *(one for one in self.faults if one.kind == "not_utf8" or one.field not in unread)
        )


def judged(
    path: Path, known: Sequence[str], judge: Callable[[Cells], Judged | RejectedRow]
) -> Iterator[Judged | RejectedRow]:
    """What ``judge`` makes of each row of the file, by its ``known`` columns; see :func:`models.edges.extract.read_students`."""
    return judged_rows(source_rows(path), known, ("asn",), judge)


def judged_rows(
    rows: Iterator[tuple[SourceRow, str]],
    known: Sequence[str],
    needed: Sequence[str],
    judge: Callable[[Cells], Judged | RejectedRow],
) -> Iterator[Judged | RejectedRow]:
    """What ``judge`` makes of each of ``rows``, the header first.

    Raises :class:`ExtractError` at once where the header lacks a column that is ``needed``.
    """
    header, _ = next(rows)  # now, so that an unusable file is refused before anything is stored
    cells_of = _picker(header, known, needed)
    seen: dict[tuple[str, ...], int] = {}
    return (
        row.reject(fault("unreadable", "row", problem=problem))
        if problem
        else judge(Cells(cells_of(row.cells), row, seen))
        for row, problem in rows
    )


def _picker(
    header: SourceRow, known: Sequence[str], needed: Sequence[str]
) -> Callable[[tuple[str, ...]], dict[str, str]]:
    """What takes the known columns out of a row's cells, empty where the row or the file has none."""
    file, columns = header.file, header.columns
    names = [known_name(one) for one in columns]
    if missing := [one for one in needed if one not in names]:
        given = {"column": ", ".join(missing), "columns": ", ".join(columns)}
        raise ExtractError(fault("column_missing", "file", file=file, **given))
    twice = next((one for one in known if names.count(one) > 1), None)
    if twice is not None:
        raise ExtractError(fault("column_repeated", "file", file=file, column=twice))
    width = len(names)  # one cell beyond the last is always empty
    pick = itemgetter(*(names.index(one) if one in names else width for one in known))

    def cells_of(cells: tuple[str, ...]) -> dict[str, str]:
        padded = cells[:width] + ("",) * (width + 1 - min(len(cells), width))
        return dict(zip(known, pick(padded), strict=True))

    return cells_of


def _source_faults(source: SourceRow) -> list[Fault]:
    """What is wrong with a row before any column is looked at."""
    faults = []
    if len(source.cells) > len(source.columns):
        counts = {"cells": len(source.cells), "columns": len(source.columns)}
        faults.append(fault("too_many_cells", "row", **counts))
    joined = "".join(source.cells)
    if not joined.isascii() and UNDECODED.search(joined):
        for (name, _), cell in named_cells(source).items():
            if found := UNDECODED.search(cell):
                octets = found[0].encode("utf-8", "surrogateescape").hex(" ").upper()
                faults.append(fault("not_utf8", known_name(name), bytes=octets))
    return faults
