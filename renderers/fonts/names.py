"""Names on paper (CO-06, domain §7, "Names on paper"): the ladder of four formats, and what fits the name's box."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from renderers.content import Name
from renderers.fonts import faces
from renderers.fonts.characters import Unprintable, normal, set_line
from renderers.fonts.shaping import Run, shape

__all__ = ["NameBox", "SetName", "Unprintable", "set_name", "unprintable_address", "unprintable_line"]

#: Type size of a name on the credential in points; never smaller, never condensed.
NAME_SIZE = 28
#: Width of the name's box in points.
NAME_WIDTH = 648
#: A printed name has fewer characters than this.
NAME_LENGTH = 60
#: Type size and width in points of a line in the letter's address block; 11 pt keeps a long line inside the
#: window.
ADDRESS_SIZE = 11
ADDRESS_WIDTH = 300
#: Lines that the window can show, the recipient's included.
ADDRESS_LINES = 8


@dataclass(frozen=True, slots=True)
class NameBox:
    """What a name must fit: a type size and a width in points, in one of the faces."""

    size: float = NAME_SIZE
    width: float = NAME_WIDTH
    faces: tuple[str, ...] = faces.FOR_NAMES


#: The box of today.
NAME_BOX = NameBox()

_BREAK = re.compile(r"(?<=[-\u2010])(?=[^\s\-\u2010])| ")


@dataclass(frozen=True, slots=True)
class SetName:
    """A name as it will stand on paper: the format used (1–4), its text and one or two lines in one face."""

    format: int
    text: str
    lines: tuple[str, ...]
    face: str

    @property
    def widths(self) -> tuple[float, ...]:
        """The width of each line in points, as HarfBuzz advances it at ``NAME_SIZE``."""
        return tuple(shape(line, self.face).width * NAME_SIZE / 1000 for line in self.lines)


def set_name(name: Name, box: NameBox = NAME_BOX) -> SetName | Unprintable:
    """Set a name in the first format that is short enough and fits its box; else say why none does.

    A shorter format is taken for want of room only: a character that cannot be set is refused, never left
    out.
    """
    return _set_name(name, box)


@lru_cache(maxsize=8192)
def _set_name(name: Name, box: NameBox) -> SetName | Unprintable:
    for number, parts in enumerate(_formats(name), start=1):
        text = _joined(parts)
        if len(text) >= NAME_LENGTH:
            continue
        run = set_line(text, box.faces)
        if isinstance(run, Unprintable):
            return run
        lines = _lines(run, parts, box)
        if lines:
            return SetName(number, text, lines, run.face)
    return Unprintable("too_long", _joined(_formats(name)[0]))


@lru_cache(maxsize=8192)
def unprintable_line(text: str, possible: tuple[str, ...] = faces.FOR_NAMES) -> Unprintable | None:
    """Why a recipient or address line cannot stand in the letter's window, or None when it can in a possible face."""
    run = set_line(normal(text), possible)
    if isinstance(run, Unprintable):
        return run
    return None if run.width * ADDRESS_SIZE / 1000 <= ADDRESS_WIDTH else Unprintable("too_long", run.text)


def unprintable_address(
    lines: tuple[str, ...], possible: tuple[str, ...] = faces.FOR_NAMES
) -> Unprintable | None:
    """What keeps recipient and address out of the window: a line, or more lines than it shows."""
    for line in lines:
        refused = unprintable_line(line, possible)
        if refused is not None:
            return refused
    return Unprintable("too_long", normal(lines[-1])) if len(lines) > ADDRESS_LINES else None


def _formats(name: Name) -> tuple[tuple[str, ...], ...]:
    first, middle, last, suffix = (
        normal(part).strip() for part in (name.first, name.middle, name.last, name.suffix)
    )
    return (
        (first, middle, last, suffix),
        (first, initials(middle), last, suffix),
        (first, last, suffix),
        (initials(first), initials(middle), last, suffix),
    )


def _joined(parts: tuple[str, ...]) -> str:
    return normal(" ".join(part for part in parts if part))


def initials(part: str) -> str:
    """Initials: ``Marie-Ève Anne`` → ``M.-È. A.``."""
    return " ".join("-".join(_initial(piece) for piece in word.split("-") if piece) for word in part.split())


def _initial(word: str) -> str:
    """The first letter with its marks, and a full stop; a word without letters gives its first character."""
    start = next((index for index, character in enumerate(word) if character.isalpha()), 0)
    end = start + 1
    while end < len(word) and _is_mark(word[end]):
        end += 1
    return word[start:end] + "."


def _is_mark(character: str) -> bool:
    return unicodedata.category(character).startswith("M")


def _lines(run: Run, parts: tuple[str, ...], box: NameBox) -> tuple[str, ...]:
    """The name in one line, or in two, or () when it does not fit.

    Two lines part between two of its parts where that fits (``de la Tour`` stays together), and as evenly as
    possible.
    """
    if _fits(run, box):
        return (run.text,)
    between_parts = {_joined(parts[:count]) for count in range(1, len(parts))}
    breaks = [(run.text[: at.start()], run.text[at.end() :]) for at in _BREAK.finditer(run.text)]
    fitting = [
        (lines[0] not in between_parts, max(widths), lines)
        for lines in breaks
        if (widths := _fitting_widths(lines, run.face, box))
    ]
    return min(fitting)[-1] if fitting else ()


def _fitting_widths(lines: tuple[str, str], face: str, box: NameBox) -> list[float]:
    runs = [shape(line, face) for line in lines]
    return [run.width for run in runs] if all(run.text and _fits(run, box) for run in runs) else []


def _fits(run: Run, box: NameBox) -> bool:
    return run.width * box.size / 1000 <= box.width
