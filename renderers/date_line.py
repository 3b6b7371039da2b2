"""A long date as a line, the *er* of *1er* raised as French typography has it."""

from __future__ import annotations

from datetime import date

from renderers.long_forms import long_date
from renderers.painting import Line
from renderers.shaping import Run, shape

#: What the first of a month begins with, up to the raised letters.
FIRST, RAISED = "Le 1", "er"


def date_line(day: date, language: str, x: float, y: float, size: float, align: str = "left") -> Line:
    """``day`` written out in ``en`` or ``fr``; copied out it reads ``Le 1er mars 2015``."""
    words = long_date(day, language)
    if not words.startswith(FIRST + RAISED):
        return Line(shape(words, "roman"), x, y, size, align)
    pieces = (
        shape(FIRST, "roman"),
        shape(RAISED, "roman", superior=True),
        shape(words.removeprefix(FIRST + RAISED), "roman"),
    )
    glyphs = tuple(glyph for piece in pieces for glyph in piece.glyphs)
    return Line(Run("roman", words, glyphs), x, y, size, align)
