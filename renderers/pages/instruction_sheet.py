"""The instruction sheet in front of each print job: Letter, portrait, readable at arm's length.

In both languages on every sheet, whatever the job's own is, since either of the provider's operators may stand at the
machine: figures are large and there once, and what is said in words has its French below it in small type.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from renderers.pages import artwork, specimen
from renderers.pages.artwork import GOLD, NAVY
from renderers.pages.credential_page import setting
from renderers.pages.long_forms import long_date
from renderers.pages.paragraphs import broken
from renderers.pdf.painting import Element, Line, text
from renderers.wording import (
    COUNTRY_GROUPS,
    COUNTRY_GROUPS_FR,
    DELIVERY_METHODS,
    DELIVERY_METHODS_FR,
    INSTRUCTION_SHEET,
    LANGUAGE_NAMES,
    LANGUAGE_NAMES_FR,
    LANGUAGES,
    TITLES,
)

WIDTH, HEIGHT = 612, 792
LEFT, RIGHT = 60, WIDTH - 60
VALUES_LEFT = 240

#: Baseline of the first row, distance of rows, type size of the values in points.
ROWS_TOP, ROW_LEADING, VALUE_SIZE = 588, 44, 22

#: Lines that the list of manual inserts may take, and their type size and leading.
INSERT_LINES, INSERT_SIZE, INSERT_LEADING = 5, 15, 19

#: Type size of the French below a label or a value, and how far below.
FRENCH_SIZE, FRENCH_DROP = 11, 15.5

LABELS = (
    ("Credential", "Titre"),
    ("Language", "Langue"),
    ("Delivery method", "Mode de livraison"),
    ("Released", "Lancé"),
    ("Envelopes", "Enveloppes"),
    ("Last sequence number", "Dernier numéro de séquence"),
    ("Plain sheets", "Feuilles ordinaires"),
    ("Credential sheets", "Feuilles de titre"),
    ("By country", "Par pays"),
    ("Insert by hand", "À insérer à la main"),
)

PAPER = (
    "Letters on plain paper, credentials on official paper. One envelope per sequence number.",
    "Lettres sur papier ordinaire, titres sur papier officiel. Une enveloppe par numéro de séquence.",
)


@dataclass(frozen=True, slots=True)
class JobSheet:
    """What a print job's sheet says beside its counts. ``delivery_label`` overrides the method's label."""

    job_number: str
    credential_type: str
    language: str
    delivery_method: str
    released_on: date
    specimen: bool = True
    delivery_label: str = ""


@dataclass(frozen=True, slots=True)
class Counts:
    """The counts of a print job; ``plain`` includes the instruction sheet itself."""

    envelopes: int
    last_sequence: int
    plain: int
    credential: int
    by_country: dict[str, int]
    manual_inserts: tuple[int, ...]


def static(is_specimen: bool) -> tuple[Element, ...]:
    """Headings and labels."""
    notices = specimen.notice(WIDTH / 2, 30, *LANGUAGES) if is_specimen else ()
    return (
        artwork.crest(LEFT + 24, 728, 46),
        text("Print job", LEFT + 70, 716, 30, colour=NAVY),
        text(INSTRUCTION_SHEET, RIGHT, 748, 12, "right", small_caps=True, tracking=80, colour=NAVY),
        artwork.rule(LEFT, RIGHT, 696, NAVY, 1.6),
        text("Lot d’impression, feuille d’instructions", RIGHT, 716, 13, "right", colour=NAVY),
        *_label("Job number", "Numéro du lot", 652),
        artwork.rule(LEFT, RIGHT, 626, GOLD, 0.6),
        *(each for index, label in enumerate(LABELS) for each in _label(*label, _row(index))),
        *(text(line, WIDTH / 2, 66 - 15 * index, 12, "centre") for index, line in enumerate(PAPER)),
        *notices,
    )


def values(sheet: JobSheet, counts: Counts) -> tuple[Element, ...]:
    """What one job's sheet says."""
    title = TITLES.get(sheet.credential_type, {}).get(sheet.language, "")
    countries = [counts.by_country.get(group, 0) for group in COUNTRY_GROUPS]
    method = sheet.delivery_method
    rows = (
        (f"{sheet.credential_type}  {title}", ""),
        (LANGUAGE_NAMES.get(sheet.language, sheet.language), LANGUAGE_NAMES_FR.get(sheet.language, "")),
        (
            sheet.delivery_label or DELIVERY_METHODS.get(method, method),
            "" if sheet.delivery_label else DELIVERY_METHODS_FR.get(method, ""),
        ),
        (long_date(sheet.released_on, "en"), long_date(sheet.released_on, "fr")),
        (f"{counts.envelopes:,}", ""),
        (str(counts.last_sequence), ""),
        (f"{counts.plain:,}   this sheet included", "cette feuille comprise"),
        (f"{counts.credential:,}   official paper", "papier officiel"),
        (_by_country(COUNTRY_GROUPS, countries), _by_country(COUNTRY_GROUPS_FR, countries)),
    )
    inserts = insert_lines(counts.manual_inserts)
    top = _row(len(rows))
    lines = [
        text(line, VALUES_LEFT, top - INSERT_LEADING * index, INSERT_SIZE)
        for index, line in enumerate(inserts)
    ]
    if not counts.manual_inserts:
        lines.append(_french("aucune", VALUES_LEFT, top))
    return (
        setting(sheet.job_number, VALUES_LEFT, 646, 34, "left"),
        *(_value(row, _row(index)) for index, (row, _) in enumerate(rows)),
        *(_french(row, VALUES_LEFT, _row(index)) for index, (_, row) in enumerate(rows) if row),
        *lines,
    )


def insert_lines(sequences: Sequence[int]) -> list[str]:
    """``3, 17–19, 204``: the envelopes to fill by hand; the manifest has what does not fit here."""
    if not sequences:
        return ["none"]
    lines = broken(", ".join(_ranges(sequences)), RIGHT - VALUES_LEFT, INSERT_SIZE)
    if len(lines) <= INSERT_LINES:
        return lines
    return [
        *lines[: INSERT_LINES - 1],
        f"and more, {len(sequences)} in all: see the manifest / voir le manifeste",
    ]


def _ranges(sequences: Sequence[int]) -> list[str]:
    ordered = sorted(sequences)
    runs = [
        [number for _, number in group]
        for _, group in groupby(enumerate(ordered), key=lambda each: each[1] - each[0])
    ]
    return [str(run[0]) if len(run) == 1 else f"{run[0]}–{run[-1]}" for run in runs]


def _label(english: str, french: str, y: float) -> tuple[Element, ...]:
    return (text(english, LEFT, y, 15, colour=NAVY), _french(french, LEFT, y))


def _french(words: str, x: float, y: float) -> Line:
    """The French of what stands on the baseline ``y``."""
    return text(words, x, y - FRENCH_DROP, FRENCH_SIZE, colour=NAVY)


def _by_country(names: dict[str, str], counts: Sequence[int]) -> str:
    return "   ".join(f"{name} {count:,}" for name, count in zip(names.values(), counts, strict=True))


def _value(words: str, y: float) -> Element:
    """A value at full size, or as large as its row allows."""
    line = setting(words, VALUES_LEFT, y, VALUE_SIZE, "left")
    size = min(VALUE_SIZE, VALUE_SIZE * (RIGHT - VALUES_LEFT) / line.width)
    return setting(words, VALUES_LEFT, y, size, "left")


def _row(index: int) -> float:
    return ROWS_TOP - ROW_LEADING * index
