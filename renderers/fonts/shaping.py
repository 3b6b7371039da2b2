"""Text to positioned glyphs: HarfBuzz with kerning, ligatures and marks, and nothing else.

All lengths are in thousandths of an em, the unit of a PDF's ``/W`` and ``TJ``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise
from operator import attrgetter
from typing import NamedTuple

import uharfbuzz

from renderers.fonts.faces import shaper

#: What shaping may do. All else stays off, so that a name looks as typed: EB Garamond's ``rlig`` would turn
#: ``^2`` into a raised figure and ``*common`` into an icon.
FEATURES = {
    "kern": True, "liga": True, "mark": True, "mkmk": True, "ccmp": True,
    "rlig": False, "calt": False, "clig": False, "locl": False,
}  # fmt: skip


class Glyph(NamedTuple):
    """One glyph of a run: its id in the whole face, its advance and offsets, what it stands for."""

    gid: int
    advance: float
    x_offset: float
    y_offset: float
    characters: str


_ADVANCE = attrgetter("advance")


@dataclass(frozen=True, slots=True)
class Run:
    """A line of text in one face, shaped."""

    face: str
    text: str
    glyphs: tuple[Glyph, ...]

    @property
    def width(self) -> float:
        """The advance of the whole line, in thousandths of an em."""
        advances: Iterable[float] = map(_ADVANCE, self.glyphs)
        return sum(advances)


@lru_cache(maxsize=8192)
def shape(text: str, face: str, small_caps: bool = False, superior: bool = False) -> Run:
    """Shape one line; ``small_caps`` makes its lower-case letters small capitals (``smcp``, never ``c2sc``).

    ``superior`` raises its letters, as the *er* of *1er*; few letters have such a form.
    """
    font = shaper(face)
    buffer = uharfbuzz.Buffer()
    buffer.add_str(text)
    # Guessing would make Arabic digits or a lone mark turn the line round; every script we set runs left to
    # right.
    buffer.guess_segment_properties()
    buffer.direction = "ltr"
    buffer.language = "en"
    uharfbuzz.shape(font, buffer, _features(small_caps, superior))
    return Run(face, text, _glyphs(buffer, text, 1000 / font.face.upem))


@cache
def _features(small_caps: bool, superior: bool) -> dict[str, bool]:
    return {**FEATURES, "smcp": small_caps, "sups": superior}


def _glyphs(buffer: uharfbuzz.Buffer, text: str, scale: float) -> tuple[Glyph, ...]:
    infos, positions = buffer.glyph_infos, buffer.glyph_positions or []
    starts = [info.cluster for info in infos]
    moves = [position.position for position in positions]
    return tuple(
        map(
            Glyph,
            [info.codepoint for info in infos],
            [x_advance * scale for _, _, x_advance, _ in moves],
            [x_offset * scale for x_offset, _, _, _ in moves],
            [y_offset * scale for _, y_offset, _, _ in moves],
            _characters(starts, text),
        )
    )


def _characters(starts: list[int], text: str) -> Iterable[str]:
    """What each glyph stands for; mostly there is one for each character."""
    if starts == list(range(len(text))):
        return text
    return [text[start:end] for start, end in zip(starts, _cluster_ends(starts, len(text)), strict=True)]


def _cluster_ends(starts: list[int], length: int) -> list[int]:
    """Where each glyph's characters end: a cluster reaches to the next one's start."""
    bounds = sorted({*starts, length})
    following = dict(pairwise(bounds))
    return [following[start] for start in starts]
