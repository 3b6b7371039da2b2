"""Building one master: borb lays its pages out, then everything that differs from day to day is taken out."""

from __future__ import annotations

import io

import pikepdf

from renderers import borb_pages, credential_page, letter_page
from renderers.borb_pages import PagePlan
from renderers.content import Imprint
from renderers.font_areas import ITALIC, ROMAN
from renderers.master import MasterKey
from renderers.painting import programs_of
from renderers.pdf_files import saved, set_title
from renderers.shelf import Shelf
from renderers.wording import TITLES


def build(key: MasterKey, imprint: Imprint, shelf: Shelf | None) -> bytes:
    """The bytes of a master; the same in any process."""
    pages = plan(key, imprint)
    used = programs_of([element for page in pages for element in page.elements], shelf)
    title = TITLES[key.credential_type][key.language]
    laid_out = borb_pages.lay_out(pages, used | key.programs | {ROMAN, ITALIC}, title, shelf)
    return settled(laid_out, title, key.language)


def plan(key: MasterKey, imprint: Imprint) -> list[PagePlan]:
    """The pages of a master without their values."""
    credential = credential_page.static(key.credential_type, key.language, imprint)
    pages = [PagePlan(credential_page.WIDTH, credential_page.HEIGHT, credential)]
    if key.letter != "none":
        letter = letter_page.static(key.credential_type, key.language, key.letter, imprint)
        pages.insert(0, PagePlan(letter_page.WIDTH, letter_page.HEIGHT, letter))
    return pages


def settled(laid_out: bytes, title: str, language: str) -> bytes:
    """What borb wrote, without its random ``/ID`` and its dates, compressed by qpdf alone."""
    with pikepdf.open(io.BytesIO(laid_out)) as pdf:
        for key in ("/CreationDate", "/ModDate"):
            if key in pdf.docinfo:
                del pdf.docinfo[key]
        # qpdf would keep its first half in every document made from this master.
        del pdf.trailer["/ID"]
        set_title(pdf, title, language)
        return saved(pdf, recompress=True)
