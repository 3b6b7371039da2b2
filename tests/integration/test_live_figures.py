"""The live figures are what a reader of the tables would count by hand."""

import math
from collections import Counter, defaultdict
from datetime import timedelta
from itertools import pairwise
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from sqlalchemy import text

from benchmarks.diagrams.__main__ import fill
from diagrams.figures import Chosen, Figures, NoSchoolError, figures_of
from diagrams.live import live
from diagrams.machines import BY_NAME, DRAWN
from models.codes import ItemState
from models.students import Authority, School, Student
from tests.ministry import EDMONTON_ADDRESS, REACHABLE, Ministry

EVERYTHING = Chosen()


@pytest.fixture
def busy(ministry: Ministry) -> Ministry:
    """Items in every state that people and agents bring about, over some days, some held by two rules."""
    for state in REACHABLE:
        ministry.in_state(state, 2)
        ministry.wait(hours=7)
    return ministry


def figures(ministry: Ministry, name: str, chosen: Chosen = EVERYTHING) -> Figures:
    """The figures of a machine."""
    with ministry.installation.database.read() as session:
        return figures_of(ministry.installation.source(session), BY_NAME[name], chosen)


def by_hand(ministry: Ministry, drawn: Any) -> tuple[Counter[str], Counter[Any], dict[str, list[float]]]:
    """Counts, moves and the length of every stay that ended, row by row."""
    counts = Counter(str(row.state) for row in _all(ministry, drawn.machine.table))
    chains: dict[int, list[Any]] = defaultdict(list)
    for row in sorted(_all(ministry, drawn.machine.history), key=lambda row: (row.subject_id, row.seq)):
        chains[row.subject_id].append(row)
    moves: Counter[Any] = Counter()
    stays: dict[str, list[float]] = defaultdict(list)
    for chain in chains.values():
        for row in chain:
            if row.from_state is not None and row.event in drawn.machine.plan.events:
                moves[row.from_state, row.event, row.to_state, row.actor_role] += 1
        moved = [row for row in chain if row.from_state != row.to_state]
        for entered, left in pairwise(moved):
            stays[entered.to_state].append((left.at - entered.at).total_seconds())
    return counts, moves, stays


def _all(ministry: Ministry, table: Any) -> list[Any]:
    with ministry.installation.database.read() as session:
        return list(session.connection().execute(table.select()).all())


def nearest_rank(stays: list[float], percent: int) -> float:
    """The smallest stay that at least ``percent`` of all do not exceed."""
    return sorted(stays)[math.ceil(len(stays) * percent / 100) - 1]


@pytest.mark.parametrize("drawn", DRAWN, ids=lambda drawn: drawn.name)
def test_figures_are_what_the_rows_say(busy: Ministry, drawn: Any):
    """Counts, moves, medians and 90th percentiles equal those counted by hand."""
    counts, moves, stays = by_hand(busy, drawn)
    found = figures(busy, drawn.name)
    assert found.counts == counts
    assert found.moves == moves
    assert found.dwells.keys() == stays.keys()
    for state, dwell in found.dwells.items():
        assert dwell.median == pytest.approx(nearest_rank(stays[state], 50), abs=0.01)
        assert dwell.ninetieth == pytest.approx(nearest_rank(stays[state], 90), abs=0.01)


def test_since_leaves_out_what_was_before(busy: Ministry):
    """Counts are of now; moves and stays begin with the chosen moment."""
    since = busy.now - timedelta(hours=20)
    found = figures(busy, "order_item", Chosen(since=since))
    assert found.counts == figures(busy, "order_item").counts
    rows = _all(busy, BY_NAME["order_item"].machine.history)
    events = BY_NAME["order_item"].machine.plan.events
    later = [row for row in rows if row.at >= since and row.from_state is not None and row.event in events]
    assert 0 < sum(found.moves.values()) == len(later) < sum(figures(busy, "order_item").moves.values())


def test_school_leaves_out_the_others(busy: Ministry):
    """Only the items of the school's students count; consumers have no school."""
    school = busy._insert(
        School, code="0042", name="A", authority_id=busy._insert(Authority, code="7", name="B")
    )
    item = busy.in_state(ItemState.SENT)[0]
    busy._update(Student, Student.id == busy.item(item).student_id, school_id=school)
    assert figures(busy, "order_item", Chosen(school="0042")).counts == {"sent": 1}
    for name in ("print_job", "document_order", "credential", "special_handling"):
        assert sum(figures(busy, name, Chosen(school="0042")).counts.values()) == (name != "special_handling")
    with pytest.raises(NoSchoolError):
        figures(busy, "consumer", Chosen(school="0042"))


@pytest.mark.parametrize("items", [2_000, pytest.param(100_000, marks=pytest.mark.long)])
def test_counts_equal_plain_sql(ministry: Ministry, items: int):
    """Over many items the counts in the picture are those of a plain query, and so are the moves."""
    with ministry.installation.database.write() as session:
        fill(session, items)
    found = figures(ministry, "order_item")
    with ministry.installation.database.read() as session:
        plain = session.connection().execute(text("SELECT state, count(*) FROM order_items GROUP BY state"))
        assert found.counts == {row[0]: row[1] for row in plain}
        moved = "SELECT count(*) FROM order_item_history WHERE from_state IS NOT NULL"
        assert sum(found.moves.values()) == session.connection().execute(text(moved)).scalar_one()
    assert sum(found.counts.values()) == items
    shown = ET.fromstring(live(BY_NAME["order_item"], found, "en"))
    places = {each.get("id"): each.text for each in shown.iter() if each.get("class") == "figures"}
    for state, number in found.counts.items():
        assert str(places[f"figures-{state}"]).split(" · ")[0] == f"{number:,}"


def test_refusals_stand_on_the_edge_that_they_closed(ministry: Ministry):
    """An item held while it was processed closed ``render``, once for each rule that refused it."""
    student = ministry.student(address={**EDMONTON_ADDRESS, "postal_code": ""})
    ministry.hold_student(student)
    item = ministry.placed(ministry.credential(student))
    ministry.render([item])
    found = figures(ministry, "order_item")
    assert found.refusals == {"render": dict.fromkeys(ministry.errors(item), 1)}
    shown = live(BY_NAME["order_item"], found, "en")
    assert "60108 The recipient's address is complete and not expired ✕1" in shown


def test_what_people_were_refused_stands_on_the_edge_that_they_wanted(ministry: Ministry):
    """A hold without a reason closed ``hold``; what leads nowhere from there closed no edge."""
    (item,) = ministry.in_state(ItemState.CREATED)
    ministry.do("hold", [item])
    ministry.do("hold", [item])
    ministry.do("deliver", [item])
    assert figures(ministry, "order_item").refusals == {"hold": {"60118": 2}}
