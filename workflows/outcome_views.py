"""Decisions and outcomes in the shapes of the interfaces, the same for the command line and over HTTP."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from models.codes import ItemState, Label, Role
from workflows import order_item
from workflows.engine import Outcome
from workflows.plan import Decision, Plan
from workflows.state_label import public_label

_NO_TRANSITION = Label(
    "“{event}” does not lead anywhere from “{state}”. From there: {events}.",
    "« {event} » ne mène nulle part depuis « {state} ». De là : {events}.",
)
_CONFLICT = Label(
    "It was changed by someone else meanwhile (state {state}). Look at it again, then repeat the command.",
    "Quelqu'un l'a modifié entre-temps (état {state}). Regardez-le de nouveau, puis répétez la commande.",
)
_NOTHING = Label("nothing", "rien")


def decision_view(decision: Decision) -> dict[str, Any]:
    """A decision as ``can`` shows it: ``{event, allowed, kind, reasons}``."""
    return {
        "event": decision.event,
        "allowed": decision.allowed,
        "kind": decision.kind,
        "reasons": [reason.as_json() for reason in decision.reasons],
    }


def refusal_view(decision: Decision) -> dict[str, Any]:
    """What is refused and why: ``{event, state, kind, reasons}``."""
    return {
        "event": decision.event,
        "state": str(decision.state),
        "kind": decision.kind,
        "reasons": [reason.as_json() for reason in decision.reasons],
    }


def state_label(plan: Plan, state: str, role: Role) -> Label:
    """A state in the words of whoever looks: the public's say less of an item."""
    if plan is order_item.PLAN and role is Role.PUBLIC:
        return public_label(ItemState(state))
    return plan.states(state).label


def explanation(plan: Plan, decision: Decision, role: Role) -> Label | None:
    """What stands in the way where it is no rule: an event that leads nowhere, or somebody who was faster."""
    if decision.kind not in {"no_such_transition", "conflict"}:
        return None
    events = ", ".join(plan.events_from(decision.state))
    text = _CONFLICT if decision.kind == "conflict" else _NO_TRANSITION
    return text.filled(
        event=plan.label_of(decision.event),
        state=state_label(plan, decision.state, role),
        events=events or _NOTHING,
    )


def done_view(outcome: Outcome) -> dict[str, Any]:
    """What was done, or had been done before: ``{done: {event, from, state}, version, already_done}``."""
    return {
        "done": {"event": outcome.event, "from": str(outcome.from_state), "state": str(outcome.state)},
        "version": outcome.version,
        "already_done": outcome.kind == "already_done",
    }


def outcome_row(item: str, outcome: Outcome) -> dict[str, Any]:
    """The outcome of one item of a bulk command: ``{item, outcome, state, version, reasons}``."""
    decision = outcome.decision
    reasons = [] if outcome.done or decision is None else [each.as_json() for each in decision.reasons]
    state = None if outcome.state is None else str(outcome.state)
    row = {"item": item, "outcome": outcome.kind, "state": state, "version": outcome.version}
    return row | {"kind": None if outcome.done or decision is None else decision.kind, "reasons": reasons}


def tally(rows: Iterable[dict[str, Any]]) -> tuple[Counter[str], Counter[str]]:
    """How many rows had each outcome, and how many each rule refused."""
    outcomes: Counter[str] = Counter()
    rules: Counter[str] = Counter()
    for row in rows:
        outcomes[row["outcome"]] += 1
        rules.update(reason["code"] for reason in row["reasons"])
    return outcomes, rules
