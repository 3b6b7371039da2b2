"""What stands on a page keeps out of what else stands there."""

from itertools import combinations

import pytest

from renderers.content import Imprint, Name
from renderers.document import checked, designed, values
from renderers.masters import master_building
from renderers.masters.key import MasterKey
from renderers.pages.page_areas import areas, overlap
from renderers.wording import LANGUAGES, TITLES

#: The longest that a credential and a letter may have to hold.
WIDEST = {
    "name": Name("Jean-Christophe Alexandre", "", "de la Tour d’Auvergne-Lauraguais", ""),
    "recipient": "Jean-Christophe Alexandre de la Tour d’Auvergne-Lauraguais",
    "address": (
        "Attention: Admissions",
        "Suite 1204, North Tower",
        "10123 Jasper Avenue NW",
        "Edmonton AB  T5J 3N6",
        "Canada",
        "c/o Registrar",
        "By hand",
    ),
}


def areas_of(content, page):
    """The areas of a page: each text, static or filled in, and each figure, by what it says."""
    key = MasterKey(content.credential_type, content.language, content.letter, frozenset())
    width, height, parts = master_building.page_parts(key, Imprint(specimen=True))[page]
    blanks = designed(content)
    return (width, height), areas([*parts, *values(content, checked(content, blanks), blanks)[page]])


def assert_disjoint(size, found):
    width, height = size
    for (left, bottom, right, top), said in found:
        assert 0 <= left <= right <= width, said
        assert 0 <= bottom <= top <= height, said
    clashes = [
        (first, second) for (one, first), (other, second) in combinations(found, 2) if overlap(one, other)
    ]
    assert clashes == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("credential_type", TITLES)
def test_nothing_on_a_credential_touches_anything_else(content, credential_type, language):
    """Texts, crest, seal and code have areas of their own, even under the longest name."""
    made = content(credential_type=credential_type, language=language, letter="none", **WIDEST)
    size, found = areas_of(made, 0)
    assert len(found) >= 16
    assert_disjoint(size, found)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("credential_type", TITLES)
@pytest.mark.parametrize("letter", ["first_run", "reprint"])
def test_nothing_on_a_letter_touches_anything_else(content, credential_type, language, letter):
    """Window, date, rows, paragraphs and contact block likewise, with an address of eight lines."""
    made = content(credential_type=credential_type, language=language, letter=letter, **WIDEST)
    size, found = areas_of(made, 0)
    assert len(found) >= 16
    assert_disjoint(size, found)


def test_two_texts_in_one_place_are_noticed(content):
    """A page that has everything twice is not in order."""
    size, found = areas_of(content(letter="none"), 0)
    with pytest.raises(AssertionError):
        assert_disjoint(size, [*found, found[-1]])
