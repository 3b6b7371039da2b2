"""The credential page (Letter, landscape): what is the same for a type and language, and its values."""

from __future__ import annotations

from renderers.content import DocumentContent, Imprint
from renderers.fonts.characters import Unprintable, normal, set_line
from renderers.fonts.names import NAME_SIZE, SetName
from renderers.fonts.shaping import Run, shape
from renderers.pages import artwork, engraving, specimen
from renderers.pages.artwork import GOLD, NAVY
from renderers.pages.blanks import Blanks, CredentialBlanks, NamePlace, Place, Square
from renderers.pages.date_line import date_line
from renderers.pages.long_forms import dashed_asn, dashed_credential_number
from renderers.pages.paragraphs import evenly_broken
from renderers.pdf.painting import INK, Colour, Element, Line, Spoken, text
from renderers.pdf.qr import qr_code
from renderers.pdf.tagging import FIGURE, HEADING, Blank, Box, Part, Tagged
from renderers.wording import ALTERNATIVES, CREDENTIAL, SEAL, TITLES

WIDTH, HEIGHT = 792, 612
CENTRE = WIDTH / 2

#: The blanks, in the order of their values.
NAME, *PARTICULARS, QR_CODE = range(5)

#: The title's box in points: lower and upper edge, width. Type size and leading by the number of its lines.
TITLE_BOTTOM, TITLE_TOP, TITLE_WIDTH = 402, 482, 640
TITLE_SIZES = {1: (38, 40), 2: (33, 38), 3: (25, 28)}

#: The name's box: the baseline that one line stands on, and how far two lines are apart.
NAME_BASELINE, NAME_LEADING = 332, 34

#: Left, middle and right column of the particulars: ASN, date, number.
COLUMNS = (CENTRE - 205, CENTRE, CENTRE + 205)

#: Lower left corner and side of the QR code without its quiet zone. 0.9 in reads from a phone at arm's
#: length.
QR_X, QR_Y, QR_SIDE = 650, 76, 66

BLANKS = CredentialBlanks(
    name=NamePlace(Place(CENTRE, NAME_BASELINE, NAME_SIZE), NAME_LEADING),
    asn=Place(COLUMNS[0], 199, 15),
    awarded=Place(COLUMNS[1], 199, 15),
    number=Place(COLUMNS[2], 199, 15),
    qr_code=Square(QR_X, QR_Y, QR_SIDE),
)


def static(credential_type: str, language: str, imprint: Imprint) -> tuple[Part, ...]:
    """Everything that is the same on every page of a type and language, and its blanks, in reading order."""
    words = CREDENTIAL[language]
    marks = specimen.ground(WIDTH, HEIGHT, language, 112, 34) if imprint.specimen else ()
    notices = specimen.notice(CENTRE, 52, language) if imprint.specimen else ()
    return (
        *marks,
        engraving.border(WIDTH, HEIGHT),
        Tagged(
            FIGURE, (artwork.crest(CENTRE, 522, 72),), ALTERNATIVES[language].crest, _around(CENTRE, 522, 36)
        ),
        _title(credential_type, language),
        text(words.subtitle, CENTRE, 382, 17, "centre", face="italic"),
        Blank(NAME),
        artwork.flourish(CENTRE, 292, 120),
        text(words.fulfilment, CENTRE, 266, 17, "centre", face="italic"),
        *_award(credential_type, language),
        *_labels(language),
        Tagged(
            FIGURE,
            (engraving.seal(112, 112, 50, SEAL[language]),),
            ALTERNATIVES[language].seal,
            _around(112, 112, 50),
        ),
        *_signatures(language, imprint),
        Blank(QR_CODE, FIGURE, ALTERNATIVES[language].qr_code, (QR_X, QR_Y, QR_X + QR_SIDE, QR_Y + QR_SIDE)),
        text(
            words.verify,
            QR_X + QR_SIDE / 2,
            QR_Y - 16,
            8.5,
            "centre",
            small_caps=True,
            tracking=70,
            colour=NAVY,
        ),
        *notices,
    )


def values(content: DocumentContent, name: SetName, blanks: Blanks) -> tuple[Element, ...]:
    """What fills the blanks of one document, in their order."""
    places, square = blanks.credential, blanks.credential.qr_code
    return (
        printed_name(name, places.name, blanks.ink),
        numbers(dashed_asn(content.asn), places.asn, blanks),
        placed(date_line(content.awarded_on, content.language, blanks.face), places.awarded, blanks.ink),
        numbers(dashed_credential_number(content.credential_number), places.number, blanks),
        qr_code(content.verification_link, square.x, square.y, square.side),
    )


def numbers(words: str, place: Place, blanks: Blanks) -> Line:
    """A number in its blank."""
    return placed(shape(words, blanks.face), place, blanks.ink)


def placed(run: Run, place: Place, ink: Colour = INK) -> Line:
    """A line in its place."""
    return Line(run, place.x, place.y, place.size, place.align, ink)


def printed_name(name: SetName, where: NamePlace, ink: Colour = INK) -> Spoken:
    """A name in one or two lines round a baseline; copied out it is one text, as typed."""
    place = where.place
    top = place.y + where.leading * (len(name.lines) - 1) / 2
    runs = [shape(line, name.face) for line in name.lines]
    lines = tuple(
        Line(run, place.x, top - where.leading * index, place.size, place.align, ink)
        for index, run in enumerate(runs)
    )
    return Spoken(name.text, lines)


def _title(credential_type: str, language: str) -> Tagged:
    """Up to three lines, centred in a box whose height never changes."""
    words = TITLES[credential_type][language]
    lines = evenly_broken(words, TITLE_WIDTH, TITLE_SIZES[1][0])
    size, leading = TITLE_SIZES[len(lines)]
    # Half of what the block leaves free, then down to the first baseline: capitals are 0.65 em high.
    block = leading * (len(lines) - 1) + 0.65 * size
    first = (TITLE_TOP + TITLE_BOTTOM + block) / 2 - 0.65 * size
    set_lines = (
        text(line, CENTRE, first - leading * index, size, "centre", colour=NAVY, tracking=12)
        for index, line in enumerate(lines)
    )
    return Tagged(HEADING, (Spoken(words, tuple(set_lines)),))


def _award(credential_type: str, language: str) -> tuple[Element, ...]:
    words = TITLES[credential_type][language]
    line = text(words, CENTRE, 241, 17.5, "centre", small_caps=True, tracking=55, colour=NAVY)
    return (Spoken(words, (line,)),)


def _labels(language: str) -> tuple[Part, ...]:
    """What each particular is, and then the particular itself."""
    words = CREDENTIAL[language]
    parts: list[Part] = []
    for label, x, index in zip((words.asn, words.awarded, words.number), COLUMNS, PARTICULARS, strict=True):
        parts += [
            text(label, x, 182, 10, "centre", small_caps=True, tracking=75, colour=NAVY),
            artwork.rule(x - 82, x + 82, 193.5, GOLD, 0.5),
            Blank(index),
        ]
    return tuple(parts)


def _signatures(language: str, imprint: Imprint) -> tuple[Element, ...]:
    lines: list[Element] = []
    for signatory, x in zip(imprint.signatories, (CENTRE - 118, CENTRE + 118), strict=True):
        lines += [artwork.rule(x - 100, x + 100, 98), setting(signatory.in_language(language), x, 83, 11.5)]
    return tuple(lines)


def _around(x: float, y: float, radius: float) -> Box:
    return (x - radius, y - radius, x + radius, y + radius)


def setting(words: str, x: float, y: float, size: float, align: str = "centre") -> Line:
    """A line that comes from the settings: set like a name, so that it may hold what a name may hold."""
    run = set_line(normal(words))
    if isinstance(run, Unprintable):
        # TRY004 takes a refusal for a wrong type.
        raise ValueError(f"setting cannot be printed: {run}")  # noqa: TRY004
    return Line(run, x, y, size, align)
