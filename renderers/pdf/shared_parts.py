"""What the pages of a print file have in common, written once per file: fonts, art and resources.

Stored base documents embed all of it; a job of 500 would carry 500 copies. Parts are known by their content,
so that documents from masters of different days share what is the same in them.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import pikepdf

from renderers.not_rendered import NotRendered
from renderers.pdf.pdf_files import MASTER_KEY
from renderers.pdf.pdf_writing import PdfWriter
from renderers.pdf.stored_fills import Beginning, beginning_of, fills_in, opened
from renderers.pdf.transplant import Transplant

#: The resource name of the overlay's font; a base document's own names never collide with it.
OVERLAY_FONT = "/Overlay"


class NotABaseDocument(NotRendered, ValueError):  # noqa: N818 - says what is so, as a rule does
    """A file that was not made by ``renderers.document``: its fill cannot be told from its master."""


@dataclass(frozen=True, slots=True)
class SharedPage:
    """One page of a master inside a print file: the number of its art, and its further entries as written."""

    art: int
    entries: bytes


class SharedParts:
    """The parts that the pages of one print file share; ``overlay_font`` is the font of the marks on them."""

    def __init__(self, writer: PdfWriter, source: pikepdf.Pdf, overlay_font: pikepdf.Object) -> None:
        self._writer = writer
        self._pages: dict[tuple[str, int], list[SharedPage]] = {}
        self._parts: dict[bytes, int] = {}
        self._beginnings: list[tuple[Beginning, list[SharedPage]]] = []
        self._overlay_font = self._number(Transplant(writer), source, overlay_font, _identity(overlay_font))

    def parts_of(self, document: bytes) -> tuple[list[SharedPage], list[bytes]]:
        """A base document taken apart: the pages of its master, shared, and its own fills as compressed."""
        for beginning, pages in self._beginnings:
            fills = beginning.fills_of(document)
            if fills is not None:
                return pages, fills
        with opened(document) as base:
            pages = self._pages_of(base)
            fills = fills_in(base)
        found = beginning_of(document, fills)
        if found is not None:
            self._beginnings.append((found, pages))
        return pages, fills

    def sheet_page(self, sheet: pikepdf.Pdf) -> SharedPage:
        """The page of the instruction sheet's master."""
        (page,) = self._shared(sheet, [sheet.pages[0].obj["/Contents"]])
        return page

    def _pages_of(self, base: pikepdf.Pdf) -> list[SharedPage]:
        """The shared pages of a base document's master, written at the master's first appearance."""
        if MASTER_KEY not in base.Root:
            raise NotABaseDocument("no master is named in the file")
        # With and without its letter a document may have the same master.
        master = str(base.Root[MASTER_KEY]), len(base.pages)
        if master not in self._pages:
            arts = [page.obj["/Contents"][0] for page in base.pages]
            self._pages[master] = self._shared(base, arts)
        return self._pages[master]

    def _shared(self, base: pikepdf.Pdf, arts: list[pikepdf.Object]) -> list[SharedPage]:
        transplant = Transplant(self._writer)
        return [self._page(transplant, base, page, art) for page, art in zip(base.pages, arts, strict=True)]

    def _page(
        self, transplant: Transplant, base: pikepdf.Pdf, page: pikepdf.Page, art: pikepdf.Object
    ) -> SharedPage:
        fonts = {
            name: self._number(transplant, base, font, _identity(font))
            for name, font in sorted(page.obj["/Resources"]["/Font"].items())
        }
        fonts[OVERLAY_FONT] = self._overlay_font
        named = b"".join(b"%b %d 0 R" % (name.encode(), number) for name, number in fonts.items())
        resources = self._writer.object(b"<</Font<<" + named + b">>>>")
        box = b" ".join(b"%g" % float(edge) for edge in page.mediabox)
        art_number = self._number(transplant, base, art, hashlib.sha256(art.read_bytes()).digest())
        return SharedPage(art_number, b"/MediaBox[%b]/Resources %d 0 R" % (box, resources))

    def _number(
        self, transplant: Transplant, base: pikepdf.Pdf, part: pikepdf.Object, identity: bytes
    ) -> int:
        if identity not in self._parts:
            own = part if part.is_indirect else base.make_indirect(part)
            self._parts[identity] = transplant.number(own)
        return self._parts[identity]


def _identity(font: pikepdf.Object) -> bytes:
    """A digest of all that tells one embedded font from another."""
    program = font["/DescendantFonts"][0]["/FontDescriptor"]["/FontFile2"]
    parts = (str(font["/BaseFont"]).encode(), font["/ToUnicode"].read_bytes(), program.read_bytes())
    return hashlib.sha256(b"".join(parts)).digest()
