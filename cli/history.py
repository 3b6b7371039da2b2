"""``orders verify-history``: whether anybody rewrote the past."""

from itertools import groupby
from typing import Any

import typer

from cli.context import REFUSED, Context
from cli.present import require_reader
from models.codes import Label
from workflows.effects.consumer import CONSUMER
from workflows.effects.credential import CREDENTIAL
from workflows.effects.document_order import DOCUMENT_ORDER
from workflows.effects.order_item import ORDER_ITEM
from workflows.effects.print_job import PRINT_JOB
from workflows.effects.special_handling import SPECIAL_HANDLING
from workflows.engine import Machine
from workflows.history import broken_links
from workflows.source import Source

_MACHINES = (ORDER_ITEM, PRINT_JOB, CREDENTIAL, SPECIAL_HANDLING, DOCUMENT_ORDER, CONSUMER)


def register(app: typer.Typer) -> None:
    """Add the command of this file."""
    app.command("verify-history")(verify_history)


def verify_history(call: typer.Context) -> None:
    """Check every chain of history; names each row that does not follow from the one before it."""
    context: Context = call.obj
    require_reader(context, "verify-history")
    with context.reading() as source:
        broken = {m.history.name: _broken(source, m) for m in _MACHINES}
    context.emit({"broken": broken})
    for name, rows in broken.items():
        for subject, seq in rows:
            context.say(f"{name}: {subject} #{seq}")
    if any(broken.values()):
        raise typer.Exit(REFUSED)
    context.say(Label("History is whole.", "L'historique est intact."))


def _broken(source: Source, machine: Machine) -> list[tuple[int, int]]:
    """(subject, seq) of every row that does not fit, subjects without their history among them."""
    history, subjects = machine.history, machine.table
    connection = source.session.connection()
    heads = dict(
        connection.execute(subjects.select().with_only_columns(subjects.c.id, subjects.c.history_hash)).all()
    )
    rows: Any = connection.execution_options(yield_per=1000).execute(
        history.select().order_by(history.c.subject_id, history.c.seq)
    )
    broken = []
    seen = set()
    for subject, chain in groupby(rows, key=lambda row: row.subject_id):
        seen.add(subject)
        broken += [(subject, seq) for seq in broken_links(chain, heads.get(subject, ""))]
    return broken + [(subject, 0) for subject, head in heads.items() if head and subject not in seen]
