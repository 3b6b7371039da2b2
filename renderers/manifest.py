"""The manifest beside a print file, in the JSON shape of interfaces §3, "manifest"."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated

from pydantic import Field
from typing_extensions import TypedDict

from renderers.print_file import PrintedEnvelope, PrintFile
from renderers.wording import COUNTRY_GROUPS

_STOCK = Field(json_schema_extra={"enum": ["plain", "credential"]})
_COUNTRY_GROUP = Field(json_schema_extra={"enum": [*COUNTRY_GROUPS]})


class Entry(TypedDict):
    """An envelope of a print file: its place there, what it is printed on, and the item's stored document."""

    sequence: int
    item: str
    first_page: int
    pages: int
    copies: int
    stock: list[Annotated[str, _STOCK]]
    country_group: Annotated[str, _COUNTRY_GROUP]
    manual_insert: bool
    sha256: str


class Sheets(TypedDict):
    """Sheets by stock."""

    plain: int
    credential: int


class ByCountry(TypedDict):
    """Envelopes by where they go."""

    canada: int
    us: int
    international: int


class Manifest(TypedDict):
    """What the print provider is told of a print job and of each of its envelopes."""

    job: str
    credential_type: str
    language: str
    delivery_method: str
    released_at: str
    file: str
    sha256: str
    pages: int
    envelopes: int
    sheets: Sheets
    by_country: ByCountry
    entries: list[Entry]


def manifest(
    *,
    job: str,
    credential_type: str,
    language: str,
    delivery_method: str,
    released_at: datetime,
    file: str,
    print_file: PrintFile,
) -> Manifest:
    """The manifest of a job. ``released_at`` is an aware time, ``file`` the print file's name in the drop."""
    return {
        "job": job,
        "credential_type": credential_type,
        "language": language,
        "delivery_method": delivery_method,
        "released_at": rfc3339(released_at),
        "file": file,
        "sha256": print_file.sha256,
        "pages": print_file.pages,
        "envelopes": len(print_file.entries),
        "sheets": _sheets(print_file.sheets),
        "by_country": _by_country(print_file.by_country),
        "entries": [_entry(entry) for entry in print_file.entries],
    }


def rfc3339(moment: datetime) -> str:
    """A time as RFC 3339 in UTC with ``Z``. Raises ``ValueError`` for a naive one."""
    if moment.tzinfo is None:
        raise ValueError("a time without a zone is no point in time")
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _sheets(counted: Mapping[str, int]) -> Sheets:
    return {"plain": counted["plain"], "credential": counted["credential"]}


def _by_country(counted: Mapping[str, int]) -> ByCountry:
    return {"canada": counted["canada"], "us": counted["us"], "international": counted["international"]}


def _entry(entry: PrintedEnvelope) -> Entry:
    return {
        "sequence": entry.sequence,
        "item": entry.item_number,
        "first_page": entry.first_page,
        "pages": entry.pages,
        "copies": entry.copies,
        "stock": list(entry.stock),
        "country_group": entry.country_group,
        "manual_insert": entry.manual_insert,
        "sha256": entry.sha256,
    }
