"""What an automatic step is, and how to ask what is due for it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, or_
from sqlmodel import Session

from models.settings import Settings
from workflows.installation import Installation

#: Seconds between looks for what the calendar makes due.
CALENDAR = 60

#: Ids in one message: never documents, never more than a worker finishes well within its lease.
BATCH = 100


@dataclass(frozen=True, slots=True)
class Moment:
    """What decides whether something is due: the time, the settings, and the workers known to have stopped."""

    now: datetime
    settings: Settings
    stopped: frozenset[str]


@dataclass(frozen=True, slots=True)
class Worker:
    """Who carries a step out: the installation, its name on leases, and the workers known to have stopped."""

    installation: Installation
    name: str
    stopped: frozenset[str] = frozenset()

    def moment(self) -> Moment:
        """Now, as it looks to this worker."""
        return Moment(self.installation.now(), self.installation.settings, self.stopped)


@dataclass(frozen=True, slots=True)
class Step:
    """One automatic step. ``due`` selects ids in the order in which they are to be taken.

    ``every`` is how long a sweeper waits, in seconds, before it looks again: nothing where work is passed on to it,
    longer where only the calendar makes something due.
    """

    name: str
    due: Callable[[Moment], Select[Any]]
    run: Callable[[Worker, Sequence[int]], None]
    queue: str = "default"
    batch: int = BATCH
    every: float = 0


def due_ids(session: Session, step: Step, moment: Moment, *, batches: int = 1) -> list[int]:
    """The next ids that are due for ``step``, at most so many batches."""
    return list(session.connection().execute(step.due(moment).limit(step.batch * batches)).scalars())


def still_due(worker: Worker, step: Step, ids: Sequence[int]) -> list[int]:
    """Those of ``ids`` that are due for ``step`` now, in the order in which they are to be taken."""
    return due_among(worker, step.due, ids)


def due_among(worker: Worker, selects: Callable[[Moment], Select[Any]], ids: Sequence[int]) -> list[int]:
    """Those of ``ids`` that a step's ``due`` selects now."""
    due = selects(worker.moment())
    (of,) = due.selected_columns
    with worker.installation.database.read() as session:
        return list(session.connection().execute(due.where(of.in_(list(ids)))).scalars())


def is_past(column: Any, moment: Moment) -> ColumnElement[bool]:
    """Whether the time in ``column`` has come; no time is no wait."""
    return or_(column.is_(None), column <= moment.now)


def lapsed(of: Any, moment: Moment) -> ColumnElement[bool]:
    """Whether the lease on a row of ``of`` is over, or its worker is known to have stopped."""
    return or_(of.c.lease_until <= moment.now, of.c.lease_owner.in_(moment.stopped))
