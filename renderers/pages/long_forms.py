"""How dates and numbers are written out on paper."""

from __future__ import annotations

from datetime import date

MONTHS_EN = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
MONTHS_FR = (
    "janvier", "février", "mars", "avril", "mai", "juin",
    "juillet", "août", "septembre", "octobre", "novembre", "décembre",
)  # fmt: skip


def long_date(day: date, language: str) -> str:
    """``March 11, 2015`` or ``Le 11 mars 2015``; the first of a month is ``Le 1er`` (domain §7, "Long dates")."""
    if language == "fr":
        return f"Le {'1er' if day.day == 1 else day.day} {MONTHS_FR[day.month - 1]} {day.year}"
    return f"{MONTHS_EN[day.month - 1]} {day.day}, {day.year}"


def dashed_asn(asn: str) -> str:
    """``123456789`` → ``1234-5678-9``."""
    return f"{asn[:4]}-{asn[4:8]}-{asn[8:]}"


def dashed_credential_number(number: str) -> str:
    """``1234567890`` → ``12345-67890``; a legacy number stays as it is."""
    return f"{number[:5]}-{number[5:]}" if len(number) == 10 and number.isdecimal() else number
