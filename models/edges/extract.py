"""Reading the extract: what each row of STUDENTS.csv and CREDENTIALS.csv must say to be taken.

Each row of a file becomes a typed row or a :class:`RejectedRow` with *all* its faults. Only what a row says by itself,
or together with earlier rows of its file, is judged here; the database is for the import operation, which rejects rows
with ``row.source.reject(fault(…))``.

Decided here, where the interface is silent: a key (ASN; ASN + type; either number) that stood in an earlier row rejects
the later one, also when the earlier was itself rejected or is identical: which of two is right is for a person to say.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from operator import itemgetter
from pathlib import Path

from models.codes import CredentialState, CredentialType, Language
from models.edges.extract_cells import Cells, judged
from models.edges.extract_file import RejectedRow, SourceRow
from models.edges.faults import Fault, fault
from models.edges.text import (
    LIMITS,
    address_length,
    check_address,
    check_email,
    check_names,
    check_text,
    known_countries,
    looks_like_email,
    parse_asn,
    parse_credential_number,
    parse_date,
    parse_legacy_number,
    parse_school_year,
    surely_plain,
)

NAME_COLUMNS = ("last_name", "first_name", "middle_name", "suffix")
SCHOOL_COLUMNS = ("authority_code", "authority_name", "school_code", "school_name")
ADDRESS_COLUMNS = ("address_lines", "city", "province", "postal_code", "country")
STUDENT_COLUMNS = (
    *("asn", "primary_asn", *NAME_COLUMNS, "preferred_name", "birth_date", "email", "language"),
    *(*SCHOOL_COLUMNS, "deceased", "hold_until", *ADDRESS_COLUMNS, "address_expires"),
)
AWARDED_COLUMNS = ("credential_number", "legacy_number", "awarded_on", "first_run_on")
CREDENTIAL_COLUMNS = (
    "asn",
    "credential_type",
    "status",
    "school_year",
    "programme_language",
    *AWARDED_COLUMNS,
)

_PLAIN_COLUMNS = itemgetter(
    *(*NAME_COLUMNS, "preferred_name", "email", *SCHOOL_COLUMNS, "city", "province", "postal_code")
)
_LANGUAGES = {one.value: one for one in Language}
_TYPES = {one.value: one for one in CredentialType}
_STATUSES = {one.value: one for one in (CredentialState.ACHIEVED, CredentialState.AWARDED)}
_BOOLEANS = {"true": True, "false": False}
_LINE_BREAK = re.compile(r"\\n|\r\n|\n|\r")


@dataclass(frozen=True, slots=True)
class StudentRow:
    """A row of STUDENTS.csv. Empty texts are ``""``; an empty date, ASN or language is None."""

    source: SourceRow = field(repr=False, compare=False)
    asn: str
    primary_asn: str | None
    last_name: str
    first_name: str
    middle_name: str
    suffix: str
    preferred_name: str
    birth_date: date | None
    email: str
    language: Language | None
    authority_code: str
    authority_name: str
    school_code: str
    school_name: str
    deceased: bool
    hold_until: date | None
    address_lines: tuple[str, ...]
    city: str
    province: str
    postal_code: str
    country: str
    address_expires: date | None


@dataclass(frozen=True, slots=True)
class CredentialRow:
    """A row of CREDENTIALS.csv; whatever is empty is None. Without ``credential_number`` an awarded one is legacy."""

    source: SourceRow = field(repr=False, compare=False)
    asn: str
    credential_type: CredentialType
    status: CredentialState
    school_year: str | None
    programme_language: Language | None
    credential_number: str | None
    legacy_number: str | None
    awarded_on: date | None
    first_run_on: date | None


def read_students(path: Path) -> Iterator[StudentRow | RejectedRow]:
    """The rows of STUDENTS.csv in order, read as they are asked for.

    Raises :class:`ExtractError` at once when the file's header cannot be used, OSError when the file cannot be opened.
    """
    return judged(path, STUDENT_COLUMNS, _student)


def read_credentials(path: Path) -> Iterator[CredentialRow | RejectedRow]:
    """The rows of CREDENTIALS.csv in order; see :func:`read_students`."""
    return judged(path, CREDENTIAL_COLUMNS, _credential)


def _student(cells: Cells) -> StudentRow | RejectedRow:
    lines = tuple(_LINE_BREAK.split(cells["address_lines"])) if cells["address_lines"] else ()
    if not _texts_surely_pass(cells, lines):
        cells.faults += _text_faults(cells, lines)
    cells.require("asn")
    asn = cells.read("asn", parse_asn) or ""
    primary_asn = cells.read("primary_asn", parse_asn, "asn")
    cells.once("asn", asn)
    if asn and asn == primary_asn:
        cells.faults.append(fault("own_primary", "primary_asn"))
    row = StudentRow(
        source=cells.source,
        asn=asn,
        primary_asn=primary_asn,
        last_name=cells["last_name"],
        first_name=cells["first_name"],
        middle_name=cells["middle_name"],
        suffix=cells["suffix"],
        preferred_name=cells["preferred_name"],
        birth_date=cells.read("birth_date", parse_date, "date"),
        email=cells["email"],
        language=cells.choice("language", _LANGUAGES),
        authority_code=cells["authority_code"],
        authority_name=cells["authority_name"],
        school_code=cells["school_code"],
        school_name=cells["school_name"],
        deceased=cells.choice("deceased", _BOOLEANS) or False,
        hold_until=cells.read("hold_until", parse_date, "date"),
        address_lines=lines,
        city=cells["city"],
        province=cells["province"],
        postal_code=cells["postal_code"],
        country=cells["country"],
        address_expires=cells.read("address_expires", parse_date, "date"),
    )
    return cells.rejected() if cells.faults else row


def _text_faults(cells: Mapping[str, str], lines: Sequence[str]) -> list[Fault]:
    """Every fault of a student's texts."""
    faults = check_names(cells) + check_email(cells["email"])
    for name in ("preferred_name", *SCHOOL_COLUMNS):
        faults += check_text(name, cells[name])
    return faults + check_address(
        lines, cells["city"], cells["province"], cells["postal_code"], cells["country"]
    )


def _texts_surely_pass(cells: Mapping[str, str], lines: Sequence[str]) -> bool:
    """True when :func:`_text_faults` has none to find: all texts looked at in one go (benchmarked, tested equal)."""
    return (
        cells["last_name"] != ""
        and "" not in lines
        and surely_plain([*_PLAIN_COLUMNS(cells), *lines])
        and (not cells["email"] or looks_like_email(cells["email"]))
        and (not cells["country"] or cells["country"] in known_countries())
        and address_length(lines, cells["city"], cells["province"], cells["postal_code"]) <= LIMITS["address"]
    )


def _credential(cells: Cells) -> CredentialRow | RejectedRow:
    cells.require("asn", "credential_type", "status")
    asn = cells.read("asn", parse_asn) or ""
    credential_type = cells.choice("credential_type", _TYPES)
    status = cells.choice("status", _STATUSES)
    number = cells.read("credential_number", parse_credential_number)
    legacy = cells.read("legacy_number", parse_legacy_number)
    school_year = cells.read("school_year", parse_school_year)
    language = cells.choice("programme_language", _LANGUAGES)
    awarded_on = cells.read("awarded_on", parse_date, "date")
    first_run_on = cells.read("first_run_on", parse_date, "date")
    if status is not None:
        cells.faults += _status_faults(cells, status)
    if asn and credential_type and (first := cells.first_of(asn, credential_type)):
        cells.faults.append(
            fault(
                "credential_repeated", "row", first_line=first, credential_type=credential_type.value, asn=asn
            )
        )
    cells.once("credential_number", number)
    cells.once("legacy_number", legacy)
    if cells.faults or credential_type is None or status is None:
        return cells.rejected()
    return CredentialRow(
        source=cells.source,
        asn=asn,
        credential_type=credential_type,
        status=status,
        school_year=school_year,
        programme_language=language,
        credential_number=number,
        legacy_number=legacy,
        awarded_on=awarded_on,
        first_run_on=first_run_on,
    )


def _status_faults(cells: Mapping[str, str], status: CredentialState) -> list[Fault]:
    """An awarded credential has a number and a date; one that is only achieved has none of what awarding gives."""
    if status is CredentialState.ACHIEVED:
        return [fault("awarded_only", name) for name in AWARDED_COLUMNS if cells[name]]
    faults = [] if cells["awarded_on"] else [fault("missing", "awarded_on")]
    if not cells["credential_number"] and not cells["legacy_number"]:
        faults.append(fault("number_missing", "credential_number"))
    return faults
