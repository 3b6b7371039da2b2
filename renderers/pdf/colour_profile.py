"""The ICC profile that every document's colours are meant in: sRGB, built here from its published numbers.

Version 2, since PDF/A-1 knows no later one, and with a fixed date, so that it is the same bytes everywhere. The numbers
are those of IEC 61966-2-1, the colorants adapted to D50 (Bradford) as an ICC profile wants them.
"""

from __future__ import annotations

import struct
from functools import cache

#: What an output intent calls these colours; a registered condition needs no further explanation.
CONDITION = "sRGB IEC61966-2.1"

#: Media white and the three colorants as XYZ under D50.
_WHITE = (0.9642, 1.0, 0.8249)
_COLORANTS = {
    "rXYZ": (0.43607, 0.22249, 0.01392),
    "gXYZ": (0.38515, 0.71687, 0.09708),
    "bXYZ": (0.14307, 0.06061, 0.7141),
}

#: Points of the transfer curve; what lies between two of them is off by less than 1/2000.
_POINTS = 64


@cache
def srgb() -> bytes:
    """The profile's bytes."""
    curve = _curve()
    tags = {
        "desc": _description("sRGB"),
        "cprt": b"text\0\0\0\0" + b"No rights reserved\0",
        "wtpt": _xyz(_WHITE),
        **{tag: _xyz(values) for tag, values in _COLORANTS.items()},
        "rTRC": curve,
        "gTRC": curve,
        "bTRC": curve,
    }
    return _assembled(tags)


def _assembled(tags: dict[str, bytes]) -> bytes:
    """Header, tag table, and the tags' data; equal data are there once (ICC.1:2001-04, 6)."""
    table, data, places = b"", b"", dict[bytes, int]()
    start = 128 + 4 + 12 * len(tags)
    for tag, body in tags.items():
        if body not in places:
            places[body] = start + len(data)
            data += body + bytes(-len(body) % 4)
        table += tag.encode() + struct.pack(">II", places[body], len(body))
    size = start + len(data)
    return _header(size) + struct.pack(">I", len(tags)) + table + data


def _header(size: int) -> bytes:
    created = struct.pack(">6H", 2026, 1, 1, 0, 0, 0)
    return (
        struct.pack(">I4sI", size, b"\0\0\0\0", 0x02100000)
        + b"mntrRGB XYZ "
        + created
        + b"acsp\0\0\0\0"
        + bytes(4 + 4 + 4 + 8)  # flags, manufacturer, model, attributes
        + bytes(4)  # perceptual intent
        + _fixed(_WHITE)
        + bytes(48)
    )


def _description(words: str) -> bytes:
    """A ``desc`` with its ASCII form alone; the Unicode and Macintosh forms are empty."""
    ascii_form = words.encode() + b"\0"
    return b"desc\0\0\0\0" + struct.pack(">I", len(ascii_form)) + ascii_form + bytes(4 + 4 + 2 + 1 + 67)


def _xyz(values: tuple[float, float, float]) -> bytes:
    return b"XYZ \0\0\0\0" + _fixed(values)


def _fixed(values: tuple[float, float, float]) -> bytes:
    """s15Fixed16 numbers."""
    return struct.pack(">3i", *(round(value * 65536) for value in values))


def _curve() -> bytes:
    points = [round(_linear(index / (_POINTS - 1)) * 65535) for index in range(_POINTS)]
    return b"curv\0\0\0\0" + struct.pack(f">I{_POINTS}H", _POINTS, *points)


def _linear(value: float) -> float:
    """From the encoded value to light, both 0–1 (IEC 61966-2-1, 5.2)."""
    return float(value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4)
