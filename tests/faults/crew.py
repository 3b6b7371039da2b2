"""A crew of workers and schedulers, each forked towards a fault of its own and replaced when that has killed it."""

import os
import random
import signal
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from actors import scheduler, worker
from actors.broker import redis_client
from actors.processes import stop_on_signal
from tests.faults.points import POINTS, Fault, weave
from workflows.installation import Installation

#: Workers and schedulers at a time.
ROLES = ("worker", "worker", "worker", "scheduler", "scheduler")
#: Points that workers or schedulers may come to; people's commands have none of these processes.
DRAWN = sorted(
    point for point in POINTS if not point.startswith(("bulk_award", "chunks", "receipts", "checkout"))
)


class Crew:
    """Processes forked from this one, each replaced by the next when its fault has killed it."""

    def __init__(
        self, opened: Callable[[], Installation], redis_url: str, journal: Path, chance: random.Random
    ):
        self._opened, self._redis_url, self._journal, self._chance = opened, redis_url, journal, chance
        self._living: dict[int, tuple[str, Fault | None]] = {}
        self.happened: Counter[str] = Counter()

    def start(self, role: str, *, doomed: bool) -> None:
        """Fork a worker or scheduler."""
        fault = Fault(self._chance.choice(DRAWN), self._chance.randint(1, 2)) if doomed else None
        if pid := os.fork():
            self._living[pid] = role, fault
            return
        try:
            weave(fault, self._journal)
            self._serve(role)
        finally:
            os._exit(0)

    def _serve(self, role: str) -> None:
        os.setsid()
        log = os.open(self._journal.with_name("crew.log"), os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        os.dup2(log, 1)
        os.dup2(log, 2)
        client, stop = redis_client(self._redis_url), stop_on_signal()
        if role == "worker":
            worker.run(self._opened(), client, worker.Shape(threads=2, grace=5), stop)
        else:
            scheduler.run(self._opened(), client, stop)

    def replace_the_dead(self, *, doomed: bool) -> None:
        """Count the faults that happened, and fork another process for each."""
        for pid, (role, fault) in list(self._living.items()):
            ended, status = os.waitpid(pid, os.WNOHANG)
            if not ended:
                continue
            del self._living[pid]
            if fault is not None and os.WIFSIGNALED(status):
                self.happened[fault.point] += 1
            self.start(role, doomed=doomed)

    def renew(self, *, doomed: bool) -> None:
        """Kill one at a moment rather than at a point: those whose fault never comes must not stay for ever."""
        pid = self._chance.choice(sorted(self._living))
        role, _ = self._living.pop(pid)
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        self.happened["at a moment"] += 1
        self.start(role, doomed=doomed)

    def end(self) -> None:
        """Kill whoever lives."""
        while self._living:
            pid, _ = self._living.popitem()
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)


@contextmanager
def manned(crew: Crew) -> Iterator[Crew]:
    """The crew at work, gone at the end."""
    try:
        for role in ROLES:
            crew.start(role, doomed=True)
        yield crew
    finally:
        crew.end()
