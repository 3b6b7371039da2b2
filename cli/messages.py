"""``orders messages``, ``message show``, ``work-list …`` and ``refund``: the outbox, and what waits for a person."""

from typing import Annotated, Any

import typer
from sqlalchemy import select

from cli.context import NOT_FOUND, Context
from cli.items import Number, item_id
from cli.present import grid, permitted, require_reader, settle
from models.codes import ItemState, Label, MessageKind
from models.columns import MAX_KEY
from models.orders import parse_item_number
from models.outbox import Message
from renderers.long_forms import dashed_asn
from workflows import order_item
from workflows.operations import work_lists
from workflows.operations.permission import WHO_READS_MESSAGES, require
from workflows.source import table
from workflows.views import instant

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
    of = table(Message)
    statement = select(of).order_by(of.c.id.desc()).limit(limit)
    if kind is not None:
        statement = statement.where(of.c.kind == kind)
    if unsent:
        statement = statement.where(of.c.sent_at.is_(None))
    if item is not None:
        order, number = parse_item_number(item) or (0, 0)
        statement = statement.where(of.c.about.startswith(f"item:{order:010d}-{number:02d}"))
    with context.reading() as source:
        found = [_view(row) for row in source.session.connection().execute(statement)]
    context.emit({"messages": found})
    if not context.json:
        shown = grid(_HEADINGS, context)
        for each in found:
            shown.add_row(
                str(each["id"]), each["kind"], each["about"], each["address"], each["sent_at"] or "–"
            )
        context.out.print(shown)


_HEADINGS = (
    Label("ID", "No"),
    Label("Kind", "Genre"),
    Label("About", "Objet"),
    Label("To", "À"),
    Label("Sent", "Envoyé"),
)


def _view(row: Any) -> dict[str, Any]:
    names = ("id", "about", "address", "subject", "attempts", "last_error")
    return {name: getattr(row, name) for name in names} | {
        "kind": row.kind.value,
        "language": row.language.value,
        "created_at": instant(row.created_at),
        "sent_at": instant(row.sent_at),
    }


@message.command("show")
def show(call: typer.Context, number: Annotated[int, typer.Argument(max=MAX_KEY, metavar="ID")]) -> None:
    """Show a message with its text."""
    context: Context = call.obj
    with permitted(context, "messages"):
        require(WHO_READS_MESSAGES, context.command("messages"))
    with context.reading() as source:
        found = source.rows(Message, table(Message).c.id == number)
    if not found:
        context.stop(NOT_FOUND, Label("There is no message {n}.", "Le message {n} n'existe pas."), n=number)
    context.emit(_view(found[0]) | {"body": found[0].body})
    context.say(f"{found[0].address}\n{found[0].subject}\n")
    context.say(found[0].body)


@work_list.command("deceased")
def deceased(call: typer.Context) -> None:
    """Documents under way of students who are flagged deceased."""
    context: Context = call.obj
    require_reader(context, "deceased")
    with context.reading() as source:
        found = work_lists.of_deceased(source)
    context.emit({"items": found})
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
    context.emit({"items": found})
    for each in found:
        context.say(f"{each['item']}  {each['payer']}  {each['payment']}  {each['amount_cents'] / 100:.2f} $")


def refund(call: typer.Context, number: Number) -> None:
    """Record that a cancelled, paid item was refunded."""
    context: Context = call.obj
    outcome = work_lists.refund(context.installation, item_id(context, number), context.command("refund"))
    settle(context, order_item.PLAN, outcome, number, "orders work-list refunds")
