"""The pictures as a browser shows them on a laptop, and the Mermaid as the real Mermaid reads it."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, sync_playwright

from diagrams.__main__ import LANGUAGES, README
from diagrams.arrows import arrows_of
from diagrams.figures import Dwell, Figures
from diagrams.live import committed, live
from diagrams.machines import BY_NAME, DRAWN
from diagrams.overview import links
from diagrams.tables import markdown, overview_markdown
from tests.installations import skip_or_fail

ROOT = Path(__file__).parents[2]
MERMAID = ROOT / ".mermaid/package/dist/mermaid.min.js"
LAPTOP = {"width": 1440, "height": 900}
NAMES = [*BY_NAME, "overview"]

#: Every text of the picture: what it says, its size in px, and its box on the screen.
_TEXTS = """() => [...document.querySelectorAll('svg text')].filter(t => t.textContent.trim()).map(t => {
  const box = t.getBoundingClientRect(), scale = t.getScreenCTM();
  return {text: t.textContent, size: parseFloat(getComputedStyle(t).fontSize) * Math.hypot(scale.a, scale.b),
          left: box.left, right: box.right, top: box.top, bottom: box.bottom};
})"""


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    """A page of a laptop's size."""
    chromium = shutil.which("chromium")
    if chromium is None:
        skip_or_fail(FileNotFoundError("chromium"), "Chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-background-networking"]
        )
        yield browser.new_page(viewport=LAPTOP)
        browser.close()


def crossing(texts: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """Pairs of texts that lie on each other by more than the room that lines of small print share."""
    return [
        (one["text"], other["text"])
        for number, one in enumerate(texts)
        for other in texts[number + 1 :]
        if min(one["right"], other["right"]) - max(one["left"], other["left"]) > 0.5
        and min(one["bottom"], other["bottom"]) - max(one["top"], other["top"]) > 3
    ]


def look(page: Page, svg: str) -> list[dict[str, Any]]:
    """The texts of a picture at 100 %, which must fit a laptop."""
    page.set_content(f"<!doctype html><style>body{{margin:0}}svg{{display:block}}</style>{svg}")
    box = page.evaluate("() => document.querySelector('svg').getBoundingClientRect().toJSON()")
    assert box["width"] <= LAPTOP["width"]
    assert box["height"] <= LAPTOP["height"]
    texts: list[dict[str, Any]] = page.evaluate(_TEXTS)
    cut = [
        each["text"]
        for each in texts
        if min(each["left"], each["top"]) < 0
        or each["right"] > box["width"]
        or each["bottom"] > box["height"]
    ]
    assert cut == []
    return texts


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_labels_can_be_read(page: Page, name: str, language: str):
    """At 100 % on a laptop no label crosses another and none is under 9 px."""
    texts = look(page, committed(name, language))
    assert min(each["size"] for each in texts) >= 9 - 1e-4  # the size is a float in the browser
    assert crossing(texts) == []


@pytest.mark.parametrize("drawn", DRAWN, ids=lambda drawn: drawn.name)
@pytest.mark.parametrize("language", LANGUAGES)
def test_live_labels_can_be_read(page: Page, drawn: Any, language: str):
    """The same with large figures everywhere."""
    arrows = arrows_of(drawn)
    figures = Figures(
        {state.value: 1_234_567 for state in drawn.machine.plan.states},
        {
            (source, arrow.event, arrow.target, role): 123_456
            for arrow in arrows
            for source in arrow.sources
            for role in arrow.who.roles
        },
        {state.value: Dwell(86_400 * 45, 86_400 * 360) for state in drawn.machine.plan.states},
        {arrow.name: {rule.code: 12_345 for rule in arrow.rules} for arrow in arrows},
    )
    texts = look(page, live(drawn, figures, language, "Since 2026-03-02. School 1234."))
    assert min(each["size"] for each in texts) >= 9 - 1e-4  # the size is a float in the browser
    assert crossing(texts) == []


def rendered(page: Page, source: str) -> str:
    """What the real Mermaid draws of ``source``, as text; it raises where it can't read it."""
    if not MERMAID.exists():
        skip_or_fail(FileNotFoundError(f"{MERMAID.relative_to(ROOT)}: run scripts/_mermaid"), "Mermaid")
    page.set_content("<!doctype html><body></body>")
    page.add_script_tag(path=MERMAID)
    page.evaluate("() => mermaid.initialize({startOnLoad: false})")
    page.evaluate("async source => document.body.innerHTML = (await mermaid.render('m', source)).svg", source)
    return " ".join(page.evaluate("() => document.body.textContent").split())


def mermaid_in(text: str) -> str:
    """The Mermaid block of a Markdown file."""
    (found,) = re.findall(r"```mermaid\n(.*?)```", text, re.DOTALL)
    return str(found)


@pytest.mark.parametrize("drawn", DRAWN, ids=lambda drawn: drawn.name)
@pytest.mark.parametrize("language", LANGUAGES)
def test_mermaid_shows_the_machine(page: Page, drawn: Any, language: str):
    """The real Mermaid draws every state, and every event with the codes of its rules."""
    shown = rendered(page, mermaid_in(markdown(drawn, language)))
    plan = drawn.machine.plan
    for state in plan.states:
        assert " ".join(state.label.in_(language).split()) in shown
    for arrow in arrows_of(drawn):
        codes = ", ".join(rule.code for rule in arrow.conditions)
        wanted = f"{plan.events[arrow.event].in_(language)} ({codes})"
        assert unspaced(shown).count(unspaced(wanted)) >= len(arrow.sources)


def unspaced(text: str) -> str:
    """A text without any space, which pictures break and bind as they need."""
    return "".join(text.split())


@pytest.mark.parametrize("language", LANGUAGES)
def test_mermaid_shows_the_overview(page: Page, language: str):
    """The overview too, with every event that causes or follows."""
    shown = rendered(page, mermaid_in(overview_markdown(language)))
    for one, cause, two, effect in links(language):
        for wanted in (one.title.in_(language), cause, two.title.in_(language), effect):
            assert unspaced(wanted) in unspaced(shown)


def test_readme_is_read_by_mermaid(page: Page):
    """What the README shows is a diagram that a forge can draw."""
    assert rendered(page, mermaid_in(README.read_text(encoding="utf-8")))
