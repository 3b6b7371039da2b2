"""A filled master is the page that borb lays out alone: the compiled form against its definition."""

import pytest
from PIL import ImageChops

from renderers.content import Imprint
from renderers.document import checked, designed, render, values
from renderers.fonts.font_areas import ITALIC, ROMAN
from renderers.masters import borb_pages, master_building
from renderers.masters.borb_pages import PagePlan
from renderers.masters.key import MasterKey
from renderers.pdf.painting import programs_of
from renderers.wording import LANGUAGES, TITLES
from tests.unit.renderers.hard_names import ALL_HARD_NAMES


def page_by_borb_alone(content, imprint):
    """The whole document painted by borb in one go, values and all."""
    filling = values(content, checked(content, designed(content)), designed(content))
    key = MasterKey(content.credential_type, content.language, content.letter, frozenset())
    plans = [
        PagePlan(plan.width, plan.height, plan.elements + elements)
        for plan, elements in zip(master_building.plan(key, imprint), filling, strict=True)
    ]
    used = programs_of([element for plan in plans for element in plan.elements])
    return borb_pages.lay_out(plans, used | {ROMAN, ITALIC}, "oracle")


def assert_same_pictures(picture, first, second, pages):
    for page in range(pages):
        difference = ImageChops.difference(picture(first, page), picture(second, page))
        assert difference.getbbox() is None


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("credential_type", ["AHSD", "CHSA", "COSC", "HSED"])
def test_filled_master_equals_borbs_page_for_each_type(content, masters, picture, credential_type, language):
    """For every type and language the filled master and borb's own page are equal pixel by pixel."""
    made = content(credential_type=credential_type, language=language)
    rendered = render(made, masters)
    assert_same_pictures(picture, rendered.pdf, page_by_borb_alone(made, masters.imprint), rendered.pages)


@pytest.mark.parametrize("letter", ["reprint", "none"])
def test_filled_master_equals_borbs_page_for_hard_names(
    content, specimen_masters, picture, hard_name, letter
):
    """Hard names make no difference between the two."""
    made = content(name=hard_name, letter=letter)
    rendered = render(made, specimen_masters)
    alone = page_by_borb_alone(made, Imprint(specimen=True))
    assert_same_pictures(picture, rendered.pdf, alone, rendered.pages)


def test_the_long_form_has_enough_hard_names():
    """At least sixty, no two alike."""
    assert len(set(ALL_HARD_NAMES)) == len(ALL_HARD_NAMES) >= 60


@pytest.mark.long
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("credential_type", TITLES)
def test_filled_master_equals_borbs_page_for_every_type_and_all_hard_names(
    content, masters, picture, credential_type, language
):
    """Every type in both languages with every hard name: equal pixel by pixel at 150 dpi."""
    for name in ALL_HARD_NAMES:
        made = content(credential_type=credential_type, language=language, letter="none", name=name)
        rendered = render(made, masters)
        assert_same_pictures(picture, rendered.pdf, page_by_borb_alone(made, masters.imprint), rendered.pages)
