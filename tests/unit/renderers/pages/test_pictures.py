"""Every page looks as it did when somebody last looked at it."""

import re
from pathlib import Path

import pytest

import renderers
from renderers.content import Imprint
from renderers.document import checked, designed, values
from renderers.fonts.font_areas import ITALIC, ROMAN
from renderers.masters import borb_pages, master_building
from renderers.masters.borb_pages import PagePlan
from renderers.masters.key import MasterKey
from renderers.pdf.painting import programs_of
from tests.unit.renderers import pictures
from tests.unit.renderers.pictures import FOLDER, TOLERANCE, distance, picture_of, stored

README = Path(renderers.__file__).parent / "README.md"

RENEW = "python -m tests.unit.renderers.pictures"


@pytest.fixture(scope="module")
def pages():
    return pictures.pages()


def test_every_page_has_its_picture_and_no_picture_is_left_over(pages):
    """A new credential type or language is looked at before it goes out."""
    assert {path.stem for path in FOLDER.glob("*.png")} == set(pages), RENEW


def test_the_readme_shows_every_picture(pages):
    """Whoever opens the folder sees all that is printed, and no picture that is gone."""
    shown = re.findall(r"\(\.\./tests/unit/renderers/pictures/(.+?)\.png\)", README.read_text())
    assert sorted(shown) == sorted(pages)


def test_pages_look_like_their_pictures(pages):
    """No page is further from its picture than another way to smooth edges would take it."""
    far = {name: distance(picture_of(*page), stored(name)) for name, page in pages.items()}
    assert {name: each for name, each in far.items() if each > TOLERANCE} == {}, RENEW


def test_another_way_to_smooth_edges_makes_no_difference(pages):
    """Drawn three times as fine instead of four, every page still is like its picture."""
    for name, (pdf, page) in pages.items():
        assert distance(picture_of(pdf, page, finer=3), stored(name)) <= TOLERANCE, name


def elements_of(content, page):
    """All that is painted on a page of a specimen, static parts first, and the page's size."""
    key = MasterKey(content.credential_type, content.language, content.letter, frozenset())
    blanks = designed(content)
    plan = master_building.plan(key, Imprint(specimen=True))[page]
    return (plan.width, plan.height), plan.elements + values(content, checked(content, blanks), blanks)[page]


def painted(size, elements):
    width, height = size
    programs = programs_of(elements) | {ROMAN, ITALIC}
    return picture_of(borb_pages.lay_out([PagePlan(width, height, elements)], programs, "picture"), 0)


@pytest.mark.parametrize(
    ("page", "name"), [(0, "letter-first_run-en"), (1, "credential-AHSD-en")], ids=["letter", "credential"]
)
def test_a_page_that_lacks_anything_is_noticed(content, page, name):
    """Whatever line of text, seal, crest, code or name is left out, the page is not like its picture."""
    size, elements = elements_of(content(), page)
    assert distance(painted(size, elements), stored(name)) <= TOLERANCE
    said = [each for each in elements if not each.opening.startswith(b"/Artifact")]
    far = {}
    for lacking in said:
        rest = tuple(each for each in elements if each is not lacking)
        far[lacking.opening] = distance(painted(size, rest), stored(name))
    assert {opening: each for opening, each in far.items() if each <= TOLERANCE} == {}
