"""Every word that stands on a page. Values marked *verify* await the ministry (domain §7, "(verify)")."""

from __future__ import annotations

from dataclasses import dataclass

LANGUAGES = ("en", "fr")

#: Titles by credential type; a master exists for exactly these (CO-08). Verify: the French, and the historic
#: four.
TITLES = {
    "AHSD": {"en": "Alberta High School Diploma", "fr": "Diplôme d’études secondaires de l’Alberta"},
    "HSED": {"en": "High School Equivalency Diploma", "fr": "Diplôme d’équivalence d’études secondaires"},
    "CHSA": {
        "en": "Certificate of High School Achievement",
        "fr": "Certificat de réussite d’études secondaires",
    },
    "COSC": {"en": "Certificate of School Completion", "fr": "Certificat d’achèvement d’études"},
    "GHSD": {"en": "General High School Diploma", "fr": "Diplôme général d’études secondaires"},
    "ADVD": {"en": "Advanced High School Diploma", "fr": "Diplôme avancé d’études secondaires"},
    "ADEX": {
        "en": "Advanced High School Diploma with Excellence",
        "fr": "Diplôme avancé d’études secondaires avec excellence",
    },
    "IOPC": {
        "en": "Certificate of Achievement, Integrated Occupational Program",
        "fr": "Certificat de réussite, Programme professionnel intégré",
    },
    "HONR": {"en": "Honorary High School Diploma", "fr": "Diplôme honorifique d’études secondaires"},
}


@dataclass(frozen=True, slots=True)
class CredentialWords:
    """The wording of a credential page (verify)."""

    subtitle: str
    fulfilment: str
    asn: str
    awarded: str
    number: str
    verify: str
    specimen: str


CREDENTIAL = {
    "en": CredentialWords(
        subtitle="This is to certify that",
        fulfilment="has fulfilled the requirements prescribed for the",
        asn="Alberta Student Number",
        awarded="Awarded",
        number="Credential number",
        verify="Scan to verify",
        specimen="Specimen — not a valid credential",
    ),
    "fr": CredentialWords(
        subtitle="La présente atteste que",
        fulfilment="a satisfait aux exigences prescrites pour le",
        asn="Numéro d’élève de l’Alberta",
        awarded="Décerné",
        number="Numéro du titre",
        verify="Balayer pour vérifier",
        specimen="Spécimen — sans valeur officielle",
    ),
}


@dataclass(frozen=True, slots=True)
class Alternatives:
    """What a screen reader says for each picture."""

    crest: str
    seal: str
    qr_code: str


ALTERNATIVES = {
    "en": Alternatives(
        crest="Crest: an open book under a rising sun, between two laurel branches",
        seal="Gold seal with an open book under a rising sun",
        qr_code="QR code with the link that verifies this document",
    ),
    "fr": Alternatives(
        crest="Emblème : un livre ouvert sous un soleil levant, entre deux branches de laurier",
        seal="Sceau doré portant un livre ouvert sous un soleil levant",
        qr_code="Code QR contenant le lien qui permet de vérifier ce document",
    ),
}

#: The words round the seal, once round, with a dot where they begin and end anew.
SEAL = {
    "en": "OFFICIAL DOCUMENT · ALBERTA EDUCATION · ",
    "fr": "DOCUMENT OFFICIEL · ALBERTA EDUCATION · ",
}

#: Set very large across the page; the same in both languages but for the accent.
SPECIMEN = {"en": "SPECIMEN", "fr": "SPÉCIMEN"}


@dataclass(frozen=True, slots=True)
class LetterWords:
    """The wording of a letter; paragraphs are broken into lines when the master is laid out."""

    subject: str
    before: tuple[str, ...]
    after: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LetterLabels:
    """The labels that both letters share."""

    credential: str
    awarded: str
    awarded_to: str
    number: str
    asn: str
    contact: str


LABELS = {
    "en": LetterLabels(
        credential="Credential", awarded="Awarded", awarded_to="Awarded to", number="Credential number",
        asn="Alberta Student Number", contact="Questions",
    ),
    "fr": LetterLabels(
        credential="Titre", awarded="Décerné", awarded_to="Décerné à", number="Numéro du titre",
        asn="Numéro d’élève de l’Alberta", contact="Renseignements",
    ),
}  # fmt: skip

LETTERS = {
    ("first_run", "en"): LetterWords(
        subject="Your credential has been awarded",
        before=(
            (
                "Congratulations. The Government of Alberta has awarded you the credential named below, and the "
                "official document is enclosed with this letter."
            ),
        ),
        after=(
            (
                "Please keep this information, and keep it apart from the document itself. You will need the "
                "two numbers above whenever you ask us for a further copy, for a transcript, or for proof of "
                "this award."
            ),
            (
                "Anyone to whom you show the document can confirm it by scanning the code in its lower corner. "
                "If your name or anything else on it is not right, write to the office below before you use it."
            ),
        ),
    ),
    ("first_run", "fr"): LetterWords(
        subject="Votre titre vous a été décerné",
        before=(
            (
                "Félicitations. Le gouvernement de l’Alberta vous a décerné le titre indiqué ci-dessous; le "
                "document officiel accompagne la présente lettre."
            ),
        ),
        after=(
            (
                "Veuillez conserver ces renseignements, et les garder séparément du document lui-même. Les deux "
                "numéros ci-dessus vous seront demandés pour toute copie supplémentaire, tout relevé de notes "
                "ou toute preuve de ce titre."
            ),
            (
                "Toute personne à qui vous présentez le document peut le confirmer en balayant le code imprimé "
                "dans le coin inférieur. Si votre nom ou un autre élément est inexact, écrivez au bureau "
                "ci-dessous avant de l’utiliser."
            ),
        ),
    ),
    ("reprint", "en"): LetterWords(
        subject="Reprint of a credential",
        before=(
            "You will find enclosed the reprint, ordered from this office, of the credential named below.",
        ),
        after=(
            (
                "The reprint is an official document and as valid as the first one. It can be confirmed by "
                "scanning the code in its lower corner."
            ),
            (
                "If anything on it is not right, or if it was not meant for you, please write to the office "
                "below."
            ),
        ),
    ),
    ("reprint", "fr"): LetterWords(
        subject="Réimpression d’un titre",
        before=(
            "Vous trouverez ci-joint la réimpression, commandée à notre bureau, du titre indiqué ci-dessous.",
        ),
        after=(
            (
                "La réimpression est un document officiel et a la même valeur que l’original. On peut la "
                "confirmer en balayant le code imprimé dans le coin inférieur."
            ),
            (
                "Si un élément est inexact, ou si ce document ne vous était pas destiné, veuillez écrire au "
                "bureau ci-dessous."
            ),
        ),
    ),
}

#: How the print provider's sheet names languages, delivery methods and country groups (these in mailing
#: order).
LANGUAGE_NAMES = {"en": "English", "fr": "French"}
DELIVERY_METHODS = {
    "automated_cardboard": "Automated mail with cardboard",
    "manual_mail": "Manual mail, return to Student Records",
    "certification": "Certification, return to Student Records",
    "courier": "Courier, return to Student Records",
    "certification_courier": "Certification and courier, return to Student Records",
}
COUNTRY_GROUPS = {"canada": "Canada", "us": "US", "international": "International"}

#: The same in French (verify).
LANGUAGE_NAMES_FR = {"en": "anglais", "fr": "français"}
DELIVERY_METHODS_FR = {
    "automated_cardboard": "Envoi automatisé avec carton",
    "manual_mail": "Envoi manuel, à retourner aux Dossiers scolaires",
    "certification": "Certification, à retourner aux Dossiers scolaires",
    "courier": "Messagerie, à retourner aux Dossiers scolaires",
    "certification_courier": "Certification et messagerie, à retourner aux Dossiers scolaires",
}
COUNTRY_GROUPS_FR = {"canada": "Canada", "us": "États-Unis", "international": "International"}

#: What the instruction sheet calls itself beside its heading.
INSTRUCTION_SHEET = "instruction sheet"

#: How a print file and its first page are called in a viewer, in both languages, as the sheet itself is.
PRINT_FILE_TITLE = "Print job {0} / Lot d’impression {0}"
OUTLINE_OF_SHEET = "Instruction sheet / Feuille d’instructions"

#: All words that are set in small capitals somewhere; a page that sets others fails when its master is built.
SMALL_CAPPED = (
    *(title for titles in TITLES.values() for title in titles.values()),
    *(
        word
        for words in CREDENTIAL.values()
        for word in (words.asn, words.awarded, words.number, words.verify)
    ),
    *(labels.contact for labels in LABELS.values()),
    INSTRUCTION_SHEET,
)
