"""Building one master: borb lays its pages out, then everything that differs from day to day is taken out."""

from __future__ import annotations

import io
from collections.abc import Sequence

import pikepdf

from renderers.content import Imprint
from renderers.fonts.font_areas import ITALIC, ROMAN
from renderers.masters import borb_pages
from renderers.masters.borb_pages import PagePlan
from renderers.masters.key import MasterKey
from renderers.pages import credential_page, letter_page
from renderers.pdf.painting import programs_of
from renderers.pdf.pdf_files import saved
from renderers.pdf.structure_tree import add_structure, declare
from renderers.pdf.tagging import Node, Part, painted, structure
from renderers.shelf import Shelf
from renderers.wording import TITLES


def build(key: MasterKey, imprint: Imprint, shelf: Shelf | None) -> bytes:
    """The bytes of a master; the same in any process."""
    pages = plan(key, imprint)
    used = programs_of([element for page in pages for element in page.elements], shelf)
    title = TITLES[key.credential_type][key.language]
    laid_out = borb_pages.lay_out(pages, used | key.programs | {ROMAN, ITALIC}, title, shelf)
    return settled(laid_out, key.language, [structure(parts) for _, _, parts in page_parts(key, imprint)])


def plan(key: MasterKey, imprint: Imprint) -> list[PagePlan]:
    """The pages of a master without their values."""
    return [PagePlan(width, height, painted(parts)) for width, height, parts in page_parts(key, imprint)]


def page_parts(key: MasterKey, imprint: Imprint) -> list[tuple[int, int, tuple[Part, ...]]]:
    """Width, height and parts of each page: the letter, where there is one, then the credential."""
    credential = credential_page.static(key.credential_type, key.language, imprint)
    pages = [(credential_page.WIDTH, credential_page.HEIGHT, credential)]
    if key.letter != "none":
        letter = letter_page.static(key.credential_type, key.language, key.letter, imprint)
        pages.insert(0, (letter_page.WIDTH, letter_page.HEIGHT, letter))
    return pages


def with_fonts(pages: bytes, programs: Sequence[str], shelf: Shelf | None) -> bytes:
    """The page file of a kept master with further font programs on each of its pages, and nothing else changed."""
    empty = PagePlan(letter_page.WIDTH, letter_page.HEIGHT, ())
    carrier = borb_pages.lay_out([empty], frozenset(programs), "fonts", shelf)
    with pikepdf.open(io.BytesIO(pages)) as pdf, pikepdf.open(io.BytesIO(carrier)) as fonts:
        further = {name: pdf.copy_foreign(font) for name, font in sorted(_fonts_on(fonts.pages[0]).items())}
        for page in pdf.pages:
            known = _fonts_on(page)
            for name, font in further.items():
                known[name] = font
        return saved(pdf, recompress=True)


def _fonts_on(page: pikepdf.Page) -> pikepdf.Object:
    return page.obj["/Resources"]["/Font"]


def settled(laid_out: bytes, language: str, structures: Sequence[Sequence[Node]] = ()) -> bytes:
    """What borb wrote, without its random ``/ID`` and its dates; with ``structures``, one for each page, tagged."""
    with pikepdf.open(io.BytesIO(laid_out)) as pdf:
        del pdf.trailer["/Info"]
        # qpdf would keep its first half.
        del pdf.trailer["/ID"]
        declare(pdf, language)
        if structures:
            add_structure(pdf, structures)
        return saved(pdf, recompress=True)
