"""This project: stored documents, and the print file of a job made from them, as the workers do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from functools import cache
from typing import Any

from benchmarks.rendering import page
from renderers.content import DocumentContent
from renderers.document import Rendered, render
from renderers.masters.master import Masters
from renderers.pages import credential_page
from renderers.pdf import qr
from renderers.pdf.painting import Drawing
from renderers.print_file import Envelope, JobSheet, write_print_file

SHEET = JobSheet("PJ-000001", "AHSD", "en", "automated_cardboard", date(2026, 8, 1), specimen=False)
MASTERS = Masters(page.IMPRINT)


def one(content: DocumentContent) -> Rendered:
    """A stored document with its hash."""
    return render(content, MASTERS)


def file(contents: Iterable[DocumentContent]) -> bytes:
    """Every document rendered as it is stored, and then all of them in the print file of a job."""
    documents = (one(content).pdf for content in contents)
    return job(documents)


def job(documents: Iterable[bytes]) -> bytes:
    """The print file of stored documents."""
    parts: list[bytes] = []
    envelopes = (
        Envelope(number, f"{number:010d}-01", document, 1, "canada", False)
        for number, document in enumerate(documents, 1)
    )
    write_print_file(SHEET, envelopes, parts.append)
    return b"".join(parts)


@contextmanager
def given_matrices() -> Iterator[None]:
    """The QR matrices are given, as to the peers, and drawn each time."""
    module: Any = credential_page
    own = module.qr_code
    module.qr_code = _drawn
    try:
        yield
    finally:
        module.qr_code = own


@cache
def pixels(link: str) -> bytes:
    """The given matrix in the form that is drawn from."""
    return bytes(0 if dark else 255 for row in page.matrix(link) for dark in row)


def _drawn(link: str, x: float, y: float, side: float) -> Drawing:
    return qr.drawn(pixels(link), x, y, side)
