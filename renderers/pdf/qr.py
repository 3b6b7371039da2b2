"""A QR code as one vector path."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from math import isqrt

import zxingcpp

from renderers.pdf.painting import Drawing, number

_DARK = re.compile(rb"\0+")


@lru_cache(maxsize=64)
def qr_code(link: str, x: float, y: float, side: float) -> Drawing:
    """The code for ``link``, black, filling a square with lower left ``x``, ``y``.

    The page keeps four modules around it clear (ISO/IEC 18004, 9.1).
    """
    return drawn(modules(link), x, y, side)


def modules(link: str) -> bytes:
    """The code's modules as a square of bytes, top row first, 0 where dark.

    Error correction M: a folded or stained sheet still reads.
    """
    code = zxingcpp.create_barcode(link, zxingcpp.BarcodeFormat.QRCode, ec_level="M")
    return bytes(memoryview(code.to_image(scale=1, add_quiet_zones=False)))  # type: ignore[arg-type]


def drawn(pixels: bytes, x: float, y: float, side: float) -> Drawing:
    """A square of modules as one path."""
    count = isqrt(len(pixels))
    scale = f"{side / count:.4f}"
    # Whole modules as units keep the path short, and one fill for all of it leaves no hairlines between them.
    head = f"0 g {scale} 0 0 {scale} {number(x)} {number(y)} cm\n"
    # A light byte after each row, so that no run goes on in the next one.
    rows = b"\xff".join(pixels[start : start + count] for start in range(0, len(pixels), count))
    rectangles = _rectangles(count)
    return Drawing(f"{head}{''.join([rectangles[run.span()] for run in _DARK.finditer(rows)])}f\n".encode())


class _Rectangles(dict[tuple[int, int], str]):
    """The rectangle of each run of dark modules, by where it starts and ends; the few thousand there are recur."""

    def __init__(self, count: int) -> None:
        super().__init__()
        self._count = count

    def __missing__(self, span: tuple[int, int]) -> str:
        row, left = divmod(span[0], self._count + 1)
        made = self[span] = f"{left} {self._count - 1 - row} {span[1] - span[0]} 1 re\n"
        return made


@cache
def _rectangles(count: int) -> _Rectangles:
    return _Rectangles(count)
