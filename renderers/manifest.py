"""The manifest beside a print file, in the JSON shape of interfaces.md."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from renderers.print_file import PrintedEnvelope, PrintFile


def manifest(
    *,
    job: str,
    credential_type: str,
    language: str,
    delivery_method: str,
    released_at: datetime,
    file: str,
    print_file: PrintFile,
) -> dict[str, Any]:
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
        "sheets": dict(print_file.sheets),
        "by_country": print_file.by_country,
        "entries": [_entry(entry) for entry in print_file.entries],
    }


def rfc3339(moment: datetime) -> str:
    """A time as RFC 3339 in UTC with ``Z``. Raises ``ValueError`` for a naive one."""
    if moment.tzinfo is None:
        raise ValueError("a time without a zone is no point in time")
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _entry(entry: PrintedEnvelope) -> dict[str, Any]:
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
