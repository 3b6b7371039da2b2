"""The plan of a machine, compiled once from its ``python-statemachine`` class, and the decision taken on it.

The class is the definition and stays the oracle: a test proves that plan and library agree on every state, event
and rule outcome. The plan exists because the library needs a machine per row and says only "can't".
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Literal, TypeAlias

from models.codes import Code, Label, Role
from workflows.machines.chart import Chart
from workflows.rules.rule import No, Reason, Rule, failing
from workflows.rules.status import role_may_cause_event

RefusalKind: TypeAlias = Literal["no_such_transition", "rule", "permission", "conflict"]


class May(Rule):
    """CO-11 for the roles that may cause an event."""

    def __init__(self, roles: frozenset[Role]) -> None:
        """A rule that holds for ``roles``."""
        base = role_may_cause_event
        who = next((role.value for role in Role if role in roles), base.who)
        super().__init__(base.code, base.check, base.title, base.message, who)
        self.roles = roles
        self.__qualname__ = f"{base.__qualname__}_{'_'.join(sorted(roles))}"

    def __call__(self, subject: Any, facts: Any) -> Literal[True] | No:
        """Whether the command's actor has one of the roles."""
        role = facts.command.actor.role
        return True if role in self.roles else No({"role": role, "roles": sorted(self.roles)})


class MayOwn(May):
    """CO-11 where the public may cause an event, but only on what it ordered itself."""

    def __call__(self, subject: Any, facts: Any) -> Literal[True] | No:
        """Whether the actor has one of the roles, and for the public, whether the subject is its own."""
        verdict = super().__call__(subject, facts)
        role = facts.command.actor.role
        if verdict is True and role is Role.PUBLIC and not facts.is_own:
            return No({"role": role, "roles": sorted(self.roles - {role})})
        return verdict


def may_own(*roles: Role) -> MayOwn:
    """Guard: the acting role is one of ``roles``, the public only for its own (CO-11)."""
    return MayOwn(frozenset(roles))


def may(*roles: Role) -> May:
    """Guard: the acting role is one of ``roles`` (CO-11)."""
    return May(frozenset(roles))


@dataclass(frozen=True, slots=True)
class Candidate:
    """One transition that an event may take from a state."""

    target: str
    who: May
    rules: tuple[Rule, ...]


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether an event may happen, and if not, why."""

    event: str
    state: str
    target: str | None = None
    kind: RefusalKind | None = None
    reasons: tuple[Reason, ...] = ()

    @property
    def allowed(self) -> bool:
        """Whether the event may happen."""
        return self.kind is None


#: What is recorded, and refused, like an event, though no state moves.
AMENDMENTS = {
    "edit": Label("Edit", "Modifier"),
    "new_link": Label("New link", "Nouveau lien"),
    "remind": Label("Remind", "Rappeler"),
    "refund": Label("Refund", "Rembourser"),
    "add_line": Label("Add a line", "Ajouter une ligne"),
    "edit_line": Label("Edit a line", "Modifier une ligne"),
    "remove_line": Label("Leave a line out", "Retirer une ligne"),
}


@dataclass(frozen=True, slots=True)
class Plan:
    """(state, event) → the candidates in the order of declaration."""

    machine: str
    states: type[Code]
    events: Mapping[str, Label]
    candidates: Mapping[tuple[str, str], tuple[Candidate, ...]]
    roles: Mapping[str, frozenset[Role]]
    _open: dict[tuple[str, Role], frozenset[str]] = field(default_factory=dict, repr=False, compare=False)

    def label_of(self, event: str) -> Label:
        """The event as people read it; an edit is no event of any machine but refused like one."""
        return self.events.get(event) or AMENDMENTS[event]

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
    guards = [spec.func for spec in transition.cond]
    (who,) = (guard for guard in guards if isinstance(guard, May))
    return Candidate(str(transition.target.value), who, tuple(guard for guard in guards if guard is not who))


def decide(plan: Plan, state: str, event: str, subject: Any, facts: Any) -> Decision:
    """Decide ``event`` for ``subject`` in ``state``: a target, or a refusal with **every** failing rule."""
    candidates = plan.candidates.get((state, event), ())
    permitted = False
    reasons: dict[str, Reason] = {}
    for candidate in candidates:
        if not candidate.who(subject, facts):
            continue
        permitted = True
        refused = failing(candidate.rules, subject, facts)
        if not refused:
            return _allowed(event, state, candidate.target)
        reasons.update({reason.code: reason for reason in refused})
    if permitted:
        return Decision(event, state, kind="rule", reasons=tuple(reasons.values()))
    role = facts.command.actor.role
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
