"""Letters that stand round a circle, as on a seal."""

from __future__ import annotations

from math import cos, pi, sin

from renderers.fonts.shaping import Run, shape
from renderers.pdf.painting import Colour, Drawing, Line, operators
from renderers.pdf.paths import numbers, polar


def round_line(words: str, radius: float, size: float, colour: Colour) -> Drawing:
    """``words`` once round the origin on a circle, clockwise from the left, letter-spaced until they meet.

    They read as one text when they are copied.
    """
    run = shape(words, "roman")
    natural = run.width * size / 1000
    room = (2 * pi * radius - natural) / len(run.glyphs)
    painted, along = [], room / 2
    for glyph in run.glyphs:
        width = glyph.advance * size / 1000
        # The middle of the letter's foot touches the circle.
        angle = pi - (along + width / 2) / radius
        painted.append(_turned(Run(run.face, glyph.characters, (glyph,)), radius, angle, size, colour))
        along += width + room
    spoken = words.encode("utf-16-be").hex()
    return Drawing(f"/Span <</ActualText <feff{spoken}>>> BDC\n".encode() + b"".join(painted) + b"EMC\n")


def _turned(run: Run, radius: float, angle: float, size: float, colour: Colour) -> bytes:
    x, y = polar(radius - size * 0.33, angle)
    lean, half = angle - pi / 2, run.width * size / 2000
    # Two decimals turn a letter to half a degree and a tenth of a point places it: less is seen nowhere.
    place = (round(x - half * cos(lean), 1), round(y - half * sin(lean), 1))
    turn = (cos(lean), sin(lean), -sin(lean), cos(lean))
    return (
        b"q "
        + numbers((*turn, *place))
        + b" cm\n"
        + operators([Line(run, 0, 0, size, "left", colour)])
        + b"Q\n"
    )
