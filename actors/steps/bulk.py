"""The step that carries bulk runs on: ``orders serve`` does so as well, and whoever comes first has the chunk."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, select

from actors.steps.step import Moment, Worker, is_past
from models.bulk_runs import BulkRun
from models.codes import BulkState
from workflows.operations.bulk import chunks
from workflows.source import table

_RUNS = table(BulkRun)


def unfinished_runs(moment: Moment) -> Select[Any]:
    """Runs that have more to do and need not wait."""
    due = _RUNS.c.state == BulkState.RUNNING
    return select(_RUNS.c.id).where(due, is_past(_RUNS.c.next_attempt_at, moment)).order_by(_RUNS.c.id)


def carry_on_bulk_runs(worker: Worker, ids: Sequence[int]) -> None:
    """Carry each out chunk by chunk to its end; a step that is cut off loses the chunk in hand, and it is taken again."""
    for run in ids:
        while chunks.carry_on(worker.installation, run):
            pass
