"""How bulk runs are carried out: chunk by chunk, and what becomes of the rows of a chunk that fails.

A chunk's changes, the outcome of each of its rows and the run's progress are one transaction. So a run that was cut
off goes on after its last whole chunk, and several processes on one run take turns: the row of the run is the lock.

A chunk that fails as a whole is undone and carried out again unit by unit (an item; a student with all types). A unit
that fails alone is undone, and its rows have the outcome *failed* with the kind of error; it stops no other. Where not
even that can be written, the run is put off, and nothing of it is lost.
"""

import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any, NamedTuple, TypeAlias

from sqlalchemy import bindparam, select, update
from sqlmodel import Session

from models.bulk_runs import BulkRow, BulkRun
from models.codes import BulkKind, BulkState
from models.sql.unit_of_work import UnitOfWork
from workflows.installation import Installation
from workflows.operations.bulk import bulk_award, bulk_change
from workflows.operations.bulk.bulk_runs import run_of
from workflows.operations.bulk.credential_rows import CredentialOutcome
from workflows.operations.bulk.outcome_rows import ItemOutcome, tally
from workflows.source import Source, table

#: Units carried out in one transaction.
CHUNK = 250
#: Pause before a run is taken up again whose chunk could not be carried out at all, as when the database is away.
_PAUSE = timedelta(seconds=30)
#: Seconds between looks at a run whose chunk in hand is another process's.
_LOOK = 0.2

_RUNS, _ROWS = table(BulkRun), table(BulkRow)
#: The outcome of each row of a chunk.
Told: TypeAlias = list[ItemOutcome] | list[CredentialOutcome]
#: Hears how many rows are finished, and how many there are.
Progress: TypeAlias = Callable[[int, int], None]


class Work(NamedTuple):
    """What one kind of run does to its subjects."""

    #: Carries out the change and returns the outcome of each subject, in their order; raises where the chunk fails.
    carry_out: Callable[[Installation, Any, Sequence[int]], Told]
    #: The outcomes of subjects that failed with an error of this kind.
    failed: Callable[[Source, Sequence[int], str], Told]


WORK: dict[BulkKind, Work] = {
    BulkKind.TRANSITION: Work(bulk_change.carry_out, bulk_change.failed),
    BulkKind.AWARD_AND_ORDER: Work(bulk_award.carry_out, bulk_award.failed),
}


def carry_to_end(
    installation: Installation, run: int, progress: Progress = lambda _finished, _selected: None
) -> Any:
    """Carry a run on in the foreground until it is finished, even while other processes work on it; returns its row.

    The row of a run that was put off is still *running*.
    """
    row = _standing(installation, run)
    attempts = row.attempts

    def is_under_way(row: Any) -> bool:
        return row.state is BulkState.RUNNING and row.attempts == attempts

    while is_under_way(row):
        more = carry_on(installation, run)
        row = _standing(installation, run)
        progress(row.finished, row.selected)
        if not more and is_under_way(row):
            time.sleep(_LOOK)
    return row


def carry_on(installation: Installation, run: int) -> bool:
    """Carry out the next chunk, unit by unit where it fails; returns whether this process can go on at once.

    It can't where the run is finished or put off, or where another process has the next chunk.
    """
    try:
        return _chunk(installation, run, CHUNK)
    except Exception as broken:
        return _one_by_one(installation, run, broken)


def _one_by_one(installation: Installation, run: int, broken: Exception) -> bool:
    more = True
    for _ in range(CHUNK):
        try:
            more = _alone(installation, run)
        except Exception:
            _put_off(installation, run, broken)
            return False
        if not more:
            break
    return more


def _alone(installation: Installation, run: int) -> bool:
    """Carry out one unit; where it fails, its rows are *failed*. Raises where not even that can be written."""
    finished = _standing(installation, run).finished
    try:
        return _chunk(installation, run, 1)
    except Exception as error:
        return _chunk(installation, run, 1, failed=type(error).__name__, after=finished)


def _chunk(
    installation: Installation,
    run_id: int,
    units: int,
    *,
    failed: str | None = None,
    after: int | None = None,
) -> bool:
    """Carry out the next ``units`` units in one transaction.

    With ``failed`` their rows are entered as *failed* with that error instead, unless another process has carried the run
    past ``after`` meanwhile.
    """
    with UnitOfWork(installation.database) as unit:
        session = unit.transaction()
        run = _locked(session, run_id)
        if run is None:
            return False
        if after is not None and run.finished != after:  # another process had the unit meanwhile
            return True
        work = replace(installation, database=unit)
        rows = _next(session, run, units)
        ids = [row.subject_id for row in rows]
        kind = WORK[run.kind]
        told = (
            kind.carry_out(work, run, ids)
            if failed is None
            else kind.failed(work.source(session), ids, failed)
        )
        return _record(session, run, rows, told, now=installation.now())


def _locked(session: Session, run: int) -> Any:
    """The running run under lock, or ``None`` where it is finished or another process has it."""
    chosen = select(_RUNS).where(_RUNS.c.id == run, _RUNS.c.state == BulkState.RUNNING)
    return session.connection().execute(chosen.with_for_update(skip_locked=True)).first()


def _next(session: Session, run: Any, units: int) -> Sequence[Any]:
    """The rows after the finished ones, up to the end of a unit."""
    of_run = select(_ROWS).where(_ROWS.c.run_id == run.id, _ROWS.c.position > run.finished)
    first = session.connection().execute(of_run.order_by(_ROWS.c.position).limit(1)).first()
    if first is None:
        return []
    chosen = of_run.where(_ROWS.c.unit < first.unit + units).order_by(_ROWS.c.position)
    return session.connection().execute(chosen).all()


def _record(session: Session, run: Any, rows: Sequence[Any], told: Told, *, now: Any) -> bool:
    """Enter the outcomes of ``rows`` and the run's progress; returns whether there are more rows."""
    _record_rows(session, rows, told)
    by_outcome, by_rule = tally(told)
    finished = run.finished + len(rows)
    over = finished >= run.selected
    values = {
        "finished": finished,
        "by_outcome": dict(Counter(run.by_outcome) + by_outcome),
        "by_rule": dict(Counter(run.by_rule) + by_rule),
        "state": BulkState.FINISHED if over else BulkState.RUNNING,
        "finished_at": now if over else None,
        "next_attempt_at": None,
        "last_error": None,
    }
    session.connection().execute(update(_RUNS).where(_RUNS.c.id == run.id).values(values))
    return not over


def _record_rows(session: Session, rows: Sequence[Any], told: Told) -> None:
    if not rows:
        return
    row_ = _ROWS.c
    statement = (
        update(_ROWS)
        .where(row_.run_id == bindparam("of_run"), row_.position == bindparam("at"))
        .values(outcome=bindparam("found"))
    )
    found = [
        {"of_run": row.run_id, "at": row.position, "found": outcome}
        for row, outcome in zip(rows, told, strict=True)
    ]
    session.connection().execute(statement, found)


def _put_off(installation: Installation, run: int, error: Exception) -> None:
    values = {
        "attempts": _RUNS.c.attempts + 1,
        "next_attempt_at": installation.now() + _PAUSE,
        "last_error": {"step": "carry_on", "error": type(error).__name__},
    }
    with installation.database.write() as session:
        session.connection().execute(update(_RUNS).where(_RUNS.c.id == run).values(values))


def _standing(installation: Installation, run: int) -> Any:
    """The row of a run as it is now."""
    with installation.database.read() as session:
        return run_of(installation.source(session), run)
