"""Where the values of a master stand: plain data, kept with the master, so that it is filled alike whenever it is used again.

Lengths are in points with the origin at the page's lower left corner, as in PDF.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from renderers.fonts.names import NAME_BOX, NameBox
from renderers.pdf.painting import INK, Colour


@dataclass(frozen=True, slots=True)
class Place:
    """One line: its anchor, its baseline, its type size, and which end of it stands at the anchor."""

    x: float
    y: float
    size: float
    align: str = "centre"


@dataclass(frozen=True, slots=True)
class NamePlace:
    """A name in one or two lines round the baseline of ``place``, so far apart."""

    place: Place
    leading: float


@dataclass(frozen=True, slots=True)
class Square:
    """The lower left corner and the side of a QR code without its quiet zone."""

    x: float
    y: float
    side: float


@dataclass(frozen=True, slots=True)
class Window:
    """Recipient and address: the first line and its leading, and how far the last baseline may be below the first."""

    place: Place
    leading: float
    height: float


@dataclass(frozen=True, slots=True)
class CredentialBlanks:
    """The blanks of a credential, in the order of their values."""

    name: NamePlace
    asn: Place
    awarded: Place
    number: Place
    qr_code: Square


@dataclass(frozen=True, slots=True)
class LetterBlanks:
    """The blanks of a letter, in the order of their values; only a reprint's says to whom the credential was awarded."""

    window: Window
    processed: Place
    awarded: Place
    number: Place
    asn: Place
    awarded_to: NamePlace | None


@dataclass(frozen=True, slots=True)
class Blanks:
    """All that is needed beside a content to fill a master.

    ``title`` is the credential's, as the file's description has it. A name or an address line is set in the first of
    ``faces`` that has every glyph; dates and numbers are set in the first of all.
    """

    title: str
    credential: CredentialBlanks
    letter: LetterBlanks
    name_box: NameBox = NAME_BOX
    ink: Colour = INK

    @property
    def face(self) -> str:
        """The face of dates and numbers."""
        return self.name_box.faces[0]

    def as_json(self) -> dict[str, Any]:
        """The blanks as JSON takes them."""
        return asdict(self)

    def in_faces(self, known_as: Mapping[str, str]) -> Blanks:
        """These blanks with every face under the name that ``known_as`` gives it."""
        faces = tuple(known_as[face] for face in self.name_box.faces)
        return replace(self, name_box=replace(self.name_box, faces=faces))


def restored(fields: Mapping[str, Any]) -> Blanks:
    """Blanks from their JSON. Raises ``KeyError`` or ``TypeError`` for anything else."""
    credential, letter = fields["credential"], fields["letter"]
    awarded_to = letter["awarded_to"]
    return Blanks(
        title=fields["title"],
        credential=CredentialBlanks(
            name=_name_place(credential["name"]),
            **{each: Place(**credential[each]) for each in ("asn", "awarded", "number")},
            qr_code=Square(**credential["qr_code"]),
        ),
        letter=LetterBlanks(
            window=Window(**letter["window"] | {"place": Place(**letter["window"]["place"])}),
            **{each: Place(**letter[each]) for each in ("processed", "awarded", "number", "asn")},
            awarded_to=None if awarded_to is None else _name_place(awarded_to),
        ),
        name_box=NameBox(**fields["name_box"] | {"faces": tuple(fields["name_box"]["faces"])}),
        ink=tuple(fields["ink"]),
    )


def _name_place(fields: Mapping[str, Any]) -> NamePlace:
    return NamePlace(Place(**fields["place"]), fields["leading"])
