"""The engraved parts of a credential: its border and its seal, made of interlaced waves (guilloche).

A wave is drawn for one cell and the cell repeated, so that the whole border takes some 2 KB of a compressed page.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil, cos, pi, sin

from renderers.pages.artwork import GOLD, NAVY, PALE_GOLD, book, sun
from renderers.pages.lettering import round_line
from renderers.pdf.painting import Colour, Drawing
from renderers.pdf.paths import curve_to, fill, move_to, numbers, polygon, rectangle, star, stroke, wave

#: How far the strong outer rule, the band's two edges and the inner rule are from the sheet's edge in points.
OUTER, BAND_OUTSIDE, BAND_INSIDE, INNER = 21.0, 25.5, 43.5, 46.0

#: Half the band's height, and the length of one cell as it would like to be; a side holds a whole number.
_SWING, _CELL = (BAND_INSIDE - BAND_OUTSIDE) / 2, 18.0

#: Where a half wave's controls lie, as a part of its length: a cubic that follows the cosine to 0.1 %.
_CONTROL = 0.3642


def border(width: float, height: float) -> Drawing:
    """A frame for a page of that size in points: rules, a band of guilloche, a rosette in each corner."""
    parts = [
        _frame(width, height, OUTER, NAVY, 2.2),
        _frame(width, height, BAND_OUTSIDE, NAVY, 0.5),
        _frame(width, height, BAND_INSIDE, NAVY, 0.5),
        _frame(width, height, INNER, GOLD, 0.9),
    ]
    middle, start = (BAND_OUTSIDE + BAND_INSIDE) / 2, BAND_INSIDE + 3.5
    across, up = width - 2 * start, height - 2 * start
    parts += [_band(start, y, across, (1, 0, 0, 1)) for y in (middle, height - middle)]
    parts += [_band(x, start, up, (0, 1, -1, 0)) for x in (middle, width - middle)]
    corners = [(x, y) for x in (middle, width - middle) for y in (middle, height - middle)]
    parts += [b"q " + _moved(x, y) + _rosette() + b"Q\n" for x, y in corners]
    return Drawing(b"".join(parts))


def seal(x: float, y: float, radius: float, legend: str) -> Drawing:
    """A gold seal: a scalloped disc, an engraved ring, the ``legend`` round it, and the crest's book inside."""
    parts = [
        numbers((radius / 50, 0, 0, radius / 50, x, y)) + b" cm\n",
        # Round dashes on a circle are the cheapest scalloped edge: 40 beads.
        b"1 J [0 7.304] 0 d\n" + stroke(GOLD, 7, wave(46.5, 0, 8)) + b"[] 0 d 0 J\n",
        fill(GOLD, wave(47, 0, 8)),
        fill(PALE_GOLD, wave(45, 0, 8)),
        _ring(40.6, 3.7, 24, (0, 1 / 4, 1 / 2, 3 / 4), 0.4),
        *(stroke(GOLD, weight, wave(at, 0, 8)) for at, weight in ((45, 0.8), (36.2, 0.5), (24.6, 0.5))),
        stroke(GOLD, 0.3, wave(23.2, 0, 8)),
        round_line(legend, 30.4, 6.4, NAVY).operators,
        b"q 0.42 0 0 0.42 0 -1.5 cm\n" + sun() + book() + b"Q\n",
    ]
    return Drawing(b"".join(parts))


def _frame(width: float, height: float, inset: float, colour: Colour, weight: float) -> bytes:
    return stroke(colour, weight, rectangle(inset, inset, width - 2 * inset, height - 2 * inset))


def _moved(x: float, y: float, turn: tuple[int, int, int, int] = (1, 0, 0, 1)) -> bytes:
    return numbers((*turn, x, y)) + b" cm\n"


def _band(x: float, y: float, length: float, turn: tuple[int, int, int, int]) -> bytes:
    """Waves from ``x``, ``y`` on, along an axis that ``turn`` gives, cut off straight at both ends."""
    count = ceil(length / _CELL)
    cell = length / count
    clip = rectangle(0, -_SWING, length, 2 * _SWING) + b"W n\n"
    # A shifted wave reaches over its cell's end, so one cell more begins before the band.
    drawn = _moved(-2 * cell, 0) + (_moved(cell, 0) + _waves(cell)) * (count + 1)
    return b"q " + _moved(x, y, turn) + clip + drawn + b"Q\n"


def _waves(cell: float) -> bytes:
    """One cell: two pairs of strands that cross in the middle, and a navy one of twice the pace between them."""
    wide = b"".join(_strand(cell, _SWING - 1.2, shift) for shift in (0, 1 / 4, 1 / 2, 3 / 4))
    narrow = b"".join(_strand(cell, _SWING - 4.6, shift) for shift in (1 / 8, 3 / 8, 5 / 8, 7 / 8))
    return stroke(GOLD, 0.45, wide) + stroke(NAVY, 0.35, narrow)


def _strand(cell: float, swing: float, shift: float) -> bytes:
    """One whole wave from crest to crest."""
    half, start = cell / 2, cell * shift
    return b"".join(_half_waves(start, half, swing))


def _half_waves(start: float, half: float, swing: float) -> Iterator[bytes]:
    yield move_to((start, swing))
    for from_, level in ((start, swing), (start + half, -swing)):
        controls = [(from_ + half * _CONTROL, level), (from_ + half * (1 - _CONTROL), -level)]
        yield curve_to([*controls, (from_ + half, -level)])


def _ring(radius: float, depth: float, lobes: int, shifts: tuple[float, ...], weight: float) -> bytes:
    """Waves round the origin: one lobe of each strand, turned ``lobes`` times."""
    angle = 2 * pi / lobes
    turn = f"{cos(angle):.5f} {sin(angle):.5f} {-sin(angle):.5f} {cos(angle):.5f} 0 0 cm\n".encode()
    lobe = stroke(GOLD, weight, b"".join(wave(radius, depth, lobes, 2 * pi * shift, 1) for shift in shifts))
    return b"q\n" + (lobe + turn) * lobes + b"Q\n"


def _rosette() -> bytes:
    """The corner's ornament, round the origin."""
    square = 12.5
    frame = polygon([(-square, -square), (square, -square), (square, square), (-square, square)])
    blank = b"1 g\n" + frame + b"f\n"
    return b"".join(
        [
            blank,
            stroke(NAVY, 0.5, frame),
            _ring(8.6, 3.2, 12, (0, 1 / 4, 1 / 2, 3 / 4), 0.4),
            stroke(GOLD, 0.6, wave(11.8, 0, 8)),
            fill(NAVY, star(0, 0, 5.4, 1.5, 4)),
        ]
    )
