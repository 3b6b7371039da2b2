"""How a font program is cut out of a face. The only module that loads the heavy parts of fontTools."""

from __future__ import annotations

import hashlib
import io
import logging
from collections.abc import Iterator

from fontTools import subset
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

from renderers.fonts import font_areas
from renderers.fonts.faces import data_of, plain_name
from renderers.fonts.font_program import FontProgram

#: The substitutions whose results belong to a program: those that shaping may do.
SUBSTITUTIONS = ["liga", "ccmp"]

#: What a PDF needs of a TrueType program that is addressed by glyph id (ISO 32000-1, 9.9).
EMBEDDED_TABLES = {"glyf", "head", "hhea", "hmtx", "loca", "maxp", "cvt ", "fpgm", "prep"}

#: Weight of the roman and italic: the same that ``faces.shaper`` shapes with.
WEIGHT = {"wght": 400}

# "FFTM NOT subset" on every cut of DejaVu says nothing that anybody could act on.
logging.getLogger("fontTools.subset").setLevel(logging.ERROR)


def build(name: str) -> FontProgram:
    """Cut the program ``name`` (``face-area``) out of its face; the same bytes in any process."""
    face = name.partition("-")[0]
    whole = _opened(face)
    original_ids = {glyph: gid for gid, glyph in enumerate(whole.getGlyphOrder())}
    extra = [glyph for glyph, gid in original_ids.items() if gid in font_areas.extra_glyphs_of(name)]
    cut = _subset(whole, font_areas.characters_of(name), extra)
    if "fvar" in cut:
        instancer.instantiateVariableFont(cut, WEIGHT, inplace=True)
    return _program(name, cut, original_ids)


def _opened(face: str) -> TTFont:
    # From memory: an open file would be left to the garbage collector.
    return TTFont(io.BytesIO(data_of(face)), lazy=True, recalcTimestamp=False)


def _subset(font: TTFont, characters: frozenset[int], extra_glyphs: list[str]) -> TTFont:
    options = subset.Options(
        layout_features=SUBSTITUTIONS,
        hinting=False,
        glyph_names=True,
        notdef_outline=True,
        name_IDs=[],
        recalc_timestamp=False,
    )
    # Small capitals come in by glyph, not by feature: the whole alphabet's would double the program.
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=characters, glyphs=extra_glyphs)
    cutter.subset(font)
    return font


def _program(name: str, font: TTFont, original_ids: dict[str, int]) -> FontProgram:
    order = font.getGlyphOrder()
    scale = 1000 / font["head"].unitsPerEm
    texts = _texts(font, name)
    facts = {
        "codes": {original_ids[glyph]: code for code, glyph in enumerate(order)},
        "widths": tuple(round(font["hmtx"][glyph][0] * scale, 3) for glyph in order),
        "to_unicode": {code: texts[glyph] for code, glyph in enumerate(order) if glyph in texts},
        "box": tuple(
            round(getattr(font["head"], side) * scale, 3) for side in ("xMin", "yMin", "xMax", "yMax")
        ),
        "ascent": round(font["hhea"].ascent * scale, 3),
        "descent": round(font["hhea"].descent * scale, 3),
        "cap_height": round((getattr(font["OS/2"], "sCapHeight", 0) or 1493) * scale, 3),
        "italic_angle": float(font["post"].italicAngle),
    }
    truetype = _embedded(font)
    return FontProgram(name=name, base_font=_base_font(name, truetype), truetype=truetype, **facts)


def _texts(font: TTFont, name: str) -> dict[str, str]:
    """What each glyph stands for: the character map, then GSUB walked back (ligature → letters)."""
    texts: dict[str, str] = {}
    for code, glyph in sorted(font.getBestCmap().items()):
        texts.setdefault(glyph, chr(code))
    for alternate, letter in _alternates(name).items():
        texts.setdefault(alternate, letter)
    for _ in range(2):
        for result, parts in _substitutions(font):
            if all(part in texts for part in parts):
                texts.setdefault(result, "".join(texts[part] for part in parts))
    return texts


def _alternates(name: str) -> dict[str, str]:
    """What the glyphs stand for that only a feature gives."""
    found = font_areas.alternates_of(name)
    if not found:
        return {}
    whole = _opened(name.partition("-")[0]).getGlyphOrder()
    return {whole[glyph.gid]: glyph.characters for glyph in found}


def _substitutions(font: TTFont) -> Iterator[tuple[str, tuple[str, ...]]]:
    """(resulting glyph, the glyphs it stands for) of every single and ligature substitution."""
    lookups = font["GSUB"].table.LookupList.Lookup if "GSUB" in font and font["GSUB"].table.LookupList else []
    tables = (getattr(table, "ExtSubTable", table) for lookup in lookups for table in lookup.SubTable)
    for table in tables:
        if table.LookupType == 1:
            yield from ((result, (glyph,)) for glyph, result in sorted(table.mapping.items()))
        if table.LookupType == 4:
            for first, ligatures in sorted(table.ligatures.items()):
                yield from ((each.LigGlyph, (first, *each.Component)) for each in ligatures)


def _embedded(font: TTFont) -> bytes:
    for tag in set(font.keys()) - EMBEDDED_TABLES - {"GlyphOrder"}:
        del font[tag]
    out = io.BytesIO()
    font.save(out, reorderTables=True)
    return out.getvalue()


def _base_font(name: str, truetype: bytes) -> str:
    """``ABCDEF+EBGaramond-Latin``: a subset tag of six letters, taken from the program itself."""
    digest = hashlib.sha256(truetype).digest()
    tag = "".join(chr(ord("A") + byte % 26) for byte in digest[:6])
    face, area = name.split("-")
    family = {"roman": "EBGaramond", "italic": "EBGaramondItalic", "sans": "DejaVuSans"}[plain_name(face)]
    return f"{tag}+{family}-{area.title()}"
