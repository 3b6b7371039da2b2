"""What stands on a page keeps out of what else stands there."""

from itertools import combinations

import pytest

from renderers import master_building
from renderers.content import Imprint, Name
from renderers.document import checked, designed, values
from renderers.master import MasterKey
from renderers.painting import ALIGNMENTS, Line, Marked, Spoken
from renderers.tagging import Blank, Tagged
from renderers.wording import LANGUAGES, TITLES

#: A capital is 0.65 em high and a descender 0.2 em deep or little more.
HEIGHT, DEPTH = 0.65, 0.2

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
    ),
}


def lines_of(elements):
    for element in elements:
        if isinstance(element, Line):
            yield element
        elif isinstance(element, Spoken):
            yield from element.lines
        elif isinstance(element, Marked):
            yield from lines_of(element.elements)


def area(lines):
    """Left, lower, right and upper edge of what lines of text take."""
    lefts = [line.x - line.width * ALIGNMENTS[line.align] for line in lines]
    return (
        min(lefts),
        min(line.y - DEPTH * line.size for line in lines),
        max(left + line.width for left, line in zip(lefts, lines, strict=True)),
        max(line.y + HEIGHT * line.size for line in lines),
    )


def areas(content, page):
    """The areas of a page: each text, static or filled in, and each figure, by what it says."""
    key = MasterKey(content.credential_type, content.language, content.letter, frozenset())
    width, height, parts = master_building.page_parts(key, Imprint(specimen=True))[page]
    found = [
        (part.box, part.alternative)
        for part in parts
        if isinstance(part, Blank | Tagged) and part.box is not None
    ]
    texts = [
        part.elements if isinstance(part, Tagged) else (part,)
        for part in parts
        if not isinstance(part, Blank)
    ]
    blanks = designed(content)
    texts += [(element,) for element in values(content, checked(content, blanks), blanks)[page]]
    for elements in texts:
        lines = list(lines_of(elements))
        if lines:
            found.append((area(lines), lines[0].run.text))
    return (width, height), found


def overlapping(first, second):
    return first[0] < second[2] and second[0] < first[2] and first[1] < second[3] and second[1] < first[3]


def assert_disjoint(size, found):
    width, height = size
    for (left, bottom, right, top), said in found:
        assert 0 <= left <= right <= width, said
        assert 0 <= bottom <= top <= height, said
    clashes = [
        (first, second) for (one, first), (other, second) in combinations(found, 2) if overlapping(one, other)
    ]
    assert clashes == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("credential_type", TITLES)
def test_nothing_on_a_credential_touches_anything_else(content, credential_type, language):
    """Texts, crest, seal and code have areas of their own, even under the longest name."""
    made = content(credential_type=credential_type, language=language, letter="none", **WIDEST)
    size, found = areas(made, 0)
    assert len(found) >= 16
    assert_disjoint(size, found)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("credential_type", TITLES)
@pytest.mark.parametrize("letter", ["first_run", "reprint"])
def test_nothing_on_a_letter_touches_anything_else(content, credential_type, language, letter):
    """Window, date, rows, paragraphs and contact block likewise, with an address of seven lines."""
    made = content(credential_type=credential_type, language=language, letter=letter, **WIDEST)
    size, found = areas(made, 0)
    assert len(found) >= 16
    assert_disjoint(size, found)


def test_two_texts_in_one_place_are_noticed(content):
    """A page that has everything twice is not in order."""
    size, found = areas(content(letter="none"), 0)
    with pytest.raises(AssertionError):
        assert_disjoint(size, [*found, found[-1]])
