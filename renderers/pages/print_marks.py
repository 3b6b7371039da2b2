"""What the print provider's machines and people read on a letter, put on in the print file alone.

The mailing sequence number is on every letter. Inserter marks are on those of automated envelopes: bars at a pitch of
⅙ in, read from the top as the sheet passes an optical reader, that say how many sheets belong together.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from renderers.content import Imprint
from renderers.fonts.font_areas import ROMAN
from renderers.fonts.font_program import resource_of
from renderers.pages import letter_page
from renderers.pages.page_areas import DEPTH, HEIGHT, areas, overlap
from renderers.pdf.painting import Line, number, operators, text
from renderers.pdf.shared_parts import OVERLAY_FONT
from renderers.pdf.tagging import Box
from renderers.shelf import Shelf
from renderers.wording import LETTERS, TITLES

#: A place on a letter, in points from its lower left corner.
Point = tuple[float, float]

#: Type size and tracking of the sequence number, and the widest number that has room.
SIZE, TRACKING, WIDEST = 13, 30, "99999"

#: Length, thickness and pitch of the bars in points, and how many there may be: 0.4 in, 0.02 in, ⅙ in.
BAR, THICKNESS, PITCH, BARS = 28.8, 1.5, 12, 8
#: White that the reader needs round the bars, and what printers leave white at a sheet's edge.
CLEAR, MARGIN = 6, 9

#: The delivery method whose envelopes a machine fills, and the most sheets that it takes.
AUTOMATED = "automated_cardboard"
MOST_SHEETS = 7


@dataclass(frozen=True, slots=True)
class PrintMarks:
    """Where marks stand: the right end of the sequence number's baseline, and the left end of the uppermost bar."""

    sequence_number: Point = (letter_page.RIGHT, letter_page.HEIGHT - 36)
    inserter: Point | None = (564, 704)


@dataclass(frozen=True, slots=True)
class Clash:
    """Why a mark cannot stand where it should: which one, and what is there already, in both languages."""

    mark: str
    en: str
    fr: str


def sequence_number(marks: PrintMarks, sequence: int, shelf: Shelf | None) -> bytes:
    """The operators of an envelope's number."""
    own = f"/{resource_of(ROMAN)} ".encode()
    # The base document's font of that name may be an older cut with other glyph codes.
    return operators([_number(marks, f"{sequence}")], shelf).replace(own, OVERLAY_FONT.encode() + b" ")


def inserter_bars(marks: PrintMarks, sheets: int, sequence: int) -> bytes:
    """The operators of an envelope's bars; nothing where there are none, or more sheets than a machine takes.

    From the top: one that is always there, the number of sheets in three bits, the sequence number modulo 8 in three bits,
    so that an envelope left out is noticed, and one that makes the number of bars even.
    """
    if marks.inserter is None or sheets > MOST_SHEETS:
        return b""
    bits = f"1{sheets:03b}{sequence % 8:03b}"
    bits += str(bits.count("1") % 2)
    x, y = (number(each) for each in marks.inserter)
    drawn = "".join(
        f"0 {number(-PITCH * slot)} {number(BAR)} {number(-THICKNESS)} re\n"
        for slot, bit in enumerate(bits)
        if bit == "1"
    )
    return f"q 1 0 0 1 {x} {y} cm 0 g\n{drawn}f Q\n".encode()


def clash_of(marks: PrintMarks) -> Clash | None:
    """The first mark that would leave the sheet, or stand on something that some letter says."""
    for mark, box in _boxes(marks).items():
        left, bottom, right, top = box
        if (
            left < MARGIN
            or bottom < MARGIN
            or right > letter_page.WIDTH - MARGIN
            or top > letter_page.HEIGHT - MARGIN
        ):
            return Clash(mark, "the edge of the sheet", "le bord de la feuille")
        for taken, en, fr in _taken():
            if overlap(box, taken):
                return Clash(mark, en, fr)
    boxes = list(_boxes(marks).values())
    if len(boxes) > 1 and overlap(*boxes):
        return Clash("inserter", "the sequence number", "le numéro de séquence")
    return None


def _boxes(marks: PrintMarks) -> dict[str, Box]:
    """The largest area that each mark can take on the page."""
    widest = _number(marks, WIDEST)
    x, y = marks.sequence_number
    boxes = {"sequence_number": (x - widest.width, y - DEPTH * SIZE, x, y + HEIGHT * SIZE)}
    if marks.inserter is not None:
        left, top = marks.inserter
        bottom = top - PITCH * (BARS - 1) - THICKNESS
        boxes["inserter"] = (left - CLEAR, bottom - CLEAR, left + BAR + CLEAR, top + CLEAR)
    return boxes


def _taken() -> Iterator[tuple[Box, str, str]]:
    """What stands on any letter, and what is kept free for values on each."""
    for letter, language in LETTERS:
        yield from letter_page.reserved(letter)
        for credential_type in TITLES:
            static = letter_page.static(credential_type, language, letter, Imprint())
            yield from ((box, f"“{said}”", f"« {said} »") for box, said in areas(static))


def _number(marks: PrintMarks, words: str) -> Line:
    x, y = marks.sequence_number
    return text(words, x, y, SIZE, "right", tracking=TRACKING)
