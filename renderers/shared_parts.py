"""What the documents of a print file have in common, kept once per file: fonts, art and resources.

Stored base documents embed all of it; a job of 500 would carry 500 copies. Parts are known by their content,
so that documents from masters of different days share what is the same in them.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import pikepdf

from renderers.pdf_files import MASTER_KEY

#: The resource name of the overlay's font; a base document's own names never collide with it.
OVERLAY_FONT = "/Overlay"


class NotABaseDocument(ValueError):  # noqa: N818 - says what is so, as a rule does
    """A file that was not made by ``renderers.document``: its fill cannot be told from its master."""


@dataclass(frozen=True, slots=True)
class SharedPage:
    """One page of a master inside a print file: everything but the fill."""

    art: pikepdf.Object
    resources: pikepdf.Object
    box: pikepdf.Object


class SharedParts:
    """The parts that the pages of one print file share."""

    def __init__(self, target: pikepdf.Pdf, overlay_font: pikepdf.Object) -> None:
        self._target = target
        self._overlay_font = overlay_font
        self._pages: dict[str, list[SharedPage]] = {}
        self._parts: dict[bytes, pikepdf.Object] = {_identity(overlay_font): overlay_font}

    def pages_of(self, base: pikepdf.Pdf) -> list[SharedPage]:
        """The shared pages of a base document's master, copied at the master's first appearance."""
        if MASTER_KEY not in base.Root:
            raise NotABaseDocument("no master is named in the file")
        master = str(base.Root[MASTER_KEY])
        if master not in self._pages:
            self._pages[master] = [self._page(base, page) for page in base.pages]
        return self._pages[master]

    def _page(self, base: pikepdf.Pdf, page: pikepdf.Page) -> SharedPage:
        fonts = {
            name: self._copied(base, font, _identity(font))
            for name, font in sorted(page.obj["/Resources"]["/Font"].items())
        }
        art = page.obj["/Contents"][0]
        resources = pikepdf.Dictionary(Font=pikepdf.Dictionary({**fonts, OVERLAY_FONT: self._overlay_font}))
        return SharedPage(
            art=self._copied(base, art, hashlib.sha256(art.read_raw_bytes()).digest()),
            resources=self._target.make_indirect(resources),
            box=pikepdf.Array([float(edge) for edge in page.mediabox]),
        )

    def _copied(self, base: pikepdf.Pdf, part: pikepdf.Object, key: bytes) -> pikepdf.Object:
        if key not in self._parts:
            own = part if part.is_indirect else base.make_indirect(part)
            self._parts[key] = self._target.copy_foreign(own)
        return self._parts[key]


def _identity(font: pikepdf.Object) -> bytes:
    """A digest of all that tells one embedded font from another."""
    program = font["/DescendantFonts"][0]["/FontDescriptor"]["/FontFile2"]
    parts = (str(font["/BaseFont"]).encode(), font["/ToUnicode"].read_raw_bytes(), program.read_raw_bytes())
    return hashlib.sha256(b"".join(parts)).digest()
