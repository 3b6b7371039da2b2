"""How a "no" is shown, and what was done: the shapes and texts of the interfaces, for the command line and over HTTP."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, NotRequired
from urllib.parse import quote

from typing_extensions import TypedDict

from models.codes import ItemState, Label, Role
from models.edges.faults import Fault, FaultsError
from models.errors import KINDS, ExpectedError
from workflows.effects.amendments import label_of
from workflows.errors import RefusedError, text_of
from workflows.machines import order_item
from workflows.machines.decision import Decision, Outcome, RefusalKind
from workflows.machines.plan import Plan
from workflows.operations.bulk.outcome_rows import ItemOutcome, outcome_row, tally, undecided_row
from workflows.rules.rule import Reason, ReasonView
from workflows.shapes import Both, Counted, both, values_of
from workflows.views.state_labels import public_label

_NO_TRANSITION = Label(
    "“{event}” does not lead anywhere from “{state}”. From there: {events}.",
    "« {event} » ne mène nulle part depuis « {state} ». De là : {events}.",
)
_CONFLICT = Label(
    "It was changed by someone else meanwhile (state {state}). Look at it again, then repeat the command.",
    "Quelqu'un l'a modifié entre-temps (état {state}). Regardez-le de nouveau, puis répétez la commande.",
)
_NOTHING = Label("nothing", "rien")
#: What became of one of several subjects.
OUTCOMES: Mapping[str, Label] = {
    "done": Label("done", "fait"),
    "already_done": Label("already done", "déjà fait"),
    "refused": Label("refused", "refusé"),
    "conflict": Label("changed meanwhile", "modifié entre-temps"),
    "not_found": Label("not found", "introuvable"),
    "ordered": Label("awarded and ordered", "décerné et commandé"),
    "failed": Label("failed", "échoué"),
}


class DecisionView(TypedDict):
    """Whether an event may happen: allowed, or all the reasons why not."""

    event: str
    allowed: bool
    kind: RefusalKind | None
    reasons: list[ReasonView]


class ItemEvents(TypedDict):
    """Every event of an item."""

    item: str
    events: list[DecisionView]


class CredentialEvents(TypedDict):
    """Every event of a credential number."""

    credential: str
    events: list[DecisionView]


class RefusalView(TypedDict):
    """What is refused, in which state if it has one, and why."""

    event: str
    state: str | None
    kind: RefusalKind | None
    reasons: list[ReasonView]


class FaultView(TypedDict):
    """What is wrong with one field."""

    field: str
    code: str
    message: Both


class ReviewedLine(TypedDict):
    """A line of an order with what refuses it and what warns of it."""

    line: int
    reasons: list[ReasonView]
    warnings: list[ReasonView]


class More(TypedDict):
    """What only some problems tell: of a decision, of malformed fields, of the lines of an order, of a token."""

    event: NotRequired[str | None]
    state: NotRequired[str | None]
    faults: NotRequired[list[FaultView]]
    lines: NotRequired[list[ReviewedLine]]
    #: The role that the token lacks.
    role: NotRequired[Annotated[str, values_of(Role)]]


class ProblemView(More):
    """Problem details (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    kind: Annotated[str, values_of(KINDS)]
    message: Both
    reasons: list[ReasonView]


class ProblemKind(TypedDict):
    """What a kind of problem means."""

    kind: Annotated[str, values_of(KINDS)]
    status: int
    title: Both


#: The event, and from which state to which.
Moved = TypedDict("Moved", {"event": str, "from": str, "state": str})


class DoneView(TypedDict):
    """What was done, or had been done before, and the version after it."""

    done: Moved
    version: int | None
    already_done: bool


class ItemDone(DoneView):
    """What was done to an order item."""

    item: str


class CredentialDone(DoneView):
    """What was done to a credential number."""

    credential: str


class OrderDone(DoneView):
    """What was done to an order."""

    order: str


class JobDone(DoneView):
    """What was done to a print job."""

    job: str


class ConsumerDone(DoneView):
    """What was done to a digital document consumer."""

    consumer: int


class BulkView(TypedDict):
    """What became of many items: the outcome of each, and how many there are of each and by rule."""

    dry_run: bool
    selected: int
    outcomes: list[ItemOutcome]
    by_outcome: Counted
    by_rule: Counted


def decision_view(decision: Decision) -> DecisionView:
    """A decision as ``can`` shows it."""
    return {
        "event": decision.event,
        "allowed": decision.allowed,
        "kind": decision.kind,
        "reasons": [reason.as_json() for reason in decision.reasons],
    }


def refusal_view(decision: Decision) -> RefusalView:
    """What a machine refuses and why."""
    return _refusal(decision.event, str(decision.state), decision.kind, decision.reasons)


def refused_view(error: RefusedError, event: str) -> RefusalView:
    """What an operation refuses and why; ``event`` is what was wanted where the error does not say it."""
    kind: RefusalKind = "rule"
    if error.kind == "permission":
        kind = "permission"
    elif error.kind == "stale":
        kind = "conflict"
    return _refusal(error.event or event, error.state, kind, error.reasons)


def _refusal(
    event: str, state: str | None, kind: RefusalKind | None, reasons: Sequence[Reason]
) -> RefusalView:
    return {"event": event, "state": state, "kind": kind, "reasons": [each.as_json() for each in reasons]}


def problem_view(
    kind: str, detail: Label, reasons: Sequence[Reason], more: More, *, language: str, path: str
) -> ProblemView:
    """The problem details in ``language``, with the text in both; ``path`` is what was asked for."""
    return {
        "type": f"/api/problems/{kind}",
        "title": KINDS[kind].title.in_(language),
        "status": KINDS[kind].status,
        "detail": detail.in_(language),
        "instance": quote(path),
        "kind": kind,
        "message": both(detail),
        "reasons": [each.as_json() for each in reasons],
        **more,
    }


def kind_view(name: str) -> ProblemKind:
    """What the kind of problem ``name`` means."""
    kind = KINDS[name]
    return {"kind": name, "status": kind.status, "title": both(kind.title)}


def fault_view(fault: Fault) -> FaultView:
    """What is wrong with a field, and what to do."""
    return {
        "field": fault.field,
        "code": fault.code,
        "message": {"en": fault.in_("en"), "fr": fault.in_("fr")},
    }


def more_of(error: ExpectedError) -> More:
    """What an error tells beside its text and its reasons."""
    if isinstance(error, FaultsError):
        return {"faults": [fault_view(each) for each in error.faults]}
    if isinstance(error, RefusedError):
        return {"event": error.event, "state": error.state}
    return {}


def told(plan: Plan, decision: Decision, role: Role) -> Label:
    """Why a decision is a refusal, in one text."""
    return explanation(plan, decision, role) or text_of(decision.reasons)


def state_label(plan: Plan, state: str, role: Role) -> Label:
    """A state in the words of whoever looks: the public's say less of an item."""
    if plan is order_item.PLAN and role is Role.PUBLIC:
        return public_label(ItemState(state))
    return plan.states(state).label


def explanation(plan: Plan, decision: Decision, role: Role) -> Label | None:
    """What stands in the way where it is no rule: an event that leads nowhere, or somebody who was faster."""
    if decision.kind not in {"no_such_transition", "conflict"}:
        return None
    names = plan.events_from(decision.state)
    events = Label.said(
        ", ".join(f"{plan.events[name].in_(language)} ({name})" for name in names)
        for language in ("en", "fr")
    )
    text = _CONFLICT if decision.kind == "conflict" else _NO_TRANSITION
    return text.filled(
        event=label_of(plan, decision.event),
        state=state_label(plan, decision.state, role),
        events=events if names else _NOTHING,
    )


def done_view(outcome: Outcome) -> DoneView:
    """What was done, or had been done before."""
    return {
        "done": {"event": outcome.event, "from": str(outcome.from_state), "state": str(outcome.state)},
        "version": outcome.version,
        "already_done": outcome.kind == "already_done",
    }


def item_done(number: str, outcome: Outcome) -> ItemDone:
    """What was done to the item ``number``."""
    return {"item": number, **done_view(outcome)}


def credential_done(number: str, outcome: Outcome) -> CredentialDone:
    """What was done to the credential ``number``."""
    return {"credential": number, **done_view(outcome)}


def order_done(number: str, outcome: Outcome) -> OrderDone:
    """What was done to the order ``number``."""
    return {"order": number, **done_view(outcome)}


def job_done(number: str, outcome: Outcome) -> JobDone:
    """What was done to the print job ``number``."""
    return {"job": number, **done_view(outcome)}


def consumer_done(number: int, outcome: Outcome) -> ConsumerDone:
    """What was done to the consumer ``number``."""
    return {"consumer": number, **done_view(outcome)}


def bulk_view(
    outcomes: Iterable[Outcome], numbers: Mapping[int, str], unknown: Iterable[str] = (), *, dry_run: bool
) -> BulkView:
    """What became of many items, or with ``dry_run`` would become of them.

    ``numbers`` are those of the items by id, ``unknown`` the numbers that no item has.
    """
    rows = [outcome_row(numbers[each.subject_id], each) for each in outcomes]
    rows += [undecided_row(each, "not_found") for each in unknown]
    by_outcome, by_rule = tally(rows)
    return {
        "dry_run": dry_run,
        "selected": len(rows),
        "outcomes": rows,
        "by_outcome": dict(by_outcome),
        "by_rule": dict(sorted(by_rule.items())),
    }
