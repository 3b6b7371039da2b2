"""Page elements to content stream operators: the one place that writes text and colour.

The same operators are painted by borb on a master (or a whole page, the tests' oracle) and by pikepdf in a
blank. Lengths are in points with the origin at the page's lower left corner, as in PDF.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from typing import Any

from renderers.fonts.font_areas import all_programs, program_name
from renderers.fonts.font_program import FontProgram
from renderers.fonts.font_programs import kept_programs, program
from renderers.fonts.shaping import Glyph, Run, shape
from renderers.not_rendered import NotRendered
from renderers.shelf import Shelf

Colour = tuple[float, float, float]

INK: Colour = (0.09, 0.1, 0.14)

#: How much of a line's width lies left of its anchor.
ALIGNMENTS = {"left": 0.0, "centre": 0.5, "right": 1.0}


@dataclass(frozen=True, slots=True)
class Line:
    """One shaped line: its anchor ``x``, its baseline ``y``, type size in points, tracking in 1/1000 em."""

    run: Run
    x: float
    y: float
    size: float
    align: str = "left"
    colour: Colour = INK
    tracking: float = 0

    @property
    def width(self) -> float:
        """The line's width in points; the spacing after the last letter does not count."""
        return (self.run.width + self.tracking * (len(self.run.glyphs) - 1)) * self.size / 1000


@dataclass(frozen=True, slots=True)
class Spoken:
    """Lines that are one text when copied (``ActualText``), e.g. a name that was broken in two."""

    text: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Drawing:
    """Finished operators of a picture; it leaves the graphics state as it found it."""

    operators: bytes


@dataclass(frozen=True, slots=True)
class Marked:
    """Elements between a marked-content operator, ``opening``, and its ``EMC``."""

    opening: bytes
    elements: tuple[Element, ...]


Element = Line | Spoken | Drawing | Marked


class GlyphNotEmbedded(NotRendered, LookupError):  # noqa: N818 - says what is so, as a rule does
    """A shaped glyph is in no font program of its face: the areas and the features of shaping disagree."""


def text(words: str, x: float, y: float, size: float, align: str = "left", **style: Any) -> Line:
    """A line of our own wording; ``face``, ``small_caps``, ``colour`` and ``tracking`` may be given."""
    run = shape(words, style.pop("face", "roman"), style.pop("small_caps", False))
    return Line(run, x, y, size, align, **style)


def operators(elements: Iterable[Element], shelf: Shelf | None = None) -> bytes:
    """The content stream that paints the elements."""
    return b"".join(_painted(element, shelf) for element in elements)


def programs_of(elements: Iterable[Element], shelf: Shelf | None = None) -> frozenset[str]:
    """The names of the font programs that the elements are set in."""
    runs = (line.run for line in _lines(elements))
    return frozenset(held[0].name for run in runs for held in _all_held(run, shelf))


@lru_cache(maxsize=8192)
def number(value: float) -> str:
    """A coordinate as PDF writes it: two decimals at most, no exponent, no superfluous zeros."""
    written = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if written == "-0" else written


def text_string(words: str) -> bytes:
    """A text string as PDF writes it (ISO 32000-1, 7.9.2.2): plain where ASCII says all, else UTF-16."""
    if words.isascii() and words.isprintable():
        return b"(" + re.sub(rb"([\\()])", rb"\\\1", words.encode()) + b")"
    return b"<feff" + words.encode("utf-16-be").hex().encode() + b">"


def _lines(elements: Iterable[Element]) -> Iterable[Line]:
    for element in elements:
        if isinstance(element, Spoken):
            yield from element.lines
        elif isinstance(element, Marked):
            yield from _lines(element.elements)
        elif isinstance(element, Line):
            yield element


def _painted(element: Element, shelf: Shelf | None) -> bytes:
    if isinstance(element, Drawing):
        return b"q\n" + element.operators + b"Q\n"
    if isinstance(element, Line):
        return _line(element, shelf)
    if isinstance(element, Marked):
        return element.opening + operators(element.elements, shelf) + b"EMC\n"
    inner = b"".join(_line(line, shelf) for line in element.lines)
    return b"/Span <</ActualText " + text_string(element.text) + b">> BDC\n" + inner + b"EMC\n"


def _line(line: Line, shelf: Shelf | None) -> bytes:
    left = line.x - line.width * ALIGNMENTS[line.align]
    colour = " ".join(number(part) for part in line.colour)
    start = f"BT {colour} rg {number(left)} {number(line.y)} Td\n"
    held = _all_held(line.run, shelf)
    found = [(*each, glyph) for each, glyph in zip(held, line.run.glyphs, strict=True)]
    parts = []
    for font, group in groupby(found, key=itemgetter(0)):
        parts.append(f"/{font.resource} {number(line.size)} Tf\n")
        parts += _shown(group, line)
    return (start + "".join(parts) + "ET\n").encode()


def _shown(found: Iterable[tuple[FontProgram, str, float, Glyph]], line: Line) -> Iterator[str]:
    """``TJ`` arrays. They move sideways only: a mark that sits higher or lower gets a rise of its own."""
    for rise, group in groupby(found, key=lambda each: each[3].y_offset):
        array = f"[{_array(group, line.tracking)}] TJ\n"
        yield f"{number(rise * line.size / 1000)} Ts {array}0 Ts " if rise else array


def _array(found: Iterable[tuple[FontProgram, str, float, Glyph]], tracking: float) -> str:
    """Neighbouring codes in one string, neighbouring moves in one number, moves of nothing left out."""
    out: list[str] = []
    move, codes = 0.0, ""
    for _, code, width, glyph in found:
        move -= glyph.x_offset
        if abs(move) >= 0.005 and (codes or not out):
            out += [f"<{codes}>"] if codes else []
            out.append(number(move))
            codes = ""
        codes += code
        move = width - glyph.advance - tracking + glyph.x_offset
    out += [f"<{codes}>"] if codes else []
    # What is left moves the pen for whatever follows in this line.
    out += [number(move)] if abs(move) >= 0.005 else []
    return "".join(out)


#: Which program holds a glyph, its code there and its width, once found: a page asks some hundred times, for the same few.
_holders: dict[tuple[str, int, str], tuple[FontProgram, str, float]] = {}


def _all_held(run: Run, shelf: Shelf | None) -> list[tuple[FontProgram, str, float]]:
    """For each glyph of a run the program that holds it, its code there and its width."""
    face, known = run.face, _holders
    try:
        return [known[face, glyph.gid, glyph.characters] for glyph in run.glyphs]
    except KeyError:
        return [_held(face, glyph, shelf) for glyph in run.glyphs]


def _held(face: str, glyph: Glyph, shelf: Shelf | None) -> tuple[FontProgram, str, float]:
    key = (face, glyph.gid, glyph.characters)
    held = _holders.get(key)
    if held is None:
        font = _holder(face, glyph, shelf)
        code = font.codes[glyph.gid]
        held = _holders[key] = (font, f"{code:04x}", font.widths[code])
    return held


def _holder(face: str, glyph: Glyph, shelf: Shelf | None) -> FontProgram:
    """The program that holds a glyph; one that can also say what it stands for comes first.

    A mark is in the Latin program too, as a part of its accented letters, but only there as a nameless shape.
    """
    names = kept_programs(face), dict.fromkeys(program_name(face, each) for each in glyph.characters)
    for known in names:
        holding = [found for found in (program(name, shelf) for name in known) if glyph.gid in found.codes]
        if holding:
            return min(holding, key=lambda found: _strangeness(found, glyph))
    return _program_anywhere(face, glyph, shelf)


def _strangeness(found: FontProgram, glyph: Glyph) -> tuple[bool, bool]:
    """How ill a program knows its glyph: whether it says something else for it, or nothing."""
    says = found.to_unicode.get(found.codes[glyph.gid])
    return says != glyph.characters, says is None


def _program_anywhere(face: str, glyph: Glyph, shelf: Shelf | None) -> FontProgram:
    """For the rare glyph that stands for its characters in another area: a mark that HarfBuzz composed."""
    for name in all_programs(face):
        found = program(name, shelf)
        if glyph.gid in found.codes:
            return found
    raise GlyphNotEmbedded(f"glyph {glyph.gid} of {face} for {glyph.characters!r}")
