"""Workers and schedulers over PostgreSQL and Redis, each forked towards a fault of its own, while both servers fail too."""

import os
import random
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from models.codes import DeliveryMethod, ItemState, Language
from models.orders import OrderItem
from models.outbox import Message
from renderers.masters.master import Masters
from tests.faults.crew import ROLES, Crew, manned
from tests.faults.story import wrongs
from tests.installations import RestartedPostgreSQL, open_installation, restartable_postgresql
from tests.ministry import Ministry
from tests.redis_server import GuardedServer, RedisServer
from workflows.installation import Installation
from workflows.operations.delivery import mail
from workflows.operations.printing import transmission
from workflows.source import table

#: Draws the same faults again; at which moment they meet the work is for the machine to say.
SEED = int(os.environ.get("ORDERS_TEST_SEED", "2026"))
#: Seconds that a story may take to come to rest after its last fault.
_PATIENCE = 45
_SOON = timedelta(seconds=2)


@dataclass
class Servers:
    """The servers of a story, which fail too, and how often they did."""

    postgresql: RestartedPostgreSQL
    url: str
    redis: RedisServer
    chance: random.Random
    failed: Counter[str] = field(default_factory=Counter)

    def trouble(self) -> None:
        """Now and then one of them loses what it can lose, or is gone for a moment."""
        drawn = self.chance.random()
        if drawn < 0.02:
            self.redis.wipe()
            self.failed["Redis wiped"] += 1
        elif drawn < 0.025 and self.redis.own is not None:
            self.redis.own.stop()
            self.redis.own.start()
            self.failed["Redis restarted"] += 1
        elif drawn < 0.035:
            self.postgresql.disconnect(self.url)
            self.failed["PostgreSQL cut all connections"] += 1
        elif drawn < 0.04:
            self.restart_postgresql()

    def restart_postgresql(self) -> None:
        """As after a kill of all its processes."""
        self.postgresql.restart()
        self.failed["PostgreSQL restarted"] += 1


@contextmanager
def restartable_redis() -> Iterator[RedisServer]:
    """A server on a socket of the file system: restarted, it is where it was, as one on a free port may not be."""
    with TemporaryDirectory() as folder:
        socket = Path(folder) / "redis.sock"
        server = GuardedServer(unix_socket_path=socket)
        server.start()
        try:
            yield RedisServer(f"unix://{socket}", server)
        finally:
            server.stop()


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


def order(ministry: Ministry, number: int) -> None:
    """So many items, half of them French."""
    for language in (Language.EN, Language.FR):
        ministry.ordered(number // 2, language=language, email="s@example.org")


def disturb(ministry: Ministry, crew: Crew, servers: Servers, items: int, faults: int) -> None:
    """Let the crew and the servers fail, orders flowing all the while, until there were so many faults."""
    database = ministry.installation.database
    order(ministry, items)
    servers.restart_postgresql()
    while crew.happened.total() + servers.failed.total() < faults:
        time.sleep(0.05)
        crew.replace_the_dead(doomed=True)
        if servers.chance.random() < 0.06:
            crew.renew(doomed=True)
        database.close()
        servers.trouble()
        if not waiting(ministry)["items"]:
            order(ministry, items)
    crew.end()


def come_to_rest(ministry: Ministry, crew: Crew) -> None:
    """Nobody is to fail any more: whatever goes by itself goes to its end."""
    end = time.monotonic() + _PATIENCE
    for role in ROLES:
        crew.start(role, doomed=False)
    while any((left := waiting(ministry)).values()):
        assert time.monotonic() < end, f"seed {SEED}: {left}"
        ministry.installation.database.close()
        crew.replace_the_dead(doomed=False)
        time.sleep(0.2)
    time.sleep(2 * ministry.installation.settings.lease_seconds)


@pytest.fixture
def quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    """What failed is tried again soon."""
    monkeypatch.setattr(mail, "_CLAIM", _SOON)
    monkeypatch.setattr(mail, "RETRY_AFTER", (_SOON,) * 5)
    monkeypatch.setattr(transmission, "RETRY_AFTER", (_SOON,) * 9)


@pytest.mark.usefixtures("quickly")
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
    items: int, faults: int, tmp_path: Path, shared_masters: Masters
) -> None:
    """Kill workers and schedulers at points and moments, wipe and restart Redis, restart PostgreSQL: nothing is lost."""
    chance, journal, began = random.Random(SEED), tmp_path / "journal", time.monotonic()
    with (
        restartable_postgresql() as postgresql,
        postgresql.database() as url,
        restartable_redis() as redis,
    ):
        settings = {"job_max_envelopes": 4, "lease_seconds": 1, "redis_url": redis.url}
        first = open_installation(url, tmp_path, shared_masters, clock=None, **settings)
        ministry, servers = Ministry(first), Servers(postgresql, url, redis, chance)

        def opened() -> Installation:
            """The installation with a pool of the process's own."""
            return replace(Installation.open(first.settings), masters=shared_masters)

        order(ministry, 8)
        ministry.work()  # masters are made before anybody is forked
        first.database.close()
        with manned(Crew(opened, redis.url, journal, chance)) as crew:
            disturb(ministry, crew, servers, items, faults)
            come_to_rest(ministry, crew)
        assert wrongs(ministry, journal) == {}, f"seed {SEED}"
        assert servers.failed["PostgreSQL restarted"] > 0
        sent = len(ministry.where(OrderItem, table(OrderItem).c.state == ItemState.SENT))
        assert sent > 0
        print(
            f"seed {SEED}: {crew.happened.total()} kills at {len(crew.happened)} points, "
            f"servers {dict(servers.failed)}, {len(ministry.rows(OrderItem))} items, {sent} sent, "
            f"{time.monotonic() - began:.0f} s"
        )
        first.database.close()
