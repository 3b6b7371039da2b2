"""How a face is cut into font programs, so that a document embeds only what its lines need.

A whole face would be 100–130 KB in every document. Each program holds one area of a face; a run may change
programs between two glyphs without any visible trace, because it was shaped with the whole face.
"""

from __future__ import annotations

from functools import cache

from fontTools.unicodedata import category, script

from renderers.fonts.characters import can_show
from renderers.fonts.faces import plain_name, shaper
from renderers.fonts.shaping import Glyph, shape
from renderers.wording import CREDENTIAL, SMALL_CAPPED

#: Areas of a face beyond the Latin tier (Latin-1, Latin Extended-A) that nearly every document gets along
#: with: by code point, then by script. Each is small enough that a document with any two of them stays under
#: 80 KB.
BLOCKS = {
    "vietnamese": (*range(0x1A0, 0x1A2), *range(0x1AF, 0x1B1), *range(0x1EA0, 0x1EFA)),
    "extended": range(0x180, 0x1C4),
    "accented": range(0x1C4, 0x250),
    "phonetic": range(0x250, 0x2B0),
    "modifiers": range(0x2B0, 0x300),
    "marks": range(0x300, 0x370),
    "additional": range(0x1E00, 0x1F00),
    "mathematics": (*range(0x2200, 0x2300), *range(0x2980, 0x2B00), *range(0x1D400, 0x1D800)),
}
SCRIPTS = {"Cans": "syllabics", "Grek": "greek", "Cyrl": "cyrillic", "Zyyy": "symbols"}
AREAS = ("latin", *BLOCKS, *SCRIPTS.values(), "rare")

#: The program every page has: the roman Latin tier, in which all wording and numbers are set.
ROMAN = "roman-latin"
ITALIC = "italic-latin"

#: Punctuation beyond Latin Extended-A that belongs to the Latin tier: hyphens, dashes, quotes, the ellipsis. Daggers,
#: bullets and the like are as rare in a name as fractions.
_LATIN_SIGNS = frozenset({*range(0x2010, 0x2016), *range(0x2018, 0x2020), 0x2026})

#: The raised letters of *1er*.
SUPERIORS = "er"

#: Small capitals exist for exactly those of our own words that are set in them: the alphabet's would be 2 KB more.
SMALL_CAPITALS = "".join(
    sorted({letter for words in SMALL_CAPPED for letter in words if not letter.isupper()})
)


def program_name(face: str, character: str) -> str:
    """The font program of a face that holds a character, e.g. ``roman-latin``."""
    return f"{face}-{_area(character)}"


@cache
def _area(character: str) -> str:
    code = ord(character)
    # Fractions, raised figures and currency signs are rare in a name and would be a tenth of the Latin tier.
    if 0x7F < code < 0x180 and category(character) in ("No", "Sm", "Sc", "Sk"):
        return "symbols"
    if code < 0x180 or code in _LATIN_SIGNS:
        return "latin"
    block = next((area for area, codes in BLOCKS.items() if code in codes), None)
    return block or SCRIPTS.get(script(character), "rare")


def all_programs(face: str) -> list[str]:
    """The names of every program that a face is cut into."""
    return [f"{face}-{area}" for area in AREAS]


@cache
def characters_of(name: str) -> frozenset[int]:
    """The code points that a font program holds."""
    face, area = name.split("-")
    if plain_name(face) == "italic":
        # The italic speaks two lines of our own wording and nothing else.
        return frozenset(
            ord(each) for words in CREDENTIAL.values() for each in words.subtitle + words.fulfilment
        )
    shown = (chr(code) for code in shaper(face).face.unicodes if can_show(face, chr(code)))
    return frozenset(ord(each) for each in shown if _area(each) == area)


def extra_glyphs_of(name: str) -> frozenset[int]:
    """Glyph ids beyond those of the characters and their ligatures."""
    return frozenset(glyph.gid for glyph in alternates_of(name))


def alternates_of(name: str) -> tuple[Glyph, ...]:
    """The glyphs that only a feature gives: the wording's small capitals and raised letters."""
    if name != ROMAN:
        return ()
    raised = shape(SUPERIORS, "roman", superior=True)
    return shape(SMALL_CAPITALS, "roman", small_caps=True).glyphs + raised.glyphs
