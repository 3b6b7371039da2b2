"""Dates and numbers written out."""

from datetime import date

import pytest

from renderers.pages.long_forms import dashed_asn, dashed_credential_number, long_date


@pytest.mark.parametrize(
    ("day", "english", "french"),
    [
        (date(2015, 3, 11), "March 11, 2015", "Le 11 mars 2015"),
        (date(2015, 3, 1), "March 1, 2015", "Le 1er mars 2015"),
        (date(2026, 8, 31), "August 31, 2026", "Le 31 août 2026"),
        (date(1999, 12, 21), "December 21, 1999", "Le 21 décembre 1999"),
    ],
)
def test_dates_are_written_out(day, english, french):
    """Long dates follow each language; in French the first of a month is ``1er``."""
    assert (long_date(day, "en"), long_date(day, "fr")) == (english, french)


def test_numbers_are_dashed_for_reading():
    """An ASN and a credential number get their dashes; a legacy number stays as it is."""
    assert dashed_asn("123456789") == "1234-5678-9"
    assert dashed_credential_number("1234567890") == "12345-67890"
    assert dashed_credential_number("A1234567890") == "A1234567890"
