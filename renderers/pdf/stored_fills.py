"""A base document's own content streams, taken out of its bytes as they were compressed.

Every document of a master begins with the same bytes (``template``), and its fills follow them. So the first document of
a master is read with pikepdf, and the others by comparing their beginning: microseconds instead of half a millisecond.
"""

from __future__ import annotations

import io
import re
from dataclasses import dataclass

import pikepdf

from renderers.pdf.pdf_writing import stream_object

_FLATE = b"/Filter/FlateDecode"
_FILL = re.compile(rb"(\d+) 0 obj\n<</Filter/FlateDecode/Length (\d+)>>\nstream\n")


@dataclass(frozen=True, slots=True)
class Beginning:
    """What the documents of one master have in common, and how many pages they have."""

    data: bytes
    pages: int

    def fills_of(self, document: bytes) -> list[bytes] | None:
        """The fills of a document that begins so, or None for any other."""
        if not document.startswith(self.data):
            return None
        fills, offset = [], len(self.data)
        for number in range(1, self.pages + 1):
            head = _FILL.match(document, offset)
            if head is None or int(head[1]) != number:
                return None
            fills.append(document[head.end() : head.end() + int(head[2])])
            offset += len(stream_object(number, _FLATE, fills[-1]))
        return fills


def opened(document: bytes) -> pikepdf.Pdf:
    """The document as pikepdf reads it."""
    return pikepdf.open(io.BytesIO(document))


def fills_in(base: pikepdf.Pdf) -> list[bytes]:
    """The fills of a document that pikepdf has opened."""
    return [page.obj["/Contents"][1].read_raw_bytes() for page in base.pages]


def beginning_of(document: bytes, fills: list[bytes]) -> Beginning | None:
    """The beginning of a document with these fills, or None where they do not follow it: an older format."""
    start = document.find(stream_object(1, _FLATE, fills[0]))
    found = Beginning(document[:start], len(fills)) if start > 0 else None
    return found if found is not None and found.fills_of(document) == fills else None
