"""Postal addresses: the parts that are missing, the window, the country groups."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.codes import CountryGroup
from tests.unit.workflows.builders import address
from workflows.rules.addressing import country_group, missing_parts, window_lines
from workflows.rules.vocabulary import WORDS

PARTS = ("street", "city", "province", "postal_code", "country")


@pytest.mark.parametrize("code", ["T5J 2Z2", "T5J2Z2", "t5j 2z2", "K1A 0B1", "X0A 0H0"])
def test_a_canadian_postal_code_is_taken(code):
    """With or without its space, in capitals or small letters."""
    assert missing_parts(address(postal_code=code)) == []


@pytest.mark.parametrize(
    "code",
    ["", " ", "T5J", "T5J-2Z2", "T5J  2Z2", "D5J 2Z2", "T5J 2Z", "T5J 2Z22", "12345", "T5J 2ZZ", "O5J 2Z2"],
)
def test_another_text_is_no_canadian_postal_code(code):
    """The country's format: letter digit letter, digit letter digit, without D, F, I, O, Q, U, and no W or Z in front."""
    assert missing_parts(address(postal_code=code)) == ["postal_code"]


@pytest.mark.parametrize(
    "code", ["T5J 2Z2\n", "T٥J 2Z2", "T5J 2Z٢"], ids=["line break", "arabic digit", "arabic digit at the end"]
)
def test_a_postal_code_is_plain_digits_and_letters(code):
    """What looks right to a pattern but not to a sorting machine is no postal code."""
    assert missing_parts(address(postal_code=code)) == ["postal_code"]


@pytest.mark.parametrize(
    ("code", "missing"),
    [
        ("89501", []),
        ("89501-1234", []),
        ("8950", ["postal_code"]),
        ("T5J 2Z2", ["postal_code"]),
        ("", ["postal_code"]),
    ],
)
def test_a_zip_code_is_five_digits_or_nine(code, missing):
    """US: five digits, or five and four."""
    reno = address(country="US", city="Reno", province="NV", postal_code=code)
    assert missing_parts(reno) == missing


@pytest.mark.parametrize(
    "province", ["AB", "BC", "MB", "NB", "NL", "NS", "NT", "NU", "ON", "PE", "QC", "SK", "YT"]
)
def test_every_province_and_territory_is_known(province):
    """All thirteen, as codes."""
    assert missing_parts(address(province=province)) == []


@pytest.mark.parametrize("province", ["", "Alberta", "A", "XX", "NV"])
def test_a_province_is_its_code(province):
    """A name, a part of a code and another country's code are no province."""
    assert missing_parts(address(province=province)) == ["province"]


@pytest.mark.parametrize("country", ["FR", "GB", "JP", "HK", "UM", "MX"])
def test_elsewhere_street_and_country_are_enough(country):
    """City, region and postcode may stand inside the street lines."""
    bare = address(country=country, city="", province="", postal_code="")
    assert missing_parts(bare) == []
    assert missing_parts(bare | {"lines": []}) == ["street"]


def test_without_a_country_nothing_else_can_be_judged():
    """Country first: which parts are needed depends on it."""
    assert missing_parts(address(country="", city="", province="")) == ["country"]


@given(
    st.lists(st.sampled_from(["", " ", "1 Main St"]), max_size=3),
    st.sampled_from(["", " ", "Reno"]),
    st.sampled_from(["", "AB", "NV"]),
    st.sampled_from(["", "T5J 2Z2", "89501"]),
    st.sampled_from(["", "CA", "US", "FR"]),
)
def test_missing_parts_are_words_in_the_order_of_an_address(lines, city, province, code, country):
    """Every part is named at most once, in the order of an envelope, by a word that has both languages."""
    missing = missing_parts(
        {"lines": lines, "city": city, "province": province, "postal_code": code, "country": country}
    )
    assert missing == [part for part in PARTS if part in missing]
    assert all(WORDS[part].en != WORDS[part].fr for part in missing)


@pytest.mark.parametrize(
    ("changes", "lines"),
    [
        ({}, ("10025 102A Avenue NW", "Edmonton AB  T5J 2Z2")),
        (
            {
                "lines": ["Apt 4", "", "1 Main St"],
                "city": "Reno",
                "province": "NV",
                "postal_code": "89501",
                "country": "US",
            },
            ("Apt 4", "1 Main St", "Reno NV  89501", "UNITED STATES"),
        ),
        (
            {"lines": ["1, rue X"], "city": "Paris", "province": "", "postal_code": "75001", "country": "FR"},
            ("1, rue X", "75001 Paris", "FRANCE"),
        ),
        (
            {
                "lines": ["1, rue X", "75001 Paris"],
                "city": "",
                "province": "",
                "postal_code": "",
                "country": "FR",
            },
            ("1, rue X", "75001 Paris", "FRANCE"),
        ),
    ],
    ids=["canada", "us", "france", "all in the lines"],
)
def test_the_window_shows_the_address(changes, lines):
    """Street, then the line of the place, then the country; nothing empty, and Canada is not named."""
    assert window_lines(address(**changes)) == lines


@pytest.mark.parametrize(
    ("country", "group"),
    [
        ("CA", "canada"),
        ("US", "us"),
        ("UM", "international"),
        ("FR", "international"),
        ("MX", "international"),
    ],
)
def test_mail_sorts_by_country_group(country, group):
    """Canada comes first, then the United States (domain §6, "country group (Canada, US, international)")."""
    assert country_group(country) is CountryGroup(group)
