"""Bulk commands in the background: entered with all their subjects, carried out chunk by chunk, resumed after a crash.

A chunk's changes, the outcome of each of its subjects and the run's progress are one transaction. So a run that was
cut off goes on after its last whole chunk, and several workers on one run take turns: the row of the run is the lock.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any, TypeAlias

from sqlalchemy import Select, bindparam, func, insert, literal, select, update
from sqlmodel import Session

from models.bulk_runs import BulkRow, BulkRun
from models.codes import BulkKind, BulkState, DeliveryMethod
from models.credentials import Credential
from models.sql.many_rows import append
from models.sql.unit_of_work import UnitOfWork
from models.students import Student
from workflows.command import Actor, Command
from workflows.effects.order_item import ORDER_ITEM
from workflows.engine.engine import apply
from workflows.finding.items import numbers_of_ids
from workflows.installation import Installation
from workflows.operations.bulk.credential_rows import CredentialOutcome, row_view
from workflows.operations.bulk.outcome_rows import ItemOutcome, outcome_row, tally, undecided_row
from workflows.operations.ordering.award_and_order import OutcomeKind, Row, carry_out_chunk
from workflows.source import Source, table

#: Units carried out in one transaction.
CHUNK = 250
#: Pause before a run is taken up again whose chunk could not be carried out at all, as when the database is away.
_PAUSE = timedelta(seconds=30)

_RUNS, _ROWS = table(BulkRun), table(BulkRow)
#: What is told of each subject of a chunk.
Told: TypeAlias = list[ItemOutcome] | list[CredentialOutcome]
CarryOut: TypeAlias = Callable[[Installation, Any, Sequence[int]], Told]


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


def carry_on(installation: Installation, run: int) -> bool:
    """Carry out the next chunk; gives whether there is more to do.

    A chunk that breaks is carried out unit by unit from there; a unit that breaks alone has the outcome *failed*.
    """
    try:
        return _chunk(installation, run, CHUNK)
    except Exception as broken:
        return _one_by_one(installation, run, broken)


def _one_by_one(installation: Installation, run: int, broken: Exception) -> bool:
    more = True
    for _ in range(CHUNK):
        try:
            more = _chunk(installation, run, 1)
        except Exception as error:
            try:
                more = _chunk(installation, run, 1, failed=type(error).__name__)
            except Exception:
                _postpone(installation, run, broken)
                return False
        if not more:
            break
    return more


def _chunk(installation: Installation, run_id: int, units: int, *, failed: str | None = None) -> bool:
    with UnitOfWork(installation.database) as unit:
        session = unit.transaction()
        run = _locked(session, run_id)
        if run is None:
            return False
        work = replace(installation, database=unit)
        rows = _next(session, run, units)
        ids = [row.subject_id for row in rows]
        carry_out = _CARRY_OUT[run.kind]
        outcomes = carry_out(work, run, ids) if failed is None else _failed(work, run, ids, failed)
        return _record(session, run, rows, outcomes, command_at=installation.now())


def _locked(session: Session, run: int) -> Any:
    """The running run under lock, or ``None`` where it is finished or another worker has it."""
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


def _record(session: Session, run: Any, rows: Sequence[Any], outcomes: Told, *, command_at: Any) -> bool:
    if rows:
        row_ = _ROWS.c
        statement = (
            update(_ROWS)
            .where(row_.run_id == bindparam("of_run"), row_.position == bindparam("at"))
            .values(outcome=bindparam("found"))
        )
        found = [
            {"of_run": run.id, "at": row.position, "found": outcome}
            for row, outcome in zip(rows, outcomes, strict=True)
        ]
        session.connection().execute(statement, found)
    by_outcome, by_rule = tally(outcomes)
    finished = run.finished + len(rows)
    over = finished >= run.selected
    values = {
        "finished": finished,
        "by_outcome": dict(Counter(run.by_outcome) + by_outcome),
        "by_rule": dict(Counter(run.by_rule) + by_rule),
        "state": BulkState.FINISHED if over else BulkState.RUNNING,
        "finished_at": command_at if over else None,
        "next_attempt_at": None,
        "last_error": None,
    }
    session.connection().execute(update(_RUNS).where(_RUNS.c.id == run.id).values(values))
    return not over


def _postpone(installation: Installation, run: int, error: Exception) -> None:
    values = {
        "attempts": _RUNS.c.attempts + 1,
        "next_attempt_at": installation.now() + _PAUSE,
        "last_error": {"step": "carry_on", "error": type(error).__name__},
    }
    with installation.database.write() as session:
        session.connection().execute(update(_RUNS).where(_RUNS.c.id == run).values(values))


def _failed(work: Installation, run: Any, ids: Sequence[int], error: str) -> Told:
    with work.database.read() as session:
        return _FAILED[run.kind](work.source(session), ids, error)


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


def _transition(installation: Installation, run: Any, ids: Sequence[int]) -> list[ItemOutcome]:
    command = command_of(run, run.parameters["event"], installation)
    with installation.database.write() as session:
        source: Source = installation.source(session)
        numbers = numbers_of_ids(source, ids)
        outcomes = {each.subject_id: each for each in apply(source, ORDER_ITEM, ids, command)}
    return [outcome_row(numbers.get(each, ""), outcomes[each]) for each in ids]


def _award_and_order(installation: Installation, run: Any, ids: Sequence[int]) -> list[CredentialOutcome]:
    command = command_of(run, "award", installation)
    method = DeliveryMethod(run.parameters["delivery_method"])
    found = carry_out_chunk(installation, ids, command, method)
    with installation.database.read() as session:
        gone = [each for each in ids if each not in found]
        found |= _untouched(installation.source(session), gone, "conflict")
    return [row_view(found[each]) for each in ids]


def _items_failed(source: Source, ids: Sequence[int], error: str) -> list[ItemOutcome]:
    numbers = numbers_of_ids(source, ids)
    return [{**undecided_row(numbers.get(each, ""), "failed"), "error": error} for each in ids]


def _credentials_failed(source: Source, ids: Sequence[int], error: str) -> list[CredentialOutcome]:
    rows = _untouched(source, ids, "failed", error)
    return [row_view(rows[each]) for each in ids]


def _untouched(
    source: Source, ids: Sequence[int], outcome: OutcomeKind, error: str | None = None
) -> dict[int, Row]:
    """What became of credentials that were not awarded, nor refused, by id."""
    if not ids:
        return {}
    credentials, students = table(Credential), table(Student)
    chosen = (
        select(credentials.c.id, students.c.asn, credentials.c.credential_type)
        .join_from(credentials, students, credentials.c.student_id == students.c.id)
        .where(credentials.c.id.in_(ids))
    )
    rows = source.session.connection().execute(chosen)
    return {row.id: Row(row.asn, row.credential_type, outcome, row.id, error=error) for row in rows}


_FAILED: dict[BulkKind, Callable[[Source, Sequence[int], str], Told]] = {
    BulkKind.TRANSITION: _items_failed,
    BulkKind.AWARD_AND_ORDER: _credentials_failed,
}
_CARRY_OUT: dict[BulkKind, CarryOut] = {
    BulkKind.TRANSITION: _transition,
    BulkKind.AWARD_AND_ORDER: _award_and_order,
}
