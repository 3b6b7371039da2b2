"""What all signed heads say of the histories, in the order in which the histories are read.

Heads of many years name millions of rows. They are kept in a file that nobody else sees and that is gone when it is closed,
so that memory holds a part of them at a time.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from operator import itemgetter
from typing import Any, TypeAlias

#: The hashes that were signed of one subject, by ``seq``; none is empty but where two heads contradict each other.
Hashes: TypeAlias = Mapping[int, str]

_subject = itemgetter(0)


class Signed:
    """Every (history table, subject, ``seq``, hash) that was signed."""

    def __init__(self) -> None:
        """Begin without any signed head."""
        # An empty name is a file of SQLite's own, written only where the memory of its cache does not do.
        self._file = sqlite3.connect("", isolation_level=None, check_same_thread=False)
        self._file.execute("CREATE TABLE said (of TEXT, subject INTEGER, seq INTEGER, hash TEXT)")
        self._file.execute("BEGIN")

    def add(self, entries: Iterable[tuple[str, int, int, str]]) -> None:
        """Take in what one head says."""
        self._file.executemany("INSERT INTO said VALUES (?, ?, ?, ?)", entries)

    def of(self, table: str) -> Iterator[tuple[int, Hashes]]:
        """(subject, what was signed of it) in the order of subjects."""
        statement = "SELECT DISTINCT subject, seq, hash FROM said WHERE of = ? ORDER BY subject, seq"
        rows: Iterable[tuple[Any, ...]] = self._file.execute(statement, [table])
        for subject, entries in groupby(rows, key=_subject):
            hashes: dict[int, str] = {}
            for _, seq, signed in entries:
                hashes[seq] = "" if seq in hashes else signed
            yield subject, hashes

    def entries(self, table: str) -> Iterator[tuple[int, int, str]]:
        """(subject, ``seq``, hash) of everything that was signed of a table, in that order."""
        statement = "SELECT DISTINCT subject, seq, hash FROM said WHERE of = ? ORDER BY subject, seq, hash"
        yield from self._file.execute(statement, [table])

    def names(self, table: str, subject: int) -> bool:
        """Whether anything was signed of a subject."""
        statement = "SELECT 1 FROM said WHERE of = ? AND subject = ? LIMIT 1"
        return self._file.execute(statement, [table, subject]).fetchone() is not None

    def close(self) -> None:
        """Delete the temporary table of what was signed."""
        self._file.close()
