"""The page that every contender makes: the same words and art in the same places, the same persons, no two alike.

What a peer cannot do (kerning, small capitals, tags, PDF/A) it is not asked for; what it gets for nothing are the art as
finished operators, every static line's left edge, and the QR matrices.
"""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import groupby
from pathlib import Path
from tempfile import mkdtemp

from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

from renderers.content import DocumentContent, Imprint, Name
from renderers.document import checked, designed
from renderers.fonts import faces
from renderers.fonts.names import NAME_SIZE
from renderers.pages import credential_page
from renderers.pages.credential_page import CENTRE, COLUMNS, NAME_BASELINE, QR_SIDE, QR_X, QR_Y
from renderers.pages.long_forms import dashed_asn, dashed_credential_number, long_date
from renderers.pdf import qr
from renderers.pdf.painting import ALIGNMENTS, Drawing, Element, Line, Marked, Spoken
from renderers.pdf.tagging import painted

WIDTH, HEIGHT = credential_page.WIDTH, credential_page.HEIGHT
QR = (QR_X, QR_Y, QR_SIDE)
IMPRINT = Imprint(specimen=False)

FIRST = ("Anna", "Émilie", "Wei", "Sahar", "Liam", "Noëlle", "Łukasz", "Marie-Ève", "Omar", "Zoë")
MIDDLE = ("Maria", "", "Jean", "Rose", "", "Thérèse", "Jan", "Anne", "", "Kay")
LAST = ("Smith", "Tremblay", "Li", "O’Brien", "Żółć", "Bélanger-Roy", "Fournier", "García", "Nowak", "Ünal")


@dataclass(frozen=True, slots=True)
class Words:
    """A line of text: its left edge (or its centre, where it is a value), baseline and size in points, and its face."""

    text: str
    x: float
    y: float
    size: float
    face: str = "roman"
    colour: tuple[float, float, float] = (0.09, 0.1, 0.14)


def content(index: int) -> DocumentContent:
    """The ``index``-th document: an Alberta High School Diploma without a letter."""
    last = f"{LAST[index // 100 % 10]}-{_syllables(index)}"
    name = Name(FIRST[index % 10], MIDDLE[index // 10 % 10], last, "")
    token = hashlib.md5(str(index).encode()).hexdigest()
    return DocumentContent(
        item_number=f"{index:010d}-01",
        credential_type="AHSD",
        language="en",
        letter="none",
        name=name,
        asn=f"{index:09d}",
        credential_number=f"{index:010d}",
        awarded_on=date(2026, 7, 1 + index % 28),
        processed_on=date(2026, 8, 1),
        recipient=f"{name.first} {name.last}",
        address=("10123 Jasper Avenue NW", "Edmonton AB  T5J 3N6"),
        verification_link=f"https://orders.example.ca/verify/{token}",
    )


def _syllables(number: int) -> str:
    """A name's second part that nobody else has."""
    parts = [f"{'bdfklmnrst'[digit]}{'aeiou'[digit % 5]}" for digit in map(int, f"{number:05d}")]
    return "".join(parts).title()


#: Text among drawings.
_LETTERS = re.compile(rb"BT .*?ET\n", re.DOTALL)


@cache
def static() -> tuple[bytes, tuple[Words, ...]]:
    """The art as content stream operators, and every static line."""
    elements = list(_flat(painted(credential_page.static("AHSD", "en", IMPRINT))))
    art = b"".join(b"q\n" + each.operators + b"Q\n" for each in elements if isinstance(each, Drawing))
    # The letters round the seal are in a font that our pages alone have: peers are spared them.
    art = _LETTERS.sub(b"", art)
    lines = tuple(
        Words(
            each.run.text,
            each.x - each.width * ALIGNMENTS[each.align],
            each.y,
            each.size,
            each.run.face,
            each.colour,
        )
        for each in elements
        if isinstance(each, Line)
    )
    return art, lines


def values(made: DocumentContent) -> tuple[Words, ...]:
    """The centred lines that differ."""
    numbers = (
        dashed_asn(made.asn),
        long_date(made.awarded_on, made.language),
        dashed_credential_number(made.credential_number),
    )
    name = Words(checked(made, designed(made)).text, CENTRE, NAME_BASELINE, NAME_SIZE)
    return (name, *(Words(each, x, 199, 15) for each, x in zip(numbers, COLUMNS, strict=True)))


@cache
def matrix(link: str) -> tuple[tuple[bool, ...], ...]:
    """The QR modules of a link, made before anything is measured."""
    pixels = qr.modules(link)
    side = int(len(pixels) ** 0.5)
    return tuple(tuple(pixel == 0 for pixel in pixels[row * side : (row + 1) * side]) for row in range(side))


@cache
def runs(link: str) -> tuple[tuple[int, int, int], ...]:
    """The code's dark runs as left, bottom and width in modules: every contender draws these, and nothing cheaper."""
    rows = matrix(link)
    found = []
    for index, row in enumerate(rows):
        for dark, group in groupby(range(len(row)), key=lambda at, row=row: row[at]):  # type: ignore[misc]
            columns = list(group)
            if dark:
                found.append((columns[0], len(rows) - 1 - index, len(columns)))
    return tuple(found)


def module(link: str) -> float:
    """The side of one module in points."""
    return QR_SIDE / len(matrix(link))


@cache
def font_file(face: str) -> Path:
    """A face as a static TrueType file, since not every peer takes a variable one."""
    font = TTFont(io.BytesIO(faces.file_of(face).read_bytes()), recalcTimestamp=False)
    if "fvar" in font:
        instancer.instantiateVariableFont(font, {"wght": 400}, inplace=True)
    path = Path(mkdtemp(prefix="bench-")) / f"{face}.ttf"
    font.save(path)
    return path


def _flat(elements: Iterable[Element]) -> Iterator[Element]:
    for each in elements:
        if isinstance(each, Marked):
            yield from _flat(each.elements)
        elif isinstance(each, Spoken):
            yield from each.lines
        else:
            yield each
