"""Bulk over HTTP: rehearsed in a fixed number of queries, resumed after a kill with each outcome once."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from orders_client import Orders
from sqlalchemy import select

from models.bulk_runs import BulkRow, BulkRun
from models.codes import BulkKind, CredentialType, Role
from models.history import OrderItemHistory
from models.service_tokens import ServiceToken
from tests.acceptance.command_line import Orders as CommandLine
from tests.ministry import CLERK, Ministry
from tests.service import eventually, free_port
from tests.statements import statements
from workflows.command import Command
from workflows.finding.items import ItemFilter, items_chosen
from workflows.installation import Installation
from workflows.operations.bulk import bulk_runs, chunks
from workflows.source import table

ROOT = Path(__file__).parents[2]


def outcomes_of(ministry: Ministry, run: int) -> list[dict[str, Any]]:
    """The outcomes of a run in their turn."""
    return [row.outcome for row in ministry.where(BulkRow, table(BulkRow).c.run_id == run)]


@pytest.mark.parametrize("number", [63, pytest.param(20_000, marks=pytest.mark.long)])
def test_a_rehearsal_takes_as_many_queries_for_many_as_for_few(
    ministry: Ministry, clerk: Orders, number: int
) -> None:
    """By filter, whatever the number; nothing changes."""
    wanted = {"dry_run": True, "filter": {"state": "created"}, "reason": "OrderedInError"}
    ministry.ordered(3)
    clerk.work.counts()
    eventually(
        lambda: all(row.last_used_at for row in ministry.rows(ServiceToken))
    )  # written down beside the request
    with statements(ministry.installation.database) as few:
        assert clerk.bulk.do("cancel", **wanted)["selected"] == 3
    ministry.ordered(number - 3)
    before = ministry.states(range(1, number + 1))
    with statements(ministry.installation.database) as many:
        told = clerk.bulk.do("cancel", **wanted)
    assert (told["selected"], told["by_outcome"]) == (number, {"done": number})
    assert len(many) == len(few)
    assert ministry.states(range(1, number + 1)) == before
    print(f"{len(many)} statements for {number}")


def test_what_is_refused_is_counted_by_rule(ministry: Ministry, clerk: Orders) -> None:
    """Outcome per item, unknown ones among them, and a histogram."""
    first, second = (ministry.view(each)["number"] for each in ministry.ordered(2))
    told = clerk.bulk.do("cancel", items=[first, second, "0000099999-01"], reason="Nonsense")
    assert told["by_rule"] == {"60118": 2}
    assert [row["outcome"] for row in told["outcomes"]] == ["refused", "refused", "not_found"]


def test_what_is_not_there_is_an_outcome_in_the_background_too(
    http: httpx.Client, ministry: Ministry
) -> None:
    """Nothing that was named is left out of the count, in whatever run."""
    headers = {"Orders-As": "student_records:clerk", "Prefer": "respond-async"}
    for items in (["0000099999-01", "0000000001-01", "zzz"], ["0000099999-01"]):
        body = {"items": items, "reason": "Investigation"}
        run = http.post("/api/order-items/transitions/hold", json=body, headers=headers).json()["run"]
        shown = http.get(f"/api/bulk-runs/{run}").json()
        assert (shown["state"], shown["selected"], shown["finished"]) == ("finished", len(items), len(items))
        found = {row["item"]: row["outcome"] for row in outcomes_of(ministry, run)}
        missing = {each for each, outcome in found.items() if outcome == "not_found"}
        assert (set(found), missing) == (set(items), set(items) - {"0000000001-01"})
        assert shown["by_outcome"]["not_found"] == len(missing)


_WORKER = """
import sys
from models.settings import Settings
from workflows.installation import Installation
from workflows.operations.bulk import chunks, bulk_runs
chunks.CHUNK = 5
installation = Installation.open(Settings(_env_file=None, database_url=sys.argv[1], store_url=sys.argv[2], secret="a-secret-for-tests"))
print("ready", flush=True)
for run in bulk_runs.unfinished(installation):
    while chunks.carry_on(installation, run):
        pass
"""


def killed_after(ministry: Ministry, seconds: float) -> bool:
    """Carry the runs on in a process of its own and kill it; whether it had come to its end before."""
    settings = ministry.installation.settings
    worker = subprocess.Popen(
        [sys.executable, "-c", _WORKER, settings.database_url, settings.store_url],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
    )
    assert worker.stdout is not None
    worker.stdout.readline()
    time.sleep(seconds)
    ended = worker.poll() is not None
    worker.send_signal(signal.SIGKILL)
    worker.wait()
    worker.stdout.close()
    return ended


@pytest.mark.parametrize("number", [150, pytest.param(20_000, marks=pytest.mark.long)])
def test_a_run_resumes_after_kills_with_each_outcome_once(ministry: Ministry, number: int) -> None:
    """Killed again and again: every item is cancelled once, and every row has its one outcome."""
    ministry.ordered(number)
    command = Command("cancel", CLERK, ministry.now)
    with ministry.installation.database.write() as session:
        parameters = {"event": "cancel", "reason": "OrderedInError", "note": None}
        run = bulk_runs.enter(session, BulkKind.TRANSITION, parameters, command)
        ids = items_chosen(ItemFilter()).subquery().c[0]
        bulk_runs.enter_selected(session, run, select(ids.label("unit"), ids.label("subject")))
    kills = 0
    while not killed_after(ministry, 0.1 * 1.5**kills):
        kills += 1
    row = run_of(ministry, run)
    assert kills >= 1
    assert (row.state, row.selected, row.finished, row.by_outcome) == (
        "finished",
        number,
        number,
        {"done": number},
    )
    outcomes = outcomes_of(ministry, run)
    assert Counter(each["outcome"] for each in outcomes) == {"done": number}
    histories = Counter(
        tuple(each.event for each in ministry.history(item)) for item in range(1, number + 1, 25)
    )
    assert set(histories) == {("place", "cancel")}
    assert row.actor_role is Role.STUDENT_RECORDS
    print(f"{kills} kills")


def test_a_unit_that_breaks_stops_no_other(ministry: Ministry, monkeypatch: pytest.MonkeyPatch) -> None:
    """What can't be carried out has the outcome *failed*; the rest is done."""
    items = ministry.ordered(4)
    command = Command("cancel", CLERK, ministry.now)
    with ministry.installation.database.write() as session:
        run = bulk_runs.enter(
            session, BulkKind.TRANSITION, {"event": "cancel", "reason": "OrderedInError"}, command
        )
        bulk_runs.enter_subjects(session, run, items)
    work = chunks.WORK[BulkKind.TRANSITION]

    def broken(installation: Installation, row: object, ids: list[int]) -> object:
        if items[1] in ids:
            raise ZeroDivisionError
        return work.carry_out(installation, row, ids)

    monkeypatch.setitem(chunks.WORK, BulkKind.TRANSITION, work._replace(carry_out=broken))
    while chunks.carry_on(ministry.installation, run):
        pass
    assert ministry.states(items) == ["cancelled", "created", "cancelled", "cancelled"]
    outcomes = outcomes_of(ministry, run)
    assert [each["outcome"] for each in outcomes] == ["done", "failed", "done", "done"]
    assert outcomes[1]["item"] == ministry.view(items[1])["number"]
    assert len(outcomes) == 4


def test_a_unit_that_another_process_had_meanwhile_is_not_failed(ministry: Ministry) -> None:
    """What failed here but was carried out there keeps its outcome, and the next unit is not *failed* in its place."""
    run = entered(ministry, ministry.ordered(3))
    assert chunks._chunk(ministry.installation, run, 1)  # by the other, after the unit had failed here
    assert chunks._chunk(ministry.installation, run, 1, failed="ZeroDivisionError", after=0)
    assert run_of(ministry, run).finished == 1
    assert not chunks.carry_on(ministry.installation, run)
    assert run_of(ministry, run).by_outcome == {"done": 3}


def entered(ministry: Ministry, items: list[int]) -> int:
    """A run that is to cancel the items."""
    with ministry.installation.database.write() as session:
        given = {"event": "cancel", "reason": "OrderedInError"}
        run = bulk_runs.enter(session, BulkKind.TRANSITION, given, Command("cancel", CLERK, ministry.now))
        bulk_runs.enter_subjects(session, run, items)
    return run


def test_a_run_that_can_not_be_written_waits(ministry: Ministry, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where not even the failure can be recorded, the run is taken up again later and loses nothing."""
    items = ministry.ordered(2)
    run = entered(ministry, items)

    def broken(*_: object, **__: object) -> bool:
        raise ZeroDivisionError

    with monkeypatch.context() as away:
        away.setattr(chunks, "_chunk", broken)
        assert not chunks.carry_on(ministry.installation, run)
    assert bulk_runs.unfinished(ministry.installation) == []
    ministry.wait(seconds=30)
    assert bulk_runs.unfinished(ministry.installation) == [run]
    assert not chunks.carry_on(ministry.installation, run)
    assert ministry.states(items) == ["cancelled", "cancelled"]
    assert not chunks.carry_on(ministry.installation, run)


def test_after_a_broken_chunk_the_next_goes_together_again(
    ministry: Ministry, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A chunk that broke is carried out one by one, and there is more to do after it."""
    monkeypatch.setattr(chunks, "CHUNK", 2)
    items = ministry.ordered(3)
    run = entered(ministry, items)
    work = chunks.WORK[BulkKind.TRANSITION]

    def broken(installation: Installation, row: object, ids: list[int]) -> object:
        if len(ids) > 1:
            raise ZeroDivisionError
        return work.carry_out(installation, row, ids)

    monkeypatch.setitem(chunks.WORK, BulkKind.TRANSITION, work._replace(carry_out=broken))
    assert chunks.carry_on(ministry.installation, run)
    assert ministry.states(items) == ["cancelled", "cancelled", "created"]


def test_a_credential_that_another_run_awarded_is_in_conflict(ministry: Ministry) -> None:
    """Both runs selected it; the second finds it gone and says so."""
    credential = ministry.credential(ministry.student())
    with ministry.installation.database.write() as session:
        given = {"delivery_method": "automated_cardboard"}
        run = bulk_runs.enter(session, BulkKind.AWARD_AND_ORDER, given, Command("award", CLERK, ministry.now))
        bulk_runs.enter_subjects(session, run, [credential])
    ministry.award_and_order(CredentialType.AHSD)
    assert not chunks.carry_on(ministry.installation, run)
    (found,) = outcomes_of(ministry, run)
    assert (found["outcome"], found["credential_type"]) == ("conflict", "AHSD")
    assert found["asn"] == ministry.asn(1)


def test_workers_carry_runs_on(ministry: Ministry) -> None:
    """A run that waits for nobody's service is a step like any other; one that was put off waits."""
    run = entered(ministry, ministry.ordered(3))
    chunks._put_off(ministry.installation, run, ValueError())
    assert "carry_on_bulk_runs" not in {step for step, _ in ministry.work()}
    ministry.wait(minutes=1)
    assert ("carry_on_bulk_runs", 1) in ministry.work()
    assert (run_of(ministry, run).state, run_of(ministry, run).finished) == ("finished", 3)


@contextmanager
def at_work(ministry: Ministry, folder: Path, command: str) -> Iterator["subprocess.Popen[str]"]:
    """A process of the command line that works on the same installation, killed at the end."""
    settings = ministry.installation.settings
    where = {"ORDERS_DATABASE_URL": settings.database_url, "ORDERS_STORE_URL": settings.store_url}
    port = ("--port", free_port()) if command == "serve" else ()
    process = CommandLine(folder, where).start(command, *port)
    try:
        yield process
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def wait_until(ministry: Ministry, run: int, finished: int) -> None:
    """Until so many are finished."""
    end = time.monotonic() + 90
    while run_of(ministry, run).finished < finished:
        if time.monotonic() > end:
            raise TimeoutError
        time.sleep(0.005)


def run_of(ministry: Ministry, run: int) -> BulkRun:
    """How far it is."""
    row: BulkRun
    (row,) = ministry.where(BulkRun, table(BulkRun).c.id == run)
    return row


def killed_in_the_middle(ministry: Ministry, folder: Path, command: str, number: int) -> int:
    """A run whose process was killed before its end; where that comes too soon, of twice as many."""
    run = entered(ministry, ministry.ordered(number))
    with at_work(ministry, folder, command):
        wait_until(ministry, run, 1)
    if run_of(ministry, run).finished == number:
        return killed_in_the_middle(ministry, folder, command, 2 * number)
    return run


@pytest.mark.parametrize("command", ["serve", pytest.param("work", marks=pytest.mark.long)])
def test_a_killed_process_is_followed_by_the_next(ministry: Ministry, tmp_path: Path, command: str) -> None:
    """Service or worker killed with -9 in the middle of a run: another one finishes it, each outcome once."""
    run = killed_in_the_middle(ministry, tmp_path, command, 1000)
    number = run_of(ministry, run).selected
    print(f"killed after {run_of(ministry, run).finished} of {number}")
    with at_work(ministry, tmp_path, command):
        wait_until(ministry, run, number)
    assert (run_of(ministry, run).state, run_of(ministry, run).by_outcome) == ("finished", {"done": number})
    outcomes = outcomes_of(ministry, run)
    assert Counter(each["outcome"] for each in outcomes) == {"done": number}
    told = Counter(row.subject_id for row in ministry.where(OrderItemHistory) if row.event == "cancel")
    assert set(told.values()) == {1}
    assert len(told) >= number
