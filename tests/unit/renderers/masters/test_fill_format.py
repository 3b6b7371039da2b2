"""Fills of a record's format keep their bytes: what was printed years ago is printed so again by this code.

Everything that a design may change is fixed here: places, ink, title and glyph codes. What is left is how a fill is written.
A change of these hashes is a new ``kept_master.FORMAT``, beside which the old one must still be written as it was.
"""

import hashlib

import pytest

from renderers.document import checked, description, values
from renderers.fonts import faces, font_programs
from renderers.fonts.font_program import FontProgram
from renderers.fonts.names import NameBox
from renderers.masters.kept_master import FORMAT
from renderers.pages.blanks import Blanks, CredentialBlanks, LetterBlanks, NamePlace, Place, Square, Window
from renderers.pdf.painting import operators
from tests.unit.renderers.hard_names import HARD_NAMES

FACES = ("roman@format", "sans@format")
NAME = NamePlace(Place(396, 332, 28), 34)
BLANKS = Blanks(
    "A Diploma",
    CredentialBlanks(
        NAME, Place(191, 199, 15), Place(396, 199, 15), Place(601, 199, 15), Square(650, 76, 66)
    ),
    LetterBlanks(
        Window(Place(76, 628.12, 11, "left"), 13.2, 66.96),
        Place(536, 540, 11.5, "right"),
        Place(226, 414, 11.5, "left"),
        Place(226, 396, 11.5, "left"),
        Place(226, 378, 11.5, "left"),
        NamePlace(Place(226, 360, 12, "left"), 18),
    ),
    NameBox(28, 648, FACES),
    (0.1, 0.2, 0.3),
)
EXPECTED = {1: "c9c125f3339c3aa7fb325f845f1765c87b5dfb8ddd42bfc8d2418f48c9deb891"}


@pytest.fixture(autouse=True)
def type_of_then(monkeypatch):
    """Programs whose codes are the glyphs' own ids and whose glyphs are all half an em wide."""
    monkeypatch.setattr(font_programs, "_programs", dict(font_programs._programs))
    monkeypatch.setattr(font_programs, "_kept", dict(font_programs._kept))
    monkeypatch.setattr("renderers.pdf.painting._holders", {})
    for face in FACES:
        faces.keep(face, face.partition("@")[0])
        codes = {gid: gid for gid in range(8000)}
        made = FontProgram(f"{face}-latin", "", b"", codes, (500.0,) * 8000, {}, (0, 0, 0, 0), 0, 0, 0, 0)
        font_programs.keep(face, [made])


def test_the_fill_of_a_record_keeps_its_bytes(content):
    """Every page's content stream, and the description, of a fixed record and the hard names."""
    written = hashlib.sha256()
    for name in HARD_NAMES.values():
        said = content(name=name, language="fr", letter="reprint")
        pages = values(said, checked(said, BLANKS), BLANKS)
        described = description(said, BLANKS)
        written.update(b"".join([*map(operators, pages), described.xmp(), described.info()]))
    assert written.hexdigest() == EXPECTED[FORMAT]
