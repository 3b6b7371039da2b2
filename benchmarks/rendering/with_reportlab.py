"""reportlab: the static page as a form, fonts registered once for all documents."""

from __future__ import annotations

import io
from collections.abc import Iterable

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from benchmarks.rendering import page
from renderers.content import DocumentContent


def prepare() -> None:
    """Parse and register the faces."""
    for face in ("roman", "italic"):
        pdfmetrics.registerFont(TTFont(face, str(page.font_file(face))))


def file(contents: Iterable[DocumentContent]) -> bytes:
    """All documents in one file, a page each."""
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(page.WIDTH, page.HEIGHT), pageCompression=1)
    _form(canvas)
    for content in contents:
        canvas.doForm("static")
        for words in page.values(content):
            _set(canvas, words)
            canvas.drawCentredString(words.x, words.y, words.text)
        _code(canvas, content.verification_link)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def _form(canvas: Canvas) -> None:
    art, lines = page.static()
    canvas.beginForm("static", 0, 0, page.WIDTH, page.HEIGHT)
    canvas._code.append(art.decode())
    for words in lines:
        _set(canvas, words)
        canvas.drawString(words.x, words.y, words.text)
    canvas.endForm()


def _set(canvas: Canvas, words: page.Words) -> None:
    canvas.setFillColorRGB(*words.colour)
    canvas.setFont(words.face, words.size)


def _code(canvas: Canvas, link: str) -> None:
    x, y, _ = page.QR
    scale = page.module(link)
    canvas.saveState()
    canvas.setFillGray(0)
    canvas.translate(x, y)
    canvas.scale(scale, scale)
    path = canvas.beginPath()
    for left, bottom, width in page.runs(link):
        path.rect(left, bottom, width, 1)
    canvas.drawPath(path, stroke=0, fill=1)
    canvas.restoreState()
