"""One document: a master's blanks filled with pikepdf, in about two milliseconds."""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass

import pikepdf

from renderers import credential_page, letter_page
from renderers.content import DocumentContent
from renderers.master import MasterKey, Masters
from renderers.names import SetName, Unprintable, set_name, unprintable_address
from renderers.painting import Element, operators, programs_of
from renderers.pdf_files import MASTER_KEY, saved, set_dates, set_title
from renderers.wording import TITLES


class CannotBeSet(ValueError):  # noqa: N818 - says what is so, as a rule does
    """A name or an address line cannot stand on paper (CO-06); ``reason`` says which and why."""

    def __init__(self, reason: Unprintable) -> None:
        super().__init__(f"{reason.problem} {reason.code_point}".strip())
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Rendered:
    """A finished base document, without overlays; hashes are SHA-256, hex."""

    pdf: bytes
    sha256: str
    pages: int
    master: str
    name_format: int
    printed_name: str


def render(content: DocumentContent, masters: Masters) -> Rendered:
    """Fill the master for a content. Equal contents and masters give equal bytes.

    Raises ``CannotBeSet`` where CO-06 is false and ``NoMaster`` where CO-08 is.
    """
    name = checked(content)
    pages = values(content, name)
    programs = programs_of([element for page in pages for element in page], masters.shelf)
    key = MasterKey(content.credential_type, content.language, content.letter, programs)
    master = masters.master(key)
    pdf = _filled(master.pdf, master.sha256, pages, content, masters)
    return Rendered(pdf, hashlib.sha256(pdf).hexdigest(), len(pages), master.sha256, name.format, name.text)


def checked(content: DocumentContent) -> SetName:
    """The name as it will be set.

    Raises ``CannotBeSet`` for it or, when there is a letter, for its address.
    """
    name = set_name(content.name)
    if isinstance(name, Unprintable):
        raise CannotBeSet(name)
    if content.letter != "none":
        refused = unprintable_address((content.recipient, *content.address))
        if refused is not None:
            raise CannotBeSet(refused)
    return name


def values(content: DocumentContent, name: SetName) -> list[tuple[Element, ...]]:
    """What fills the blanks of each page."""
    pages = [credential_page.values(content, name)]
    if content.letter != "none":
        pages.insert(0, letter_page.values(content, name))
    return pages


def _filled(
    master: bytes, sha256: str, pages: list[tuple[Element, ...]], content: DocumentContent, masters: Masters
) -> bytes:
    with pikepdf.open(io.BytesIO(master)) as pdf:
        for page, elements in zip(pdf.pages, pages, strict=True):
            fill = pdf.make_stream(operators(elements, masters.shelf))
            page.obj["/Contents"] = pikepdf.Array([page.obj["/Contents"], fill])
        pdf.Root[MASTER_KEY] = pikepdf.String(sha256)
        title = f"{TITLES[content.credential_type][content.language]} – {content.item_number}"
        set_title(pdf, title, content.language)
        set_dates(pdf, content.processed_on)
        return saved(pdf)
