"""The text rules of every edge: what is accepted, what is refused, and in which words."""

import string
import sys
import unicodedata
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.edges.fault_sentences import LABELS, SENTENCES
from models.edges.faults import fault, printable, reasons
from models.edges.text import (
    LIMITS,
    REFUSED_CATEGORIES,
    check_address,
    check_email,
    check_names,
    check_note,
    check_school_year,
    check_text,
    known_countries,
    neutralise_formula,
    parse_asn,
    parse_credential_number,
    parse_date,
    parse_legacy_number,
    parse_school_year,
    surely_plain,
)

#: Text with what is refused in it often: spaces of many kinds, breaks, invisible, private and unassigned characters.
HARD = st.text(
    st.one_of(st.sampled_from("a é|  \u00a0\u3000\u200b\n\t\u2028\u2029\ue000\u0378🎓"), st.characters())
)


def codes(faults):
    return [one.code for one in faults]


@pytest.mark.parametrize(
    "text",
    [
        "O'Brien", "Nguyễn", "Łukasz-Żółć", "ᐊᒪᕈᖅ", "ʔeh́chel", "王秀英", "محمد", "🎓", "👍🏽", "❤️", "Null", "None",
        "=1+1", "@SUM(A1)", "+1", "-", "e\u0301", "Jean\u00a0Luc", "a" * 50, "🎓" * 50, "\u0301", "<b>", "a, b",
    ],
)  # fmt: skip
def test_any_script_is_accepted(text):
    """Any script, emoji, the words Null and None and formula-like text are stored as they are."""
    assert check_text("last_name", text, required=True) == []


@pytest.mark.parametrize(
    "character", [chr(one) for one in (0, 9, 10, 13, 0x7F, 0x85, 0xAD, 0x200B, 0x200D, 0x202E)]
)
@pytest.mark.parametrize("around", ["{}", "a{}", "{}a", "a{}b"])
def test_a_refused_character_is_found_wherever_it_stands(character, around):
    """A control or format character is refused alone, first, last and in the middle."""
    (found,) = check_text("first_name", around.format(character))
    assert found.code == "first_name_character_refused"
    assert found.params["code_point"] == f"U+{ord(character):04X}"
    assert found.params["position"] == around.index("{") + 1


def test_every_character_is_judged_by_its_category():
    """Of all code points, those of the seven categories are refused and no others but lone spaces."""
    for number in range(sys.maxunicode + 1):
        text = f"a{chr(number)}b"
        refused = unicodedata.category(chr(number)) in REFUSED_CATEGORIES
        assert text.isprintable() is not refused or unicodedata.category(chr(number)) == "Zs"
        if not text.isascii() and text.isprintable():
            continue  # checked by the oracle test below; here only what the fast path doubts
        assert bool(check_text("city", text)) is refused


@given(HARD)
def test_the_fast_path_never_passes_what_the_checks_refuse(text):
    """A text that is surely plain has no fault in any field."""
    if surely_plain([text]):
        assert [one for field in LIMITS for one in check_text(field, text)] == []


@given(st.lists(HARD, max_size=4))
def test_texts_together_are_plain_only_if_each_is(texts):
    """Looking at several texts in one go finds what looking at each finds."""
    assert not surely_plain(texts) or all(surely_plain([one]) for one in texts)


def test_a_separator_inside_a_text_hides_no_length():
    """A long text with the fast path's own separator in it is not taken for two short ones."""
    assert not surely_plain(["a" * 30 + "|" + "b" * 30])


@given(HARD)
def test_a_printable_single_spaced_text_is_accepted(text):
    """Short printable text with single inner ASCII spaces has no fault, whatever its script."""
    words = "".join(one for one in text if one.isprintable()).split()
    assert check_text("city", " ".join(words)) == []


@pytest.mark.parametrize("space", [" ", "\u00a0", "\u2009", "\u202f", "\u3000"])
def test_every_kind_of_space_is_a_space(space):
    """Outer and doubled spaces are refused whichever of Unicode's spaces they are; a single inner one is not."""
    assert codes(check_text("city", f"{space}a")) == ["city_outer_space"]
    assert codes(check_text("city", f"a{space}")) == ["city_outer_space"]
    assert codes(check_text("city", f"a{space} b")) == ["city_doubled_space"]
    assert codes(check_text("city", space)) == ["city_outer_space"]
    assert check_text("city", f"a{space}b") == []


def test_all_faults_of_a_text_are_found():
    """Length, outer spaces, doubled spaces and characters are all reported at once."""
    assert codes(check_text("last_name", " a  b\u200b" + "c" * 50)) == [
        "last_name_too_long",
        "last_name_outer_space",
        "last_name_doubled_space",
        "last_name_character_refused",
    ]


def test_many_refused_characters_are_summed_up():
    """Five different characters are named, the rest are counted."""
    found = check_text("city", "".join(map(chr, range(12))))
    assert len(found) == 6
    assert found[-1].params["count"] == 7


def test_limits_count_characters_not_bytes():
    """Fifty emoji fit, fifty-one letters do not."""
    assert check_names({"last_name": "🎓" * 50, "first_name": "é" * 50, "suffix": "x" * 50}) == []
    (found,) = check_names({"last_name": "a" * 51})
    assert (found.code, found.params) == ("last_name_too_long", {"limit": 50, "length": 51})


def test_only_the_last_name_is_required():
    """A mononym is a name; a missing last name is the one fault of an empty name."""
    assert check_names({"last_name": "Sukarno"}) == []
    assert codes(check_names({"first_name": "Sukarno"})) == ["last_name_missing"]


def test_an_address_is_measured_in_total():
    """Lines, their breaks, city, province and postal code share 246 characters; the country is not counted."""
    rest = ("Calgary", "AB", "T2P 1J9", "CA")
    room = 246 - len("CalgaryABT2P 1J9") - 1
    assert check_address(["a" * (room - 5), "b" * 5], *rest) == []
    assert codes(check_address(["a" * (room - 5), "b" * 6], *rest)) == ["address_too_long"]


def test_an_incomplete_address_is_no_fault():
    """Nothing at all, no country, or a country alone is stored; rule 60108 judges it later."""
    assert check_address([], "", "", "", "") == []
    assert check_address(["12 Main St"], "Calgary", "", "", "") == []
    assert check_address([], "", "", "", "DE") == []


@pytest.mark.parametrize("country", ["ZZ", "XX", "ca", "CAN", "UK", "Canada", "C", " CA", "🇨🇦"])
def test_an_unknown_country_is_malformed(country):
    """Only the codes of ISO 3166 in capitals are countries."""
    assert "country_unknown" in codes(check_address([], "", "", "", country))


def test_the_countries_are_those_of_iso_3166():
    """All 249 assigned codes are known, without the postal data's additions."""
    assert len(known_countries()) == 249
    assert {"CA", "US", "UM", "GB", "PS", "TW", "AQ"} <= known_countries()
    assert not {"AC", "TA", "XK", "ZZ", "UK", "EU"} & known_countries()


def test_a_fault_in_an_address_names_its_line():
    """In an address of several lines the message says which line it means, in both languages."""
    (spaces,) = check_address(["Unit 5", "12  Main St"], "", "", "", "CA")
    assert spaces.message["en"].startswith("Address, line 2: ")
    assert spaces.message["fr"].startswith("Adresse, ligne 2\u00a0: ")
    (empty,) = check_address(["Unit 5", "", "12 Main St"], "", "", "", "CA")
    assert (empty.code, empty.params["text_line"]) == ("address_lines_empty_line", 2)


def test_a_note_is_prose():
    """A note may break lines and double spaces, up to 500 characters, but holds no other control characters."""
    assert check_note("Called.  Waits\nfor the\r\nwaybill. ") == []
    assert check_note("x" * 500) == []
    assert codes(check_note("x" * 501)) == ["note_too_long"]
    assert codes(check_note("a\0b")) == ["note_character_refused"]


@pytest.mark.parametrize("email", ["", "a@b.ca", "zoé.o'neil+x@exämple.org", "x@sub.example.com"])
def test_a_plausible_email_is_accepted(email):
    """An address with one @ and a domain with a dot is plausible; none is needed."""
    assert check_email(email) == []


@pytest.mark.parametrize(
    "email", ["a", "a@b", "@b.ca", "a@", "a@b..ca", "a b@c.ca", "a@b@c.ca", "a@b.ca\nBcc:x@y.z"]
)
def test_an_implausible_email_is_refused(email):
    """What cannot be an address, or would smuggle a header in, is refused."""
    assert check_email(email)


@pytest.mark.parametrize("text", ["123456789", "1234-5678-9"])
def test_an_asn_is_read_with_and_without_dashes(text):
    """Both forms of an ASN give its nine digits."""
    assert parse_asn(text) == "123456789"


@pytest.mark.parametrize(
    "text", ["", "12345678", "1234567890", "1234-56789", "12345678٩", "123456789\n", " 123456789"]
)
def test_what_is_no_asn_is_not_read(text):
    """Half-dashed, short, long, spaced or non-ASCII digits are no ASN."""
    assert parse_asn(text) is None


def test_numbers_and_years_are_read_strictly():
    """Credential numbers, legacy numbers, dates and school years are read in their written forms only."""
    assert parse_credential_number("12345-67890") == parse_credential_number("1234567890") == "1234567890"
    assert parse_credential_number("123456789") is parse_credential_number("1234-567890") is None
    assert parse_legacy_number("a1B2") == "a1B2"
    assert parse_legacy_number("x" * 21) is parse_legacy_number("é1") is parse_legacy_number("A-1") is None
    assert parse_date("2024-02-29") == date(2024, 2, 29)
    for bad in ("2023-02-29", "20240229", "2024-W09-4", "2024-2-29", "٢٠٢٤-02-29", "2024-02-29\n"):
        assert parse_date(bad) is None
    assert parse_school_year("1999/2000") == "1999/2000"
    for bad in ("2025/2027", "2026/2025", "2025/26", "2025-2026", "2025/2025", "0000/0001", "1904/1905"):
        assert parse_school_year(bad) is None
    assert parse_school_year("1905/1906") == "1905/1906"


@pytest.mark.parametrize(
    ("today", "latest"),
    [(date(2026, 3, 2), "2026/2027"), (date(2026, 8, 31), "2026/2027"), (date(2026, 9, 1), "2027/2028")],
)
def test_a_school_year_is_the_next_at_the_latest(today, latest):
    """The one after the current, which begins in September; nothing that is not given has a fault."""
    start = int(latest[:4])
    assert check_school_year(None, today) == check_school_year(latest, today) == []
    assert check_school_year(f"{start - 1}/{start}", today) == []
    (fault,) = check_school_year(f"{start + 1}/{start + 2}", today)
    assert (fault.code, fault.params["latest"]) == ("school_year_too_late", latest)


@pytest.mark.parametrize(
    "cell",
    [
        "=1",
        "+1",
        "-1",
        "@a",
        "\ta",
        "\ra",
        "\na",
        "＝1",
        "＋1",
        "－1",
        "＠a",
        "﹦1",
        "﹢1",
        "﹣1",
        "﹫a",
        "⁼1",
        "₊1",
        "⩵1",
    ],
)
def test_formulas_are_neutralised_in_exports(cell):
    """An export puts an apostrophe before what a spreadsheet would run."""
    assert neutralise_formula(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["", "a=1", "O'Brien", "'=1", " =1", "ａ＝1", "−1", "山田", "É"])
def test_other_cells_are_exported_unchanged(cell):
    """An export changes nothing else."""
    assert neutralise_formula(cell) == cell


def _placeholders(text):
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("kind", SENTENCES)
def test_every_sentence_says_the_same_in_both_languages(kind):
    """Both texts of a fault use the same parameters, end as sentences and differ."""
    sentence = SENTENCES[kind]
    assert _placeholders(sentence.en) == _placeholders(sentence.fr)
    assert sentence.en.endswith(".")
    assert sentence.fr.endswith(".")
    assert sentence.en != sentence.fr
    assert " :" not in sentence.fr  # French puts a no-break space there


def test_codes_of_different_sentences_do_not_clash():
    """A field's code is shared only by sentences about the form of different fields."""
    shared = [one.code for one in SENTENCES.values() if not one.code.endswith(("_malformed", "_unknown"))]
    assert len(shared) == len(set(shared))


def test_every_field_has_a_label():
    """Every field with a limit is called by a clerk's word, not by its column name."""
    assert set(LIMITS) <= set(LABELS)


def test_a_message_shows_values_safely():
    """A value with braces, control characters or great length neither breaks nor floods its message."""
    assert "{0}" in fault("date", "birth_date", value="{0}").in_("en")
    assert "a\\x00\\u202eb" in fault("date", "birth_date", value="a\0\u202eb").in_("fr")
    assert len(printable("x" * 1000)) == 60
    assert printable("\udce9") == "\\udce9"


def test_reasons_are_one_cell():
    """The reasons of a row stand in one cell, each with its code, in the language asked for."""
    both = [fault("missing", "last_name"), fault("missing", "asn")]
    assert reasons(both) == (
        "last_name_missing: Last name: fill this in; it may not be empty; "
        "asn_missing: ASN: fill this in; it may not be empty"
    )
    assert reasons(both, "fr").startswith("last_name_missing: Nom de famille\u00a0: ")
