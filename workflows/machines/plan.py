"""The plan of a machine, compiled once from its ``python-statemachine`` class, and the decision taken on it.

The class is the definition and stays the oracle: a test proves that plan and library agree on every state, event
and rule outcome. The plan exists because the library needs a machine per row and says only "can't".
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from models.codes import Code, Label, Role
from workflows.machines.chart import Chart
from workflows.machines.decision import Decision
from workflows.rules.may import May
from workflows.rules.rule import Reason, Rule, failing


@dataclass(frozen=True, slots=True)
class Candidate:
    """One transition that an event may take from a state."""

    target: str
    who: May
    rules: tuple[Rule, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """(state, event) → the candidates in the order of declaration."""

    machine: str
    states: type[Code]
    events: Mapping[str, Label]
    candidates: Mapping[tuple[str, str], tuple[Candidate, ...]]
    roles: Mapping[str, frozenset[Role]]
    _open: dict[tuple[str, Role], frozenset[str]] = field(default_factory=dict, repr=False, compare=False)

    def events_from(self, state: str) -> list[str]:
        """The events that some transition takes from ``state``."""
        return [event for event in self.events if (state, event) in self.candidates]

    def events_for(self, state: str, role: Role) -> frozenset[str]:
        """The events that ``role`` may cause in ``state``, if need be of what is its own alone."""
        found = self._open.get((state, role))
        if found is None:
            ways = ((key, each) for key, some in self.candidates.items() if key[0] == state for each in some)
            found = frozenset(key[1] for key, each in ways if role in each.who.roles)
            self._open[state, role] = found
        return found

    @property
    def rules(self) -> tuple[Rule, ...]:
        """Every rule that guards any transition, roles among them."""
        return tuple(
            rule for some in self.candidates.values() for each in some for rule in (each.who, *each.rules)
        )

    def rules_of(self, state: str, event: str) -> frozenset[Rule]:
        """Every rule that guards ``event`` in ``state``."""
        return frozenset(rule for each in self.candidates.get((state, event), ()) for rule in each.rules)


def compile_plan(chart: type[Chart], states: type[Code], events: Mapping[str, Label]) -> Plan:
    """Read ``chart`` into a plan. ``events`` names each of its events in both languages."""
    candidates: dict[tuple[str, str], tuple[Candidate, ...]] = {}
    for state in chart.states:
        for transition in state.transitions:
            for event in transition.events:
                key = str(state.value), event.id
                candidates[key] = (*candidates.get(key, ()), _candidate(transition))
    roles = {
        event: frozenset().union(
            *(each.who.roles for key in candidates if key[1] == event for each in candidates[key])
        )
        for event in events
    }
    return Plan(chart.__name__, states, events, candidates, roles)


def _candidate(transition: Any) -> Candidate:
    rules = [spec.func.rule for spec in transition.cond]
    (who,) = (rule for rule in rules if isinstance(rule, May))
    return Candidate(str(transition.target.value), who, tuple(rule for rule in rules if rule is not who))


def decide(plan: Plan, state: str, event: str, facts: Any) -> Decision:
    """Decide ``event`` in ``state`` for the subject of ``facts``: a target, or a refusal with **every** failing rule."""
    candidates = plan.candidates.get((state, event), ())
    permitted = False
    reasons: dict[str, Reason] = {}
    for candidate in candidates:
        if not candidate.who.ask(facts):
            continue
        permitted = True
        refused = failing(candidate.rules, facts)
        if not refused:
            return _allowed(event, state, candidate.target)
        reasons.update({reason.code: reason for reason in refused})
    if permitted:
        return Decision(event, state, kind="rule", reasons=tuple(reasons.values()))
    role = facts.role
    if candidates or role not in plan.roles[event]:
        return Decision(event, state, kind="permission", reasons=(_not_permitted(plan, state, event, role),))
    return Decision(event, state, kind="no_such_transition")


@lru_cache(maxsize=1024, typed=True)
def _allowed(event: str, state: str, target: str) -> Decision:
    return Decision(event, state, target=target)


def _not_permitted(plan: Plan, state: str, event: str, role: Role) -> Reason:
    here: Iterable[Candidate] = plan.candidates.get((state, event), ())
    # A role that may do it elsewhere, but not to what is not its own, is told who may do it to this.
    roles = frozenset().union(*(each.who.roles - {role} for each in here)) or plan.roles[event]
    return Reason(May(roles), {"role": role, "roles": sorted(roles)})
