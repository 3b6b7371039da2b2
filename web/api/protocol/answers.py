"""Answers: JSON as the interfaces show it, CSV for spreadsheets, files, and the ``ETag`` of what has a version."""

import json
from codecs import BOM_UTF8
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from models.edges.csv_export import csv_parts, csv_text
from workflows.finding.paging import FindPage, Pages

PROBLEM = "application/problem+json"
_CSV = "text/csv; charset=utf-8"


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
    """A CSV for spreadsheets, formulas neutralised (domain §7, "CSV exports neutralise formulas")."""
    data = csv_text(columns, rows).encode("utf-8-sig")
    return Response(data, headers=_attached(name), media_type=_CSV)


def csv_pages(
    request: Request, name: str, columns: Sequence[str], after: int, limit: int | None, find: FindPage[Any]
) -> Response:
    """A CSV of all that ``find`` finds, sent as it is read; no more than a page of it is held at once.

    Where ``limit`` rows were asked for and there are more, ``Link`` says where these begin.
    """
    if limit is None:
        pages = iter(Pages(find, after))
        parts = csv_parts(columns, chain([next(pages)], pages))  # what is wrong with the first is told
        marked = chain([BOM_UTF8], (part.encode() for part in parts))
        return StreamingResponse(marked, headers=_attached(name), media_type=_CSV)
    rows, following = find(after, limit)
    response = csv_file(name, columns, rows)
    if following is not None:
        response.headers["Link"] = _next(request, following)
    return response


def _next(request: Request, after: int) -> str:
    url = request.url.include_query_params(after=after)
    return f'<{url.path}?{url.query}>; rel="next"'


def _attached(name: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="{name}.csv"'}


def pdf_file(name: str, data: bytes) -> Response:
    """A PDF to keep."""
    headers = {"Content-Disposition": f'attachment; filename="{name}.pdf"'}
    return Response(data, headers=headers, media_type="application/pdf")
