"""Workers and schedulers over PostgreSQL and Redis: stopped, killed, doubled, their Redis gone or wiped, a wave gets through."""

import os
import shutil
import signal
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from actors.broker import QUEUES, queue_lengths, redis_client
from tests.acceptance.command_line import AFTERNOON
from tests.faults.conftest import make_wave
from tests.installations import PostgreSQL
from tests.redis_server import RedisServer, own_server
from tests.workers import Crew, LiveOrders, crew, live_orders

#: Of the sixty, three can't be printed; twelve wait in jobs of less than five.
MORNING_STATES = {"sent": 45, "in_print_job": 12, "system_hold": 3}
EVENING_STATES = {"sent": 57, "system_hold": 3}
#: Time passes, and leases of dead workers lapse soon.
LIVE = {"ORDERS_CLOCK": "", "ORDERS_LEASE_SECONDS": "2"}


@pytest.fixture(scope="module")
def ordered(
    postgresql_server: PostgreSQL, tmp_path_factory: pytest.TempPathFactory, prepared: Path
) -> Iterator[str]:
    """A database with the wave ordered and not yet worked on, to copy from."""
    folder = shelves_of(prepared, tmp_path_factory.mktemp("ordered"))
    with postgresql_server.database() as url:
        make_wave(live_orders(folder, url, ""))
        postgresql_server.disconnect(url)
        yield url


@pytest.fixture
def wave_url(postgresql_server: PostgreSQL, ordered: str) -> Iterator[str]:
    """A database of a test's own with the wave in it."""
    with postgresql_server.copy(ordered) as url:
        yield url


@pytest.fixture
def folder(tmp_path: Path, prepared: Path) -> Path:
    """A folder with fonts and masters already made."""
    return shelves_of(prepared, tmp_path)


def shelves_of(prepared: Path, folder: Path) -> Path:
    """``folder``, with the fonts and masters of the prepared one."""
    for shelf in (prepared / "documents").iterdir():
        if shelf.name not in {"documents", "print-files"}:
            shutil.copytree(shelf, folder / "documents" / shelf.name)
    return folder


def test_two_workers_and_a_scheduler(folder: Path, wave_url: str, redis_url: str) -> None:
    """A wave gets through; told to stop, all end with 0 and hold nothing; the afternoon's jobs follow the next day."""
    orders = live_orders(folder, wave_url, redis_url)
    with crew(orders) as hands:
        for arguments in (("worker", "--processes", "2"), ("scheduler",)):
            hands.start(*arguments)
        hands.until_done()
        assert orders.states() == MORNING_STATES
        hands.stop()
    assert hands.codes == [0, 0]
    assert [line for line in hands.lines() if line["level"] not in {"debug", "info"}] == []
    later = LiveOrders(folder, {**orders.settings, "ORDERS_CLOCK": AFTERNOON})
    with crew(later) as hands:
        hands.worker()
        hands.start("scheduler")
        hands.until(lambda: later.states() == EVENING_STATES)
        hands.stop()
    assert_every_act_once(later)


def test_two_schedulers_send_no_more_than_one(folder: Path, wave_url: str, redis_url: str) -> None:
    """What one scheduler has sent the other does not send again, and nothing is done twice."""
    orders = live_orders(folder, wave_url, redis_url)
    with crew(orders) as hands:
        for _ in range(2):
            hands.start("scheduler")
        hands.worker()
        hands.until_done()
        hands.stop()
    assert handed_out(hands)["process_items"] == 60
    assert orders.states() == MORNING_STATES
    assert_every_act_once(orders)


def test_a_worker_that_is_killed(folder: Path, wave_url: str, redis_url: str) -> None:
    """Its items are taken over once their leases have lapsed, and nothing is lost or done twice."""
    orders = live_orders(folder, wave_url, redis_url, **LIVE)
    with crew(orders) as hands:
        hands.start("scheduler")
        doomed = hands.worker()
        hands.until(lambda: orders.states()["processing"] > 0 or orders.states()["created"] == 0)
        hands.kill(doomed)
        hands.worker()
        hands.until_done()
        hands.stop()
    assert_every_act_once(orders)


def test_redis_that_is_wiped(folder: Path, wave_url: str, redis_url: str) -> None:
    """Messages and notes are lost together, and the sweeper sends anew."""
    orders = live_orders(folder, wave_url, redis_url, **LIVE)
    with crew(orders) as hands:
        hands.start("scheduler")
        hands.until(lambda: queued(redis_url) > 0)
        wipe(redis_url)
        hands.worker()
        hands.until(lambda: orders.states()["created"] < 60)
        wipe(redis_url)
        hands.until_done()
        hands.stop()
    assert_every_act_once(orders)


def test_redis_that_is_down(folder: Path, wave_url: str) -> None:
    """Without Redis commands succeed at their usual pace, and the processes wait; once it is there, work goes on."""
    with own_server() as server:
        orders = live_orders(folder, wave_url, server.url)
        assert server.own is not None
        server.own.stop()
        (first, *_) = orders.items("--limit", "1")
        started = time.monotonic()
        orders.ok("item", "do", first["number"], "hold", "--reason", "Investigation")
        orders.ok("item", "do", first["number"], "release")
        assert time.monotonic() - started < 30
        with crew(orders) as hands:
            hands.start("scheduler")
            hands.worker(dramatiq_restart_delay="200")
            hands.until(lambda: connections(orders) > 0)
            time.sleep(2)
            assert all(process.poll() is None for process in hands.processes)
            server.own.start()
            hands.until_done()
            hands.stop()
        assert hands.codes == [0, 0]
    assert any(line["event"] == "sweep failed, trying again" for line in hands.lines())
    assert orders.states() == MORNING_STATES
    assert_every_act_once(orders)


def test_a_process_of_several_that_dies_is_replaced(folder: Path, wave_url: str, redis_url: str) -> None:
    """The parent forks another in its place; when the parent itself is killed, its children stop too."""
    orders = LiveOrders(
        folder, {"ORDERS_DATABASE_URL": wave_url, "ORDERS_REDIS_URL": redis_url, "ORDERS_CLOCK": ""}
    )
    with crew(orders) as hands:
        parent = hands.start("worker", "--processes", "2")
        hands.until(lambda: len(children(parent.pid)) == 2)
        first, second = children(parent.pid)
        os.kill(first, signal.SIGKILL)
        hands.until(lambda: len(set(children(parent.pid)) - {first, second}) == 1)
        left = children(parent.pid)
        os.kill(parent.pid, signal.SIGKILL)
        parent.wait()
        hands.processes.clear()
        end = time.monotonic() + 30
        while any(Path(f"/proc/{pid}/cmdline").exists() for pid in left):
            assert time.monotonic() < end
            time.sleep(0.1)
        parent.communicate()


def children(pid: int) -> list[int]:
    """The processes that ``pid`` has forked."""
    return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def handed_out(hands: Crew) -> Counter[str]:
    """How many ids each step was given, over all messages."""
    steps: Counter[str] = Counter()
    for said in hands.lines():
        if said["event"] == "step done":
            steps[said["step"]] += said["ids"]
    return steps


def connections(orders: LiveOrders) -> int:
    """Connections to the database beside the one that asks."""
    (count,) = orders.query(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )[0]
    return int(count)


def queued(url: str) -> int:
    """Messages that wait in the queues."""
    with redis_client(url) as client:
        return sum(queue_lengths(client, queue).waiting for queue in QUEUES)


def wipe(url: str) -> None:
    """Everything in Redis is lost."""
    RedisServer(url).wipe()


def assert_every_act_once(orders: LiveOrders) -> None:
    """Nothing was lost, nothing was rendered, gathered or dispatched twice, and the history is whole."""
    assert not any(orders.ok("verify-history")["broken"].values())
    states = orders.states()
    assert states.total() == 60
    acts = Counter(orders.history())
    assert max(number for act, number in acts.items() if act.split()[1] != "process") == 1
    events = Counter(act.split()[1] for act in acts)
    assert events["dispatch"] == states["sent"]
    assert events["add_to_print_job"] == states["sent"] + states["in_print_job"]
