"""The page tree and the outline of a file that is written front to back: each part as soon as it is complete."""

from __future__ import annotations

from typing import NamedTuple

from renderers.pdf.painting import text_string
from renderers.pdf.pdf_writing import PdfWriter

#: Pages a node: a viewer that opens page 9,000 reads three nodes, not a list of 10,000.
PAGES_A_NODE = 64


class Place(NamedTuple):
    """Where a page is in the tree: its object's number and its node's."""

    number: int
    node: int


class PageTree:
    """Two levels of nodes above the pages (ISO 32000-1, 7.7.3)."""

    def __init__(self, writer: PdfWriter) -> None:
        self._writer = writer
        self.root = writer.reserve()
        self.count = 0
        self._nodes: list[int] = []
        self._kids: list[int] = []
        self._node = writer.reserve()

    def add(self, entries: bytes) -> int:
        """A page with these entries, as the next one; gives its object's number."""
        place = self.place()
        self.write(place, entries)
        return place.number

    def place(self) -> Place:
        """The place of the next page, which may be written later."""
        if len(self._kids) == PAGES_A_NODE:
            self._close()
            self._node = self._writer.reserve()
        self._kids.append(self._writer.reserve())
        self.count += 1
        return Place(self._kids[-1], self._node)

    def write(self, place: Place, entries: bytes) -> None:
        """Write a page with these entries at its place."""
        self._writer.object(b"<</Type/Page/Parent %d 0 R%b>>" % (place.node, entries), place.number)

    def finish(self) -> None:
        """Write the last node and the root."""
        self._close()
        body = b"<</Type/Pages/Kids[%b]/Count %d>>" % (_references(self._nodes), self.count)
        self._writer.object(body, self.root)

    def _close(self) -> None:
        kids = _references(self._kids)
        body = b"<</Type/Pages/Parent %d 0 R/Kids[%b]/Count %d>>" % (self.root, kids, len(self._kids))
        self._nodes.append(self._writer.object(body, self._node))
        self._kids = []


class Outline:
    """A flat outline: a line for each place that a reader wants to jump to (ISO 32000-1, 12.3.3)."""

    def __init__(self, writer: PdfWriter) -> None:
        self._writer = writer
        self.root = writer.reserve()
        self._first = self._number = writer.reserve()
        self._waiting: tuple[int, bytes] | None = None
        self._count = 0

    def add(self, title: str, page: int) -> None:
        """A line for the page with that object number."""
        number = self._first if self._waiting is None else self._writer.reserve()
        previous = b"" if self._waiting is None else b"/Prev %d 0 R" % self._waiting[0]
        self._write_waiting(b"/Next %d 0 R" % number)
        written = text_string(title)
        body = b"/Title%b/Parent %d 0 R/Dest[%d 0 R/Fit]%b" % (written, self.root, page, previous)
        self._waiting = (number, body)
        self._count += 1

    def finish(self) -> None:
        """Write the last line and the root; at least one line was added."""
        last = self._waiting[0] if self._waiting else self._first
        self._write_waiting(b"")
        body = b"<</Type/Outlines/First %d 0 R/Last %d 0 R/Count %d>>" % (self._first, last, self._count)
        self._writer.object(body, self.root)

    def _write_waiting(self, following: bytes) -> None:
        if self._waiting is not None:
            number, body = self._waiting
            self._writer.object(b"<<" + body + following + b">>", number)


def _references(numbers: list[int]) -> bytes:
    return b" ".join(b"%d 0 R" % number for number in numbers)
