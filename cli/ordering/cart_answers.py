"""What the commands of a cart have in common: whose cart, which line, and what they answer."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer

from cli.terminal.context import DONE, REFUSED, Context
from cli.terminal.parse import refuse_faults
from cli.terminal.present import permitted, reason_lines, refuse, refuse_by_rules
from models.codes import Label, OrderState
from models.orders import order_number
from models.sql.columns import MAX_KEY
from workflows.effects.document_order import DOCUMENT_ORDER
from workflows.history.refusals import Subject
from workflows.machines import document_order
from workflows.machines.decision import Decision
from workflows.operations.carts.cart import MOST_LINES, Changed
from workflows.operations.carts.checkout import Checkout
from workflows.rules.rule import Reason
from workflows.views.orders import changed_view, checkout_view, reviewed_lines
from workflows.views.outcomes import refusal_view


def _order_id(text: str) -> str:
    """The order's number in full, where the leading zeros were left out."""
    return order_number(int(text)) if text.isascii() and text.isdecimal() and len(text) <= 18 else text


Order = Annotated[str, typer.Argument(metavar="ORDER", parser=_order_id, help="e.g. 0000000012")]
Line = Annotated[int, typer.Argument(min=1, max=MOST_LINES, help="The number of the line in the cart.")]
LINE = Label("Line {line}", "Ligne {line}")


def key(context: Context, order: str) -> int:
    """The order's key in the database; ends the call where it can be none."""
    if not order.isdecimal():
        context.stop_missing("order", order)
    return int(order)


def _of_order(order: str) -> Subject | None:
    return (DOCUMENT_ORDER.table.name, int(order)) if order.isdecimal() and int(order) <= MAX_KEY else None


@contextmanager
def known(context: Context, event: str, order: str) -> Iterator[None]:
    """End the call with what an operation on an order raises, kept as an attempt on that order."""
    with permitted(context, event, _of_order(order)):
        yield


def settle_line(context: Context, event: str, order: str, changed: Changed) -> None:
    """Show which line was changed, or end the call with what was wrong with it."""
    refuse_faults(context, changed.faults)
    if changed.reasons:
        refuse_by_rules(context, event, list(changed.reasons))
    context.emit(changed_view(key(context, order), changed))
    done = Label("Cart {order}, line {line}: done.", "Panier {order}, ligne {line} : fait.")
    context.say(done, order=order, line=changed.line)


def settle_checkout(context: Context, order: str, done: Checkout) -> None:
    """Show what became of an order; a refusal also says which line each reason is about."""
    decision = done.decision
    subject = (DOCUMENT_ORDER.table.name, done.outcome.subject_id)
    if decision is not None and decision.kind != "conflict":
        context.note_refusal(decision.event, str(decision.kind), decision.reasons, subject)
    if decision is not None and decision.kind == "rule" and done.review.lines:
        _refuse_lines(context, order, decision, done)
    if decision is not None:
        refuse(context, document_order.PLAN, decision, f"orders cart show {order}", done.outcome.subject_id)
    state = OrderState(str(done.outcome.state))
    context.emit(checkout_view(key(context, order), done))
    context.say(f"{order}: {state.label.in_(context.language)}")
    for item in done.items:
        context.say(f"  {item}")
    for judged in done.review.judged:
        say_reasons(context, "!", judged.warnings)
    raise typer.Exit(DONE)


def _refuse_lines(context: Context, order: str, decision: Decision, done: Checkout) -> None:
    context.emit({"refused": refusal_view(decision), "lines": reviewed_lines(done.review)})
    if not context.json:
        of_lines = {reason for judged in done.review.judged for reason in map(id, judged.reasons)}
        for text in reason_lines(context, [each for each in decision.reasons if id(each) not in of_lines]):
            context.err.print(text, style="red", markup=False)
        for line, judged in zip(done.review.lines, done.review.judged, strict=True):
            if judged.reasons:
                context.err.print(context.text(LINE, line=line.number), style="red", markup=False)
            for text in reason_lines(context, judged.reasons):
                context.err.print(text, markup=False)
        context.err.print(f"orders cart edit {order} …", markup=False)
    raise typer.Exit(REFUSED)


def say_reasons(context: Context, mark: str, reasons: tuple[Reason, ...]) -> None:
    """Tell the reasons of a line, each with a mark before it."""
    for text in reason_lines(context, reasons):
        context.say(f"  {mark}{text}")
