"""One document: a master's blanks filled, in half a millisecond."""

from __future__ import annotations

from dataclasses import dataclass

from renderers.content import DocumentContent
from renderers.fonts.names import SetName, Unprintable, set_name, unprintable_address
from renderers.masters.kept_master import KeptMaster
from renderers.masters.key import MasterKey
from renderers.masters.master import Masters, NoMaster, blanks_of, has_master
from renderers.masters.template import Template
from renderers.not_rendered import NotRendered
from renderers.pages import credential_page, letter_page
from renderers.pages.blanks import Blanks
from renderers.pdf.description import Description
from renderers.pdf.painting import Element, operators, programs_of
from renderers.pdf.tagging import filled
from renderers.shelf import Shelf


class CannotBeSet(NotRendered, ValueError):  # noqa: N818 - says what is so, as a rule does
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
    """Fill the master for a content: today's, or the one that it remembers. Equal contents and masters give equal bytes.

    What the remembered master's faces cannot set, a new name or address then, is set on today's. Raises ``CannotBeSet``
    where CO-06 is false, ``NoMaster`` where CO-08 is, and ``MasterNotKept`` where the remembered master is not on the shelf.
    """
    kept = masters.remembered(content)
    if kept is not None and _is_set(content, kept.blanks):
        return _refilled(content, masters, kept)
    blanks = designed(content)
    name = checked(content, blanks)
    pages = values(content, name, blanks)
    key = MasterKey(
        content.credential_type, content.language, content.letter, _programs_of(pages, masters.shelf)
    )
    return _filled(content, name, pages, masters.template(key), masters.shelf, blanks)


def designed(content: DocumentContent) -> Blanks:
    """Where the values of a content stand as pages are designed today. Raises ``NoMaster``."""
    if not has_master(content.credential_type, content.language):
        raise NoMaster(f"{content.credential_type} {content.language}")
    return blanks_of(content.credential_type, content.language, content.letter)


def _refilled(content: DocumentContent, masters: Masters, kept: KeptMaster) -> Rendered:
    """A document on the pages that it remembers, which get whatever fonts a new name or address asks for."""
    name = checked(content, kept.blanks)
    pages = values(content, name, kept.blanks)
    extended = masters.with_programs(kept, _programs_of(pages, masters.shelf))
    if extended is not kept:
        return _refilled(content, masters, extended)
    return _filled(
        content, name, pages, masters.template_of(kept, content.letter), masters.shelf, kept.blanks
    )


def _filled(
    content: DocumentContent,
    name: SetName,
    pages: list[tuple[Element, ...]],
    template: Template,
    shelf: Shelf | None,
    blanks: Blanks,
) -> Rendered:
    fills = [operators(page, shelf) for page in pages]
    pdf, sha256 = template.filled(fills, description(content, blanks))
    return Rendered(pdf, sha256, len(pages), template.sha256, name.format, name.text)


def _programs_of(pages: list[tuple[Element, ...]], shelf: Shelf | None) -> frozenset[str]:
    return programs_of([element for page in pages for element in page], shelf)


def description(content: DocumentContent, blanks: Blanks) -> Description:
    """What a document says about itself."""
    return Description(f"{blanks.title} – {content.item_number}", content.language, content.processed_on)


def checked(content: DocumentContent, blanks: Blanks) -> SetName:
    """The name as it will be set.

    Raises ``CannotBeSet`` for it or, when there is a letter, for its address.
    """
    box = blanks.name_box
    name = set_name(content.name, box)
    if isinstance(name, Unprintable):
        raise CannotBeSet(name)
    if content.letter != "none":
        refused = unprintable_address((content.recipient, *content.address), box.faces)
        if refused is not None:
            raise CannotBeSet(refused)
    return name


def _is_set(content: DocumentContent, blanks: Blanks) -> bool:
    try:
        checked(content, blanks)
    except CannotBeSet:
        return False
    return True


def values(content: DocumentContent, name: SetName, blanks: Blanks) -> list[tuple[Element, ...]]:
    """What fills the blanks of each page."""
    pages = [filled(credential_page.values(content, name, blanks))]
    if content.letter != "none":
        pages.insert(0, filled(letter_page.values(content, name, blanks)))
    return pages
