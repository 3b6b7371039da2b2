"""Font programs: what is embedded, how wide it is, and how it is read back."""

import io

import pikepdf
import pytest
from fontTools.ttLib import TTFont

from renderers.document import render
from renderers.fonts import font_areas, font_programs
from renderers.fonts.characters import can_show
from renderers.fonts.faces import file_of
from renderers.fonts.font_programs import program
from renderers.fonts.shaping import shape


def embedded_fonts(pdf):
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        for page in opened.pages:
            yield from page.obj["/Resources"]["/Font"].values()


def test_advances_are_the_fonts_own(content, masters, hard_name):
    """Every glyph's /W is its advance in the embedded program's hmtx: nothing overprints."""
    rendered = render(content(name=hard_name), masters)
    for font in embedded_fonts(rendered.pdf):
        descendant = font["/DescendantFonts"][0]
        truetype = TTFont(io.BytesIO(descendant["/FontDescriptor"]["/FontFile2"].read_bytes()))
        scale = 1000 / truetype["head"].unitsPerEm
        advances = [truetype["hmtx"][glyph][0] * scale for glyph in truetype.getGlyphOrder()]
        assert [float(width) for width in descendant["/W"][1]] == pytest.approx(advances, abs=0.001)


def test_a_cut_program_keeps_the_faces_advances():
    """Subsetting and instancing leave every advance as the shaping face has it."""
    cut = program("roman-latin")
    for glyph in shape("Hamburgefonstiv 0123456789 ÀÉłŻ", "roman").glyphs:
        plain = shape(glyph.characters, "roman").width
        assert cut.widths[cut.codes[glyph.gid]] == plain


def test_ligatures_and_small_capitals_read_as_letters():
    """ToUnicode walks GSUB back: ligature to letters, small capital to its letter."""
    cut = program("roman-latin")
    for words, small_caps in (("ffi", False), ("fl", False), ("é", True), ("d", True)):
        run = shape(words, "roman", small_caps)
        assert "".join(cut.to_unicode[cut.codes[glyph.gid]] for glyph in run.glyphs) == words


def test_programs_are_tagged_as_subsets():
    """The PostScript name carries a tag of six capitals."""
    tag, _, family = program("roman-latin").base_font.partition("+")
    assert len(tag) == 6
    assert tag.isupper()
    assert family == "EBGaramond-Latin"


def test_every_face_is_cut_completely():
    """Every character that a face may set is in exactly one of its programs."""
    for face in ("roman", "sans"):
        names = [f"{face}-{area}" for area in font_areas.AREAS]
        held = [code for name in names for code in font_areas.characters_of(name)]
        assert len(held) == len(set(held))
        cmap = TTFont(io.BytesIO(file_of(face).read_bytes()), lazy=True).getBestCmap()
        shown = {code for code in cmap if can_show(face, chr(code))}
        assert set(held) == shown


def test_a_program_survives_the_shelf(monkeypatch):
    """A program read back from the shelf equals the built one; a torn file is built again."""
    built = program("sans-syllabics")
    packed = font_programs._packed(built)
    assert font_programs._unpacked(packed) == built

    class Torn:
        def read(self, _name):
            return packed[:100]

        def write(self, _name, data):
            self.written = data

    torn = Torn()
    monkeypatch.setattr(font_programs, "_programs", {})
    assert program("sans-syllabics", torn) == built
    assert torn.written == packed
