"""``orders messages`` and ``message show``: the outbox."""

from typing import Annotated

import typer

from cli.terminal.context import Context
from cli.terminal.present import grid, permitted
from models.codes import Label, MessageKind
from models.sql.columns import MAX_KEY
from workflows.operations.access.permission import WHO_READS_MESSAGES, require
from workflows.views.messages import Messages, find_messages, message_and_text, message_view

message = typer.Typer(no_args_is_help=True, help="One message of the outbox.")


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command("messages")(messages)
    app.add_typer(message, name="message")


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
