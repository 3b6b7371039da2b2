"""``orders doctor``: each of its findings, brought about for real."""

import os
import shutil
import time
from pathlib import Path
from typing import Any

import psycopg
import pytest
import redis
from psycopg import sql

from actors.broker import redis_client, worker_id
from actors.watch.findings import Level, every_kind
from models.sql.database import Database
from tests.acceptance.command_line import Orders
from tests.acceptance.extracts import credential, import_, student
from tests.unit.models.test_codes import is_text

#: Time passes for the doctor, as it does for operators.
LATER = "2026-03-02T18:00:00Z"


def found(orders: Orders, code: int = 0) -> dict[str, Any]:
    """What the doctor finds, by code; its exit code is as expected."""
    result = orders.call("doctor", "--json")
    assert result.exit_code == code, result
    return {each["check"]: each for each in result.json["findings"]}


def on_servers(folder: Path, database: str, url: str) -> Orders:
    """An installation on PostgreSQL and Redis."""
    return Orders(folder, {"ORDERS_DATABASE_URL": database, "ORDERS_REDIS_URL": url})


@pytest.mark.parametrize("kind", every_kind(), ids=lambda kind: kind.code)
def test_every_finding_says_what_to_do(kind: Any) -> None:
    """Texts in both languages, and advice for all that is not well."""
    assert is_text(kind.text.en)
    assert is_text(kind.text.fr)
    assert (kind.advice is None) == (kind.level is Level.OK)
    if kind.advice is not None:
        assert is_text(kind.advice.en)
        assert is_text(kind.advice.fr)


def test_an_installation_that_is_well(orders: Orders) -> None:
    """Embedded and new: nothing to do, but for the clock that the drill has stopped, and a server made for speed."""
    findings = found(orders)
    told = {code for code, each in findings.items() if each["level"] != "ok"}
    assert told == {"clock_is_frozen"} | ({"database_is_not_durable"} if orders.server else set())
    assert {"secret_is_own", "database_is_current", "redis_is_not_used", "nothing_is_stuck"} <= set(findings)


def test_it_speaks_french_and_can_be_strict(orders: Orders) -> None:
    """A warning alone is exit 0, with --strict 5."""
    said = orders.call("doctor", "--lang", "fr")
    assert (said.exit_code, "Rien n’est bloqué." in said.out) == (0, True)
    assert "→ Retirez ORDERS_CLOCK" in said.out
    assert orders.call("doctor", "--strict").exit_code == 5


def test_the_secret_of_everybody(orders: Orders) -> None:
    """The default secret is told."""
    assert "secret_is_default" in found(orders.with_(ORDERS_SECRET="not-secret"))


def test_a_database_that_is_down(orders: Orders) -> None:
    """It says so without the password, and looks at the rest all the same."""
    findings = found(
        orders.with_(ORDERS_DATABASE_URL="postgresql://u:hush-hush@127.0.0.1:9/none?connect_timeout=2"), 5
    )
    assert "hush-hush" not in str(findings)
    assert {"database_is_down", "store_is_writable"} <= set(findings)


def test_a_database_that_is_empty_or_newer(orders: Orders, tmp_path: Path) -> None:
    """One without tables wants ``orders init``; one of a newer program wants that program."""
    assert "database_is_older" in found(orders.with_(ORDERS_DATABASE_URL=f"sqlite:///{tmp_path}/new.db"), 5)
    change(orders, "UPDATE alembic_version SET version_num = '9999'")
    assert found(orders, 5)["database_is_newer"]["params"] == {"revision": "9999"}


def test_a_database_that_a_power_cut_would_harm(tmp_path: Path, postgresql_url: str, redis_url: str) -> None:
    """PostgreSQL whose commits do not wait for the disk."""
    name = sql.Identifier(postgresql_url.partition("?")[0].rsplit("/", 1)[1])
    with psycopg.connect(postgresql_url, autocommit=True) as connection:
        connection.execute(sql.SQL("ALTER DATABASE {} SET synchronous_commit = off").format(name))
    findings = found(on_servers(tmp_path, postgresql_url, redis_url))
    assert {"database_is_not_durable", "database_is_current", "redis_answers"} <= set(findings)


def test_redis_that_is_down(orders: Orders) -> None:
    """Something that doesn't listen."""
    assert "redis_is_down" in found(orders.with_(ORDERS_REDIS_URL="redis://127.0.0.1:9/0"), 5)


def test_redis_that_evicts(orders: Orders, redis_url: str) -> None:
    """A policy that drops keys when memory is full."""
    with redis_client(redis_url) as client:
        client.config_set("maxmemory-policy", "allkeys-lru")
        try:
            assert "redis_evicts" in found(orders.with_(ORDERS_REDIS_URL=redis_url))
        finally:
            client.config_set("maxmemory-policy", "noeviction")


def test_a_queue_that_nobody_serves(orders: Orders, redis_url: str) -> None:
    """Messages that wait, and no worker that showed life; a worker of another queue does not count."""
    served = orders.with_(ORDERS_REDIS_URL=redis_url)
    with redis_client(redis_url) as client:
        client.rpush("dramatiq:render", "a message")
        seen(client, worker_id("w", ["default"]))
        assert found(served)["queue_is_not_served"]["params"] == {"queue": "render", "waiting": 1}
        seen(client, worker_id("w", ["default", "render"]))
        assert "queue_is_not_served" not in found(served)


def seen(client: redis.Redis, worker: str) -> None:
    """A worker shows that it lives."""
    client.zadd("dramatiq:__heartbeats__", {worker: time.time() * 1000})


@pytest.mark.parametrize("setting", ["ORDERS_STORE_URL", "ORDERS_PRINT_URL", "ORDERS_HEADS_URL"])
def test_a_place_that_cannot_be_written(orders: Orders, tmp_path: Path, setting: str) -> None:
    """A file where a folder should be."""
    (tmp_path / "file").write_bytes(b"")
    findings = found(orders.with_(**{setting: str(tmp_path / "file" / "in")}), 5)
    assert findings["store_is_not_writable"]["params"]["setting"] == setting


def test_masters_that_are_lost(orders: Orders) -> None:
    """A master that a document was printed with is missed before a reorder needs it."""
    import_(orders, [student("100000001")], [credential("100000001")])
    orders.ok("award-and-order", "--type", "AHSD")
    orders.ok("work", "--until-idle")
    assert found(orders)["masters_are_kept"]["params"] == {"number": 1}
    (item,) = orders.items()
    master = item["document"]["master"]
    (orders.folder / "documents" / "masters" / f"{master}.json").write_bytes(b"torn")
    lost = found(orders)
    assert lost["masters_are_lost"]["params"] == {"number": 1, "master": master}
    assert "masters_are_kept" not in lost


def test_a_place_that_is_nearly_full(orders: Orders, monkeypatch: pytest.MonkeyPatch) -> None:
    """Less than a gigabyte left."""
    usage = shutil.disk_usage(orders.folder)._replace(free=5_000_000)
    monkeypatch.setattr(shutil, "disk_usage", lambda _folder: usage)
    assert found(orders)["store_is_nearly_full"]["params"]["free_mb"] == 5


def test_it_leaves_nothing_behind(orders: Orders) -> None:
    """The probes are gone again."""
    found(orders)
    assert not [each for folder, _, names in os.walk(orders.folder) for each in names if "doctor" in each]


def test_work_that_nobody_does(orders: Orders) -> None:
    """Items that wait for longer than a quarter of an hour are told with their step."""
    assert import_(orders, [student("100000001")], [credential("100000001", "AHSD")]).exit_code == 0
    orders.ok("award-and-order", "--type", "AHSD")
    assert "nothing_is_stuck" in found(orders)
    late = found(orders.with_(ORDERS_CLOCK=LATER))["step_is_late"]
    assert late["params"] == {"step": "process_items", "number": 1, "minutes": 120}
    assert "orders worker" in late["advice"]["en"] or "orders work" in late["advice"]["en"]


def test_leases_failures_and_errors(wave: Orders) -> None:
    """A worker that vanished, a job that was given up, and an item that failed three times."""
    change(
        wave,
        "UPDATE order_items SET lease_owner = 'gone', lease_until = '2026-03-02 15:00:00.000000' WHERE state = 'created'",
        "UPDATE print_jobs SET state = 'failed' WHERE state = 'released'",
        "INSERT INTO item_errors (item_id, code, params, found_at) SELECT id, 'CO-90', '{}', '2026-03-02' "
        "FROM order_items WHERE state = 'system_hold'",
    )
    findings = found(wave)
    for code in ("leases_have_lapsed", "jobs_have_failed", "steps_keep_failing"):
        assert findings[code]["params"]["number"] == 1, code
    assert "nothing_is_stuck" not in findings


def change(orders: Orders, *statements: str) -> None:
    """What only a fault brings about, written into the database."""
    database = Database(orders.environment()["ORDERS_DATABASE_URL"])
    with database.write() as session:
        for statement in statements:
            session.connection().exec_driver_sql(statement)
    database.close()
