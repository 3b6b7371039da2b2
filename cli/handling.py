"""``orders handling``: the work list of special handling, and what is done with it."""

from functools import partial
from typing import Annotated

import typer

from cli.items import Number, item_id
from cli.terminal.context import USAGE, Context
from cli.terminal.options import checked
from cli.terminal.parse import date_of
from cli.terminal.present import grid, require_reader, settle
from models.codes import DeliveryMethod, ItemState, Label, SpecialHandling
from models.edges.text import check_text
from renderers.pages.long_forms import dashed_asn
from workflows.machines import special_handling
from workflows.operations.delivery.special_handling import TaskFilter, Tasks, change, work_list
from workflows.views.outcomes import item_done

handling = typer.Typer(help="Special handling: courier, certification, manual mail.")
Owner = Annotated[
    str | None, typer.Option(help="Who does it.", callback=checked(partial(check_text, "owner")))
]
DueOn = Annotated[str | None, typer.Option(metavar="YYYY-MM-DD", help="By when.")]

#: Special handling is hidden from the public; auditors read everything.


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.add_typer(handling, name="handling")


@handling.callback(invoke_without_command=True)
def tasks(
    call: typer.Context,
    state: Annotated[
        SpecialHandling | None, typer.Option(help="Only in this state; without it all open ones.")
    ] = None,
    owner: Annotated[str | None, typer.Option(help="Only what this person does.")] = None,
) -> None:
    """List the special handling that is to be done, the most urgent first."""
    if call.invoked_subcommand is not None:
        return
    context: Context = call.obj
    require_reader(context, "handling")
    with context.reading() as source:
        found = work_list(source, TaskFilter(state, owner))
    context.emit(Tasks(handling=found))
    if context.json:
        return
    shown = grid(_HEADINGS, context)
    for each in found:
        shown.add_row(
            each["item"],
            dashed_asn(each["asn"]),
            DeliveryMethod(each["delivery_method"]).label.in_(context.language),
            ItemState(each["item_state"]).label.in_(context.language),
            SpecialHandling(each["state"]).label.in_(context.language),
            each["owner"],
            each["due_on"] or "",
        )
    context.out.print(shown)


_HEADINGS = (
    Label("Item", "Article"),
    Label("ASN", "NEA"),
    Label("Delivery", "Livraison"),
    Label("State", "État"),
    Label("Special handling", "Traitement spécial"),
    Label("Owner", "Responsable"),
    Label("Due", "Échéance"),
)


@handling.command("start")
def start(call: typer.Context, number: Number, owner: Owner = None, due_on: DueOn = None) -> None:
    """Wait for information, such as a waybill, from the student."""
    _change(call.obj, "start", number, owner, due_on)


@handling.command("complete")
def complete(call: typer.Context, number: Number) -> None:
    """Special handling is complete: the document is on its way."""
    _change(call.obj, "complete", number)


@handling.command("assign")
def assign(call: typer.Context, number: Number, owner: Owner = None, due_on: DueOn = None) -> None:
    """Say who does it and by when."""
    if owner is None and due_on is None:
        missing = Label(
            "Say who or by when: --owner, --due-on.", "Dites qui ou pour quand : --owner, --due-on."
        )
        call.obj.stop(USAGE, missing)
    _change(call.obj, "assign", number, owner, due_on)


def _change(
    context: Context, event: str, number: str, owner: str | None = None, due_on: str | None = None
) -> None:
    day = date_of(context, due_on)
    item = item_id(context, number, event)
    outcome = change(context.installation, item, context.command(event), owner, day)
    done = item_done(number, outcome)
    settle(context, special_handling.PLAN, outcome, number, done, f"orders item show {number}")
