"""``orders runs`` and ``run …``, and how a command carries its own bulk run on in the foreground."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, NoReturn

import typer
from rich.progress import Progress

from cli.terminal.context import DONE, INFRASTRUCTURE, REFUSED, Context
from cli.terminal.csv_export import Sheet, sheet_at
from cli.terminal.options import ExportTo, Replace
from cli.terminal.present import grid, permitted, require_reader, show_page
from models.codes import BulkKind, BulkState, Label
from models.sql.columns import MAX_KEY
from workflows.operations.access.permission import WHO_CHANGES_STATUS, require
from workflows.operations.bulk.bulk_runs import page_of_runs, run_in_sight
from workflows.operations.bulk.chunks import carry_to_end
from workflows.rules.rule import REGISTRY
from workflows.views.awards import SummaryView
from workflows.views.bulk_runs import (
    RunView,
    cells_of,
    columns_of,
    find_outcomes,
    outcome_page,
    pages_of_outcomes,
    run_page,
    run_view,
    succeeded,
    told_around_outcomes,
)
from workflows.views.outcomes import OUTCOMES

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


def carry_out(context: Context, number: int, sheet: Sheet | None = None) -> NoReturn:
    """Carry a run on to its end with a progress bar, show what became of it, and end the call.

    Killed, it is resumed by the next worker, or by ``orders run resume``. Ends with 5 where the run was put off.
    """
    context.err.print(context.text(_BEGUN, run=number), markup=False)
    with Progress(console=context.err, transient=True) as bar:
        task = bar.add_task(context.text(_RUNNING, run=number), total=None)
        row = carry_to_end(
            context.installation,
            number,
            lambda finished, selected: bar.update(task, completed=finished, total=selected),
        )
    if row.state is not BulkState.FINISHED:
        context.stop(INFRASTRUCTURE, _PUT_OFF, run=number, error=(row.last_error or {}).get("error", ""))
    if sheet is not None:
        write_outcomes(context, row, sheet)
    _tell(context, row)
    raise typer.Exit(REFUSED if row.selected and not succeeded(row) else DONE)


def write_outcomes(context: Context, row: Any, sheet: Sheet) -> int:
    """Write the outcomes of a run to a file, page by page; gives how many there are."""
    with context.reading_snapshot() as source:
        pages = pages_of_outcomes(source, row)
        told = ([cells_of(row.kind, each, context.language) for each in page] for page in pages)
        return sheet.write(columns_of(row.kind), told)


def _tell(context: Context, row: Any) -> None:
    """What became of a finished run: the document of its kind, or totals for people."""
    if context.json:
        before, after = told_around_outcomes(row)
        with context.reading_snapshot() as source:
            context.emit_pages(before, "outcomes", pages_of_outcomes(source, row), lambda: after)
        return
    if row.kind is BulkKind.AWARD_AND_ORDER:
        say_award(context, row.selected, row.by_outcome, row.by_rule, _warnings(context, row))
    else:
        say_change(context, row.by_outcome, row.by_rule)


def _warnings(context: Context, row: Any) -> Counter[str]:
    """How many credentials of a run each rule warns of."""
    with context.reading_snapshot() as source:
        return Counter(
            reason["code"]
            for page in pages_of_outcomes(source, row)
            for each in page
            for reason in each["warnings"]  # type: ignore[typeddict-item]
        )


def say_preview(context: Context, view: SummaryView) -> None:
    """Totals of what would be awarded and ordered, refusals by rule and warnings by rule."""
    by_outcome = Counter[str](row["outcome"] for row in view["outcomes"])
    warned = Counter(reason["code"] for row in view["outcomes"] for reason in row["warnings"])
    say_award(context, view["selected"], by_outcome, view["by_rule"], warned, preview=True)


def say_award(
    context: Context,
    selected: int,
    by_outcome: Mapping[str, int],
    by_rule: Mapping[str, int],
    warned: Mapping[str, int],
    *,
    preview: bool = False,
) -> None:
    """Totals of what was, or would be, awarded and ordered, refusals by rule and warnings by rule."""
    counted = {name: by_outcome.get(name, 0) for name in ("ordered", "refused", "failed", "conflict")}
    context.say(_WOULD if preview else _DID, selected=selected, **counted)
    if counted["conflict"]:
        context.say(_MEANWHILE, conflict=counted["conflict"])
    for counts, text in ((by_rule, _OTHERWISE), (warned, _WILL_HOLD)):
        for code, number in sorted(counts.items()):
            title = REGISTRY[code].title.in_(context.language)
            context.say(f"  {number:>6}  {code}  {context.text(text)}", title=title)


def say_change(context: Context, by_outcome: Mapping[str, int], by_rule: Mapping[str, int]) -> None:
    """How many items came to each outcome, and how many each rule refused."""
    counted = (
        context.text(_COUNTED, outcome=outcome_text(context, kind), number=number)
        for kind, number in sorted(by_outcome.items())
    )
    context.say(", ".join(counted) or "0")
    say_rules(context, by_rule)


def say_rules(context: Context, by_rule: Mapping[str, int]) -> None:
    """How many each rule refused."""
    for code, number in sorted(by_rule.items()):
        context.say(f"  {number:>6}  {code}  {REGISTRY[code].title.in_(context.language)}")


def outcome_text(context: Context, outcome: str) -> str:
    """What became of one of many, in the language of the call."""
    return OUTCOMES[outcome].in_(context.language)


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
        return ", ".join(
            context.text(_COUNTED, outcome=outcome_text(context, each), number=number)
            for each, number in sorted(told[name].items())
        )
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
_BEGUN = Label(
    "Run {run}. If it is interrupted, the next worker carries it on, or you: orders run resume {run}",
    "Traitement {run}. S'il est interrompu, le prochain processus de travail le poursuit, ou vous : "
    "orders run resume {run}",
)
_RUNNING = Label("run {run}", "traitement {run}")
_PUT_OFF = Label(
    "Run {run} could not go on ({error}). What was done is kept. The next worker carries it on, or you: "
    "orders run resume {run}",
    "Le traitement {run} n'a pas pu continuer ({error}). Ce qui est fait est conservé. Le prochain processus de travail le "
    "poursuit, ou vous : orders run resume {run}",
)
_DID = Label(
    "{selected} selected: {ordered} awarded and ordered, {refused} refused, {failed} failed",
    "{selected} sélectionnés : {ordered} décernés et commandés, {refused} refusés, {failed} échoués",
)
_WOULD = Label(
    "{selected} selected: {ordered} would be awarded and ordered, {refused} refused. Nothing was changed.",
    "{selected} sélectionnés : {ordered} seraient décernés et commandés, {refused} refusés. Rien n'a été modifié.",
)
_MEANWHILE = Label(
    "  of them {conflict} were awarded by somebody else meanwhile",
    "  dont {conflict} décernés entre-temps par quelqu'un d'autre",
)
_OTHERWISE = Label("refused; must hold: {title}", "refusés; il faut : {title}")
_WILL_HOLD = Label(
    "ordered, will be held unless: {title}",
    "commandés, seront suspendus à moins que ceci soit vrai : {title}",
)
_COUNTED = Label("{outcome}: {number}", "{outcome} : {number}")
_WRITTEN = Label("{number} outcomes written to {file}", "{number} résultats écrits dans {file}")
