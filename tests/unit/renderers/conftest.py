"""What the renderers' tests share: a content to vary, masters, and ways to look at a page."""

from dataclasses import dataclass, replace
from datetime import date

import pypdfium2
import pytest

from renderers.content import DocumentContent, Imprint
from renderers.masters.master import Masters
from renderers.print_file import PrintFile, write_print_file
from tests.unit.renderers.hard_names import HARD_NAMES

CONTENT = DocumentContent(
    item_number="0000001234-01",
    credential_type="AHSD",
    language="en",
    letter="first_run",
    name=HARD_NAMES["plain"],
    asn="123456789",
    credential_number="1234567890",
    awarded_on=date(2015, 3, 11),
    processed_on=date(2026, 8, 1),
    recipient="Anna Smith",
    address=("Apt 1204", "10123 Jasper Avenue NW", "Edmonton AB  T5J 3N6"),
    verification_link="https://orders.example.ca/verify/0123456789abcdef0123456789abcdef",
)


@dataclass(frozen=True)
class Built:
    """A print file in memory, and what is in it."""

    pdf: bytes
    printed: PrintFile

    def __getattr__(self, name):
        return getattr(self.printed, name)


def build_print_file(sheet, envelopes):
    """The print file of envelopes in any order."""
    parts: list[bytes] = []
    printed = write_print_file(sheet, sorted(envelopes, key=lambda each: each.sequence), parts.append)
    return Built(b"".join(parts), printed)


@pytest.fixture(scope="session")
def masters():
    return Masters(Imprint(specimen=False))


@pytest.fixture(scope="session")
def specimen_masters():
    return Masters(Imprint(specimen=True))


@pytest.fixture
def content():
    """Make a content that differs from the usual one in the given fields."""
    return lambda **changes: replace(CONTENT, **changes)


@pytest.fixture(params=list(HARD_NAMES.values()), ids=list(HARD_NAMES))
def hard_name(request):
    return request.param


@pytest.fixture(scope="session")
def picture():
    """A page in colour: ``picture(pdf, page)`` at 150 dpi."""

    def of(pdf, page=0, dpi=150):
        document = pypdfium2.PdfDocument(pdf)
        try:
            return document[page].render(scale=dpi / 72).to_pil().convert("RGB")
        finally:
            document.close()

    return of


@pytest.fixture(scope="session")
def text_of():
    """What copying a page gives: ``text_of(pdf, page)``."""

    def of(pdf, page=0):
        document = pypdfium2.PdfDocument(pdf)
        try:
            return document[page].get_textpage().get_text_bounded()
        finally:
            document.close()

    return of
