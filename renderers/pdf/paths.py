"""Vector paths as PDF operators: what the crest, the seal and the border are drawn with."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import atan2, cos, pi, sin

from renderers.pdf.painting import Colour, number

Point = tuple[float, float]


def on_curve(points: Sequence[Point], t: float) -> tuple[Point, float]:
    """Position and heading on a cubic curve."""
    (x0, y0), (x1, y1), (x2, y2), (x3, y3) = points
    u = 1 - t
    x = u**3 * x0 + 3 * u * u * t * x1 + 3 * u * t * t * x2 + t**3 * x3
    y = u**3 * y0 + 3 * u * u * t * y1 + 3 * u * t * t * y2 + t**3 * y3
    dx = u * u * (x1 - x0) + 2 * u * t * (x2 - x1) + t * t * (x3 - x2)
    dy = u * u * (y1 - y0) + 2 * u * t * (y2 - y1) + t * t * (y3 - y2)
    return (x, y), atan2(dy, dx)


def wave(radius: float, depth: float, lobes: int, phase: float = 0, drawn: int | None = None) -> bytes:
    """A line round the origin, its radius swinging ``lobes`` times by ``depth``; a depth of 0 is a circle.

    It is closed, unless only the first ``drawn`` of its lobes are asked for.
    """
    # From one extreme of the swing to the next, one cubic follows a sine closely enough for the eye.
    a_lobe = 2 if depth else 1
    step = 2 * pi / lobes / a_lobe
    start = (pi / 2 - phase) / lobes

    def at(index: int) -> tuple[Point, Point]:
        angle = start + step * index
        r, slope = radius + depth * sin(lobes * angle + phase), depth * lobes * cos(lobes * angle + phase)
        tangent = (slope * cos(angle) - r * sin(angle), slope * sin(angle) + r * cos(angle))
        return polar(r, angle), tangent

    out = [move_to(at(0)[0])]
    for index in range((drawn or lobes) * a_lobe):
        ((x0, y0), (dx0, dy0)), ((x1, y1), (dx1, dy1)) = at(index), at(index + 1)
        third = step / 3
        out.append(
            curve_to([(x0 + dx0 * third, y0 + dy0 * third), (x1 - dx1 * third, y1 - dy1 * third), (x1, y1)])
        )
    return b"".join(out) + (b"" if drawn else b"h\n")


def arc(radius: float, start: float, end: float) -> bytes:
    """Part of a circle round the origin, as a line of twelve pieces."""
    points = [polar(radius, start + (end - start) * step / 12) for step in range(13)]
    return move_to(points[0]) + b"".join(line_to(point) for point in points[1:])


def star(x: float, y: float, outer: float, inner: float, points: int) -> bytes:
    """A star of so many points, the first one upwards."""
    radii = [(outer, inner)[step % 2] for step in range(points * 2)]
    spots = [polar(radius, pi / 2 + pi * step / points) for step, radius in enumerate(radii)]
    return polygon([(x + dx, y + dy) for dx, dy in spots])


def polar(radius: float, angle: float) -> Point:
    """The point at that distance and angle from the origin."""
    return radius * cos(angle), radius * sin(angle)


def polygon(points: Sequence[Point]) -> bytes:
    """A closed line through the points."""
    return move_to(points[0]) + b"".join(line_to(point) for point in points[1:]) + b"h\n"


def curve(points: Sequence[Point]) -> bytes:
    """One cubic curve from the first point to the last."""
    return move_to(points[0]) + curve_to(points[1:])


def move_to(point: Point) -> bytes:
    """Begin a path."""
    return numbers(point) + b" m\n"


def line_to(point: Point) -> bytes:
    """A straight line on."""
    return numbers(point) + b" l\n"


def curve_to(points: Sequence[Point]) -> bytes:
    """A cubic curve on: two controls and the end."""
    return b" ".join(numbers(point) for point in points) + b" c\n"


def numbers(values: Iterable[float]) -> bytes:
    """Operands in a row."""
    return " ".join(number(value) for value in values).encode()


def rectangle(x: float, y: float, width: float, height: float) -> bytes:
    """A rectangle by its lower left corner."""
    return numbers((x, y, width, height)) + b" re\n"


def fill(colour: Colour, path: bytes) -> bytes:
    """Fill a path."""
    return numbers(colour) + b" rg\n" + path + b"f\n"


def stroke(colour: Colour, weight: float, path: bytes) -> bytes:
    """Draw a path's line, ``weight`` points wide."""
    return numbers(colour) + b" RG " + number(weight).encode() + b" w\n" + path + b"S\n"
