"""The generated pictures and tables hold every state, event and rule of every machine, in both languages."""

import re
import shutil
import subprocess
import sys
from html import unescape
from inspect import signature
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from diagrams.__main__ import HERE, LANGUAGES, README, stale
from diagrams.arrows import arrows_of, message_in
from diagrams.machines import DRAWN, Drawn
from diagrams.overview import links
from diagrams.svg import SVG
from workflows.machines.chart import Chart
from workflows.machines.follows import FOLLOWS
from workflows.rules.fact_words import FACTS, LOOKS_AT
from workflows.rules.rule import Rule

ROOT = Path(__file__).parents[3]
MACHINES = pytest.mark.parametrize("drawn", DRAWN, ids=lambda drawn: drawn.name)
IN_BOTH = pytest.mark.parametrize("language", LANGUAGES)


def read(drawn_or_name: Drawn | str, language: str, kind: str) -> str:
    """A committed file."""
    name = drawn_or_name if isinstance(drawn_or_name, str) else drawn_or_name.name
    return (HERE / language / f"{name}.{kind}").read_text(encoding="utf-8")


def part(element: ET.Element, tag: str) -> ET.Element:
    """The child of that name, which must be there."""
    found = element.find(f"{{{SVG}}}{tag}")
    assert found is not None
    return found


def texts_under(element: ET.Element) -> str:
    """All text of a part of a picture."""
    return _plain(" ".join(text.text or "" for text in element.iter(f"{{{SVG}}}text")))


def _plain(text: str) -> str:
    """With ordinary spaces: no-break ones also keep room free in a picture."""
    return text.replace("\u00a0", " ")


def facts_of(rule: Rule, language: str) -> str:
    """The words of the facts that a rule names as its parameters."""
    return ", ".join(FACTS[name].in_(language) for name in signature(rule.check).parameters)


def transitions(drawn: Drawn) -> list[tuple[str, str, str, list[str]]]:
    """(from, event, to, codes) as the machine has them, CO-11 among the codes."""
    return [
        (state, event, each.target, ["CO-11", *(rule.code for rule in each.rules)])
        for (state, event), candidates in drawn.machine.plan.candidates.items()
        for each in candidates
    ]


def test_every_machine_is_drawn():
    """All six machines that the engine drives have a picture."""
    driven = {each.__name__ for each in Chart.__subclasses__() if each.__module__.startswith("workflows.")}
    assert {each.machine.plan.machine for each in DRAWN} == driven


@MACHINES
def test_layout_names_each_state_once(drawn: Drawn):
    """Each state has its place in exactly one row, and the way that all goes well is made of real transitions."""
    placed = [state for row in drawn.rows for state in row]
    assert sorted(placed) == sorted(state.value for state in drawn.machine.plan.states)
    assert {each.event for each in arrows_of(drawn)} == set(drawn.machine.plan.events)
    assert drawn.folded <= set(drawn.machine.plan.events)
    ends = {(state, target) for state, _, target, _ in transitions(drawn)}
    assert set(pairwise(drawn.happy)) <= ends


@MACHINES
@IN_BOTH
def test_picture_is_complete(drawn: Drawn, language: str):
    """Every state by label and value, every event by label, every rule by its code, linked and explained."""
    root = ET.fromstring(read(drawn, language, "svg"))
    parts = {each.get("id"): each for each in root.iter() if each.get("id")}
    plan = drawn.machine.plan
    for each in plan.states:
        shown = texts_under(parts[f"state-{each.value}"])
        assert each.label.in_(language) in shown
        assert each.value in shown
        is_final = not any((each.value, event) in plan.candidates for event in plan.events)
        assert ("◉" in shown) == is_final
    for state, event, target, codes in transitions(drawn):
        (arrow,) = [
            each
            for each in arrows_of(drawn)
            if (each.event, each.target) == (event, target)
            and state in each.sources
            and sorted(rule.code for rule in each.conditions) == sorted(codes)
        ]
        home = parts[f"state-{target}"] if arrow.is_folded(drawn) else parts[f"arrow-{arrow.name}"]
        shown = texts_under(home)
        assert plan.events[event].in_(language) in shown
        for rule in arrow.conditions:
            place = parts[f"a_rule-{arrow.anchor(rule)}"]
            link = part(place, "a")
            assert link.get("{http://www.w3.org/1999/xlink}href") == f"{drawn.name}.html#{arrow.anchor(rule)}"
            told = str(link.get("{http://www.w3.org/1999/xlink}title"))
            assert message_in(rule, language) in told
            assert told.endswith(f" {LOOKS_AT.in_(language).format(facts=facts_of(rule, language))}.")
            wanted = arrow.who_in(language) if rule is arrow.who else rule.code
            assert wanted in texts_under(place)
            if arrow.is_happy(drawn) and rule is not arrow.who:
                assert _plain(rule.title.in_(language)) in texts_under(place)


@MACHINES
@IN_BOTH
def test_picture_speaks_to_screen_readers(drawn: Drawn, language: str):
    """A title, a description with the way that all goes well, the language, and no technical names."""
    root = ET.fromstring(read(drawn, language, "svg"))
    assert root.get("lang") == language
    assert root.get("aria-labelledby") == "title desc"
    assert part(root, "title").text == drawn.title.in_(language)
    told = str(part(root, "desc").text)
    assert all(drawn.machine.plan.states(state).label.in_(language) in told for state in drawn.happy)
    assert not [each.text for each in root.iter(f"{{{SVG}}}title") if "card_" in (each.text or "")]


@MACHINES
@IN_BOTH
def test_tables_are_complete(drawn: Drawn, language: str):
    """A row for each transition's every rule: what it looks at and says, who can fix it, on both kinds of page."""
    markdown, page = read(drawn, language, "md"), read(drawn, language, "html")
    plan = drawn.machine.plan
    rows = [line.strip("| ").split(" | ") for line in markdown.splitlines() if line.startswith("| ")]
    for each in plan.states:
        assert [each.label.in_(language), each.value] in [row[:2] for row in rows]
    for state, event, target, codes in transitions(drawn):
        for code in codes:
            assert any(
                plan.states(state).label.in_(language) in row[0]
                and [plan.events[event].in_(language), plan.states(target).label.in_(language), code]
                == row[1:4]
                for row in rows
                if len(row) == 8
            )
    for arrow in arrows_of(drawn):
        for rule in arrow.conditions:
            (row,) = re.findall(f'<tr id="{re.escape(arrow.anchor(rule))}">(.*?)</tr>', page)
            cells = [rule.code, facts_of(rule, language), message_in(rule, language)]
            shown = [unescape(each) for each in re.findall("<td>(.*?)</td>", row)]
            assert [shown[place] for place in (3, 5, 6)] == cells
            assert any([line[place] for place in (3, 5, 6)] == cells for line in rows if len(line) == 8)


@IN_BOTH
def test_overview_shows_what_is_declared(language: str):
    """Every declared consequence is a line of the overview and a row of its table, and there is no other."""
    found = links(language)
    assert len(found) == sum(len(each.causes) for each in FOLLOWS)
    root = ET.fromstring(read("overview", language, "svg"))
    groups = [each for each in root.iter(f"{{{SVG}}}g") if each.get("class") == "edge"]
    assert len(groups) == len(found)
    shown = {part(each, "title").text for each in groups}
    assert shown == {f"{one.name}.{cause} → {two.name}.{effect}" for one, cause, two, effect in found}
    table = read("overview", language, "md")
    for one, cause, two, effect in found:
        assert f"| {one.title.in_(language)} | {cause} | {two.title.in_(language)} | {effect} |" in table


def test_readme_shows_the_order_item():
    """The README's picture has every state, and every event between the states that it leads from and to."""
    (block,) = re.findall(
        r"```mermaid\n(stateDiagram-v2\n.*?)```", README.read_text(encoding="utf-8"), re.DOTALL
    )
    plan = DRAWN[0].machine.plan
    for state in plan.states:
        assert f'state "{state.label.en}" as s_{state.value}\n' in block
    arrows = {
        f"    s_{source} --> s_{target} : {plan.events[event].en}"
        for source, event, target, _ in transitions(DRAWN[0])
    }
    ends = {f"    [*] --> s_{DRAWN[0].initial}", "    s_cancelled --> [*]"}
    assert sorted(each for each in block.splitlines() if " --> " in each) == sorted(arrows | ends)


def test_nothing_is_stale():
    """What is committed is what the code says."""
    assert stale() == []


@pytest.mark.parametrize(
    ("file", "before", "after"),
    [
        ("workflows/machines/order_item.py", "requeue = processing.to(created", "requeue = processing.to(user_hold"),
        ("workflows/machines/print_job.py", "accept = transmitting.to(transmitted, cond=guards(_SYSTEM, files_are_in_drop))",
         "accept = transmitting.to(transmitted, cond=guards(_SYSTEM))"),
        ("workflows/machines/follows.py", '("fail", "misdeliver"), _HANDLING', '("fail",), _HANDLING'),
    ],
)  # fmt: skip
def test_check_fails_where_a_transition_changed(tmp_path: Path, file: str, before: str, after: str):
    """A changed transition, rule or consequence without new diagrams fails scripts/check, which names the files."""
    for room in ("diagrams", "workflows", "models", "renderers"):
        shutil.copytree(ROOT / room, tmp_path / room, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(README, tmp_path)
    (command,) = re.findall(r"^check diagrams (.*)$", (ROOT / "scripts/check").read_text(), re.MULTILINE)
    arguments = [sys.executable, *command.split()[1:]]

    def run() -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            arguments, cwd=tmp_path, capture_output=True, text=True, check=False, env={"PATH": "/nowhere"}
        )

    assert run().returncode == 0
    source = tmp_path / file
    text = source.read_text(encoding="utf-8")
    assert text.count(before) == 1
    source.write_text(text.replace(before, after), encoding="utf-8")
    checked = run()
    assert checked.returncode == 1, checked.stderr
    assert ".svg is not what the code says. Run: scripts/diagrams" in checked.stdout
