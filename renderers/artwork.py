"""Crest, seal and border as vectors: a design of our own, deliberately nothing of the province's arms."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import atan2, cos, pi, sin

from renderers.painting import Colour, Drawing, number

NAVY: Colour = (0.09, 0.17, 0.34)
GOLD: Colour = (0.64, 0.5, 0.2)
PALE_GOLD: Colour = (0.97, 0.93, 0.82)
PAPER: Colour = (1, 1, 1)
SPECIMEN_RED: Colour = (0.8, 0.07, 0.1)
SPECIMEN_TINT: Colour = (1, 0.86, 0.86)

Point = tuple[float, float]


def border(width: float, height: float) -> Drawing:
    """A frame for a page of that size in points: strong rule, band of beads, fine rule, set-in corners."""
    parts = [
        _stroke(NAVY, 2.4, _rectangle(22, 22, width - 44, height - 44)),
        _stroke(NAVY, 0.5, _rectangle(26.5, 26.5, width - 53, height - 53)),
        b"1 J [0 4.02] 0 d\n"
        + _stroke(GOLD, 1.7, _rectangle(32, 32, width - 64, height - 64))
        + b"[] 0 d 0 J\n",
        _stroke(GOLD, 0.6, _notched(37.5, 37.5, width - 75, height - 75, 16)),
    ]
    corners = [(x, y) for x in (43.5, width - 43.5) for y in (43.5, height - 43.5)]
    parts += [_fill(NAVY, _star(x, y, 5.2, 1.5, 4)) for x, y in corners]
    return Drawing(b"".join(parts))


def crest(x: float, y: float, height: float) -> Drawing:
    """The crest, its centre at ``x``, ``y``, ``height`` points high."""
    scale = height / 100
    parts = [f"{number(scale)} 0 0 {number(scale)} {number(x)} {number(y)} cm\n".encode(), _sun(), _book()]
    parts += [_laurel(side) for side in (-1, 1)]
    return Drawing(b"".join(parts))


def seal(x: float, y: float, radius: float) -> Drawing:
    """A gold seal: a scalloped disc, an engraved rosette, and the crest's book at its centre."""
    scale = radius / 50
    parts = [
        f"{scale:.4f} 0 0 {scale:.4f} {number(x)} {number(y)} cm\n".encode(),
        # Round dashes on a circle are the cheapest scalloped edge: 40 beads.
        b"1 J [0 7.304] 0 d\n" + _stroke(GOLD, 7, _wave(46.5, 0, 8)) + b"[] 0 d 0 J\n",
        _fill(GOLD, _wave(47, 0, 8)),
        _fill(PALE_GOLD, _wave(44.5, 0, 8)),
        *(_stroke(GOLD, 0.45, _wave(36, 7.4, 15, phase)) for phase in (0, pi / 2, pi, 3 * pi / 2)),
        _stroke(GOLD, 0.8, _wave(44.5, 0, 8)),
        _fill(PALE_GOLD, _wave(27.5, 0, 8)),
        _stroke(GOLD, 1, _wave(27.5, 0, 8)),
        _stroke(GOLD, 0.4, _wave(25.5, 0, 8)),
        b"q 0.5 0 0 0.5 0 -1 cm\n" + _sun() + _book() + b"Q\n",
    ]
    return Drawing(b"".join(parts))


def rule(left: float, right: float, y: float, colour: Colour = NAVY, weight: float = 0.6) -> Drawing:
    """A horizontal line."""
    return Drawing(
        _stroke(colour, weight, f"{number(left)} {number(y)} m {number(right)} {number(y)} l\n".encode())
    )


def flourish(x: float, y: float, reach: float) -> Drawing:
    """A small ornament: two tapering lines with a star between them."""
    parts = [_fill(GOLD, _star(x, y, 4.5, 1.4, 4))]
    for side in (-1, 1):
        near, far = x + side * 9, x + side * reach
        parts.append(_fill(GOLD, _polygon([(near, y + 0.7), (far, y), (near, y - 0.7)])))
        parts.append(_fill(GOLD, _star(near, y, 1.7, 0.9, 4)))
    return Drawing(b"".join(parts))


def _sun() -> bytes:
    """Nine rays over the book, the longest in the middle."""
    rays = []
    for step in range(-4, 5):
        angle = pi / 2 + step * pi / 10.5
        near, far = 20.0, (46.0 if step % 2 == 0 else 37.0) - abs(step)
        left, right = _polar(near, angle + 0.06), _polar(near, angle - 0.06)
        rays.append(_polygon([left, _polar(far, angle), right]))
    return _fill(GOLD, b"".join(rays)) + _stroke(GOLD, 1.4, _arc(16, 0.12 * pi, 0.88 * pi))


def _book() -> bytes:
    """An open book seen from the reader's side."""
    parts = []
    for side in (-1, 1):
        page = [(0, -30), (side * 10, -22), (side * 24, -22), (side * 34, -27)]
        top = [(side * 34, 3), (side * 24, 8), (side * 10, 8), (0, 0)]
        outline = _curve(page) + _to(top[0]) + _bend(top[1:]) + b"h\n"
        parts += [_fill(PAPER, outline), _stroke(NAVY, 1.8, outline)]
        for lower in (0, 6.5, 13):
            words = [
                (side * 4, -5 - lower),
                (side * 11, -1 - lower),
                (side * 22, -1 - lower),
                (side * 30, -4 - lower),
            ]
            parts.append(_stroke(NAVY, 0.7, _curve(words)))
    return b"".join(parts) + _stroke(NAVY, 2.2, b"0 -31 m 0 0 l\n")


def _laurel(side: int) -> bytes:
    """One branch with leaves in pairs, rising from below the book."""
    branch = [(side * 3, -46), (side * 34, -46), (side * 56, -22), (side * 48, 22)]
    parts = [_stroke(NAVY, 1.1, _curve(branch))]
    for step in range(1, 9):
        t = step / 8.4
        (x, y), heading = _on_curve(branch, t)
        parts += [_fill(NAVY, _leaf(x, y, heading + turn * 0.62, 12.5 - 3 * t)) for turn in (-1, 1)]
    return b"".join(parts)


def _leaf(x: float, y: float, angle: float, length: float) -> bytes:
    tip = (x + length * cos(angle), y + length * sin(angle))
    bulge = [(x + length * 0.62 * cos(angle + a), y + length * 0.62 * sin(angle + a)) for a in (0.5, -0.5)]
    start = f"{number(x)} {number(y)} m\n".encode()
    return start + _bend([(x, y), bulge[0], tip]) + _bend([bulge[1], (x, y), (x, y)]) + b"h\n"


def _on_curve(points: Sequence[Point], t: float) -> tuple[Point, float]:
    """Position and heading on a cubic curve."""
    (x0, y0), (x1, y1), (x2, y2), (x3, y3) = points
    u = 1 - t
    x = u**3 * x0 + 3 * u * u * t * x1 + 3 * u * t * t * x2 + t**3 * x3
    y = u**3 * y0 + 3 * u * u * t * y1 + 3 * u * t * t * y2 + t**3 * y3
    dx = u * u * (x1 - x0) + 2 * u * t * (x2 - x1) + t * t * (x3 - x2)
    dy = u * u * (y1 - y0) + 2 * u * t * (y2 - y1) + t * t * (y3 - y2)
    return (x, y), atan2(dy, dx)


def _wave(radius: float, depth: float, lobes: int, phase: float = 0) -> bytes:
    """A closed curve round the origin, its radius swinging ``lobes`` times by ``depth``; 0 is a circle."""
    # From one extreme of the swing to the next, one cubic follows a sine closely enough for the eye.
    steps = lobes * 2 if depth else 8
    start = (pi / 2 - phase) / lobes

    def at(index: int) -> tuple[Point, Point]:
        angle = start + 2 * pi * index / steps
        r, slope = radius + depth * sin(lobes * angle + phase), depth * lobes * cos(lobes * angle + phase)
        tangent = (slope * cos(angle) - r * sin(angle), slope * sin(angle) + r * cos(angle))
        return _polar(r, angle), tangent

    third = 2 * pi / steps / 3
    out = [_from(at(0)[0])]
    for index in range(steps):
        ((x0, y0), (dx0, dy0)), ((x1, y1), (dx1, dy1)) = at(index), at(index + 1)
        out.append(
            _bend([(x0 + dx0 * third, y0 + dy0 * third), (x1 - dx1 * third, y1 - dy1 * third), (x1, y1)])
        )
    return b"".join(out) + b"h\n"


def _arc(radius: float, start: float, end: float) -> bytes:
    points = [_polar(radius, start + (end - start) * step / 12) for step in range(13)]
    return _from(points[0]) + b"".join(_to(point) for point in points[1:])


def _star(x: float, y: float, outer: float, inner: float, points: int) -> bytes:
    radii = [(outer, inner)[step % 2] for step in range(points * 2)]
    spots = [_polar(radius, pi / 2 + pi * step / points) for step, radius in enumerate(radii)]
    return _polygon([(x + dx, y + dy) for dx, dy in spots])


def _notched(x: float, y: float, width: float, height: float, notch: float) -> bytes:
    """A rectangle with square corners cut inwards."""
    right, top = x + width, y + height
    return _polygon(
        [
            (x + notch, y), (right - notch, y), (right - notch, y + notch), (right, y + notch),
            (right, top - notch), (right - notch, top - notch), (right - notch, top), (x + notch, top),
            (x + notch, top - notch), (x, top - notch), (x, y + notch), (x + notch, y + notch),
        ]
    )  # fmt: skip


def _polar(radius: float, angle: float) -> Point:
    return radius * cos(angle), radius * sin(angle)


def _polygon(points: Sequence[Point]) -> bytes:
    return _from(points[0]) + b"".join(_to(point) for point in points[1:]) + b"h\n"


def _curve(points: Sequence[Point]) -> bytes:
    return _from(points[0]) + _bend(points[1:])


def _from(point: Point) -> bytes:
    return _numbers(point) + b" m\n"


def _to(point: Point) -> bytes:
    return _numbers(point) + b" l\n"


def _bend(points: Sequence[Point]) -> bytes:
    return b" ".join(_numbers(point) for point in points) + b" c\n"


def _numbers(values: Iterable[float]) -> bytes:
    return " ".join(number(value) for value in values).encode()


def _rectangle(x: float, y: float, width: float, height: float) -> bytes:
    return _numbers((x, y, width, height)) + b" re\n"


def _fill(colour: Colour, path: bytes) -> bytes:
    return _numbers(colour) + b" rg\n" + path + b"f\n"


def _stroke(colour: Colour, weight: float, path: bytes) -> bytes:
    return _numbers(colour) + b" RG " + number(weight).encode() + b" w\n" + path + b"S\n"
