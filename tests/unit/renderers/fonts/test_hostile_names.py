"""Names that nobody has: over all of Unicode a page is right, or CO-06 says which character is not printable."""

import re
import unicodedata
from dataclasses import replace

import pypdfium2
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from renderers.content import Imprint, Name
from renderers.document import CannotBeSet, checked, designed, render, values
from renderers.masters.master import Masters
from renderers.pdf.painting import operators, text_string
from tests.unit.renderers.conftest import CONTENT

#: Everything there is, lone surrogates and unassigned characters too; and what looks innocent beside it.
ANYTHING = st.characters(categories=None)
PLAUSIBLE = st.sampled_from("aeNguyễnŁóżİıßʔʼ’-. ᐊᑕᓈᕐΑήЇжḥ\u0323\u0301\u0331\u0328fil")
PART = st.text(st.one_of(PLAUSIBLE, PLAUSIBLE, PLAUSIBLE, ANYTHING), max_size=12)
SOUND = st.text(PLAUSIBLE, max_size=12)
NAMES = st.one_of(
    st.builds(Name, PART, PART, PART, PART),
    st.builds(Name, SOUND, SOUND, SOUND, SOUND),
    st.builds(Name, st.just(""), st.just(""), st.text(ANYTHING, max_size=4), st.just("")),
)

MASTERS = Masters(Imprint(specimen=False))


def squeezed(text):
    """As compared: pdfium itself writes compatibility characters such as U+FB00 out, so both sides are."""
    return " ".join(unicodedata.normalize("NFKC", text).split())


def shown_codes(content_stream):
    """The glyph codes that a content stream shows."""
    for array in re.findall(rb"\[(.*?)\] TJ", content_stream):
        for codes in re.findall(rb"<([0-9a-f]+)>", array):
            yield from (int(codes[start : start + 4], 16) for start in range(0, len(codes), 4))


def is_right(name):
    """Set the name on paper; what comes of it is right, or refused for a reason that is true."""
    content = replace(CONTENT, name=name, letter="none")
    try:
        rendered = render(content, MASTERS)
    except CannotBeSet as refusal:
        reason = refusal.reason
        whole = unicodedata.normalize("NFC", f"{name.first} {name.middle} {name.last} {name.suffix}")
        assert reason.character or reason.problem == "too_long" or not whole.strip()
        assert reason.character in whole
        return
    (page,) = values(content, checked(content, designed(content)), designed(content))
    codes = list(shown_codes(operators(page)))
    assert codes
    assert text_string(rendered.printed_name) in operators(page)
    # Code 0 is .notdef, the box that stands for a missing glyph.
    assert 0 not in codes
    document = pypdfium2.PdfDocument(rendered.pdf)
    try:
        text = document[0].get_textpage().get_text_bounded()
    finally:
        document.close()
    # pdfium's word for a hyphen at the end of a line.
    assert squeezed(rendered.printed_name) in squeezed(text.replace("\2", "-"))


def by_chance(examples):
    return settings(
        max_examples=examples,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate],
    )


@by_chance(300)
@given(NAMES)
def test_a_hostile_name_is_set_right_or_refused(name):
    """No exception but CO-06's, no missing-glyph box, and the name is read back as it was printed."""
    is_right(name)


@pytest.mark.long
@by_chance(10_000)
@given(NAMES)
def test_ten_thousand_hostile_names(name):
    """Likewise for ten thousand."""
    is_right(name)


def test_a_missing_glyph_would_be_noticed():
    """The test above sees a box: a stream that shows code 0."""
    assert 0 in list(shown_codes(b"[<00010000>-12<0002>] TJ"))
