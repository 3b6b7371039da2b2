"""How a command carries its own bulk run on: in the foreground, with a progress bar, and what it shows at the end."""

from collections import Counter
from typing import Any, NoReturn

import typer
from rich.progress import Progress

from cli.terminal.context import DONE, INFRASTRUCTURE, REFUSED, Context
from cli.terminal.csv_export import Sheet
from cli.terminal.totals import say_award, say_change
from models.codes import BulkKind, BulkState, Label
from workflows.operations.bulk.chunks import carry_to_end
from workflows.views.bulk_runs import (
    cells_of,
    columns_of,
    pages_of_outcomes,
    succeeded,
    told_around_outcomes,
)


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
