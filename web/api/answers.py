"""Answers: JSON as the interfaces show it, CSV for spreadsheets, files, and the ``ETag`` of what has a version."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from starlette.responses import Response

from models.csv_export import csv_text

PROBLEM = "application/problem+json"


@dataclass(frozen=True, slots=True)
class Answer:
    """A status, headers and a JSON text: what is kept for repeats and sent."""

    status: int
    body: str
    headers: Mapping[str, str] = field(default_factory=dict)

    def response(self) -> Response:
        """As Starlette sends it."""
        media_type = PROBLEM if self.status >= 400 else "application/json"
        return Response(self.body, self.status, dict(self.headers), media_type)


def answer(document: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Answer:
    """``document`` as JSON; the ``ETag`` is its version, where it has one."""
    version = document.get("version") if isinstance(document, dict) else None
    tag = {} if version is None else {"ETag": f'"{version}"'}
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    return Answer(status, text, tag | dict(headers or {}))


def csv_file(name: str, columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> Response:
    """A CSV for spreadsheets, formulas neutralised (domain §7)."""
    headers = {"Content-Disposition": f'attachment; filename="{name}.csv"'}
    data = csv_text(columns, rows).encode("utf-8-sig")
    return Response(data, headers=headers, media_type="text/csv; charset=utf-8")


def pdf_file(name: str, data: bytes) -> Response:
    """A PDF to keep."""
    headers = {"Content-Disposition": f'attachment; filename="{name}.pdf"'}
    return Response(data, headers=headers, media_type="application/pdf")
