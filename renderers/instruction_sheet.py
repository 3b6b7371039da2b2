"""The instruction sheet in front of each print job: Letter, portrait, readable at arm's length.

In English only: it is read by the print provider's operators and Student Records, never by a recipient, and
one language at twice the size beats two at half of it. The job's own language is one of its values.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from renderers import artwork, specimen
from renderers.artwork import GOLD, NAVY
from renderers.credential_page import setting
from renderers.long_forms import long_date
from renderers.painting import Element, text
from renderers.paragraphs import broken
from renderers.wording import COUNTRY_GROUPS, DELIVERY_METHODS, INSTRUCTION_SHEET, LANGUAGE_NAMES, TITLES

WIDTH, HEIGHT = 612, 792
LEFT, RIGHT = 60, WIDTH - 60
VALUES_LEFT = 240

#: Baseline of the first row, distance of rows, type size of the values in points.
ROWS_TOP, ROW_LEADING, VALUE_SIZE = 588, 44, 22

#: Lines that the list of manual inserts may take, and their type size and leading.
INSERT_LINES, INSERT_SIZE, INSERT_LEADING = 5, 15, 19

LABELS = (
    "Credential", "Language", "Delivery method", "Released", "Envelopes", "Last sequence number",
    "Plain sheets", "Credential sheets", "By country", "Insert by hand",
)  # fmt: skip


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
    notices = specimen.notice(WIDTH / 2, 30, "en") if is_specimen else ()
    return (
        artwork.crest(LEFT + 24, 728, 46),
        text("Print job", LEFT + 70, 716, 30, colour=NAVY),
        text(INSTRUCTION_SHEET, RIGHT, 748, 12, "right", small_caps=True, tracking=80, colour=NAVY),
        artwork.rule(LEFT, RIGHT, 696, NAVY, 1.6),
        text("Job number", LEFT, 652, 15, colour=NAVY),
        artwork.rule(LEFT, RIGHT, 626, GOLD, 0.6),
        *(text(label, LEFT, _row(index), 15, colour=NAVY) for index, label in enumerate(LABELS)),
        text(
            "Letters on plain paper, credentials on official paper. One envelope per sequence number.",
            WIDTH / 2, 52, 12, "centre",
        ),
        *notices,
    )  # fmt: skip


def values(sheet: JobSheet, counts: Counts) -> tuple[Element, ...]:
    """What one job's sheet says."""
    title = TITLES.get(sheet.credential_type, {}).get(sheet.language, "")
    rows = (
        f"{sheet.credential_type}  {title}",
        LANGUAGE_NAMES.get(sheet.language, sheet.language),
        sheet.delivery_label or DELIVERY_METHODS.get(sheet.delivery_method, sheet.delivery_method),
        long_date(sheet.released_on, "en"),
        f"{counts.envelopes:,}",
        str(counts.last_sequence),
        f"{counts.plain:,}   this sheet included",
        f"{counts.credential:,}   official paper",
        "   ".join(f"{label} {counts.by_country.get(group, 0):,}" for group, label in COUNTRY_GROUPS.items()),
    )
    inserts = insert_lines(counts.manual_inserts)
    return (
        setting(sheet.job_number, VALUES_LEFT, 646, 34, "left"),
        *(_value(row, _row(index)) for index, row in enumerate(rows)),
        *(
            text(line, VALUES_LEFT, _row(len(rows)) - INSERT_LEADING * index, INSERT_SIZE)
            for index, line in enumerate(inserts)
        ),
    )


def insert_lines(sequences: Sequence[int]) -> list[str]:
    """``3, 17–19, 204``: the envelopes to fill by hand; the manifest has what does not fit here."""
    if not sequences:
        return ["none"]
    lines = broken(", ".join(_ranges(sequences)), RIGHT - VALUES_LEFT, INSERT_SIZE)
    if len(lines) <= INSERT_LINES:
        return lines
    return [*lines[: INSERT_LINES - 1], f"and more, {len(sequences)} in all: see the manifest"]


def _ranges(sequences: Sequence[int]) -> list[str]:
    ordered = sorted(sequences)
    runs = [
        [number for _, number in group]
        for _, group in groupby(enumerate(ordered), key=lambda each: each[1] - each[0])
    ]
    return [str(run[0]) if len(run) == 1 else f"{run[0]}–{run[-1]}" for run in runs]


def _value(words: str, y: float) -> Element:
    """A value at full size, or as large as its row allows."""
    line = setting(words, VALUES_LEFT, y, VALUE_SIZE, "left")
    size = min(VALUE_SIZE, VALUE_SIZE * (RIGHT - VALUES_LEFT) / line.width)
    return setting(words, VALUES_LEFT, y, size, "left")


def _row(index: int) -> float:
    return ROWS_TOP - ROW_LEADING * index
