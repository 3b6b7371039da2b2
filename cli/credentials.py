"""``orders credentials``, ``find`` and ``credential …``: numbers, where they stand, and what may be done with them."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Annotated, Any

import typer

from cli.terminal.context import Context
from cli.terminal.options import Note, Reason
from cli.terminal.parse import asn_of, date_of, year_of
from cli.terminal.present import explain, grid, history_line, permitted, require_reader, settle, show_page
from models.codes import CredentialState, CredentialType, Label
from models.credentials import Credential, has_number
from models.sql.columns import MAX_KEY
from renderers.pages.long_forms import dashed_asn, dashed_credential_number
from workflows.command import Command
from workflows.effects.credential import CREDENTIAL
from workflows.engine.engine import ask_of
from workflows.installation import Installation
from workflows.machines import credential
from workflows.machines.decision import Outcome
from workflows.operations.ordering import reissue as operations
from workflows.source import Source, table
from workflows.views.credentials import (
    CredentialFilter,
    CredentialView,
    FoundCredentials,
    credential_history,
    credential_page,
    credentials_by_number,
    find_credentials,
)
from workflows.views.history import CredentialHistoryView
from workflows.views.outcomes import CredentialEvents, credential_done, decision_view

group = typer.Typer(
    no_args_is_help=True, help="One credential number: look at it, re-issue, delete, restore."
)
Number = Annotated[str, typer.Argument(metavar="NUMBER", help="Ten digits, or a legacy number.")]


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command("credentials")(credentials)
    app.command("find")(find)
    app.add_typer(group, name="credential")


def credentials(
    call: typer.Context,
    asn: str | None = None,
    name: Annotated[str | None, typer.Option(help="The beginning of any of the student's names.")] = None,
    credential_type: Annotated[CredentialType | None, typer.Option("--type")] = None,
    number: Annotated[str | None, typer.Option(help="Credential number or legacy number.")] = None,
    status: Annotated[CredentialState | None, typer.Option(help="achieved, awarded, …")] = None,
    ordered: Annotated[
        bool | None, typer.Option("--ordered/--not-ordered", help="Whether an order exists.")
    ] = None,
    awarded_from: Annotated[str | None, typer.Option(metavar="DATE")] = None,
    awarded_to: Annotated[str | None, typer.Option(metavar="DATE")] = None,
    school: Annotated[str | None, typer.Option(help="School code.")] = None,
    authority: Annotated[str | None, typer.Option(help="Authority code.")] = None,
    school_year: Annotated[str | None, typer.Option(metavar="YYYY/YYYY")] = None,
    name_differs: Annotated[
        bool | None,
        typer.Option(
            "--name-differs/--name-same", help="Whether the legal name is no longer the awarded one."
        ),
    ] = None,
    limit: Annotated[int, typer.Option(min=1)] = 100,
    after: Annotated[
        int, typer.Option(max=MAX_KEY, metavar="CURSOR", help="The cursor of the page before.")
    ] = 0,
) -> None:
    """List credentials, a page at a time."""
    context: Context = call.obj
    require_reader(context, "credentials")
    chosen = CredentialFilter(
        asn=asn and asn_of(context, asn),
        name=name,
        credential_type=credential_type,
        number=number and number.replace("-", ""),
        state=status,
        ordered=ordered,
        awarded_from=date_of(context, awarded_from),
        awarded_to=date_of(context, awarded_to),
        school=school,
        authority=authority,
        school_year=year_of(context, school_year),
        name_differs=name_differs,
    )
    with context.reading() as source:
        page, following = find_credentials(source, chosen, after, limit)
    show_page(context, credential_page(page, following), page, following, partial(_show, context))


def _show(context: Context, page: Sequence[CredentialView]) -> None:
    shown = grid(_HEADINGS, context)
    for each in page:
        number = each["number"] or each["legacy_number"]
        shown.add_row(
            dashed_credential_number(number) if number else "",
            each["credential_type"],
            CredentialState(each["state"]).label.in_(context.language),
            dashed_asn(each["asn"]),
            " ".join(filter(None, (each["legal_name"]["first_name"], each["legal_name"]["last_name"]))),
            each["school_year"] or "",
            each["awarded_on"] or "",
            ", ".join(each["items"]),
        )
    context.out.print(shown)


_HEADINGS = (
    Label("Number", "Numéro"),
    Label("Type", "Type"),
    Label("State", "État"),
    Label("ASN", "NEA"),
    Label("Legal name", "Nom légal"),
    Label("School year", "Année scolaire"),
    Label("Awarded", "Décerné"),
    Label("Orders", "Commandes"),
)


def find(call: typer.Context, number: str) -> None:
    """Find a credential by its number: active, superseded or legacy."""
    context: Context = call.obj
    require_reader(context, "find")
    with context.reading() as source:
        found = credentials_by_number(source, number.replace("-", ""))
    if not found:
        context.stop_missing("credential", number)
    context.emit(FoundCredentials(credentials=found))
    if not context.json:
        _show(context, found)


@group.command("can")
def can(call: typer.Context, number: Number) -> None:
    """Every event of the number: allowed, or all the reasons why not."""
    context: Context = call.obj
    require_reader(context, "can")
    with context.reading() as source:
        row = _row(context, source, number)
        decisions = ask_of(source, CREDENTIAL, [row], context.command("can", asking=True))[row.id]
    events = [decision_view(each) for each in decisions]
    context.emit(CredentialEvents(credential=number, events=events))
    for decision in decisions:
        name = credential.PLAN.events[decision.event].in_(context.language)
        context.say(f"{'✓' if decision.allowed else '✗'} {decision.event}: {name}")
        for line in [] if decision.allowed else explain(context, credential.PLAN, decision):
            context.say("  " + line)


@group.command("history")
def history(call: typer.Context, number: Number) -> None:
    """Everything that happened to the number, oldest first."""
    context: Context = call.obj
    require_reader(context, "history")
    with context.reading() as source:
        rows = credential_history(source, _row(context, source, number).id)
    context.emit(CredentialHistoryView(credential=number, history=rows))
    for row in rows:
        context.say(history_line(context, credential.PLAN, row))


@group.command("reissue")
def reissue(
    call: typer.Context,
    number: Number,
    school_year: Annotated[str | None, typer.Option(metavar="YYYY/YYYY")] = None,
    note: Note = None,
) -> None:
    """Give the credential a new number, because the legal name or the school year changed."""
    context: Context = call.obj
    year = year_of(context, school_year)
    command = context.command("supersede", note=note)
    with permitted(context, "supersede"):
        done = operations.reissue(context.installation, _plain(number), command, year)
    if done is None:
        context.stop_missing("credential", number)
    if done.number is None:
        _settle(context, done.outcome, number)
    context.emit(operations.reissued_view(_plain(number), done))
    replaced = Label("{old} is replaced by {new}.", "{old} est remplacé par {new}.")
    context.say(replaced, old=number, new=dashed_credential_number(done.number or ""))


@group.command("delete")
def delete(call: typer.Context, number: Number, reason: Reason = None, note: Note = None) -> None:
    """Delete a number that should not have been awarded."""
    _change(call, number, operations.change_number, "delete", reason=reason, note=note)


@group.command("undelete")
def undelete(call: typer.Context, number: Number, note: Note = None) -> None:
    """Restore a deleted number."""
    _change(call, number, operations.change_number, "undelete", note=note)


@group.command("undo-supersession")
def undo_supersession(call: typer.Context, number: Number, note: Note = None) -> None:
    """Make a superseded number the active one again; the number that replaced it is deleted."""
    _change(call, number, operations.undo_supersession, "undo_supersede", note=note)


def _change(
    call: typer.Context,
    number: str,
    operation: Callable[[Installation, str, Command], Outcome | None],
    event: str,
    **fields: Any,
) -> None:
    context: Context = call.obj
    with permitted(context, event):
        outcome = operation(context.installation, _plain(number), context.command(event, **fields))
    if outcome is None:
        context.stop_missing("credential", number)
    _settle(context, outcome, number)


def _settle(context: Context, outcome: Outcome, number: str) -> None:
    done = credential_done(_plain(number), outcome)
    settle(context, credential.PLAN, outcome, number, done, f"orders credential can {number}")


def _plain(number: str) -> str:
    return number.replace("-", "")


def _row(context: Context, source: Source, number: str) -> Any:
    """The row of a credential number; ends the call where there is none."""
    found = source.rows(Credential, has_number(table(Credential).c, _plain(number)))
    if not found:
        context.stop_missing("credential", number)
    return found[0]
