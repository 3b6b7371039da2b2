"""The diploma that README.md shows: a specimen of a made-up student, as the renderers print it today.

``python -m tests.unit.docs.diploma`` renews the picture; look at it before it is committed.
"""

from dataclasses import replace
from datetime import date

from PIL import Image

from renderers.content import Imprint, Name
from renderers.document import render
from renderers.masters.master import Masters
from tests.unit.docs.pages import DOCS
from tests.unit.renderers import pictures
from tests.unit.renderers.conftest import CONTENT

PICTURE = DOCS / "diploma.png"
#: How many times as fine as the pictures of the renderers' tests it is, and how many colours it keeps.
FINER, COLOURS = 2, 64


def drawn() -> Image.Image:
    """The credential page at 120 dpi."""
    content = replace(
        CONTENT,
        letter="none",
        name=Name(first="Zoé", middle="Bảo Ngọc", last="Nguyễn-Tremblay", suffix=""),
        awarded_on=date(2026, 7, 31),
    )
    pdf = render(content, Masters(Imprint(specimen=True))).pdf
    return pictures.picture_of(pdf, 0, finer=pictures.FINER, dpi=FINER * pictures.DPI)


def renew() -> None:
    """Store the picture."""
    drawn().quantize(COLOURS, kmeans=3, dither=Image.Dither.NONE).save(PICTURE, optimize=True)


if __name__ == "__main__":
    renew()
