"""What all signed heads say of the histories, in the order in which the histories are read.

Heads of many years name millions of rows. They are kept in a file that nobody else sees and that is gone when it is closed,
so that memory holds a part of them at a time.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from operator import itemgetter
from typing import Any, TypeAlias

#: Hashes that were signed of one subject, by ``seq``: one, or several that contradict each other.
Hashes: TypeAlias = Mapping[int, frozenset[str]]

_subject, _seq = itemgetter(0), itemgetter(1)


class Signed:
    """Every (history table, subject, ``seq``, hash) that was signed."""

    def __init__(self) -> None:
        """Nothing was signed yet."""
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
            hashes = groupby(entries, key=_seq)
            yield subject, {seq: frozenset(each for *_, each in same) for seq, same in hashes}

    def newest(self, table: str) -> dict[int, int]:
        """The highest ``seq`` that was signed of each subject."""
        statement = "SELECT subject, max(seq) FROM said WHERE of = ? GROUP BY subject"
        return dict(self._file.execute(statement, [table]))

    def close(self) -> None:
        """Forget everything."""
        self._file.close()
