"""The crest and small ornaments as vectors: a design of our own, deliberately nothing of the province's arms."""

from __future__ import annotations

from math import cos, pi, sin

from renderers.pdf.painting import Colour, Drawing, number
from renderers.pdf.paths import (
    arc,
    curve,
    curve_to,
    fill,
    line_to,
    move_to,
    on_curve,
    polar,
    polygon,
    star,
    stroke,
)

NAVY: Colour = (0.09, 0.17, 0.34)
GOLD: Colour = (0.64, 0.5, 0.2)
PALE_GOLD: Colour = (0.97, 0.93, 0.82)
GREY: Colour = (0.42, 0.45, 0.5)
PAPER: Colour = (1, 1, 1)
SPECIMEN_RED: Colour = (0.8, 0.07, 0.1)
SPECIMEN_TINT: Colour = (1, 0.86, 0.86)


def crest(x: float, y: float, height: float) -> Drawing:
    """The crest, its centre at ``x``, ``y``, ``height`` points high."""
    scale = height / 100
    parts = [f"{number(scale)} 0 0 {number(scale)} {number(x)} {number(y)} cm\n".encode(), sun(), book()]
    parts += [_laurel(side) for side in (-1, 1)]
    return Drawing(b"".join(parts))


def rule(left: float, right: float, y: float, colour: Colour = NAVY, weight: float = 0.6) -> Drawing:
    """A horizontal line."""
    return Drawing(
        stroke(colour, weight, f"{number(left)} {number(y)} m {number(right)} {number(y)} l\n".encode())
    )


def flourish(x: float, y: float, reach: float) -> Drawing:
    """A small ornament: two tapering lines with a star between them."""
    parts = [fill(GOLD, star(x, y, 4.5, 1.4, 4))]
    for side in (-1, 1):
        near, far = x + side * 9, x + side * reach
        parts.append(fill(GOLD, polygon([(near, y + 0.7), (far, y), (near, y - 0.7)])))
        parts.append(fill(GOLD, star(near, y, 1.7, 0.9, 4)))
    return Drawing(b"".join(parts))


def sun() -> bytes:
    """Nine rays over the book, the longest in the middle."""
    rays = []
    for step in range(-4, 5):
        angle = pi / 2 + step * pi / 10.5
        near, far = 20.0, (46.0 if step % 2 == 0 else 37.0) - abs(step)
        left, right = polar(near, angle + 0.06), polar(near, angle - 0.06)
        rays.append(polygon([left, polar(far, angle), right]))
    return fill(GOLD, b"".join(rays)) + stroke(GOLD, 1.4, arc(16, 0.12 * pi, 0.88 * pi))


def book() -> bytes:
    """An open book seen from the reader's side."""
    parts = []
    for side in (-1, 1):
        page = [(0, -30), (side * 10, -22), (side * 24, -22), (side * 34, -27)]
        top = [(side * 34, 3), (side * 24, 8), (side * 10, 8), (0, 0)]
        outline = curve(page) + line_to(top[0]) + curve_to(top[1:]) + b"h\n"
        parts += [fill(PAPER, outline), stroke(NAVY, 1.8, outline)]
        for lower in (0, 6.5, 13):
            words = [
                (side * 4, -5 - lower),
                (side * 11, -1 - lower),
                (side * 22, -1 - lower),
                (side * 30, -4 - lower),
            ]
            parts.append(stroke(NAVY, 0.7, curve(words)))
    return b"".join(parts) + stroke(NAVY, 2.2, b"0 -31 m 0 0 l\n")


def _laurel(side: int) -> bytes:
    """One branch with leaves in pairs, rising from below the book."""
    branch = [(side * 3, -46), (side * 34, -46), (side * 56, -22), (side * 48, 22)]
    parts = [stroke(NAVY, 1.1, curve(branch))]
    for step in range(1, 9):
        t = step / 8.4
        (x, y), heading = on_curve(branch, t)
        parts += [fill(NAVY, _leaf(x, y, heading + turn * 0.62, 12.5 - 3 * t)) for turn in (-1, 1)]
    return b"".join(parts)


def _leaf(x: float, y: float, angle: float, length: float) -> bytes:
    tip = (x + length * cos(angle), y + length * sin(angle))
    bulge = [(x + length * 0.62 * cos(angle + a), y + length * 0.62 * sin(angle + a)) for a in (0.5, -0.5)]
    # A tenth is enough in a picture of a hundred units, and a kilobyte less in two pages.
    foot, tip, left, right = ((round(px, 1), round(py, 1)) for px, py in ((x, y), tip, bulge[0], bulge[1]))
    return move_to(foot) + curve_to([foot, left, tip]) + curve_to([right, foot, foot]) + b"h\n"
