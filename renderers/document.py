"""One document: a master's blanks filled, in half a millisecond."""

from __future__ import annotations

from dataclasses import dataclass

from renderers import credential_page, letter_page
from renderers.content import DocumentContent
from renderers.description import Description
from renderers.master import MasterKey, Masters
from renderers.names import SetName, Unprintable, set_name, unprintable_address
from renderers.painting import Element, operators, programs_of
from renderers.tagging import filled
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
    template = masters.template(key)
    fills = [operators(page, masters.shelf) for page in pages]
    pdf, sha256 = template.filled(fills, description(content))
    return Rendered(pdf, sha256, len(pages), template.sha256, name.format, name.text)


def description(content: DocumentContent) -> Description:
    """What a document says about itself."""
    title = f"{TITLES[content.credential_type][content.language]} – {content.item_number}"
    return Description(title, content.language, content.processed_on)


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
    pages = [filled(credential_page.values(content, name))]
    if content.letter != "none":
        pages.insert(0, filled(letter_page.values(content, name)))
    return pages
