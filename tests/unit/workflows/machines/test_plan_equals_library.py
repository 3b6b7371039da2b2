"""Plan and library agree: the compiled plan decides what `python-statemachine` does, for every case there is."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import chain, combinations, product
from types import SimpleNamespace
from typing import Any

import pytest
from statemachine import StateChart
from statemachine.exceptions import TransitionNotAllowed

from models.codes import Role
from models.credentials import Credential
from models.orders import OrderItem
from models.print_jobs import PrintJob
from tests.unit.workflows.builders import with_
from tests.unit.workflows.machines.stubbed import MACHINES, asked, choose_outcomes
from tests.unit.workflows.rules.rule_cases import CASES
from workflows.command import Actor
from workflows.machines.chart import Chart
from workflows.machines.plan import Plan, decide
from workflows.rules.may import May
from workflows.rules.rule import REGISTRY, Rule, Verdict

#: More rules than this on one event would need a sample instead of every combination.
MOST_RULES = 10

every_chart = pytest.mark.parametrize(("chart", "plan"), MACHINES.values(), ids=MACHINES)
every_state = pytest.mark.parametrize(
    ("chart", "plan", "state"),
    [
        pytest.param(chart, plan, state.value, id=f"{name}-{state.value.value}")
        for name, (chart, plan) in MACHINES.items()
        for state in chart.states
    ],
)


class Library:
    """The library's engine with a model in ``state``; a machine that has moved is replaced by a fresh one."""

    def __init__(self, chart: type[Chart], state: Any) -> None:
        self.chart, self.state = chart, state
        self.start()

    def start(self) -> None:
        """A machine over a model in the state."""
        self.model = SimpleNamespace(state=self.state)
        self.machine = self.chart(self.model)

    def target(self, event: str, facts: Any) -> str | None:
        """Where ``event`` leads, or None where it is refused; a refusal leaves the state."""
        try:
            self.machine.send(event, facts=facts)
        except TransitionNotAllowed:
            assert self.model.state is self.state
            return None
        target = str(self.model.state)
        self.start()
        return target


def guards(chart: type[Chart], state: Any, event: str) -> set[Rule]:
    """What the library holds as guards of ``event`` in ``state``; read from the chart, not from the plan."""
    (here,) = (each for each in chart.states if each.value == state)
    return {
        spec.func.rule
        for transition in here.transitions
        if event in {each.id for each in transition.events}
        for spec in transition.cond
    }


def events_of(chart: type[Chart]) -> set[str]:
    """The ids of the events that the transitions of ``chart`` answer to."""
    return {event.id for state in chart.states for each in state.transitions for event in each.events}


def outcomes(codes: set[str]) -> Iterator[tuple[str, ...]]:
    """Every set of codes that can fail at once."""
    ordered = sorted(codes)
    return chain.from_iterable(combinations(ordered, size) for size in range(len(ordered) + 1))


@every_state
def test_plan_and_library_agree(
    chart: type[Chart], plan: Plan, state: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every event × role (CO-11) × combination of failing rules leads to the same target, or is refused by both."""
    choose_outcomes(monkeypatch)
    library = Library(chart, state)
    for event in plan.events:
        codes = {guard.code for guard in guards(chart, state, event)} - {"CO-11"}
        assert len(codes) <= MOST_RULES
        for role, failing in product(Role, outcomes(codes)):
            facts = asked(role, event, *failing)
            decision = decide(plan, state, event, facts)
            assert decision.target == library.target(event, facts), (event, role, failing)


@pytest.mark.parametrize(
    ("code", "subject", "facts"),
    [
        pytest.param(code, *question, id=f"{code}-{name}")
        for code, case in CASES.items()
        for name, question in (("fails", case.fails), ("passes", case.passes))
        if code != "CO-11"
    ],
)
def test_plan_and_library_agree_on_real_verdicts(
    code: str, subject: Any, facts: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A rule's true check, with true subject and facts, lets the library through exactly where `decide` allows."""
    choose_outcomes(monkeypatch, code)
    for chart, plan in MACHINES.values():
        for (state, event), ways in plan.candidates.items():
            for way in ways:
                if code not in {rule.code for rule in way.rules}:
                    continue
                here = plan.states(state)
                subject_here = SimpleNamespace(**(vars(subject or SimpleNamespace()) | {"state": here}))
                role = min(way.who.roles)
                wanted = replace(facts.command, event=event, actor=Actor(role))
                facts_here = with_(facts, subject=subject_here, command=wanted)
                decision = decide(plan, state, event, facts_here)
                assert Library(chart, here).target(event, facts_here) == decision.target


@every_chart
def test_guards_get_the_facts_that_were_sent(
    chart: type[Chart], plan: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The library hands every guard the very facts of `send`, whatever its check names."""
    seen: list[tuple[str, Any]] = []
    for code, rule in REGISTRY.items():
        monkeypatch.setattr(rule, "ask", recorder(code, seen))
    for (state, event), ways in plan.candidates.items():
        for way in ways:
            facts = asked(min(way.who.roles), event)
            seen.clear()
            assert Library(chart, plan.states(state)).target(event, facts) == way.target
            assert {code for code, _ in seen} >= {rule.code for rule in way.rules}
            assert all(fact is facts for _, fact in seen)


def recorder(code: str, seen: list[tuple[str, Any]]) -> Any:
    """A question that holds and notes what it was asked of."""

    def ask(facts: Any) -> Verdict:
        seen.append((code, facts))
        return True

    return ask


@every_chart
def test_no_id_is_an_attribute_of_the_library(chart: type[Chart], plan: Plan) -> None:
    """No state or event is called like something of `StateChart`, whose method it would replace."""
    ids = {state.id for state in chart.states} | set(plan.events) | events_of(chart)
    assert not {each for each in ids if hasattr(StateChart, each)}


@every_chart
def test_no_guard_is_named_like_an_attribute(chart: type[Chart], plan: Plan) -> None:
    """No guard is called like something of the library or like a column, which could be asked in its place."""
    names = {
        guard.guard.__name__
        for state in chart.states
        for event in plan.events
        for guard in guards(chart, state.value, event)
    }
    columns = {column for row in (OrderItem, PrintJob, Credential) for column in row.model_fields}
    assert names
    assert not {name for name in names if hasattr(StateChart, name)} | (names & columns)


@every_chart
def test_a_chart_refuses_loudly(chart: type[Chart], plan: Plan) -> None:
    """Every chart has the three settings without which the library is silent."""
    assert issubclass(chart, Chart)
    assert chart.allow_event_without_transition is False
    assert chart.catch_errors_as_events is False
    assert chart.atomic_configuration_update is True


@every_chart
def test_events_of_chart_and_plan_are_the_same(chart: type[Chart], plan: Plan) -> None:
    """Every event of the chart has its labels in the plan, and no label is left over."""
    assert events_of(chart) == set(plan.events)


@every_chart
def test_every_transition_asks_for_a_role_once(chart: type[Chart], plan: Plan) -> None:
    """Every transition has exactly one CO-11 guard, and refers to every guard by the rule itself, never by name."""
    for state in chart.states:
        for transition in state.transitions:
            found = [spec.func.rule for spec in transition.cond]
            assert all(isinstance(guard, Rule) for guard in found)
            assert sum(isinstance(guard, May) for guard in found) == 1


@every_chart
def test_a_roles_two_ways_never_meet(chart: type[Chart], plan: Plan) -> None:
    """For one role there is at most one way per state and event, so reasons of different ways never mix."""
    for ways in plan.candidates.values():
        roles = [role for way in ways for role in way.who.roles]
        assert len(roles) == len(set(roles))


@every_chart
def test_an_exception_inside_a_guard_comes_through(
    chart: type[Chart], plan: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A guard that raises is neither a refusal nor swallowed: library and plan raise, and the state stays."""

    def crash(_facts: Any) -> Verdict:
        raise RuntimeError("the rule is broken")

    for (state, event), ways in plan.candidates.items():
        for way, rule in ((each, rule) for each in ways for rule in each.rules):
            choose_outcomes(monkeypatch)
            monkeypatch.setattr(rule, "ask", crash)
            facts = asked(min(way.who.roles), event)
            library = Library(chart, plan.states(state))
            with pytest.raises(RuntimeError, match="the rule is broken"):
                library.machine.send(event, facts=facts)
            assert library.model.state is plan.states(state)
            with pytest.raises(RuntimeError, match="the rule is broken"):
                decide(plan, state, event, facts)
