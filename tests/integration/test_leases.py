"""Leases and locks: slow work keeps its lease and holds no lock; a claim goes past what somebody else holds."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from threading import Event, Thread
from typing import Any

import psycopg
import pytest
from sqlalchemy import text

from actors.embedded import EmbeddedWorker
from actors.liveness import Beacon
from models.codes import ItemState
from models.orders import OrderItem
from tests.installations import with_settings
from tests.ministry import Ministry
from workflows.command import Command
from workflows.effects.order_item import ORDER_ITEM
from workflows.engine.engine import apply
from workflows.installation import Installation
from workflows.operations.printing import print_jobs, processing
from workflows.operations.printing.leases import kept, lease_of, renew
from workflows.source import table

#: Seconds after which something that should have happened counts as not happening.
PATIENCE = 20


#: Locks of rows are PostgreSQL's: SQLite has but one for all.
on_postgresql = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


def lease_until(ministry: Ministry, item: int) -> Any:
    """Until when an item is leased."""
    (row,) = (each for each in ministry.rows(OrderItem) if each.id == item)
    return row.lease_until


def alive(ministry: Ministry, seconds: float) -> Installation:
    """The installation with a clock that runs and leases of so many seconds."""
    return with_settings(ministry.installation, clock=None, lease_seconds=seconds)


def test_slow_rendering_keeps_its_lease(ministry: Ministry, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rendering that takes thrice the lease is not given to anybody else meanwhile."""
    (item,) = ministry.ordered(1)
    live = alive(ministry, 0.6)
    given_back: list[Any] = []
    render = processing.render

    def slow(content: Any, masters: Any) -> Any:
        end = time.monotonic() + 1.8
        while time.monotonic() < end:
            time.sleep(0.1)
            given_back.extend(each for each in processing.requeue(live, [item], frozenset()) if each.done)
        return render(content, masters)

    monkeypatch.setattr(processing, "render", slow)
    (outcome,) = processing.render_claimed(live, processing.claim(live, [item], "w"), "w")
    assert (outcome.kind, outcome.state, given_back) == ("done", "rendered", [])


def test_a_lease_ends_with_its_work(ministry: Ministry) -> None:
    """After the block nothing is renewed any more, whatever ended it."""
    (item,) = ministry.ordered(1)
    live = alive(ministry, 0.3)
    processing.claim(live, [item], "w")
    with pytest.raises(ZeroDivisionError), kept(live, OrderItem, [item], "w"):
        raise ZeroDivisionError
    until = lease_until(ministry, item)
    time.sleep(0.3)
    assert lease_until(ministry, item) == until


def test_a_worker_is_not_idle_while_another_may_leave_something(ministry: Ministry, tmp_path: Path) -> None:
    """It waits for what a living one holds; what a dead one held is due, though it died after the draining ended."""
    items = ministry.ordered(2)
    with Beacon(tmp_path) as beacon:
        worker = EmbeddedWorker(ministry.installation, beacon)
        with Beacon(tmp_path) as other:
            ministry.claim(items, other.name)
            worker.drain()
            assert not worker.is_idle()
        assert not worker.is_idle()
        worker.drain()
        assert worker.is_idle()
    assert {ministry.item(item).state for item in items} == {ItemState.IN_PRINT_JOB}


def test_only_its_own_lease_is_renewed(ministry: Ministry) -> None:
    """A worker whose item was given to another does not prolong that one's lease."""
    (item,) = ministry.ordered(1)
    ministry.claim([item], "other")
    until = lease_until(ministry, item)
    later = with_settings(ministry.installation, clock=ministry.now + timedelta(seconds=5))
    renew(later, OrderItem, [item], "w")
    assert lease_until(ministry, item) == until
    renew(later, OrderItem, [item], "other")
    assert lease_until(ministry, item) == lease_of(later, "other")["until"]


@on_postgresql
def test_slow_rendering_holds_no_lock(ministry: Ministry, monkeypatch: pytest.MonkeyPatch) -> None:
    """While pages are rendered no transaction is open, and a person's command has its true reason at once."""
    items = ministry.ordered(2)
    seen: list[int] = []
    render = processing.render

    def watched(content: Any, masters: Any) -> Any:
        seen.append(open_transactions(ministry))
        refused = ministry.do("hold", items[:1], reason="Investigation")
        assert [each.decision and each.decision.kind for each in refused] == ["no_such_transition"]
        return render(content, masters)

    monkeypatch.setattr(processing, "render", watched)
    processing.render_claimed(ministry.installation, ministry.claim(items, "w"), "w")
    assert seen == [0, 0]
    assert ministry.states(items) == ["rendered", "rendered"]


def open_transactions(ministry: Ministry) -> int:
    """Transactions on the ministry's database, the asker's own left out."""
    with ministry.installation.database.read() as session:
        statement = text(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
            "AND pid <> pg_backend_pid() AND state LIKE 'idle in transaction%'"
        )
        return int(session.connection().execute(statement).scalar_one())


@contextmanager
def held_elsewhere(ministry: Ministry, item: int) -> Iterator[None]:
    """Somebody else's transaction that has the item under lock."""
    url = ministry.installation.settings.database_url
    with psycopg.connect(url) as connection:
        connection.execute("SELECT id FROM order_items WHERE id = %s FOR UPDATE", [item])
        yield


@on_postgresql
@pytest.mark.parametrize(
    ("state", "take"),
    [
        (ItemState.CREATED, lambda installation, ids: processing.claim(installation, ids, "w")),
        (
            ItemState.RENDERED,
            lambda installation, ids: [each.subject_id for each in print_jobs.gather(installation, ids)],
        ),
    ],
    ids=["claim", "gather"],
)
def test_agents_go_past_what_is_held(
    ministry: Ministry, state: ItemState, take: Callable[[Installation, list[int]], list[int]]
) -> None:
    """They take the rest at once, and what was held when it is free again."""
    items = ministry.in_state(state, 3)
    with held_elsewhere(ministry, items[1]):
        started = time.monotonic()
        assert take(ministry.installation, items) == [items[0], items[2]]
        assert time.monotonic() - started < 5
    assert take(ministry.installation, items) == [items[1]]


@on_postgresql
def test_two_claims_at_once_share(ministry: Ministry) -> None:
    """Neither waits for the other, none is taken twice."""
    items = ministry.ordered(20)
    locked, go_on = Event(), Event()

    def hold_some() -> None:
        with ministry.installation.database.write() as session:
            source = ministry.installation.source(session)
            free = source.free(OrderItem, table(OrderItem).c.id.in_(items[:12]))
            lease = lease_of(ministry.installation, "first")
            command = Command("process", processing.SYSTEM, ministry.now, given=dict.fromkeys(free, lease))
            apply(source, ORDER_ITEM, free, command)
            locked.set()
            assert go_on.wait(PATIENCE)

    first = Thread(target=hold_some)
    first.start()
    assert locked.wait(PATIENCE)
    taken = ministry.claim(items, "second")
    go_on.set()
    first.join(PATIENCE)
    assert taken == items[12:]
    owners = {row.id: row.lease_owner for row in ministry.rows(OrderItem)}
    assert [owners[item] for item in items] == ["first"] * 12 + ["second"] * 8
