"""The lines of a cart: ``orders cart add``, ``edit`` and ``remove``, and the details that they take."""

from pathlib import Path
from typing import Annotated

import typer

from cli.ordering.cart_answers import Line, Order, key, known, settle_line
from cli.ordering.waybill import read_waybill
from cli.terminal.context import USAGE, Context
from cli.terminal.destination import TypedNewReprint, TypedReprint
from cli.terminal.grouping import grouping
from models.codes import Label
from models.edges.text import parse_asn
from workflows.operations.carts import cart as carts
from workflows.operations.ordering.reprint_line import ReprintDetails

WaybillFile = Annotated[Path | None, typer.Option("--waybill", help="The courier's waybill.")]


def register(cart: typer.Typer) -> None:
    """Add the commands of this file."""
    cart.command("add")(add)
    cart.command("edit")(edit)
    cart.command("remove")(remove)


@grouping
def add(
    call: typer.Context,
    order: Order,
    asn: str,
    credential: Annotated[str, typer.Argument(metavar="NUMBER|TYPE", help="Whose reprint.")],
    typed: TypedNewReprint,
    *,
    waybill: WaybillFile = None,
) -> None:
    """Put a reprint into a cart."""
    context: Context = call.obj
    changes = typed.changes(context)
    with known(context, "add_line", order):
        changed = carts.add_line_of(
            context.installation,
            key(context, order),
            parse_asn(asn) or asn,
            credential.replace("-", ""),
            ReprintDetails(**changes),
            context.actor,
            waybill=None if waybill is None else read_waybill(context, waybill),
        )
    if changed is None:
        context.stop_missing("credential_of_student", credential, asn=asn)
    settle_line(context, "add_line", order, changed)


@grouping
def edit(
    call: typer.Context,
    order: Order,
    line: Line,
    typed: TypedReprint,
    *,
    waybill: WaybillFile = None,
    without: Annotated[
        list[str] | None, typer.Option(help="A detail to leave out, e.g. waybill; may be repeated.")
    ] = None,
) -> None:
    """Change a line of a cart; what is not given stays."""
    context: Context = call.obj
    changes = typed.changes(context)
    for each in without or []:
        if each not in _MAY_BE_EMPTY:
            unknown = Label("{name} can't be left out; {known} can.", "{name} ne s'omet pas; {known} oui.")
            context.stop(USAGE, unknown, name=each, known=", ".join(_MAY_BE_EMPTY))
        changes[_MAY_BE_EMPTY[each]] = None
    with known(context, "edit_line", order):
        data = None if waybill is None else read_waybill(context, waybill)
        cart = key(context, order)
        changed = carts.edit_line(context.installation, cart, line, changes, context.actor, waybill=data)
    settle_line(context, "edit_line", order, changed)


#: What ``--without`` empties, and the field behind it.
_MAY_BE_EMPTY = {
    "recipient": "recipient",
    "address": "address",
    "consumer": "consumer_id",
    "control-date": "control_date",
    "certification-country": "certification_country",
    "waybill": "waybill",
}


def remove(call: typer.Context, order: Order, line: Line) -> None:
    """Leave a line out."""
    context: Context = call.obj
    with known(context, "remove_line", order):
        changed = carts.remove_line(context.installation, key(context, order), line, context.actor)
    settle_line(context, "remove_line", order, changed)
