"""Lists of any length, read page by page from the cursor of the page before: no more than a page is held at once."""

from collections.abc import Callable, Iterator, Sequence
from typing import Generic, TypeAlias, TypeVar

Row = TypeVar("Row")
#: Gives up to so many rows after a cursor, and the cursor of the rest, if any.
FindPage: TypeAlias = Callable[[int, int], tuple[Sequence[Row], int | None]]

#: Rows that are read and held together.
ROWS_AT_ONCE = 1000


class Pages(Generic[Row]):
    """The pages that ``find`` gives after the cursor ``after``, at most ``most`` rows in all; to be gone through once."""

    def __init__(self, find: FindPage[Row], after: int = 0, most: int | None = None) -> None:
        """Nothing is read yet."""
        self._find, self._left = find, most
        #: The cursor of what was not read: of all at first, and at the end of the rest, if any.
        self.following: int | None = after

    def __iter__(self) -> Iterator[Sequence[Row]]:
        """The next page, until nothing is left of the list or of what was asked for."""
        while self.following is not None and self._left != 0:
            at_once = ROWS_AT_ONCE if self._left is None else min(self._left, ROWS_AT_ONCE)
            rows, self.following = self._find(self.following, at_once)
            self._left = None if self._left is None else self._left - len(rows)
            yield rows
