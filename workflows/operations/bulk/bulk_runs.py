"""Bulk runs as they are kept: entered with all their subjects, listed, and read with what became of each.

:mod:`workflows.operations.bulk.chunks` carries them out.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Select, func, insert, literal, select, update
from sqlmodel import Session

from models.bulk_runs import BulkRow, BulkRun
from models.codes import BulkKind, BulkState
from models.sql.columns import MAX_KEY
from models.sql.many_rows import append
from workflows.command import Actor, Command
from workflows.installation import Installation
from workflows.operations.access.permission import WHO_READS, require
from workflows.operations.bulk.outcome_rows import undecided_row
from workflows.source import Source, table

_RUNS, _ROWS = table(BulkRun), table(BulkRow)
#: Positions that a cursor may name.
_MAX_POSITION = 2**31 - 1


def enter(session: Session, kind: BulkKind, parameters: Mapping[str, Any], command: Command) -> int:
    """A new run without subjects; gives its id."""
    values = {
        "kind": kind,
        "state": BulkState.RUNNING,
        "parameters": dict(parameters),
        "actor_role": command.actor.role,
        "actor_name": command.actor.name,
        "command_id": command.command_id,
        "created_at": command.at,
        "by_outcome": {},
        "by_rule": {},
    }
    statement = insert(_RUNS).values(values).returning(_RUNS.c.id)
    return int(session.connection().execute(statement).scalar_one())


#: The subject of a row whose number is no subject's.
NOBODY = 0


def enter_subjects(session: Session, run: int, subjects: Sequence[int], unknown: Sequence[str] = ()) -> None:
    """These subjects, each a unit of its own; before them the numbers that are no subject's, which are finished at once."""
    missing = [(NOBODY, undecided_row(number, "not_found")) for number in unknown]
    rows = [
        {"run_id": run, "position": position, "unit": position, "subject_id": subject, "outcome": outcome}
        for position, (subject, outcome) in enumerate(
            [*missing, *((subject, None) for subject in subjects)], start=1
        )
    ]
    append(session, _ROWS, rows)
    _count_subjects(session, run)
    if missing:
        done = {"finished": len(missing), "by_outcome": {"not_found": len(missing)}}
        session.connection().execute(update(_RUNS).where(_RUNS.c.id == run).values(done))


def enter_selected(session: Session, run: int, chosen: Select[Any]) -> None:
    """The subjects that ``chosen`` selects as ``(unit key, subject)`` in the order of both; one statement for any number."""
    by_unit = chosen.order_by(None).subquery()
    unit, subject = by_unit.c[0], by_unit.c[1]
    ranked = select(
        literal(run),
        func.row_number().over(order_by=(unit, subject)),
        func.dense_rank().over(order_by=unit),
        subject,
    )
    session.connection().execute(
        insert(_ROWS).from_select(["run_id", "position", "unit", "subject_id"], ranked)
    )
    _count_subjects(session, run)


def _count_subjects(session: Session, run: int) -> None:
    selected = select(func.count()).where(_ROWS.c.run_id == run).scalar_subquery()
    session.connection().execute(update(_RUNS).where(_RUNS.c.id == run).values(selected=selected))


def unfinished(installation: Installation) -> list[int]:
    """The runs that are to be carried on now, oldest first."""
    waits = _RUNS.c.next_attempt_at > installation.now()
    due = select(_RUNS.c.id).where(_RUNS.c.state == BulkState.RUNNING, ~func.coalesce(waits, False))
    with installation.database.read() as session:
        return list(session.connection().execute(due.order_by(_RUNS.c.id)).scalars())


def command_of(run: Any, event: str, installation: Installation) -> Command:
    """The command of a run; repeated for a subject it is *already done*."""
    given = run.parameters
    return Command(
        event,
        Actor(run.actor_role, run.actor_name),
        installation.now(),
        reason=given.get("reason"),
        note=given.get("note"),
        command_id=run.command_id,
    )


def run_of(source: Source, run: int) -> Any:
    """The row of a run and how far it is, or ``None`` where there is no such run."""
    return source.session.connection().execute(select(_RUNS).where(_RUNS.c.id == run)).one_or_none()


def run_in_sight(source: Source, run: int, command: Command) -> Any:
    """The row of a run for who asks by ``command``, or ``None`` where there is no such run.

    The ministry and auditors see all runs, others those that they began. Raises :class:`NotPermittedError`.
    """
    row = run_of(source, run)
    asking = command.actor.role, command.actor.name
    if row is None or (row.actor_role, row.actor_name) != asking:
        require(WHO_READS, command)
    return row


def page_of_runs(source: Source, after: int, limit: int) -> tuple[Sequence[Any], int | None]:
    """A page of runs in the order of their numbers after the cursor ``after``, and the cursor of the next page."""
    limit = min(limit, MAX_KEY - 1)
    chosen = select(_RUNS).where(_RUNS.c.id > after).order_by(_RUNS.c.id).limit(limit + 1)
    rows = source.session.connection().execute(chosen).all()
    return rows[:limit], rows[limit - 1].id if len(rows) > limit else None


def page_of_outcomes(
    source: Source, run: int, after: int, limit: int
) -> tuple[list[Mapping[str, Any]], int | None]:
    """A page of the stored outcomes of a run in its order, as far as the run is, and the cursor of the next page."""
    columns, limit = _ROWS.c, min(limit, MAX_KEY - 1)
    chosen = select(columns.position, columns.outcome).where(
        columns.run_id == run, columns.position > min(after, _MAX_POSITION), columns.outcome.is_not(None)
    )
    ordered = chosen.order_by(columns.position).limit(limit + 1)
    rows = source.session.connection().execute(ordered).all()
    return [row.outcome for row in rows[:limit]], rows[limit - 1].position if len(rows) > limit else None
