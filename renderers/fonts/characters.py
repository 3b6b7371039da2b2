"""CO-06's character test: what may stand in a line, and in which face the line can be set."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from fontTools.unicodedata import category, script, script_extension

from renderers.fonts import faces
from renderers.fonts.shaping import Glyph, Run, shape

#: Scripts that need nothing beyond kerning, ligatures and marks (domain §7, "Names on paper"), as ISO 15924 codes.
SCRIPTS = frozenset({"Latn", "Cans", "Grek", "Cyrl", "Zyyy", "Zinh"})

#: Controls, unassigned, private and line separators start or are one of these general categories; So is
#: emoji.
REFUSED_CATEGORIES = ("C", "So", "Zl", "Zp")

#: Marks that only steer shaping and have no ink: the grapheme joiner and the variation selectors.
STEERING_MARKS = frozenset({0x034F, *range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)})


@dataclass(frozen=True, slots=True)
class Unprintable:
    """Why a text cannot be set: ``character``, or ``too_long`` (then the last three are empty)."""

    problem: str
    text: str
    character: str = ""
    code_point: str = ""
    unicode_name: str = ""


def normal(text: str) -> str:
    """The form that is tested, set and extracted again: NFC."""
    return unicodedata.normalize("NFC", text)


def set_line(text: str, possible: tuple[str, ...] = faces.FOR_NAMES) -> Run | Unprintable:
    """Shape one NFC line in the first possible face that can set all of it, or name the character that prevents it.

    An empty line is refused too, with no character to name: there is nothing to set.
    """
    if not text:
        return Unprintable("character", text)
    showing = [face for face in possible if _can_show_all(face, text)]
    if not showing:
        return unprintable_character(text, _first_unshown(text, possible))
    stray = None
    for face in showing:
        run = shape(text, face)
        stray = _stray_mark(run)
        if stray is None:
            return run
    return unprintable_character(text, stray or "")


def _can_show_all(face: str, text: str) -> bool:
    return all(can_show(face, character) for character in set(text))


def _first_unshown(text: str, possible: tuple[str, ...]) -> str:
    """The character up to which no face can show all."""
    for character in text:
        possible = tuple(face for face in possible if can_show(face, character))
        if not possible:
            return character
    raise ValueError(f"some face shows all of {text!r}")


@cache
def can_show(face: str, character: str) -> bool:
    """Whether a face may set a character: a permitted one with a glyph (the glyph alone is not enough)."""
    return is_permitted(character) and faces.has_glyph(face, character)


@cache
def is_permitted(character: str) -> bool:
    """Whether script and category of a character are ones we can set without shaping beyond marks."""
    return (
        script(character) in SCRIPTS
        # Tatweel or an Arabic vowel sign is Common or Inherited, but belongs to scripts that join.
        and not SCRIPTS.isdisjoint(script_extension(character))
        and not category(character).startswith(REFUSED_CATEGORIES)
        and ord(character) not in STEERING_MARKS
    )


def unprintable_character(text: str, character: str) -> Unprintable:
    """The refusal that names one character."""
    code_point = " ".join(f"U+{ord(each):04X}" for each in character)
    return Unprintable("character", text, character, code_point, _name_of(character))


def _stray_mark(run: Run) -> str | None:
    """The first combining mark that its face leaves beside its letter, or on top of another mark."""
    if not any(map(_is_mark, set(run.text))):
        return None
    for letter, glyph in pairwise(run.glyphs):
        marks = [each for each in glyph.characters if _is_mark(each)]
        was_moved = glyph.advance or glyph.x_offset or glyph.y_offset
        if marks and not was_moved and not _sits_on(run.face, glyph, letter):
            return marks[-1]
    return None


def _is_mark(character: str) -> bool:
    return unicodedata.category(character) in ("Mn", "Me")


def _sits_on(face: str, mark: Glyph, letter: Glyph) -> bool:
    """Whether a mark without an anchor has its ink over the middle of a letter that has no accent of its own."""
    extents = faces.shaper(face).get_glyph_extents(mark.gid)
    if extents is None or not letter.advance or len(unicodedata.normalize("NFD", letter.characters[:1])) > 1:
        return False
    centre = (extents.x_bearing + extents.width / 2) * 1000 / faces.shaper(face).face.upem
    return bool(-0.75 * letter.advance <= centre <= -0.25 * letter.advance)


def _name_of(character: str) -> str:
    """The Unicode name; controls have none, so their label (``<control-000A>``) stands in."""
    if len(character) != 1:
        return ""
    label = {"Cc": "control", "Co": "private-use", "Cs": "surrogate"}.get(
        unicodedata.category(character), "unassigned"
    )
    return unicodedata.name(character, f"<{label}-{ord(character):04X}>")
