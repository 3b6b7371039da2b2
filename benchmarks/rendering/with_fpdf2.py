"""fpdf2: it has no forms, so each page repeats the static operators; fonts are added to each file, as it must be."""

from __future__ import annotations

from collections.abc import Iterable

from fpdf import FPDF

from benchmarks.rendering import page
from renderers.content import DocumentContent


def file(contents: Iterable[DocumentContent]) -> bytes:
    """All documents in one file, a page each."""
    pdf = FPDF(unit="pt", format=(page.WIDTH, page.HEIGHT))
    pdf.set_auto_page_break(False)
    for face in ("roman", "italic"):
        pdf.add_font(face, fname=page.font_file(face))
    art, lines = page.static()
    for content in contents:
        pdf.add_page()
        pdf._out(art.decode())
        for words in lines:
            _set(pdf, words)
            pdf.text(words.x, page.HEIGHT - words.y, words.text)
        for words in page.values(content):
            _set(pdf, words)
            left = words.x - pdf.get_string_width(words.text) / 2
            pdf.text(left, page.HEIGHT - words.y, words.text)
        _code(pdf, content.verification_link)
    return bytes(pdf.output())


def _set(pdf: FPDF, words: page.Words) -> None:
    pdf.set_text_color(*(round(part * 255) for part in words.colour))
    pdf.set_font(words.face, size=words.size)


def _code(pdf: FPDF, link: str) -> None:
    x, y, _ = page.QR
    scale = page.module(link)
    pdf.set_fill_color(0)
    for left, bottom, width in page.runs(link):
        top = page.HEIGHT - y - (bottom + 1) * scale
        pdf.rect(x + left * scale, top, width * scale, scale, style="F")
