"""``orders messages``, ``message show``, ``work-list …`` and ``refund``: the outbox, and what waits for a person."""

from typing import Annotated

import typer

from cli.items import Number, item_id
from cli.terminal.context import Context
from cli.terminal.present import grid, permitted, require_reader, settle
from models.codes import ItemState, Label, MessageKind
from models.columns import MAX_KEY
from models.typography import amount
from renderers.long_forms import dashed_asn
from workflows import order_item
from workflows.operations import work_lists
from workflows.operations.outbox import Messages, find_messages, message_and_text, message_view
from workflows.operations.permission import WHO_READS_MESSAGES, require
from workflows.outcome_views import item_done

message = typer.Typer(no_args_is_help=True, help="One message of the outbox.")
work_list = typer.Typer(no_args_is_help=True, help="What waits for a person.")


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command("messages")(messages)
    app.add_typer(message, name="message")
    app.add_typer(work_list, name="work-list")
    app.command("refund")(refund)


def messages(
    call: typer.Context,
    kind: MessageKind | None = None,
    unsent: Annotated[bool, typer.Option("--unsent", help="Only what still lies in the outbox.")] = False,
    item: Annotated[str | None, typer.Option(help="Only messages about this item.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=MAX_KEY)] = 100,
) -> None:
    """List messages, the newest first."""
    context: Context = call.obj
    with permitted(context, "messages"):
        require(WHO_READS_MESSAGES, context.command("messages"))
    with context.reading() as source:
        rows = find_messages(source, kind, item, limit, unsent=unsent)
    found = [message_view(row) for row in rows]
    context.emit(Messages(messages=found))
    if not context.json:
        shown = grid(_HEADINGS, context)
        for each in found:
            kind_ = MessageKind(each["kind"]).label.in_(context.language)
            shown.add_row(str(each["id"]), kind_, each["about"], each["address"], each["sent_at"] or "–")
        context.out.print(shown)


_HEADINGS = (
    Label("ID", "No"),
    Label("Kind", "Genre"),
    Label("About", "Objet"),
    Label("To", "À"),
    Label("Sent", "Envoyé"),
)


@message.command("show")
def show(call: typer.Context, number: Annotated[int, typer.Argument(max=MAX_KEY, metavar="ID")]) -> None:
    """Show a message with its text."""
    context: Context = call.obj
    with permitted(context, "messages"):
        require(WHO_READS_MESSAGES, context.command("messages"))
    with context.reading() as source:
        found = find_messages(source, number=number)
    if not found:
        context.stop_missing("message", number)
    context.emit(message_and_text(found[0]))
    context.say(f"{found[0].address}\n{found[0].subject}\n")
    context.say(found[0].body)


@work_list.command("deceased")
def deceased(call: typer.Context) -> None:
    """Documents under way of students who are flagged deceased."""
    context: Context = call.obj
    require_reader(context, "deceased")
    with context.reading() as source:
        found = work_lists.of_deceased(source)
    context.emit(work_lists.ItemsOfDeceased(items=found))
    for each in found:
        state = ItemState(each["state"]).label.in_(context.language)
        context.say(f"{each['item']}  {dashed_asn(each['asn'])}  {state}")


@work_list.command("refunds")
def refunds(call: typer.Context) -> None:
    """Cancelled items of paid orders that were not refunded."""
    context: Context = call.obj
    require_reader(context, "refunds")
    with context.reading() as source:
        found = work_lists.refunds_due(source)
    context.emit(work_lists.RefundsDue(items=found))
    for each in found:
        due = amount(each["amount_cents"], context.language)
        context.say(f"{each['item']}  {each['payer']}  {each['payment']}  {due}")


def refund(call: typer.Context, number: Number) -> None:
    """Record that a cancelled, paid item was refunded."""
    context: Context = call.obj
    found = item_id(context, number, "refund")
    outcome = work_lists.refund(context.installation, found, context.command("refund"))
    settle(context, order_item.PLAN, outcome, number, item_done(number, outcome), "orders work-list refunds")
