"""A master compiled to bytes: all of a document but its values, its description and its cross-references.

Filling one writes no object of the master anew and hashes none of it again, so that a document takes tens of
microseconds; opening the master with pikepdf and saving it would take a millisecond.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Sequence

import pikepdf

from renderers.pdf.description import Description
from renderers.pdf.pdf_files import MASTER_KEY
from renderers.pdf.pdf_writing import (
    FREE,
    QUICK,
    PdfWriter,
    at,
    compressed,
    cross_reference,
    ending,
    stream_object,
)
from renderers.pdf.transplant import Transplant

_FLATE, _XMP = b"/Filter/FlateDecode", b"/Type/Metadata/Subtype/XML"


class Template:
    """The master whose SHA-256 is ``sha256``, ready to be filled."""

    def __init__(self, master: bytes, sha256: str) -> None:
        self.sha256 = sha256
        parts: list[bytes] = []
        writer = PdfWriter(parts.append)
        with pikepdf.open(io.BytesIO(master)) as pdf:
            self._pages = len(pdf.pages)
            # A document's own objects have the first numbers: its fills, its description as XMP and as /Info.
            fills = [writer.reserve() for _ in pdf.pages]
            xmp, self._info = writer.reserve(), writer.reserve()
            transplant = Transplant(writer)
            for page, number in zip(pdf.pages, fills, strict=True):
                page.obj["/Contents"] = pikepdf.Array(
                    [page.obj["/Contents"], _blank(pdf, transplant, number)]
                )
            pdf.Root["/Metadata"] = _blank(pdf, transplant, xmp)
            pdf.Root[MASTER_KEY] = pikepdf.String(sha256)
            self._root = transplant.number(pdf.Root)
        writer.flush()
        self._start = b"".join(parts)
        self._digest = hashlib.sha256(self._start)
        self._entries = writer.entries[len(FREE) * (self._info + 1) :]

    def filled(self, fills: Sequence[bytes], description: Description) -> tuple[bytes, str]:
        """The document with a content stream more on each page, and its SHA-256, hex."""
        if len(fills) != self._pages:
            raise ValueError(f"{self._pages} pages, but values for {len(fills)}")
        own = [
            stream_object(number, _FLATE, compressed(fill, QUICK))
            for number, fill in enumerate(fills, start=1)
        ]
        own.append(stream_object(len(fills) + 1, _XMP, description.xmp()))
        own.append(b"%d 0 obj\n%b\nendobj\n" % (self._info, description.info()))
        body = b"".join(own)
        digest = self._digest.copy()
        digest.update(body)
        tail = self._references(own, digest.digest()[:16])
        digest.update(tail)
        return self._start + body + tail, digest.hexdigest()

    def _references(self, own: Sequence[bytes], identity: bytes) -> bytes:
        offset = len(self._start)
        entries = [FREE]
        for each in own:
            entries.append(at(offset))
            offset += len(each)
        entries += [self._entries, at(offset)]
        number = self._info + len(self._entries) // len(FREE) + 1
        trailer = b"/Root %d 0 R/Info %d 0 R" % (self._root, self._info)
        return cross_reference(number, b"".join(entries), trailer, identity) + ending(offset)


def _blank(pdf: pikepdf.Pdf, transplant: Transplant, number: int) -> pikepdf.Object:
    """A stand-in for an object that each document writes itself under that number."""
    blank = pdf.make_stream(b"")
    transplant.assign(blank, number)
    return blank
