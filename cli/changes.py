"""``orders reprint``, ``reorder`` and ``item edit``: another copy, the same one again, or another way for it."""

from typing import Annotated, Any

import typer

from cli.context import NOT_FOUND, USAGE, Context
from cli.items import Number, item
from cli.items import item_id as id_of
from cli.options import (
    Certified,
    City,
    Consumer,
    ControlDate,
    Copies,
    Country,
    DocumentLanguage,
    Lines,
    Method,
    Note,
    PostalCode,
    Province,
    Reason,
    Recipient,
    RequestedBy,
    ToWhom,
    Version,
)
from cli.parse import NO_CREDENTIAL, address_if_any, consumer_of, control_date_of, refuse_faults
from cli.present import permitted, refuse, refuse_by_rules, settle, warn
from models.codes import DeliveryMethod, Label, Language
from workflows import credential, order_item
from workflows.operations.edit import as_fields, check_typed, edit
from workflows.operations.reorder import Reordered, reorder
from workflows.operations.reprint import Reprinted, reprint
from workflows.operations.reprint_line import ReprintDetails, as_typed, check_details


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command("reprint")(reprint_credential)
    app.command("reorder")(reorder_item)


def reprint_credential(
    call: typer.Context,
    number: Annotated[str, typer.Argument(metavar="NUMBER", help="Credential number or legacy number.")],
    copies: Copies = None,
    language: Annotated[Language, typer.Option(help="The document's language.")] = Language.EN,
    delivery_method: Annotated[
        DeliveryMethod, typer.Option("--delivery-method", help="How the document travels.")
    ] = DeliveryMethod.AUTOMATED_CARDBOARD,
    current_name: Annotated[
        bool,
        typer.Option("--current-name", help="Print the present legal name: re-issues the credential first."),
    ] = False,
    requested_by: RequestedBy = None,
    recipient_kind: ToWhom = None,
    recipient: Recipient = None,
    consumer: Consumer = None,
    lines: Lines = None,
    city: City = "",
    province: Province = "",
    postal_code: PostalCode = "",
    country: Country = None,
    control_date: ControlDate = None,
    certification_country: Certified = None,
) -> None:
    """Order a reprint: another copy, another language, or the present name."""
    context: Context = call.obj
    typed = {
        "recipient_kind": recipient_kind,
        "recipient": recipient,
        "address": address_if_any(context, lines or [], city, province, postal_code, country),
        "consumer_id": consumer_of(context, consumer) if consumer is not None else None,
        "copies": copies,
        "control_date": control_date_of(context, control_date) if control_date is not None else None,
        "certification_country": certification_country,
        "requested_by": requested_by,
    }
    given = as_typed({name: value for name, value in typed.items() if value is not None})
    details = ReprintDetails(language, delivery_method=delivery_method, **given)
    refuse_faults(context, check_details(details))
    with permitted(context, "place"):
        done = reprint(
            context.installation,
            number.replace("-", ""),
            details,
            context.command("place"),
            current_name=current_name,
        )
    if done is None:
        context.stop(NOT_FOUND, NO_CREDENTIAL, number=number)
    if done.reissue is not None and done.reissue.decision is not None:
        refuse(context, credential.PLAN, done.reissue.decision, f"orders credential can {number}")
    if done.item is None:
        refuse_by_rules(context, "place", done.reasons)
    _tell_reprint(context, done)


def _tell_reprint(context: Context, done: Reprinted) -> None:
    warnings = [each.as_json() for each in done.warnings]
    context.emit({"item": done.item, "credential_number": done.credential_number, "warnings": warnings})
    context.say(Label("Ordered as {item}.", "Commandé sous {item}."), item=done.item)
    warn(context, done.warnings)


def reorder_item(
    call: typer.Context,
    number: Number,
    reason: Reason = None,
    note: Note = None,
    recipient_kind: ToWhom = None,
    recipient: Recipient = None,
    lines: Lines = None,
    city: City = "",
    province: Province = "",
    postal_code: PostalCode = "",
    country: Country = None,
    follow_student: Annotated[
        bool, typer.Option("--follow-student", help="To the student, wherever the student lives by then.")
    ] = False,
    delivery_method: Method = None,
    language: DocumentLanguage = None,
    control_date: ControlDate = None,
    certification_country: Certified = None,
    command_id: Annotated[str | None, typer.Option(help="Makes a repeat of this command harmless.")] = None,
) -> None:
    """Order a document again whose delivery went wrong; what is not given stays as it was."""
    context: Context = call.obj
    fields = _fields(
        context,
        recipient_kind=recipient_kind,
        recipient=recipient,
        address=address_if_any(context, lines or [], city, province, postal_code, country),
        follow_student=follow_student,
        delivery_method=delivery_method,
        language=language,
        control_date=control_date,
        certification_country=certification_country,
    )
    given = {"command_id": command_id} if command_id else {}
    command = context.command("reorder", reason=reason, note=note, **given)
    done = reorder(context.installation, id_of(context, number), command, fields)
    if not done.outcome.done and done.outcome.decision is not None:
        refuse(context, order_item.PLAN, done.outcome.decision, f"orders item can {number}")
    if done.item is None:
        context.stop(
            NOT_FOUND, Label("There is no item {number}.", "L'article {number} n'existe pas."), number=number
        )
    _tell_reorder(context, number, done)


def _tell_reorder(context: Context, number: str, done: Reordered) -> None:
    context.emit(
        {
            "item": done.item,
            "reorder_of": number,
            "already_done": done.outcome.kind == "already_done",
            "name_differs": done.name_differs,
            "warnings": [each.as_json() for each in done.warnings],
        }
    )
    context.say(
        Label("{number} is reordered as {item}.", "{number} est commandé de nouveau : {item}."),
        number=number,
        item=done.item,
    )
    if done.name_differs:
        context.say(_NAME_DIFFERS)
    warn(context, done.warnings)


@item.command("edit")
def edit_item(
    call: typer.Context,
    number: Number,
    recipient_kind: ToWhom = None,
    recipient: Recipient = None,
    lines: Lines = None,
    city: City = "",
    province: Province = "",
    postal_code: PostalCode = "",
    country: Country = None,
    follow_student: Annotated[
        bool, typer.Option("--follow-student", help="To the student, wherever the student lives by then.")
    ] = False,
    delivery_method: Method = None,
    language: DocumentLanguage = None,
    control_date: ControlDate = None,
    certification_country: Certified = None,
    version: Version = None,
) -> None:
    """Change where an item goes, how, in which language or when."""
    context: Context = call.obj
    fields = _fields(
        context,
        recipient_kind=recipient_kind,
        recipient=recipient,
        address=address_if_any(context, lines or [], city, province, postal_code, country),
        follow_student=follow_student,
        delivery_method=delivery_method,
        language=language,
        control_date=control_date,
        certification_country=certification_country,
    )
    if not fields:
        context.stop(USAGE, Label("Say what to change; see --help.", "Dites quoi modifier; voir --help."))
    found = id_of(context, number)
    versions = {found: version} if version is not None else {}
    outcome = edit(context.installation, found, fields, context.command("edit", versions=versions))
    settle(context, order_item.PLAN, outcome, number, f"orders item show {number}")


def _fields(
    context: Context, *, control_date: str | None, follow_student: bool, **given: Any
) -> dict[str, Any]:
    """What is to be set, of what was given; ends the call where that is malformed."""
    typed = {name: value for name, value in given.items() if value is not None}
    if control_date is not None:
        typed["control_date"] = control_date_of(context, control_date)
    if follow_student:
        typed["follow_student"] = True
    refuse_faults(context, check_typed(typed))
    return as_fields(typed)


_NAME_DIFFERS = Label(
    "The legal name is no longer the printed one; re-issue the credential if the new one is wanted.",
    "Le nom légal n'est plus celui qui est imprimé; remplacez le titre si le nouveau nom est voulu.",
)
