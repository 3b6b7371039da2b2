"""``orders tokens``: what services show to be let in over HTTP."""

from datetime import datetime, time
from typing import Annotated

import typer

from cli.terminal.context import USAGE, Context
from cli.terminal.parse import date_of, refuse_faults
from cli.terminal.present import grid, permitted
from models.codes import Label, Role
from workflows.calendar import EDMONTON
from workflows.operations.access import service_tokens as operations

tokens = typer.Typer(no_args_is_help=True, help="Tokens of services that use the HTTP interface.")


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.add_typer(tokens, name="tokens")


@tokens.command("create")
def create(
    call: typer.Context,
    name: Annotated[str, typer.Argument(help="The service.")],
    role: Annotated[list[Role], typer.Option(help="A role in which it may act; the first is its usual one.")],
    operation: Annotated[
        list[str] | None,
        typer.Option(help="What it may call, e.g. order_items.*; everything that its roles may without."),
    ] = None,
    expires: Annotated[str | None, typer.Option(metavar="DATE", help="The last day.")] = None,
) -> None:
    """Make a token; it is shown once and stored only as a hash."""
    context: Context = call.obj
    day = date_of(context, expires)
    end = None if day is None else datetime.combine(day, time.max, EDMONTON)
    command = context.command("create")
    if Role.SYSTEM in role:
        context.stop(USAGE, _NOT_SYSTEM)
    with permitted(context, "create"):
        made = operations.create(context.installation, name, role, operation or [], end, command)
    if not isinstance(made, str):
        refuse_faults(context, made)
        return
    context.emit({"name": name, "token": made})
    context.say(Label("{token}", "{token}"), token=made)


@tokens.command("list")
def list_(call: typer.Context) -> None:
    """List the tokens with their scope and last use."""
    context: Context = call.obj
    with permitted(context, "tokens"), context.reading() as source:
        found = operations.listed(source, context.command("tokens"))
    context.emit({"tokens": found})
    if context.json:
        return
    shown = grid(_HEADINGS, context)
    for each in found:
        scope = ", ".join(each["roles"]), ", ".join(each["operations"])
        shown.add_row(each["name"], *scope, each["last_used_at"] or "–", each["revoked_at"] or "–")
    context.out.print(shown)


@tokens.command("revoke")
def revoke(call: typer.Context, name: Annotated[str, typer.Argument(help="The service.")]) -> None:
    """End a token for good."""
    context: Context = call.obj
    with permitted(context, "revoke"):
        ended = operations.revoke(context.installation, name, context.command("revoke"))
    if ended is None:
        context.unknown(_NO_TOKEN, name=name)
    context.emit({"name": name, "already_done": not ended})
    context.say(Label("{name}: revoked.", "{name} : révoqué."), name=name)


_HEADINGS = (
    Label("Service", "Service"),
    Label("Roles", "Rôles"),
    Label("Operations", "Opérations"),
    Label("Last used", "Dernier usage"),
    Label("Revoked", "Révoqué"),
)
_NO_TOKEN = Label("There is no token of {name}.", "Il n'y a pas de jeton de {name}.")
_NOT_SYSTEM = Label("A service can't act as the system.", "Un service ne peut pas agir en tant que système.")
