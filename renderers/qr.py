"""A QR code as one vector path."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import zxingcpp

from renderers.painting import Drawing, number

#: Modules of white around the code (ISO/IEC 18004, 9.1); left to the page, which keeps them clear.
QUIET_ZONE = 4


@lru_cache(maxsize=64)
def qr_code(link: str, x: float, y: float, side: float) -> Drawing:
    """The code for ``link``, black, filling a square with lower left ``x``, ``y``; no quiet zone."""
    rows = _modules(link)
    module = side / len(rows)
    scale = f"{module:.4f}"
    # Whole modules as units keep the path short, and one fill for all of it leaves no hairlines between them.
    head = f"0 g {scale} 0 0 {scale} {number(x)} {number(y)} cm\n"
    path = "".join(f"{left} {bottom} {width} {height} re\n" for left, bottom, width, height in _boxes(rows))
    return Drawing(f"{head}{path}f\n".encode())


def _modules(link: str) -> list[list[bool]]:
    """Rows of modules, top one first, true where dark.

    Error correction M: a folded or stained sheet still reads.
    """
    code = zxingcpp.create_barcode(link, zxingcpp.BarcodeFormat.QRCode, ec_level="M")
    pixels: Any = memoryview(code.to_image(scale=1, add_quiet_zones=False))  # type: ignore[arg-type]
    return [[pixel == 0 for pixel in row] for row in pixels.tolist()]


def _boxes(rows: list[list[bool]]) -> Iterator[tuple[int, int, int, int]]:
    """Dark runs of each row, drawn down as far as the rows below have the very same run."""
    pending: dict[tuple[int, int], int] = {}
    for index, row in enumerate([*rows, []]):
        runs = set(_runs(row))
        for run in sorted(set(pending) - runs):
            top = pending.pop(run)
            yield run[0], len(rows) - index, run[1] - run[0], index - top
        for run in runs:
            pending.setdefault(run, index)


def _runs(row: list[bool]) -> Iterator[tuple[int, int]]:
    start = None
    for index, dark in enumerate([*row, False]):
        if dark and start is None:
            start = index
        if not dark and start is not None:
            yield start, index
            start = None
