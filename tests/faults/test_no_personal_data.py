"""No log line, no metric and nothing that Redis was ever told names a student.

Students with a name like no other go through what works and much that fails, and everything is searched for it.
"""

import shutil
import socket
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.acceptance.extracts import credential, import_, student
from tests.faults.test_workers import shelves_of
from tests.installations import PostgreSQL
from tests.redis_server import RedisServer, own_server
from tests.workers import LiveOrders, crew, live_orders

#: Stands in every field that says something of a person, and in no other word.
CANARY = "Quetzalwren"


@pytest.fixture
def told_redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[RedisServer, Path]]:
    """A server of our own that writes down everything it is told, and the folder in which it does."""
    folder = tmp_path_factory.mktemp("redis")
    with own_server(folder) as server:
        yield server, folder


def personal(**cells: str) -> dict[str, str]:
    """A student all of whose personal cells hold the name."""
    return {
        "last_name": CANARY,
        "first_name": f"{CANARY}-Anne",
        "middle_name": f"Von{CANARY}",
        "preferred_name": f"{CANARY} Anne",
        "email": f"{CANARY.lower()}@example.org",
        "address_lines": f"12 {CANARY} Ave",
        "city": f"{CANARY}ville",
        **cells,
    }


def make(orders: LiveOrders) -> None:
    """Students whose documents go out, are held for their names, addresses and holds, or can't be set."""
    kinds = {
        "100000001": {},
        "100000002": {"first_name": f"{CANARY} 🌸"},
        "100000003": {"hold_until": "2099-12-31"},
        "100000004": {"postal_code": ""},
        "100000005": {"last_name": f"{CANARY}ᐊ漢"},
    }
    orders.ok("init")
    rows = [credential(asn, "AHSD") for asn in kinds]
    assert (
        import_(orders, [student(asn, **personal(**cells)) for asn, cells in kinds.items()], rows).exit_code
        == 0
    )
    assert orders.ok("award-and-order", "--type", "AHSD")["succeeded"] == len(kinds)


def test_nobody_is_named(
    tmp_path: Path, prepared: Path, postgresql_server: PostgreSQL, told_redis: tuple[RedisServer, Path]
) -> None:
    """Through work, holds, mail that can't leave and a drop that can't be written, on the most talkative level."""
    redis, told = told_redis
    ports = free_ports(2)
    with postgresql_server.database() as url:
        talkative = {"ORDERS_LOG_LEVEL": "DEBUG", "ORDERS_JOB_MAX_ENVELOPES": "1"}
        orders = live_orders(
            shelves_of(prepared, tmp_path), url, redis.url, ORDERS_MAIL_URL="smtp://127.0.0.1:9", **talkative
        )
        make(orders)
        with crew(orders) as hands:
            hands.worker(ORDERS_METRICS_PORT=str(ports[0]))
            hands.start("scheduler", ORDERS_METRICS_PORT=str(ports[1]))
            hands.until(lambda: bool(orders.query("SELECT id FROM messages WHERE attempts > 0")))
            break_the_drop(orders)
            hands.until(lambda: bool(orders.query("SELECT id FROM print_jobs WHERE last_error IS NOT NULL")))
            pages = [served(port) for port in ports]
            hands.stop()
        (count,) = orders.query("SELECT count(*) FROM students WHERE last_name LIKE 'Quetzalwren%'")
        mailed = orders.query("SELECT id FROM messages WHERE address LIKE 'quetzalwren@%'")
    assert count == (5,), "the name must be where it belongs, or nothing is shown"
    assert mailed
    heard = {line["event"] for line in hands.lines()}
    assert {"order_items render", "order_items hold_by_system", "step done", "print_jobs retry"} <= heard
    written = b"".join(path.read_bytes() for path in told.rglob("*") if path.is_file())
    assert b"process_items" in written, "Redis must have written down what it was told"
    assert all("orders_step_seconds_count" in page or "orders_items" in page for page in pages)
    for text in ("".join(hands.said), *pages, written.decode("utf-8", "replace")):
        assert CANARY.lower() not in text.lower()


def break_the_drop(orders: LiveOrders) -> None:
    """A file lies where the folder should be, and one more copy is to go there."""
    (sent,) = (item for item in orders.items() if item["state"] == "sent")
    shutil.rmtree(orders.drop)
    orders.drop.write_bytes(b"")
    orders.ok("reprint", sent["credential_number"])


def free_ports(number: int) -> list[int]:
    """Ports of this machine on which nobody listens."""
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(number)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]


def served(port: int) -> str:
    """What Prometheus would read there."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as answer:
        return str(answer.read().decode())
