"""The compiled plans say what the hand-written tables say: targets, roles and rules, and through `decide` too."""

from itertools import product
from types import ModuleType

import pytest

from models.codes import Role
from tests.unit.workflows.machines import (
    consumer_table,
    credential_table,
    document_order_table,
    order_item_table,
    print_job_table,
    special_handling_table,
)
from tests.unit.workflows.machines.order_item_table import EVERYWHERE
from tests.unit.workflows.machines.stubbed import asked, choose_outcomes
from workflows.machines import consumer, credential, document_order, order_item, print_job, special_handling
from workflows.machines.plan import Plan, decide

SIDES = {
    "order_item": (order_item.PLAN, order_item_table),
    "print_job": (print_job.PLAN, print_job_table),
    "credential": (credential.PLAN, credential_table),
    "consumer": (consumer.PLAN, consumer_table),
    "special_handling": (special_handling.PLAN, special_handling_table),
    "document_order": (document_order.PLAN, document_order_table),
}
NONE: frozenset[str] = frozenset()

both = pytest.mark.parametrize(("plan", "table"), SIDES.values(), ids=SIDES)
every_arrow = pytest.mark.parametrize(
    ("plan", "table", "state", "event"),
    [
        pytest.param(plan, table, *pair, id=f"{name}-{pair[0]}-{pair[1]}")
        for name, (plan, table) in SIDES.items()
        for pair, target in table.TABLE.items()
        if target
    ],
)
every_cell = pytest.mark.parametrize(
    ("plan", "table", "state"),
    [
        pytest.param(plan, table, state, id=f"{name}-{state}")
        for name, (plan, table) in SIDES.items()
        for state in table.STATES
    ],
)


@both
def test_the_plan_has_the_tables_states_and_events(plan: Plan, table: ModuleType) -> None:
    """States and events are those of the table, no more and no fewer."""
    assert {state.value for state in plan.states} == set(table.STATES)
    assert set(plan.events) == set(table.EVENTS)


@both
def test_the_plan_allows_the_tables_pairs_with_their_targets(plan: Plan, table: ModuleType) -> None:
    """Every state × event leads where the table says, or nowhere."""
    targets = {
        pair: {each.target for each in plan.candidates.get(pair, ())}
        for pair in product(table.STATES, table.EVENTS)
    }
    assert targets == {pair: {target} if target else set() for pair, target in table.TABLE.items()}
    assert set(plan.candidates) <= set(table.TABLE)


@every_arrow
def test_roles_are_those_of_the_table(plan: Plan, table: ModuleType, state: str, event: str) -> None:
    """Whoever the page names may cause the event, and nobody else but whom the page leaves open."""
    pair = state, event
    roles = {role.value for candidate in plan.candidates[pair] for role in candidate.who.roles}
    assert table.ROLES[pair] <= roles <= table.ROLES[pair] | table.OPEN_ROLES.get(pair, NONE)


@every_arrow
def test_guards_are_those_of_the_table(plan: Plan, table: ModuleType, state: str, event: str) -> None:
    """Every rule the page asks for is among the guards, and no other but what the page leaves open."""
    pair = state, event
    codes = {rule.code for rule in plan.rules_of(*pair)}
    open_codes = table.OPEN_RULES.get(pair, NONE)
    assert table.RULES[pair] <= codes <= table.RULES[pair] | open_codes | EVERYWHERE


@every_arrow
def test_a_guard_binds_everyone_unless_the_table_names_whom(
    plan: Plan, table: ModuleType, state: str, event: str
) -> None:
    """A rule stands on every way an event can go, or on exactly the ways of the roles that it binds (CO-27: system)."""
    for code in table.RULES[state, event]:
        ways = plan.candidates[state, event]
        bound = {role.value for way in ways if code in {r.code for r in way.rules} for role in way.who.roles}
        free = {
            role.value for way in ways if code not in {r.code for r in way.rules} for role in way.who.roles
        }
        named = table.RULE_ROLES.get((state, event, code))
        assert bound == (named if named is not None else bound | free)
        assert not bound & free


@every_cell
def test_decide_says_what_the_table_says(
    plan: Plan, table: ModuleType, state: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Given rules that all hold, when any role wants any event, then the table's answer comes back.

    A role that may cause the event in no state at all is told `permission` wherever the item stands (CO-11 holds
    "everywhere"); one that may cause it elsewhere is told that there is no such transition from here.
    """
    choose_outcomes(monkeypatch)
    for event, role in product(table.EVENTS, Role):
        if role.value in table.OPEN_ROLES.get((state, event), NONE):
            continue
        decision = decide(plan, state, event, object(), asked(role, event))
        answer = decision.target if decision.allowed else decision.kind
        assert answer in expected(table, state, event, role.value), (event, role)
        assert (decision.state, decision.event) == (state, event)


def expected(table: ModuleType, state: str, event: str, role: str) -> set[str]:
    """The table's answers; two where it leaves open whether ``role`` may cause ``event`` somewhere else."""
    target = table.TABLE[state, event]
    if target is not None:
        return {target if role in table.ROLES[state, event] else "permission"}
    if any(role in roles for (_, each), roles in table.ROLES.items() if each == event):
        return {"no_such_transition"}
    if any(role in roles for (_, each), roles in table.OPEN_ROLES.items() if each == event):
        return {"no_such_transition", "permission"}
    return {"permission"}


@every_arrow
def test_one_failing_rule_refuses(
    plan: Plan, table: ModuleType, state: str, event: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Given one rule of the table that does not hold, when a role that it binds wants the event, then it alone refuses."""
    choose_outcomes(monkeypatch)
    for code, role in product(table.RULES[state, event], table.ROLES[state, event]):
        decision = decide(plan, state, event, object(), asked(Role(role), event, code))
        if role in table.RULE_ROLES.get((state, event, code), table.ROLES[state, event]):
            assert (decision.kind, [reason.code for reason in decision.reasons]) == ("rule", [code])
        else:
            assert decision.target == table.TABLE[state, event]
