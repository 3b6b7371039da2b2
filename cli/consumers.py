"""``orders consumers`` and ``consumer …``: organisations that receive digital documents."""

from collections.abc import Mapping
from typing import Annotated, Any

import typer

from cli.terminal.context import Context
from cli.terminal.parse import refuse_faults
from cli.terminal.present import grid, permitted, require_reader, settle
from models.codes import Code, ConsumerState, Label, Language
from models.sql.columns import MAX_KEY
from workflows.machines import consumer
from workflows.operations.delivery import consumers as operations
from workflows.views.outcomes import consumer_done

group = typer.Typer(no_args_is_help=True, help="One digital document consumer: register, activate, decline.")
Id = Annotated[int, typer.Argument(metavar="ID", min=1, max=MAX_KEY, help="Its number in the list.")]


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command("consumers")(consumers)
    app.add_typer(group, name="consumer")


def consumers(call: typer.Context, state: ConsumerState | None = None) -> None:
    """List the digital document consumers; the public sees the active ones."""
    context: Context = call.obj
    with permitted(context, "consumers"), context.reading() as source:
        found = operations.seen(source, context.command("consumers"), state)
    context.emit(operations.Consumers(consumers=found))
    if not context.json:
        shown = grid(_HEADINGS, context)
        for each in found:
            label = ConsumerState(each["state"]).label.in_(context.language)
            shown.add_row(str(each["id"]), each["name"], each["email_domain"], each["email"], label)
        context.out.print(shown)


_CARD = {
    "id": Label("ID", "No"),
    "name": Label("Name", "Nom"),
    "email_domain": Label("E-mail domain", "Domaine de courriel"),
    "email": Label("E-mail", "Courriel"),
    "language": Label("Language", "Langue"),
    "state": Label("State", "État"),
    "version": Label("Version", "Version"),
}
_CODES: dict[str, type[Code]] = {"language": Language, "state": ConsumerState}
_LINE = Label("{heading}: {text}", "{heading} : {text}")
_HEADINGS = tuple(_CARD[name] for name in ("id", "name", "email_domain", "email", "state"))


@group.command("add")
def add(
    call: typer.Context,
    name: Annotated[str, typer.Option(help="The organisation.")],
    email_domain: Annotated[str, typer.Option(help="The part behind the @ of its users' addresses.")],
    email: Annotated[str, typer.Option(help="Where it is told that a document is available.")],
    language: Annotated[Language, typer.Option(help="Language of its messages.")] = Language.EN,
) -> None:
    """Register a consumer; it receives documents once it is activated."""
    context: Context = call.obj
    with permitted(context, "register"):
        made = operations.register(
            context.installation, name, email_domain, email, language, context.command("register")
        )
    if not isinstance(made, int):
        refuse_faults(context, made)
        return
    context.emit(operations.registered_view(made))
    context.say(Label("Registered as {number}.", "Inscrit sous {number}."), number=made)


@group.command("show")
def show(call: typer.Context, number: Id) -> None:
    """Show a consumer."""
    context: Context = call.obj
    require_reader(context, "consumers")
    with context.reading() as source:
        found = operations.one(source, number)
    if found is None:
        context.stop_missing("consumer", number)
    context.emit(found)
    told: Mapping[str, Any] = found
    for name, heading in _CARD.items():
        text = _CODES[name](told[name]).label.in_(context.language) if name in _CODES else told[name]
        context.say(_LINE, heading=heading.in_(context.language), text=text)


@group.command("activate")
def activate(call: typer.Context, number: Id) -> None:
    """Let a pending consumer receive documents."""
    _change(call, number, "activate")


@group.command("decline")
def decline(call: typer.Context, number: Id) -> None:
    """Turn a pending consumer away."""
    _change(call, number, "decline")


@group.command("reconsider")
def reconsider(call: typer.Context, number: Id) -> None:
    """Make an active or declined consumer pending again."""
    _change(call, number, "reconsider")


def _change(call: typer.Context, number: int, event: str) -> None:
    context: Context = call.obj
    with permitted(context, event):
        outcome = operations.change_consumer(context.installation, number, context.command(event))
    if outcome.kind == "not_found":
        context.stop_missing("consumer", number)
    done = consumer_done(number, outcome)
    settle(context, consumer.PLAN, outcome, str(number), done, f"orders consumer show {number}")
