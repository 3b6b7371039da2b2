"""``orders student …``: holds, the death flag and the mailing address."""

from typing import Annotated

import typer

from cli.terminal.context import Context
from cli.terminal.destination import TypedAddress
from cli.terminal.grouping import grouping
from cli.terminal.parse import asn_of, date_of, refuse_faults
from cli.terminal.present import permitted
from models.codes import Label
from models.edges.text import check_address
from workflows.operations.students import student_changes as operations

group = typer.Typer(no_args_is_help=True, help="One student: hold, deceased, address.")
Asn = Annotated[str, typer.Argument(metavar="ASN")]


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.add_typer(group, name="student")


@group.command("hold")
def hold(
    call: typer.Context,
    asn: Asn,
    until: Annotated[
        str | None, typer.Option(metavar="DATE", help="The last day; open-ended without.")
    ] = None,
) -> None:
    """Let no document of the student go until the hold ends."""
    context: Context = call.obj
    last_day, student = date_of(context, until), asn_of(context, asn)
    with permitted(context, "hold"):
        changed = operations.hold_student(context.installation, student, last_day, context.command("hold"))
    _settle(context, asn, changed)


@group.command("end-hold")
def end_hold(call: typer.Context, asn: Asn) -> None:
    """End the student's hold."""
    context: Context = call.obj
    student = asn_of(context, asn)
    with permitted(context, "hold"):
        changed = operations.end_student_hold(context.installation, student, context.command("hold"))
    _settle(context, asn, changed)


@group.command("deceased")
def deceased(
    call: typer.Context,
    asn: Asn,
    undo: Annotated[bool, typer.Option("--undo", help="The flag was set in error.")] = False,
) -> None:
    """Flag the student as deceased: what is not under way yet is cancelled."""
    context: Context = call.obj
    student = asn_of(context, asn)
    with permitted(context, "deceased"):
        changed = operations.flag_deceased(
            context.installation, student, context.command("deceased"), deceased=not undo
        )
    _settle(context, asn, changed)


@group.command("move")
@grouping
def move(
    call: typer.Context,
    asn: Asn,
    typed: TypedAddress,
    *,
    expires_on: Annotated[str | None, typer.Option(metavar="DATE", help="The last valid day.")] = None,
) -> None:
    """Give the student a new mailing address."""
    context: Context = call.obj
    address = typed.stored(context)
    refuse_faults(context, check_address(**address))
    last_day, student = date_of(context, expires_on), asn_of(context, asn)
    with permitted(context, "move"):
        changed = operations.move_student(
            context.installation, student, address, last_day, context.command("move")
        )
    _settle(context, asn, changed)


def _settle(context: Context, asn: str, changed: bool | None) -> None:
    if changed is None:
        context.stop_missing("student", asn)
    context.emit(operations.changed_view(asn_of(context, asn), changed=changed))
    context.say(_CHANGED if changed else _UNCHANGED, asn=asn)


_CHANGED = Label("{asn}: recorded.", "{asn} : enregistré.")
_UNCHANGED = Label("{asn}: it was so already.", "{asn} : c'était déjà le cas.")
