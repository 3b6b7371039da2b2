"""Marks on copies of stored base documents: the base itself carries none (domain §7, "The stored base PDF has no overlay")."""

from __future__ import annotations

import io
from collections.abc import Callable
from math import cos, radians, sin

import pikepdf

from renderers.fonts.font_areas import ROMAN
from renderers.fonts.font_program import resource_of
from renderers.pages.artwork import GREY
from renderers.pdf.painting import Colour, Drawing, Element, number, operators, text
from renderers.pdf.pdf_files import saved
from renderers.pdf.shared_parts import OVERLAY_FONT
from renderers.pdf.tagging import artifact
from renderers.shelf import Shelf

#: The marks on a page of a width and a height in points.
Marks = Callable[[float, float], tuple[Element, ...]]

#: Beside the frame of a credential page, at its lower edge.
_FOOT, _SIZE = 9.0, 8.5
_GREEN: Colour = (0.05, 0.35, 0.25)

#: How much of a page's width the mark across it takes, its slope in degrees, and the weight of its outlines.
_REACH, _SLOPE, _WEIGHT = 0.74, 28, 1.3

DIGITAL = {
    "en": "Digital official document — issued as a PDF; the code in the corner confirms it",
    "fr": "Document officiel numérique — délivré en PDF; le code dans le coin en fait foi",
}
UNOFFICIAL = {"en": "Unofficial copy", "fr": "Copie non officielle"}


def digital_copy(document: bytes, language: str, shelf: Shelf | None = None) -> bytes:
    """The document with the mark of a digital official document at the foot of each page."""
    return _marked(document, lambda width, _: (_foot(DIGITAL[language], width, _GREEN),), shelf)


def unofficial_copy(document: bytes, language: str, shelf: Shelf | None = None) -> bytes:
    """The document with *unofficial copy* across each page and at its foot."""
    words = UNOFFICIAL[language]
    return _marked(
        document, lambda width, height: (_across(words, width, height), _foot(words, width, GREY)), shelf
    )


def _foot(words: str, width: float, colour: Colour) -> Element:
    return text(words, width / 2, _FOOT, _SIZE, "centre", colour=colour, tracking=20)


def _across(words: str, width: float, height: float) -> Element:
    """Over the page, in outlines alone, so that what is below can be read."""
    cosine, sine = cos(radians(_SLOPE)), sin(radians(_SLOPE))
    size = _REACH * width / cosine / text(words, 0, 0, 1, tracking=60).width
    line = text(words, 0, -size * 0.3, size, "centre", colour=GREY, tracking=60)
    turn = [cosine, sine, -sine, cosine]
    place = " ".join([*(f"{part:.4f}" for part in turn), number(width / 2), number(height / 2)])
    grey = " ".join(map(number, GREY))
    # Outlines only: text rendering mode 1.
    return Drawing(f"q {place} cm {_WEIGHT} w {grey} RG 1 Tr\n".encode() + operators([line]) + b"0 Tr Q\n")


def _marked(document: bytes, marks: Marks, shelf: Shelf | None) -> bytes:
    """Painted in a font of its own: the document's may be an older cut with other glyph codes."""
    from renderers.masters.sheet_building import sheet_master  # noqa: PLC0415 - loads borb

    own = f"/{resource_of(ROMAN)}"
    master = sheet_master(False, frozenset({ROMAN}), shelf)
    with pikepdf.open(io.BytesIO(document)) as pdf, pikepdf.open(io.BytesIO(master)) as sheet:
        font = pdf.copy_foreign(sheet.pages[0].obj["/Resources"]["/Font"][own])
        for page in pdf.pages:
            left, bottom, right, top = (float(each) for each in page.mediabox)
            painted = operators([artifact(*marks(right - left, top - bottom))], shelf)
            _add(pdf, page, painted.replace(f"{own} ".encode(), OVERLAY_FONT.encode() + b" "), font)
        return saved(pdf)


def _add(pdf: pikepdf.Pdf, page: pikepdf.Page, painted: bytes, font: pikepdf.Object) -> None:
    old = page.obj["/Resources"]
    fonts = pikepdf.Dictionary({**dict(old["/Font"].items()), OVERLAY_FONT: font})
    page.obj["/Resources"] = pikepdf.Dictionary({**dict(old.items()), "/Font": fonts})
    existing = page.obj["/Contents"]
    streams = list(existing) if isinstance(existing, pikepdf.Array) else [existing]
    page.obj["/Contents"] = pikepdf.Array([*streams, pdf.make_stream(painted)])
