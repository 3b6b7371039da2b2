"""``orders waybill``: a courier's waybill for one item or several."""

from pathlib import Path
from typing import Annotated

import typer

from cli.items import canonical, items_of
from cli.terminal.context import NOT_FOUND, Context
from cli.terminal.present import permitted, refuse_by_rules
from models.codes import Label
from workflows.missing import NO_FILE
from workflows.operations.delivery.waybill import MAX_WAYBILL_BYTES, attach, attached_view


def register(app: typer.Typer) -> None:
    """Add the command of this file."""
    app.command("waybill")(waybill)


def waybill(
    call: typer.Context,
    file: Annotated[Path, typer.Argument(help="One page as PDF, PNG or JPEG, at most 5 MB.")],
    numbers: Annotated[list[str], typer.Argument(metavar="ITEM…", parser=canonical)],
) -> None:
    """Put a waybill on items that go by courier: all of them or none."""
    context: Context = call.obj
    data = read_waybill(context, file)
    found = items_of(context, numbers, "waybill")
    with permitted(context, "waybill"):
        done = attach(context.installation, data, list(found.values()), context.command("waybill"))
    if done.reasons:
        refuse_by_rules(context, "waybill", done.reasons)
    context.emit(attached_view(done, list(found)))
    taken = Label("The waybill is taken for {items}.", "Le bordereau est pris pour {items}.")
    context.say(taken, items=", ".join(found))


def read_waybill(context: Context, file: Path) -> bytes:
    """The bytes of a file that is to be a waybill; no more than are needed to see that it is too large."""
    try:
        with file.open("rb") as stream:
            return stream.read(MAX_WAYBILL_BYTES + 1)
    except (FileNotFoundError, IsADirectoryError):
        context.stop(NOT_FOUND, NO_FILE, file=file)
