"""A long date as a line, the *er* of *1er* raised as French typography has it."""

from __future__ import annotations

from datetime import date

from renderers.fonts.shaping import Run, shape
from renderers.pages.long_forms import long_date

#: What the first of a month begins with, up to the raised letters.
FIRST, RAISED = "Le 1", "er"


def date_line(day: date, language: str, face: str = "roman") -> Run:
    """``day`` written out in ``en`` or ``fr``; copied out it reads ``Le 1er mars 2015``."""
    words = long_date(day, language)
    if not words.startswith(FIRST + RAISED):
        return shape(words, face)
    pieces = (
        shape(FIRST, face),
        shape(RAISED, face, superior=True),
        shape(words.removeprefix(FIRST + RAISED), face),
    )
    return Run(face, words, tuple(glyph for piece in pieces for glyph in piece.glyphs))
