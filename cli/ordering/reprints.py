"""``orders reprint``, ``reorder`` and ``item edit``: another copy, the same one again, or another way for it."""

from typing import Annotated

import typer

from cli.items import Number, item
from cli.items import item_id as id_of
from cli.terminal.context import USAGE, Context
from cli.terminal.destination import TypedEdit, TypedNewReprint
from cli.terminal.grouping import grouping
from cli.terminal.options import Note, Reason, Version
from cli.terminal.present import permitted, refuse, refuse_by_rules, settle, warn
from models.codes import Label
from workflows.machines import credential, order_item
from workflows.operations.ordering.edit import edit
from workflows.operations.ordering.reorder import Reordered, reorder
from workflows.operations.ordering.reprint import Reprinted, reprint
from workflows.views.ordering import reordered_view, reprinted_view
from workflows.views.outcomes import item_done


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command("reprint")(reprint_credential)
    app.command("reorder")(reorder_item)


@grouping
def reprint_credential(
    call: typer.Context,
    number: Annotated[str, typer.Argument(metavar="NUMBER", help="Credential number or legacy number.")],
    typed: TypedNewReprint,
    *,
    current_name: Annotated[
        bool,
        typer.Option("--current-name", help="Print the present legal name: re-issues the credential first."),
    ] = False,
) -> None:
    """Order a reprint: another copy, another language, or the present name."""
    context: Context = call.obj
    details = typed.details(context)
    with permitted(context, "place"):
        done = reprint(
            context.installation,
            number.replace("-", ""),
            details,
            context.command("place"),
            current_name=current_name,
        )
    if done is None:
        context.stop_missing("credential", number)
    if done.reissue is not None and done.reissue.decision is not None:
        refuse(
            context,
            credential.PLAN,
            done.reissue.decision,
            f"orders credential can {number}",
            done.reissue.subject_id,
        )
    if done.item is None:
        refuse_by_rules(context, "place", done.reasons)
    _tell_reprint(context, done.item, done)


def _tell_reprint(context: Context, item: str, done: Reprinted) -> None:
    context.emit(reprinted_view(item, done))
    context.say(Label("Ordered as {item}.", "Commande passée : {item}."), item=item)
    warn(context, done.warnings)


@grouping
def reorder_item(
    call: typer.Context,
    number: Number,
    *,
    reason: Reason = None,
    note: Note = None,
    typed: TypedEdit,
    command_id: Annotated[str | None, typer.Option(help="Makes a repeat of this command harmless.")] = None,
) -> None:
    """Order a document again whose delivery went wrong; what is not given stays as it was."""
    context: Context = call.obj
    fields = typed.fields(context)
    given = {"command_id": command_id} if command_id else {}
    command = context.command("reorder", reason=reason, note=note, **given)
    done = reorder(context.installation, id_of(context, number, "reorder"), command, fields)
    if not done.outcome.done and done.outcome.decision is not None:
        refuse(
            context,
            order_item.PLAN,
            done.outcome.decision,
            f"orders item can {number}",
            done.outcome.subject_id,
        )
    if done.item is None:
        context.stop_missing("item", number)
    _tell_reorder(context, number, done)


def _tell_reorder(context: Context, number: str, done: Reordered) -> None:
    context.emit(reordered_view(number, done))
    context.say(
        Label("{number} is reordered as {item}.", "Nouvelle commande de {number} : {item}."),
        number=number,
        item=done.item,
    )
    if done.name_differs:
        context.say(_NAME_DIFFERS)
    warn(context, done.warnings)


@item.command("edit")
@grouping
def edit_item(call: typer.Context, number: Number, typed: TypedEdit, *, version: Version = None) -> None:
    """Change where an item goes, how, in which language or when."""
    context: Context = call.obj
    fields = typed.fields(context)
    if not fields:
        context.stop(USAGE, Label("Say what to change; see --help.", "Dites quoi modifier; voir --help."))
    found = id_of(context, number, "edit")
    versions = {found: version} if version is not None else {}
    outcome = edit(context.installation, found, fields, context.command("edit", versions=versions))
    done = item_done(number, outcome)
    settle(context, order_item.PLAN, outcome, number, done, f"orders item show {number}")


_NAME_DIFFERS = Label(
    "The legal name is no longer the printed one; re-issue the credential if the new one is wanted.",
    "Le nom légal n'est plus celui qui est imprimé; remplacez le titre si le nouveau nom est voulu.",
)
