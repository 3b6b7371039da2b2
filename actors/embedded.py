"""The embedded worker: sweeps the database for what is due and drains it inline, step by step."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

from sqlalchemy import select

from actors.broker import declare_actors, embedded_broker
from actors.liveness import Beacon
from actors.steps.every_step import STEPS, live_leases
from actors.steps.step import Moment, Step, Worker, due_ids
from models.orders import OrderItem
from models.print_jobs import PrintJob
from workflows.errors import expected
from workflows.installation import Installation
from workflows.source import table

#: Hears the step and how many ids it was given.
Progress: TypeAlias = Callable[[str, int], None]

#: Pause between sweeps that found nothing, in seconds.
_PAUSE = 0.2


class EmbeddedWorker:
    """Carries out every automatic step in this process until nothing is due."""

    def __init__(self, installation: Installation, beacon: Beacon) -> None:
        """A worker on ``installation`` under the name of ``beacon``, which must be lit."""
        self._installation = installation
        self._beacon = beacon
        self._stopped: frozenset[str] = frozenset()
        self._fruitless: dict[str, list[int]] = {}
        self._actors = declare_actors(embedded_broker(), self._worker)

    def drain(self, progress: Progress | None = None) -> None:
        """Carry out what is due until nothing is. ``progress`` hears the step and how many ids it was given.

        A step that a file system, a network or an error of the tree of errors stops does not stop the others; what stopped
        the first of them is raised at the end.
        """
        self._fruitless.clear()
        stopped: dict[str, Exception] = {}
        while (work := self._next(self._fruitless.keys() | stopped.keys())) is not None:
            step, ids = work
            try:
                self._actors[step.name].fn(ids)
            except Exception as error:
                if not isinstance(error, OSError) and expected(error) is None:
                    raise
                stopped[step.name] = error
                continue
            if progress is not None:
                progress(step.name, len(ids))
            if self._due(step) == ids:
                self._fruitless[step.name] = ids
            else:
                self._fruitless.clear()
        if stopped:
            raise next(iter(stopped.values()))

    def is_idle(self) -> bool:
        """Whether no other worker's lease is live, and nothing is due but what draining could not change.

        Both are asked in one look: another worker may have died since, and what it held fallen due.
        """
        moment = self._moment()
        with self._installation.database.read() as session:
            return live_leases(session, moment) == 0 and all(
                due_ids(session, step, moment) == self._fruitless.get(step.name, []) for step in STEPS
            )

    def run(self, *, until_idle: bool, progress: Progress | None = None) -> None:
        """Sweep and drain, until idle or for ever."""
        while True:
            self.drain(progress)
            if until_idle and self.is_idle():
                return
            time.sleep(_PAUSE)

    def _next(self, fruitless: set[str]) -> tuple[Step, list[int]] | None:
        """The first step for which something is due; those whose last try changed nothing wait for the others."""
        moment = self._moment()
        with self._installation.database.read() as session:
            for step in STEPS:
                if step.name not in fruitless and (ids := due_ids(session, step, moment)):
                    return step, ids
        return None

    def _due(self, step: Step) -> list[int]:
        moment = self._moment()
        with self._installation.database.read() as session:
            return due_ids(session, step, moment)

    def _moment(self) -> Moment:
        self._stopped = self._beacon.stopped(self._owners())
        return Moment(self._installation.now(), self._installation.settings, self._stopped)

    def _owners(self) -> set[str]:
        """The owners of all leases."""
        with self._installation.database.read() as session:
            connection = session.connection()
            owners = [
                connection.execute(
                    select(of.c.lease_owner).where(of.c.lease_owner.is_not(None)).distinct()
                ).scalars()
                for of in (table(OrderItem), table(PrintJob))
            ]
            return {owner for found in owners for owner in found}

    def _worker(self) -> Worker:
        return Worker(self._installation, self._beacon.name, self._stopped)


def beacon_of(installation: Installation) -> Beacon:
    """A new beacon in the folder of the database, or in the working folder where that is no file."""
    file = installation.settings.sqlite_file
    return Beacon(file.resolve().parent if file is not None else Path.cwd())
