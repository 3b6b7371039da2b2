"""``orders runs`` and ``run …``: bulk runs, how far they are, what became of each subject, and carrying them on."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import typer

from cli.terminal.context import Context
from cli.terminal.csv_export import sheet_at
from cli.terminal.foreground import carry_out, write_outcomes
from cli.terminal.options import ExportTo, Replace
from cli.terminal.present import grid, permitted, require_reader, show_page
from cli.terminal.totals import outcome_text, outcomes_text, say_rules
from models.codes import BulkKind, BulkState, Label
from models.sql.columns import MAX_KEY
from workflows.operations.access.permission import WHO_CHANGES_STATUS, require
from workflows.operations.bulk.bulk_runs import page_of_runs, run_in_sight
from workflows.views.bulk_runs import (
    RunView,
    cells_of,
    columns_of,
    find_outcomes,
    outcome_page,
    run_page,
    run_view,
)

run = typer.Typer(no_args_is_help=True, help="One bulk run: how far it is, what became of each, carry it on.")
Number = Annotated[int, typer.Argument(metavar="RUN", min=1, max=MAX_KEY, help="The run's number, e.g. 12.")]
After = Annotated[int, typer.Option(max=MAX_KEY, metavar="CURSOR", help="The cursor of the page before.")]
Limit = Annotated[int, typer.Option(min=1)]


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command("runs")(runs)
    app.add_typer(run, name="run")


def runs(call: typer.Context, limit: Limit = 100, after: After = 0) -> None:
    """List the bulk runs with their progress, a page at a time."""
    context: Context = call.obj
    require_reader(context, "runs")
    with context.reading() as source:
        found, following = page_of_runs(source, after, limit)
    page = run_page(found, following)
    show_page(context, page, page["runs"], following, lambda some: _print_runs(context, some))


def _print_runs(context: Context, found: Sequence[RunView]) -> None:
    shown = grid([heading for heading, _ in _CARD], context)
    for each in found:
        shown.add_row(*(_text(context, name, each) for _, name in _CARD))
    context.out.print(shown)


@run.command("show")
def show(call: typer.Context, number: Number) -> None:
    """Show how far a bulk run is: how many are finished, by outcome and by rule."""
    context: Context = call.obj
    view = run_view(_run(context, number, "show"))
    context.emit(view)
    for heading, name in _CARD:
        context.say(f"{heading.in_(context.language):20}{_text(context, name, view)}")
    if view["last_error"] is not None:
        context.say(_WAITS, error=view["last_error"]["error"], run=number)
    say_rules(context, view["by_rule"])


@run.command("outcomes")
def outcomes(
    call: typer.Context,
    number: Number,
    limit: Limit = 100,
    after: After = 0,
    *,
    export: ExportTo = None,
    replace: Replace = False,
) -> None:
    """What became of each subject of a bulk run in its turn, as far as it is: a page, or with --csv all of them."""
    context: Context = call.obj
    row = _run(context, number, "outcomes")
    if (sheet := sheet_at(context, export, replace=replace)) is not None:
        written = write_outcomes(context, row, sheet)
        context.emit({"file": str(sheet.path), "written": written})
        context.say(_WRITTEN, number=written, file=sheet.path)
        return
    with context.reading() as source:
        found, following = find_outcomes(source, row, after, limit)
    cells = [cells_of(row.kind, each, context.language) for each in found]
    page = outcome_page(found, following)
    show_page(context, page, cells, following, lambda some: _print_outcomes(context, row.kind, some))


def _print_outcomes(context: Context, kind: BulkKind, cells: Sequence[Mapping[str, Any]]) -> None:
    columns = [name for name in columns_of(kind) if name not in _LONG]
    shown = grid([_OUTCOME_CARD[name] for name in columns], context)
    for each in cells:
        told = {**each, "outcome": outcome_text(context, each["outcome"]), "codes": ", ".join(each["codes"])}
        shown.add_row(*(str(told[name] or "") for name in columns))
    context.out.print(shown)


@run.command("resume")
def resume(call: typer.Context, number: Number, export: ExportTo = None, *, replace: Replace = False) -> None:
    """Carry an interrupted bulk run on to its end, and show what became of it as the command that began it does."""
    context: Context = call.obj
    with permitted(context, "resume"):
        require(WHO_CHANGES_STATUS, context.command("resume"))
    _run(context, number, "resume")
    carry_out(context, number, sheet_at(context, export, replace=replace))


def _run(context: Context, number: int, event: str) -> Any:
    """The row of a run; ends the call where it is unknown, or the acting role may not look at it."""
    with context.reading() as source, permitted(context, event):
        row = run_in_sight(source, number, context.command(event))
    if row is None:
        context.stop_missing("bulk_run", number)
    return row


def _text(context: Context, name: str, view: RunView) -> str:
    told: Mapping[str, Any] = view
    if name == "kind":
        kind = BulkKind(told["kind"]).label.in_(context.language)
        return f"{kind} ({told['parameters']['event']})" if "event" in told["parameters"] else kind
    if name == "state":
        return BulkState(told["state"]).label.in_(context.language)
    if name == "by_outcome":
        return outcomes_text(context, told[name])
    return str(told[name] or ("" if name == "finished_at" else 0))


_CARD = (
    (Label("Run", "Traitement"), "run"),
    (Label("Kind", "Type"), "kind"),
    (Label("State", "État"), "state"),
    (Label("Selected", "Choisis"), "selected"),
    (Label("Finished", "Terminés"), "finished"),
    (Label("Outcomes", "Résultats"), "by_outcome"),
    (Label("Begun", "Début"), "created_at"),
    (Label("Ended", "Fin"), "finished_at"),
)
#: Columns of the export that are too long for a table on a screen.
_LONG = ("reasons", "warnings")
_OUTCOME_CARD = {
    "asn": Label("ASN", "NEA"),
    "credential_type": Label("Type", "Type"),
    "outcome": Label("Outcome", "Résultat"),
    "credential_number": Label("Number", "Numéro"),
    "item": Label("Item", "Article"),
    "state": Label("State", "État"),
    "codes": Label("Rules", "Règles"),
}
_WAITS = Label(
    "It waits because it could not go on ({error}). The next worker carries it on, or you: orders run resume {run}",
    "Il attend parce qu'il n'a pas pu continuer ({error}). Le prochain processus de travail le poursuit, ou vous : "
    "orders run resume {run}",
)
_WRITTEN = Label("{number} outcomes written to {file}", "{number} résultats écrits dans {file}")
