"""A small picture of every page that is printed, and how far a page is from its picture.

``python -m tests.unit.renderers.pictures`` renews them; look at each that changed before it is committed.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pypdfium2
from PIL import Image

from renderers.content import Imprint
from renderers.document import render
from renderers.masters.master import Masters
from renderers.overlay import digital_copy, unofficial_copy
from renderers.print_file import Envelope, JobSheet
from renderers.wording import LANGUAGES, TITLES
from tests.unit.renderers.conftest import CONTENT, build_print_file

FOLDER = Path(__file__).parent

#: Resolution in dpi, and how many colours a stored picture keeps.
DPI, COLOURS = 60, 48

#: How many times as fine a page is drawn before it is reduced, so that thin lines keep their weight.
FINER = 4

#: Pictures are compared by the mean brightness of square cells of so many pixels a side: 4.8 pt, half a line of type.
CELL = 4

#: The largest difference of a cell's mean, of 255, that fewer colours and other smoothing of edges may make: measured 11.
TOLERANCE = 13


def pages() -> dict[str, tuple[bytes, int]]:
    """Every picture's name, with the file and the index of the page that it shows."""
    masters = Masters(Imprint(specimen=True))

    def document(**changes: str) -> bytes:
        return render(replace(CONTENT, **changes), masters).pdf

    shown = {
        f"credential-{kind}-{language}": (
            document(credential_type=kind, language=language, letter="none"),
            0,
        )
        for kind in TITLES
        for language in LANGUAGES
    }
    for language in LANGUAGES:
        first_run = document(language=language)
        envelopes = [
            Envelope(number, f"{number:010d}-01", first_run, 2, "canada", number in (3, 4, 9))
            for number in range(1, 11)
        ]
        sheet = JobSheet("PJ-000123", "AHSD", language, "automated_cardboard", date(2026, 8, 1))
        printed = build_print_file(sheet, envelopes).pdf
        shown |= {
            f"letter-first_run-{language}": (first_run, 0),
            f"letter-reprint-{language}": (
                document(language=language, letter="reprint", recipient="Acme Ltd."),
                0,
            ),
            f"sheet-{language}": (printed, 0),
            f"sequence_number-{language}": (printed, 1),
            f"digital-{language}": (digital_copy(first_run, language), 1),
            f"unofficial-{language}": (unofficial_copy(first_run, language), 1),
        }
    return shown


def picture_of(pdf: bytes, page: int, finer: int = FINER, dpi: int = DPI) -> Image.Image:
    """The page at ``dpi`` in colour, drawn ``finer`` times as fine and reduced."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        made: Image.Image = document[page].render(scale=finer * dpi / 72).to_pil().convert("RGB")
    finally:
        document.close()
    return made.reduce(finer)


def stored(name: str) -> Image.Image:
    """The picture as it was last looked at."""
    with Image.open(FOLDER / f"{name}.png") as found:
        return found.convert("RGB")


def distance(first: Image.Image, second: Image.Image) -> float:
    """The largest difference between the mean brightness of two pictures' cells, 0 to 255; 255 if their sizes differ."""
    if first.size != second.size:
        return 255.0
    cells = [np.asarray(each.convert("L").reduce(CELL), dtype=float) for each in (first, second)]
    return float(np.abs(cells[0] - cells[1]).max())


def renew() -> list[str]:
    """Store the pictures that have changed, drop those of no page, and name both."""
    made = {name: picture_of(*page) for name, page in pages().items()}
    changed = []
    for name, picture in made.items():
        path = FOLDER / f"{name}.png"
        if not path.exists() or distance(picture, stored(name)) > TOLERANCE:
            picture.quantize(COLOURS, kmeans=3, dither=Image.Dither.NONE).save(path, optimize=True)
            changed.append(name)
    for path in FOLDER.glob("*.png"):
        if path.stem not in made:
            path.unlink()
            changed.append(path.stem)
    return changed
