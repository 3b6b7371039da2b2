"""Small extracts for tests: rows with sensible cells, and files of them."""

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path

from tests.acceptance.command_line import Orders, Result

Row = dict[str, str]

_STUDENT: Row = {
    "asn": "",
    "primary_asn": "",
    "last_name": "Cardinal",
    "first_name": "Maya",
    "middle_name": "",
    "suffix": "",
    "preferred_name": "",
    "birth_date": "2008-05-17",
    "email": "maya@example.org",
    "language": "en",
    "authority_code": "1010",
    "authority_name": "Bow Ridge School Division",
    "school_code": "101001",
    "school_name": "Cottonwood High School",
    "deceased": "false",
    "hold_until": "",
    "address_lines": "12 Larkspur Street NW",
    "city": "Calgary",
    "province": "AB",
    "postal_code": "T2A 1B3",
    "country": "CA",
    "address_expires": "",
}
_CREDENTIAL: Row = {
    "asn": "",
    "credential_type": "AHSD",
    "status": "achieved",
    "school_year": "2025/2026",
    "programme_language": "en",
    "credential_number": "",
    "legacy_number": "",
    "awarded_on": "",
    "first_run_on": "",
}
NO_ADDRESS: Row = dict.fromkeys(("address_lines", "city", "province", "postal_code", "country"), "")


def student(asn: str, **cells: str) -> Row:
    """A row of STUDENTS.csv, faultless but for ``cells``."""
    return _STUDENT | {"asn": asn} | cells


def credential(asn: str, credential_type: str = "AHSD", **cells: str) -> Row:
    """A row of CREDENTIALS.csv, faultless and achieved but for ``cells``."""
    return _CREDENTIAL | {"asn": asn, "credential_type": credential_type} | cells


def write(path: Path, rows: Sequence[Row], columns: Iterable[str] | None = None) -> Path:
    """Write ``rows`` as UTF-8 CSV; surrogates become the bytes they stand for."""
    with path.open("w", encoding="utf-8", errors="surrogateescape", newline="") as stream:
        writer = csv.DictWriter(stream, list(columns or rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def read(path: Path) -> list[Row]:
    """The rows of a CSV file, bytes that are no UTF-8 as surrogates."""
    with path.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as stream:
        return list(csv.DictReader(stream))


def import_(orders: Orders, students: Sequence[Row], credentials: Sequence[Row], *options: object) -> Result:
    """``orders import`` of these rows, in this process."""
    students_csv = write(orders.folder / "students.csv", students, _STUDENT)
    credentials_csv = write(orders.folder / "credentials.csv", credentials, _CREDENTIAL)
    return orders.call("import", students_csv, credentials_csv, *options)
