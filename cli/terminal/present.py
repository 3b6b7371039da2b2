"""How decisions, refusals and outcomes are shown: every reason, who can fix it, and what to run next."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, NoReturn, TypeAlias, TypeVar

import typer
from rich.table import Table

from cli.terminal.context import Context
from cli.terminal.parse import refuse_faults
from models.codes import (
    DeleteReason,
    DeliveryMethod,
    DiscardReason,
    ItemState,
    Label,
    ReorderReason,
    Role,
    SpecialHandling,
    StatusReason,
)
from models.edges.faults import FaultsError
from models.errors import KINDS, ExpectedError
from workflows.effects.amendments import AMENDMENTS, label_of
from workflows.effects.machines import MACHINES
from workflows.errors import RefusedError, expected
from workflows.history.refusals import Subject
from workflows.machines.decision import Decision, Outcome
from workflows.machines.plan import Plan
from workflows.missing import MissingError
from workflows.operations.access.permission import WHO_READS, require
from workflows.rules.may import May
from workflows.rules.rule import Reason
from workflows.rules.vocabulary import WHO
from workflows.views.outcomes import DoneView, explanation, refusal_view, refused_view, state_label
from workflows.views.state_labels import ministry_label, public_label

Row = TypeVar("Row")
#: What an attempt is about, or how that is found out: it is looked up for what is refused alone.
About: TypeAlias = Subject | Callable[[], Subject | None] | None
_REFUSED = Label("Refused: {event}", "Refusé : {event}")
WHO_CAN_FIX = Label("can be fixed by: {who}", "peut être corrigé par : {who}")
#: Reasons of changes by their codes; those that several lists have are called the same in all.
REASONS = {
    each.value: each.label
    for codes in (StatusReason, ReorderReason, DeleteReason, DiscardReason)
    for each in codes
}
#: What no machine has an event for: that something came into being.
_BEGIN = Label("Begin", "Créer")
_NEXT = Label("Next: {command}", "Ensuite : {command}")
_MORE = Label("More: add --after {cursor}", "Suite : ajoutez --after {cursor}")


def reason_lines(context: Context, reasons: Iterable[Reason]) -> list[str]:
    """Each reason with its code, its message and who can fix it."""
    lines = []
    for reason in reasons:
        who = context.text(WHO_CAN_FIX, who=WHO[reason.rule.who].in_(context.language))
        lines.append(f"  {reason.code}  {reason.message(context.language)} ({who})")
    return lines


def refuse_by_rules(context: Context, event: str, reasons: Sequence[Reason]) -> NoReturn:
    """Show every rule that stands against ``event``, keep that it was refused, and end the call."""
    stop_for(context, RefusedError(reasons), event)


def tell_refusal(context: Context, event: str, reasons: Sequence[Reason]) -> NoReturn:
    """Show every rule against something that nobody tried yet, keep nothing of it, and end the call."""
    _show_refused(context, RefusedError(reasons), event)


def stop_for(context: Context, error: ExpectedError, event: str, subject: About = None) -> NoReturn:
    """Show an error and end the call with the exit code of its kind; keep what was refused, or asked for and not there."""
    if isinstance(error, RefusedError):
        about = subject() if callable(subject) else subject
        context.note_refusal(error.event or event, error.kind, error.reasons, about)
        _show_refused(context, error, event)
    if isinstance(error, MissingError):
        context.unknown(error.named, event=event)
    if isinstance(error, FaultsError):
        refuse_faults(context, error.faults)
    context.stop(error.exit_code, error.label)


def _show_refused(context: Context, error: RefusedError, event: str) -> NoReturn:
    context.emit({"refused": refused_view(error, event)})
    lines = reason_lines(context, error.reasons) or [context.text(error.label)]
    for line in [] if context.json else lines:
        context.err.print(line, style="red", markup=False)
    raise typer.Exit(error.exit_code)


def warn(context: Context, reasons: Iterable[Reason]) -> None:
    """Show what will hold an item unless somebody acts."""
    for line in [] if context.json else reason_lines(context, reasons):
        context.err.print(line, style="yellow", markup=False)


def item_state(context: Context, view: Mapping[str, Any]) -> str:
    """The state of an item in the words of whoever looks: the public's say less."""
    called = public_label if context.actor.role is Role.PUBLIC else ministry_label
    method, handling = DeliveryMethod(view["delivery_method"]), SpecialHandling(view["special_handling"])
    return called(ItemState(view["state"]), method, handling).in_(context.language)


def explain(context: Context, plan: Plan, decision: Decision) -> list[str]:
    """Why ``decision`` is a refusal, line by line."""
    if (told := explanation(plan, decision, context.actor.role)) is not None:
        return ["  " + told.in_(context.language)]
    return reason_lines(context, decision.reasons)


def refuse(
    context: Context, plan: Plan, decision: Decision, next_command: str = "", subject: int | None = None
) -> NoReturn:
    """Show a refusal with all its reasons and end the call; keep that somebody was faster, which no machine keeps."""
    if decision.kind == "conflict":
        context.note_refusal(decision.event, "conflict", [], _subject(plan, subject))
    context.emit({"refused": refusal_view(decision)})
    event = label_of(plan, decision.event).in_(context.language)
    if not context.json:
        context.err.print(context.text(_REFUSED, event=event), style="red", markup=False)
        for line in explain(context, plan, decision):
            context.err.print(line, markup=False)
        if next_command:
            context.err.print(context.text(_NEXT, command=next_command), markup=False)
    raise typer.Exit(KINDS[decision.kind or "rule"].exit_code)


def _subject(plan: Plan, subject: int | None) -> Subject | None:
    of = next((machine.table.name for machine in MACHINES if machine.plan is plan), None)
    return None if of is None or subject is None else (of, subject)


def settle(
    context: Context, plan: Plan, outcome: Outcome, name: str, view: DoneView, next_command: str = ""
) -> None:
    """Show what became of a command on one subject: done, done already, or a refusal that ends the call.

    ``view`` is the document of what was done.
    """
    if outcome.kind == "not_found":
        context.unknown(Label("There is no {name}.", "{name} n'existe pas."), name=name)
    if outcome.decision is not None and not outcome.done:
        refuse(context, plan, outcome.decision, next_command, outcome.subject_id)
    already = outcome.kind == "already_done"
    context.emit(view)
    state = state_label(plan, str(outcome.state), context.actor.role).in_(context.language)
    done = Label("{name}: already done; it is “{state}”.", "{name} : déjà fait; son état est « {state} ».")
    now = Label("{name}: now “{state}”.", "{name} : maintenant « {state} ».")
    context.say(done if already else now, name=name, state=state)


def history_line(context: Context, plan: Plan, row: Mapping[str, Any]) -> str:
    """One line of a history: when, what, from which state to which, who, and why."""

    def state(name: str) -> str:
        return state_label(plan, row[name], context.actor.role).in_(context.language) if row[name] else ""

    amendment = AMENDMENTS.get(row["event"])
    event = plan.events.get(row["event"]) or (_BEGIN if amendment is None else amendment.label)
    told = event.in_(context.language)
    who = Role(row["actor"]["role"]).label.in_(context.language)
    who = f"{who} ({row['actor']['name']})" if row["actor"]["name"] else who
    reason = row["reason"] and REASONS.get(row["reason"], Label.said((row["reason"],) * 2)).in_(
        context.language
    )
    moved = f"{state('from_state')} → {state('to_state')}".strip()
    return "  ".join(filter(None, (row["at"], told, moved, who, reason, row["note"])))


@contextmanager
def permitted(context: Context, event: str, subject: About = None) -> Iterator[None]:
    """End the call with what an operation raises that was foreseen, kept as an attempt at ``event`` on ``subject``."""
    try:
        yield
    except Exception as error:
        if (known := expected(error)) is None:
            raise
        stop_for(context, known, event, subject)


def require_reader(context: Context, what: str, who: May = WHO_READS) -> None:
    """End the call unless the acting role may look at ``what``."""
    with permitted(context, what):
        require(who, context.command(what))


def show_page(
    context: Context,
    page: Mapping[str, Any],
    found: Sequence[Row],
    following: int | None,
    show: Callable[[Sequence[Row]], None],
) -> None:
    """One page of a list: as JSON with the cursor of the next, or as ``show`` prints it with how to see more."""
    context.emit(page)
    if context.json:
        return
    show(found)
    say_more(context, following)


def say_more(context: Context, following: int | None) -> None:
    """How to see the rest of a list, where there is more."""
    if following is not None:
        context.say(_MORE, cursor=following)


def grid(headings: Sequence[Label], context: Context) -> Table:
    """A table with headings in the language of the call."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in headings:
        table.add_column(heading.in_(context.language), overflow="fold")
    return table
