"""The states and events in docs/domain.md are those of the machines, in both directions."""

import pytest

from models.codes import DeliveryMethod, ItemState, Role, SpecialHandling
from tests.unit.docs.pages import Row, both, listed, section, table, tables, ticked, unmarked
from workflows.effects.amendments import AMENDMENTS
from workflows.effects.machines import MACHINES as DRIVEN
from workflows.machines import consumer, credential, document_order, order_item, print_job, special_handling
from workflows.machines.plan import Candidate, Plan
from workflows.rules.may import MayOwn
from workflows.views.state_labels import ministry_label, public_label

PAGE = "domain.md"
ITEM = "2. The order item"
#: Heading → plan. The order item's states have a table of their own kind.
MACHINES = {
    ITEM: order_item.PLAN,
    "Document order": document_order.PLAN,
    "Print job": print_job.PLAN,
    "Special handling": special_handling.PLAN,
    "Student credential": credential.PLAN,
    "DOD consumer": consumer.PLAN,
}
#: What the page calls the ministry.
MINISTRY = frozenset({Role.STUDENT_RECORDS, Role.OPERATIONAL_SUPPORT})

Transition = tuple[str, str, str, frozenset[Role], bool, frozenset[str]]


def roles_in(cell: str) -> tuple[frozenset[Role], bool]:
    """The roles of a cell, and whether the public may only what is its own."""
    found: set[Role] = set()
    for each, _ in listed(cell):
        found |= MINISTRY if each == "ministry" else {Role(*ticked(each))}
    return frozenset(found), "`public` (own)" in cell


def transitions_of(row: Row) -> list[Transition]:
    """(from, event, to, roles, own only, codes of what is built) for each source of a row."""
    (event,) = ticked(row[0])
    sources, targets = row[1].split(" → ")
    (target,) = ticked(targets)
    roles, own = roles_in(row[2])
    codes = frozenset(code for code, built in listed(row[3]) if built)
    return [(source, event, target, roles, own, codes) for source in ticked(sources)]


def transition(state: str, event: str, each: Candidate) -> Transition:
    """A transition of a plan in the same form."""
    own = isinstance(each.who, MayOwn)
    return state, event, each.target, each.who.roles, own, frozenset(rule.code for rule in each.rules)


def transitions_in(plan: Plan) -> list[Transition]:
    """Every transition of a plan."""
    return [
        transition(state, event, each) for (state, event), some in plan.candidates.items() for each in some
    ]


def test_every_machine_has_its_section():
    """No machine of the code is missing from the page."""
    driven = {each.plan.machine for each in DRIVEN}
    assert {plan.machine for plan in MACHINES.values()} == driven


@pytest.mark.parametrize("heading", MACHINES)
def test_events_are_those_of_the_machine(heading: str):
    """Each event has the same sources, target, roles and rules on the page and in the code; neither has more."""
    rows = [row for row in table(PAGE, heading, "Event") if row.built]
    on_page = [each for row in rows for each in transitions_of(row)]
    assert sorted(on_page, key=repr) == sorted(transitions_in(MACHINES[heading]), key=repr)


@pytest.mark.parametrize("heading", MACHINES)
def test_rules_of_later_work_guard_nothing_yet(heading: str):
    """A rule that the page marks as not built stands in no transition of the event."""
    for row in table(PAGE, heading, "Event"):
        (event,) = ticked(row[0])
        later = {code for code, built in listed(row[3]) if not built}
        guards = {
            rule.code
            for (_, each), some in MACHINES[heading].candidates.items()
            for candidate in some
            for rule in candidate.rules
            if each == event
        }
        assert not later & guards


@pytest.mark.parametrize("heading", [each for each in MACHINES if each != ITEM])
def test_states_have_their_labels(heading: str):
    """A smaller machine's states are named as in the code, with both labels."""
    states = [(*ticked(row[0]), both(row[1])) for row in table(PAGE, heading, "State (stored value)")]
    assert states == [(each.value, each.label) for each in MACHINES[heading].states]


def _described(cell: str) -> tuple[ItemState, DeliveryMethod | None, SpecialHandling]:
    """State, delivery method and special handling that a first cell of the order item's table names."""
    state, *more = ticked(cell)
    method = DeliveryMethod(more[0]) if "method" in cell else None
    handling = SpecialHandling(more[0]) if "special handling" in cell else SpecialHandling.NOT_REQUIRED
    return ItemState(state), method, handling


def test_an_items_states_are_called_as_the_page_says():
    """Ministry's and public's label of every state, in both languages."""
    rows = table(PAGE, ITEM, "State (stored value)")
    assert {_described(row[0])[0] for row in rows} == set(ItemState)
    for row in rows:
        described = _described(row[0])
        assert ministry_label(*described) == both(row[1])
        assert public_label(*described) == both(row[1] if unmarked(row[2]) == "same" else row[2])


def test_the_table_of_states_has_every_difference():
    """Every label that a state may have beside its usual one stands in a row of its own."""
    described = {_described(row[0]) for row in table(PAGE, ITEM, "State (stored value)")}
    usual = {state: (ministry_label(state), public_label(state)) for state in ItemState}
    for state in ItemState:
        for method in (None, DeliveryMethod.DIGITAL):
            for handling in SpecialHandling:
                labels = ministry_label(state, method, handling), public_label(state, method, handling)
                known = {
                    (ministry_label(*each), public_label(*each)) for each in described if each[0] is state
                }
                assert labels == usual[state] or labels in known


def test_amendments_are_those_of_the_code():
    """What is recorded like an event, though no state moves, is listed; the one that is not built is not there."""
    rows = table(PAGE, ITEM, "Amendment")
    assert [ticked(row[0])[0] for row in rows if row.built] == list(AMENDMENTS)
    assert not {ticked(row[0])[0] for row in rows if not row.built} & AMENDMENTS.keys()


def test_the_final_state_is_called_final():
    """The page says of the one state that nothing leaves that it is final."""
    left = {state for state, _ in order_item.PLAN.candidates}
    (final,) = [state.value for state in ItemState if state.value not in left]
    assert f"`{final}` is final" in section(PAGE, ITEM)


def test_no_table_is_read_by_nobody():
    """Each table of §2 and §3 begins with a word that the tests above look for."""
    assert len(tables(PAGE, ITEM)) == 3
    assert [len(tables(PAGE, each)) for each in MACHINES if each != ITEM] == [2] * 5
