"""``orders print-jobs`` and ``print-job …``."""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from actors.embedded import beacon_of
from cli.terminal.context import NOT_FOUND, REFUSED, USAGE, Context
from cli.terminal.options import Note
from cli.terminal.present import grid, history_line, permitted, require_reader, settle
from models.codes import (
    Code,
    DeliveryMethod,
    DiscardReason,
    EnvelopeOutcome,
    Label,
    Language,
    PrintJobState,
)
from models.edges.receipts import BadReceipt, Receipt, read_receipts
from models.print_jobs import PrintJob, job_number
from models.sql.columns import MAX_KEY
from workflows.machines import print_job
from workflows.machines.decision import Outcome
from workflows.missing import NO_FILE
from workflows.operations.access.permission import WHO_CHANGES_STATUS, WHO_SEES_PRINT_JOBS, require
from workflows.operations.printing import print_jobs as operations
from workflows.operations.printing.receipts import acknowledge, acknowledged_view, reconcile
from workflows.operations.printing.transmission import hand_over_now, write_print_file
from workflows.source import Source, table
from workflows.views.outcomes import job_done
from workflows.views.print_jobs import Jobs, job_and_history, job_views

job = typer.Typer(no_args_is_help=True, help="One print job: look at it, release it, hand it over, close it.")
Number = Annotated[str, typer.Argument(metavar="JOB", help="The job's number, e.g. 000012 or 12.")]


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command("print-jobs")(print_jobs)
    app.add_typer(job, name="print-job")


def print_jobs(call: typer.Context) -> None:
    """List the print jobs."""
    context: Context = call.obj
    require_reader(context, "print-jobs", WHO_SEES_PRINT_JOBS)
    with context.reading() as source:
        found = job_views(source)
    context.emit(Jobs(print_jobs=found))
    if context.json:
        return
    columns = ("number", "credential_type", "language", "delivery_method", "state", "items", "pages")
    shown = grid([_CARD[name] for name in columns], context)
    for each in found:
        named = [_text(context, name, each[name]) for name in ("language", "delivery_method", "state")]
        shown.add_row(
            each["number"], each["credential_type"], *named, str(each["items"]), str(each["pages"] or "")
        )
    context.out.print(shown)


@job.command("show")
def show(call: typer.Context, number: Number) -> None:
    """Show a print job with its history."""
    context: Context = call.obj
    require_reader(context, "show", WHO_SEES_PRINT_JOBS)
    with context.reading() as source:
        view = job_and_history(source, _job(context, source, number))
    context.emit(view)
    told: Mapping[str, Any] = view
    for name, heading in _CARD.items():
        context.say(f"{heading.in_(context.language):20}{_text(context, name, told[name])}")
    for each in view["history"]:
        context.say(f"  {history_line(context, print_job.PLAN, each)}")


def _text(context: Context, name: str, value: Any) -> str:
    if name == "outcomes":
        counted = (
            (
                context.text(_NO_OUTCOME)
                if each == "none"
                else EnvelopeOutcome(each).label.in_(context.language),
                number,
            )
            for each, number in value.items()
        )
        return ", ".join(f"{number} × {outcome}" for outcome, number in counted)
    if name == "sheets":
        return ", ".join(
            f"{number} × {_STOCKS[stock].in_(context.language)}" for stock, number in (value or {}).items()
        )
    if name in _CODES and value is not None:
        return _CODES[name](value).label.in_(context.language)
    return "" if value is None else str(value)


_CODES: dict[str, type[Code]] = {
    "language": Language,
    "delivery_method": DeliveryMethod,
    "state": PrintJobState,
    "reason": DiscardReason,
}
_STOCKS = {
    "plain": Label("plain paper", "papier ordinaire"),
    "credential": Label("official paper", "papier officiel"),
}
_NO_OUTCOME = Label("no outcome yet", "pas encore de résultat")
_CARD = {
    "number": Label("Job", "Lot"),
    "credential_type": Label("Type", "Type"),
    "language": Label("Language", "Langue"),
    "delivery_method": Label("Method", "Mode"),
    "state": Label("State", "État"),
    "version": Label("Version", "Version"),
    "reason": Label("Reason", "Motif"),
    "items": Label("Items", "Articles"),
    "pages": Label("Pages", "Pages"),
    "sheets": Label("Sheets", "Feuilles"),
    "outcomes": Label("Envelopes", "Enveloppes"),
    "opened_at": Label("Opened", "Ouvert"),
    "released_at": Label("Released", "Lancé"),
    "transmitted_at": Label("Transmitted", "Transmis"),
    "reconciled_at": Label("Reconciled", "Rapproché"),
    "attempts": Label("Attempts", "Essais"),
    "next_attempt_at": Label("Next attempt", "Prochain essai"),
    "last_error": Label("Last error", "Dernière erreur"),
    "drop": Label("In the drop", "Dans le dépôt"),
    "sha256": Label("SHA-256", "SHA-256"),
}


@job.command("release")
def release(call: typer.Context, number: Number) -> None:
    """Close an open job now: content and sequence numbers are frozen, the file is written."""
    context: Context = call.obj
    found = _key(context, number)
    with permitted(context, "release"):
        outcome = operations.release(context.installation, found, context.command("release"))
    if outcome.done:
        write_print_file(context.installation, found)
    _settle(context, outcome, number)


@job.command("transmit")
def transmit_(call: typer.Context, number: Number) -> None:
    """Hand a released job over to the print provider's drop now."""
    context: Context = call.obj
    with permitted(context, "hand_over"):
        require(WHO_CHANGES_STATUS, context.command("hand_over"))
    with context.reading() as source:
        found = int(_job(context, source, number).id)
    with beacon_of(context.installation) as beacon:
        outcome = hand_over_now(context.installation, found, beacon.name)
    _settle(context, outcome, number)


@job.command("acknowledge")
def acknowledge_(
    call: typer.Context,
    number: Number,
    receipts: Annotated[
        Path, typer.Argument(help="CSV: sequence, outcome, date, spoiled_sheets; - for stdin.")
    ],
) -> None:
    """Record what the print provider reports for each envelope."""
    context: Context = call.obj
    found = _key(context, number)
    good, bad = _receipts(context, receipts)
    with permitted(context, "acknowledge"):
        done = acknowledge(context.installation, found, good, context.command("acknowledge"))
    if not done.outcome.done:
        _settle(context, done.outcome, number)
    context.emit(acknowledged_view(job_number(found), done, bad))
    context.say(Label("{n} outcomes recorded.", "{n} résultats enregistrés."), n=done.recorded)
    for each in done.left_out(bad):
        line = Label("Line {line}: {message}", "Ligne {line} : {message}")
        context.say(line, line=each.line, message=each.message.in_(context.language))
    if done.unknown:
        strange = Label("The job has no sequence {numbers}.", "Le lot n'a pas de séquence {numbers}.")
        context.say(strange, numbers=", ".join(map(str, done.unknown)))
    raise typer.Exit(0 if done.recorded else REFUSED)


def _receipts(context: Context, path: Path) -> tuple[list[Receipt], list[BadReceipt]]:
    """The receipts of a file, or the end of the call where it can't be used as a whole."""
    try:
        data = sys.stdin.buffer.read() if path == Path("-") else path.read_bytes()
    except FileNotFoundError:
        context.stop(NOT_FOUND, NO_FILE, file=path)
    return read_receipts("stdin" if path == Path("-") else path.name, data)


@job.command("resend")
def resend(call: typer.Context, number: Number) -> None:
    """Hand a failed job over again: same file, same numbers."""
    context: Context = call.obj
    found = _key(context, number)
    with permitted(context, "resend"):
        outcome = operations.change(context.installation, found, context.command("resend"))
    _settle(context, outcome, number)


@job.command("discard")
def discard(
    call: typer.Context,
    number: Number,
    reason: Annotated[DiscardReason | None, typer.Option(help="Why.")] = None,
    note: Note = None,
    no_copy: Annotated[
        bool, typer.Option("--no-copy", help="The provider holds no copy of the file.")
    ] = False,
) -> None:
    """Discard a job; its items go into another one."""
    context: Context = call.obj
    command = context.command("discard", reason=reason and reason.value, note=note)
    found = _key(context, number)
    with permitted(context, "discard"):
        outcome = operations.discard(context.installation, found, command, no_copy_confirmed=no_copy)
    _settle(context, outcome, number)


@job.command("reconcile")
def reconcile_(call: typer.Context, number: Number) -> None:
    """Close a job of whose every envelope the outcome is known."""
    context: Context = call.obj
    found = _key(context, number)
    with permitted(context, "reconcile"):
        outcome = reconcile(context.installation, found, context.command("reconcile"))
    _settle(context, outcome, number)


def _settle(context: Context, outcome: Outcome, number: str) -> None:
    if outcome.kind == "not_found":
        context.stop_missing("print_job", number)
    done = job_done(job_number(int(number)), outcome)
    settle(context, print_job.PLAN, outcome, number, done, f"orders print-job show {number}")


def _key(context: Context, number: str) -> int:
    """The job's key in the database; ends the call where it can be none."""
    if not number.isdecimal():
        context.stop(USAGE, Label("{n} is no job number.", "{n} n'est pas un numéro de lot."), n=number)
    return min(int(number), MAX_KEY)  # which no job ever has


def _job(context: Context, source: Source, number: str) -> Any:
    """The job's row; ends the call where there is none."""
    rows = source.rows(PrintJob, table(PrintJob).c.id == _key(context, number))
    if not rows:
        context.stop_missing("print_job", number)
    return rows[0]
