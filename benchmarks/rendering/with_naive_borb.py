"""borb as its own examples use it: a paragraph for each line, the font read for each document."""

from __future__ import annotations

import io
from collections.abc import Iterable

from borb.pdf import PDF, Document, LayoutElement, Page, Paragraph, RGBColor, TrueTypeFont

from benchmarks.rendering import page
from renderers.content import DocumentContent
from renderers.masters import borb_pages

#: Importing it shut borb's reporting off.
REPORTING_SHUT_BY = borb_pages.__name__


def file(contents: Iterable[DocumentContent]) -> bytes:
    """All documents in one file, a page each."""
    document = Document()
    fonts = {face: TrueTypeFont.from_file(page.font_file(face)) for face in ("roman", "italic")}
    art, lines = page.static()
    for content in contents:
        made = Page(height_in_points=page.HEIGHT, width_in_points=page.WIDTH)
        document.append_page(made)
        LayoutElement._append_to_content_stream(made, art)
        for words in lines:
            _place(made, words, fonts, words.x)
        for words in page.values(content):
            _place(made, words, fonts, words.x - 4 * len(words.text))
        LayoutElement._append_to_content_stream(made, _code(content.verification_link))
    out = io.BytesIO()
    PDF.write(what=document, where_to=out)
    return out.getvalue()


def _place(made: Page, words: page.Words, fonts: dict[str, object], left: float) -> None:
    red, green, blue = (round(part * 255) for part in words.colour)
    paragraph = Paragraph(
        words.text, font=fonts[words.face], font_size=round(words.size), font_color=RGBColor(red, green, blue)
    )
    paragraph.paint((round(left), round(words.y - 0.9 * words.size), page.WIDTH, round(words.size * 2)), made)


def _code(link: str) -> bytes:
    x, y, _ = page.QR
    scale = page.module(link)
    path = "".join(f"{left} {bottom} {width} 1 re\n" for left, bottom, width in page.runs(link))
    return f"q 0 g {scale:.4f} 0 0 {scale:.4f} {x} {y} cm\n{path}f Q\n".encode()
