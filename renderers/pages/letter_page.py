"""The letter: Letter, portrait, folded in thirds behind the window of a #10 envelope."""

from __future__ import annotations

from dataclasses import replace

from renderers.content import DocumentContent, Imprint
from renderers.fonts.characters import Unprintable, normal, set_line
from renderers.fonts.names import ADDRESS_SIZE, SetName
from renderers.pages import artwork, specimen
from renderers.pages.artwork import GOLD, GREY, NAVY
from renderers.pages.blanks import Blanks, LetterBlanks, NamePlace, Place, Window
from renderers.pages.credential_page import numbers, placed, printed_name, setting
from renderers.pages.date_line import date_line
from renderers.pages.long_forms import dashed_asn, dashed_credential_number
from renderers.pages.paragraphs import broken
from renderers.pdf.painting import Element, Line, Spoken, text
from renderers.pdf.tagging import FIGURE, HEADING, PARAGRAPH, Blank, Box, Part, Tagged
from renderers.wording import ALTERNATIVES, LABELS, LETTERS, TITLES, LetterLabels

WIDTH, HEIGHT = 612, 792
LEFT, RIGHT = 76, WIDTH - 76

#: A #10 envelope's left window: 4½ × 1⅛ in, ⅞ in from the left edge, ½ in from the bottom. The upper third of
#: a sheet folded at 3⅔ in shows in it from 2.04 to 3.17 in below the sheet's top, 0.875 in from its left
#: edge, when the sheet lies at the envelope's lower left; the block keeps ⅛ in inside that.
WINDOW_LEFT = 76
WINDOW_TOP = HEIGHT - 2.165 * 72
WINDOW_BOTTOM = HEIGHT - 3.095 * 72

#: The window itself, as it lies over the sheet.
WINDOW: Box = (63, HEIGHT - 3.17 * 72, 63 + 4.5 * 72, HEIGHT - 2.04 * 72)

#: Where the sheet is folded, and the ends of the small marks at its left edge that show it.
FOLDS, FOLD_MARK = (HEIGHT * 2 / 3, HEIGHT / 3), (14.0, 23.0)

#: The blanks, in the order of their values; only a reprint's letter has the last.
ADDRESS, PROCESSED, *ROWS, AWARDED_TO = range(6)

#: Type of the body, and the rows of numbers: the values' left edge and their leading.
BODY_SIZE, BODY_LEADING = 11.5, 15.5
VALUES_LEFT, ROW_LEADING = LEFT + 150, 18
ROWS_TOP = 432


def static(credential_type: str, language: str, letter: str, imprint: Imprint) -> tuple[Part, ...]:
    """What is the same on every letter of its kind, credential type and language, and its blanks, as read."""
    words = LETTERS[letter, language]
    marks = specimen.ground(WIDTH, HEIGHT, language, 104, 52) if imprint.specimen else ()
    notices = specimen.notice(WIDTH / 2, 26, language) if imprint.specimen else ()
    below = ROWS_TOP - ROW_LEADING * _row_count(letter) - 20
    return (
        *marks,
        *(artwork.rule(*FOLD_MARK, fold, GREY, 0.5) for fold in FOLDS),
        Tagged(
            FIGURE,
            (artwork.crest(LEFT + 26, 735, 46),),
            ALTERNATIVES[language].crest,
            (LEFT - 2, 712, LEFT + 54, 758),
        ),
        *_office(language, imprint),
        artwork.rule(LEFT, RIGHT, 702, GOLD, 0.6),
        Blank(ADDRESS),
        Blank(PROCESSED),
        Tagged(HEADING, (text(words.subject, LEFT, 506, 15, colour=NAVY),)),
        *_paragraphs(words.before, 482),
        *_labels(credential_type, language, letter),
        *_paragraphs(words.after, below),
        *_contact(language, imprint),
        *notices,
    )


def blanks(letter: str) -> LetterBlanks:
    """The blanks of a kind of letter."""
    # Half as large as on the credential and as often broken, so that it cannot outgrow its two rows.
    awarded_to = NamePlace(Place(VALUES_LEFT, _row(4), 12, "left"), ROW_LEADING)
    # Capitals reach up to the block's upper edge, and descenders of the last line down to its lower one.
    first_line = Place(WINDOW_LEFT, WINDOW_TOP - 8, ADDRESS_SIZE, "left")
    return LetterBlanks(
        window=Window(first_line, 13.2, first_line.y - 0.2 * ADDRESS_SIZE - WINDOW_BOTTOM),
        processed=Place(RIGHT, 540, BODY_SIZE, "right"),
        awarded=Place(VALUES_LEFT, _row(1), BODY_SIZE, "left"),
        number=Place(VALUES_LEFT, _row(2), BODY_SIZE, "left"),
        asn=Place(VALUES_LEFT, _row(3), BODY_SIZE, "left"),
        awarded_to=awarded_to if letter == "reprint" else None,
    )


def reserved(letter: str) -> tuple[tuple[Box, str, str], ...]:
    """What is kept free on a letter for its values and for the machines that fold it, named in both languages."""
    bottom = _row(_row_count(letter) - 1) - 9
    return (
        (WINDOW, "the envelope's window", "la fenêtre de l'enveloppe"),
        ((RIGHT - 170, 536, RIGHT, 550), "the date", "la date"),
        ((LEFT, bottom, RIGHT, ROWS_TOP + 17), "the numbers", "les numéros"),
        ((LEFT, 701, RIGHT, 703), "the line below the office", "la ligne sous le bureau"),
        ((LEFT, 115, RIGHT, 117), "the line above the contact block", "la ligne au-dessus des coordonnées"),
        *(((0, fold - 3, 36, fold + 3), "a fold mark", "un repère de pliage") for fold in FOLDS),
    )


def values(content: DocumentContent, name: SetName, blanks: Blanks) -> tuple[Element | Tagged, ...]:
    """What fills the blanks of one letter, in their order."""
    language, places = content.language, blanks.letter
    awarded_to: tuple[Element, ...] = ()
    if places.awarded_to is not None:
        # The second line of two stands in the row below.
        down = places.awarded_to.leading / 2 * (len(name.lines) - 1)
        first = replace(places.awarded_to.place, y=places.awarded_to.place.y - down)
        awarded_to = (printed_name(name, replace(places.awarded_to, place=first), blanks.ink),)
    return (
        Tagged(PARAGRAPH, _window(content, blanks)),
        placed(date_line(content.processed_on, language, blanks.face), places.processed, blanks.ink),
        placed(date_line(content.awarded_on, language, blanks.face), places.awarded, blanks.ink),
        numbers(dashed_credential_number(content.credential_number), places.number, blanks),
        numbers(dashed_asn(content.asn), places.asn, blanks),
        *awarded_to,
    )


def _window(content: DocumentContent, blanks: Blanks) -> tuple[Element, ...]:
    """Recipient and address; more than five lines stand closer, so that all of them show."""
    window, place = blanks.letter.window, blanks.letter.window.place
    lines = (content.recipient, *content.address)
    leading = min(window.leading, window.height / max(len(lines) - 1, 1))
    size = min(place.size, leading)
    runs = [set_line(normal(line), blanks.name_box.faces) for line in lines]
    return tuple(
        Spoken(run.text, (Line(run, place.x, place.y - leading * index, size, place.align, blanks.ink),))
        for index, run in enumerate(each for each in runs if not isinstance(each, Unprintable))
    )


def _row(index: int) -> float:
    return ROWS_TOP - ROW_LEADING * index


def _row_count(letter: str) -> int:
    """Rows that the block is high: the name on a reprint's letter may need two."""
    return 6 if letter == "reprint" else 4


def _labels(credential_type: str, language: str, letter: str) -> tuple[Part, ...]:
    """The rows' labels, each before its value; one value belongs to the type: the credential's title."""
    words: LetterLabels = LABELS[language]
    title = text(TITLES[credential_type][language], VALUES_LEFT, _row(0), BODY_SIZE)
    rows: list[tuple[str, Part]] = [
        (words.credential, title),
        *zip((words.awarded, words.number, words.asn), map(Blank, ROWS), strict=True),
    ]
    if letter == "reprint":
        rows.append((words.awarded_to, Blank(AWARDED_TO)))
    parts: list[Part] = [artwork.rule(LEFT, RIGHT, ROWS_TOP + 17, GOLD, 0.4)]
    for index, (label, value) in enumerate(rows):
        parts += [text(label, LEFT + 12, _row(index), BODY_SIZE, colour=NAVY), value]
    return (*parts, artwork.rule(LEFT, RIGHT, _row(_row_count(letter) - 1) - 9, GOLD, 0.4))


def _paragraphs(paragraphs: tuple[str, ...], top: float) -> tuple[Part, ...]:
    parts: list[Part] = []
    y = top
    for paragraph in paragraphs:
        lines = broken(paragraph, RIGHT - LEFT, BODY_SIZE)
        set_lines = (
            text(line, LEFT, y - BODY_LEADING * index, BODY_SIZE) for index, line in enumerate(lines)
        )
        parts.append(Tagged(PARAGRAPH, tuple(set_lines)))
        y -= BODY_LEADING * len(lines) + 7
    return tuple(parts)


def _office(language: str, imprint: Imprint) -> tuple[Element, ...]:
    contact = imprint.contact(language)
    return (setting(contact.office, RIGHT, 730, 14, "right"),)


def _contact(language: str, imprint: Imprint) -> tuple[Element, ...]:
    """The contact block at the foot of the page."""
    contact = imprint.contact(language)
    lines = (contact.office, contact.hours, f"{contact.phone}  ·  {contact.email}")
    return (
        artwork.rule(LEFT, RIGHT, 116, GOLD, 0.6),
        text(LABELS[language].contact, LEFT, 98, 11, colour=NAVY, small_caps=True, tracking=50),
        *(setting(line, LEFT, 83 - 13.5 * index, 10.5, "left") for index, line in enumerate(lines)),
    )
