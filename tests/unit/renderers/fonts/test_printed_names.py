"""CO-06: which names can be set, and how (domain §7, "Names on paper")."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from renderers.content import Name
from renderers.fonts import faces
from renderers.fonts.characters import can_show, normal, unprintable_character
from renderers.fonts.names import (
    NAME_LENGTH,
    NAME_SIZE,
    NAME_WIDTH,
    SetName,
    Unprintable,
    set_name,
    unprintable_address,
    unprintable_line,
)
from renderers.fonts.shaping import shape
from renderers.pdf.painting import Line, operators


def printed(*parts):
    """How a name is set; the test fails when it is refused."""
    found = set_name(Name(*parts))
    assert isinstance(found, SetName)
    return found


def refused(*parts):
    """Why a name is refused; the test fails when it is set."""
    found = set_name(Name(*parts))
    assert isinstance(found, Unprintable)
    return found


def test_hard_names_are_set_in_full(hard_name):
    """A name of a supported script is set in the first format, with nothing left out."""
    typed = " ".join(filter(None, (hard_name.first, hard_name.middle, hard_name.last, hard_name.suffix)))
    found = printed(hard_name.first, hard_name.middle, hard_name.last, hard_name.suffix)
    assert (found.format, found.text) == (1, unicodedata.normalize("NFC", typed))


@pytest.mark.parametrize(
    ("name", "format_", "text"),
    [
        (("Ann", "Bea", "Cole", "III"), 1, "Ann Bea Cole III"),
        (
            ("Alexandrina Wilhelmina", "Konstanze Theodora", "Featherstonehaughs", ""),
            2,
            "Alexandrina Wilhelmina K. T. Featherstonehaughs",
        ),
        (("a" * 28, "Bea Cora Dee", "c" * 28, ""), 3, f"{'a' * 28} {'c' * 28}"),
        (("Marie-Ève Maximiliane", "Zoé", "c" * 40, "Jr."), 4, f"M.-È. M. Z. {'c' * 40} Jr."),
    ],
)
def test_the_ladder_takes_the_first_format_that_fits(name, format_, text):
    """Full name, middle initials, no middle name, initials: the first under 60 characters that fits wins."""
    found = printed(*name)
    assert (found.format, found.text) == (format_, text)


def test_sixty_characters_are_too_many():
    """A last name that leaves no format under 60 characters cannot be set."""
    found = set_name(Name("", "", "a" * NAME_LENGTH, ""))
    assert found == Unprintable("too_long", "a" * NAME_LENGTH)


def test_a_name_too_wide_for_two_lines_is_too_long():
    """A short name of very wide letters without a place to break cannot be set either."""
    assert refused("", "", "W" * 40, "").problem == "too_long"


def test_a_wide_name_breaks_at_its_hyphen():
    """A name that needs two lines is broken at a space or a hyphen, and the hyphen stays above."""
    found = printed("", "", "WMWMWMWMWMWMWMWMW-WMWMWMWMWMWMWMWMW", "")
    assert found.lines == ("WMWMWMWMWMWMWMWMW-", "WMWMWMWMWMWMWMWMW")


def test_two_lines_part_between_the_names_parts():
    """A long name is broken between first and last name rather than inside ``de la Tour``."""
    found = printed("Jean-Christophe Alexandre", "", "de la Tour d’Auvergne-Lauraguais", "")
    assert found.lines == ("Jean-Christophe Alexandre", "de la Tour d’Auvergne-Lauraguais")


def test_decomposed_input_is_set_composed():
    """A name typed in NFD is the same name as in NFC."""
    composed = Name("Zoé", "", "Nguyễn", "")
    assert set_name(
        Name(*(unicodedata.normalize("NFD", part) for part in ("Zoé", "", "Nguyễn", "")))
    ) == set_name(composed)


@pytest.mark.parametrize(
    ("text", "character", "code_point", "unicode_name"),
    [
        ("محمد", "م", "U+0645", "ARABIC LETTER MEEM"),
        ("Anna 😀", "😀", "U+1F600", "GRINNING FACE"),
        ("Li 李", "李", "U+674E", "CJK UNIFIED IDEOGRAPH-674E"),
        ("An\u200dna", "\u200d", "U+200D", "ZERO WIDTH JOINER"),
        ("An\u0007na", "\u0007", "U+0007", "<control-0007>"),
        ("An\ud800na", "\ud800", "U+D800", "<surrogate-D800>"),
        ("An\ue000na", "\ue000", "U+E000", "<private-use-E000>"),
        ("An\u2028na", "\u2028", "U+2028", "LINE SEPARATOR"),
        ("Anـna", "ـ", "U+0640", "ARABIC TATWEEL"),
        ("Anna\ufe0f", "\ufe0f", "U+FE0F", "VARIATION SELECTOR-16"),
        ("☃", "☃", "U+2603", "SNOWMAN"),
    ],
)
def test_the_first_unprintable_character_is_named(text, character, code_point, unicode_name):
    """What cannot be set is refused with the character, its code point and its Unicode name."""
    found = set_name(Name("", "", text, ""))
    assert found == Unprintable("character", text, character, code_point, unicode_name)


def test_a_name_is_set_in_one_face_or_not_at_all():
    """Where one face has the first letters and only another the next, the letter that breaks it is named."""
    assert refused("", "", "ᐊꜬ", "").character == "Ꜭ"
    assert refused("", "", "Ꜭᐊ", "").character == "ᐊ"


def test_a_character_is_never_left_out_to_make_a_name_fit():
    """A middle name that cannot be set refuses the name; it is not dropped by a shorter format."""
    assert refused("Anna", "美", "Smith", "").character == "美"


def test_stray_marks_go_to_the_face_that_places_them():
    """A mark that Garamond would leave beside its letter is set in the face that puts it on top."""
    assert printed("", "", "q̓", "").face == "sans"
    assert printed("", "", "é", "").face == "roman"


def test_no_substitution_changes_what_was_typed():
    """The face's icons and raised figures (``*common``, ``^2``) stay plain letters."""
    assert len(shape("*common^2", "roman").glyphs) == len("*common^2")


def test_an_address_line_gets_the_same_character_test():
    """Recipient and address lines may hold what a name may hold, and must fit the window."""
    assert unprintable_line("10123 Jasper Avenue NW") is None
    assert unprintable_line("北京路 5") == unprintable_character("北京路 5", "北")
    assert unprintable_line("W" * 60) == Unprintable("too_long", "W" * 60)


def test_more_lines_than_the_window_shows_are_refused():
    """Recipient and address together have at most eight lines."""
    assert unprintable_address(("Anna",) * 8) is None
    assert unprintable_address(("Anna",) * 9) == Unprintable("too_long", "Anna")


#: Everything that at least one face can show, the Latin tier three times as likely.
PRINTABLE = [
    chr(code)
    for face in faces.FOR_NAMES
    for code in sorted(faces.shaper(face).face.unicodes)
    for _ in range(6 if code < 0x180 else 1)
    if can_show(face, chr(code))
]

characters = st.one_of(
    st.characters(),
    st.sampled_from("aéễłŻʔʼİßﬁᐊᖅαЖ-'’ .̓̌̈\u00a0\u2010"),
)
parts = st.text(characters, max_size=25)


@settings(max_examples=400, deadline=None)
@given(parts, parts, parts, parts)
def test_any_name_is_set_right_or_refused(first, middle, last, suffix):
    """Whatever Unicode holds, a name gives lines that fit and can be painted, or a reason; never an exception."""
    found = set_name(Name(first, middle, last, suffix))
    if isinstance(found, Unprintable):
        assert found.problem in {"character", "too_long"}
        return
    assert isinstance(found, SetName)
    runs = [shape(line, found.face) for line in found.lines]
    assert len(runs) <= 2
    assert len(found.text) < NAME_LENGTH
    assert all(run.width * NAME_SIZE / 1000 <= NAME_WIDTH for run in runs)
    assert all(glyph.gid for run in runs for glyph in run.glyphs)
    assert operators([Line(run, 0, 0, NAME_SIZE) for run in runs])


@pytest.mark.parametrize("face", faces.FOR_NAMES)
def test_every_character_of_a_face_can_be_painted(face):
    """Whatever passes the character test is in one of the face's font programs, not only in its character map."""
    codes = faces.shaper(face).face.unicodes
    shown = [chr(code) for code in codes if can_show(face, chr(code)) and normal(chr(code)) == chr(code)]
    assert len(shown) > 1600
    for character in shown:
        line = Line(shape(normal(f"n{character}n"), face), 0, 0, NAME_SIZE)
        assert operators([line])


@settings(max_examples=300, deadline=None)
@given(
    st.text(st.sampled_from(PRINTABLE), max_size=20),
    st.text(st.sampled_from(PRINTABLE), min_size=1, max_size=30),
)
def test_names_of_printable_characters_are_painted(first, last):
    """A name of characters that we have is painted glyph by glyph, unless no one face has them all."""
    found = set_name(Name(first, "", last, ""))
    if isinstance(found, SetName):
        assert operators([Line(shape(line, found.face), 0, 0, NAME_SIZE) for line in found.lines])
