"""The plain data that pages are made of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Name:
    """A person's name as typed; every part but ``last`` may be empty."""

    first: str
    middle: str
    last: str
    suffix: str


@dataclass(frozen=True, slots=True)
class Signatory:
    """The title under a signature line; offices sign, so there is no person's name."""

    en: str
    fr: str

    def in_language(self, language: str) -> str:
        """The title in ``en`` or ``fr``."""
        return self.fr if language == "fr" else self.en


@dataclass(frozen=True, slots=True)
class Contact:
    """The contact block at the foot of a letter, in one language."""

    office: str
    hours: str
    phone: str
    email: str


@dataclass(frozen=True, slots=True)
class Imprint:
    """What the ministry sets for all documents (domain §7, "titles from settings"); a part of every master's identity.

    ``specimen`` puts a red marking on every page; only production leaves it out.
    """

    specimen: bool = True
    signatories: tuple[Signatory, Signatory] = (
        Signatory(en="Minister of Education", fr="Ministre de l’Éducation"),
        Signatory(en="Deputy Minister", fr="Sous-ministre"),
    )
    contact_en: Contact = Contact(
        office="Transcripts and Diplomas, Alberta Education",
        hours="Weekdays, 8:15 a.m. to 4:30 p.m., Mountain time",
        phone="780-427-5732",
        email="StudentRecords@gov.ab.ca",
    )
    contact_fr: Contact = Contact(
        office="Relevés de notes et diplômes, Alberta Education",
        hours="En semaine, de 8 h 15 à 16 h 30, heure des Rocheuses",
        phone="780-427-5732",
        email="StudentRecords@gov.ab.ca",
    )

    def contact(self, language: str) -> Contact:
        """The contact block in ``en`` or ``fr``."""
        return self.contact_fr if language == "fr" else self.contact_en


@dataclass(frozen=True, slots=True)
class DocumentContent:
    """Everything one document says; two equal contents give the same bytes.

    ``item_number`` is ``0000001234-01``; ``asn`` 9 digits; ``credential_number`` 10 digits or a legacy
    number; ``letter`` is ``first_run``, ``reprint`` or ``none``. ``recipient`` is the first line in the
    envelope's window and ``address`` the further ones, none of them empty. ``verification_link`` is what the
    QR code says. ``master`` is the SHA-256 of the one that a reorder's first document was printed with; it is filled
    again.
    """

    item_number: str
    credential_type: str
    language: str
    letter: str
    name: Name
    asn: str
    credential_number: str
    awarded_on: date
    processed_on: date
    recipient: str
    address: tuple[str, ...]
    verification_link: str
    master: str = ""
