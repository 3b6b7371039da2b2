"""``award-and-order`` and ``items-do`` killed at any moment and carried on: each outcome once."""

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from models.bulk_runs import BulkRow, BulkRun
from models.codes import BulkKind, CredentialType
from models.credentials import Credential
from models.history import CredentialHistory, OrderItemHistory
from models.orders import OrderItem
from tests.acceptance.command_line import Orders, Result, finished
from tests.ministry import Ministry
from workflows.operations.bulk import chunks
from workflows.source import table

#: Moments come from here, so that a failing run can be repeated.
SEED = 20260302
#: Units of a chunk in the killed processes, so that a run of a hundred has twenty chunks.
_UNITS = 5
_MAIN = f"""
from workflows.operations.bulk import chunks
chunks.CHUNK = {_UNITS}
from cli.main import main
main()
"""


class Command(NamedTuple):
    """A bulk command: what it needs, its words, the kind of its run, and the outcome of each of its subjects."""

    prepare: Callable[[Ministry, int], object]
    words: Sequence[str]
    kind: BulkKind
    outcome: str


def achieved(ministry: Ministry, number: int) -> None:
    """So many students who achieved a diploma."""
    for _ in range(number):
        ministry.credential(ministry.student(), CredentialType.AHSD)


COMMANDS = {
    "items-do": Command(
        Ministry.ordered,
        ("items-do", "cancel", "--state", "created", "--reason", "OrderedInError"),
        BulkKind.TRANSITION,
        "done",
    ),
    "award-and-order": Command(
        achieved, ("award-and-order", "--type", "AHSD"), BulkKind.AWARD_AND_ORDER, "ordered"
    ),
}


def line_of(ministry: Ministry, folder: Path) -> Orders:
    """The command line on the ministry's installation."""
    settings = ministry.installation.settings
    where = {"ORDERS_DATABASE_URL": settings.database_url, "ORDERS_STORE_URL": settings.store_url}
    return Orders(folder, where)


@contextmanager
def under_way(line: Orders, *words: object) -> Iterator["subprocess.Popen[str]"]:
    """A call with small chunks as a process of its own, killed at the end if it is still alive then."""
    process = subprocess.Popen(
        [sys.executable, "-c", _MAIN, *map(str, words)],
        cwd=line.folder,
        env=line.environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        start_new_session=True,
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        finished(process)


def run_of(ministry: Ministry, command: Command) -> Any:
    """The row of the command's run; ``None`` before it is entered."""
    found = ministry.where(BulkRun, table(BulkRun).c.kind == command.kind)
    assert len(found) <= 1
    return found[0] if found else None


def killed(ministry: Ministry, line: Orders, command: Command, draw: random.Random) -> str:
    """Begin the command, or carry its run on, and kill it at a drawn moment; gives where the run was then.

    By the clock, which is mostly before the run is entered or goes on; or once some more of its rows are finished.
    """
    run = run_of(ministry, command)
    words = command.words if run is None else ("run", "resume", run.id)
    before = 0 if run is None else run.finished
    wanted = draw.choice([None, before + 1, before + 2 * _UNITS, before + 4 * _UNITS])
    pause = draw.uniform(0, 2) if wanted is None else draw.uniform(0, 0.02)
    with under_way(line, *words) as process:
        if wanted is not None:
            wait_for(
                process, lambda: (row := run_of(ministry, command)) is not None and row.finished >= wanted
            )
        time.sleep(pause)
    row = run_of(ministry, command)
    return "not entered" if row is None else f"{row.finished}"


def wait_for(process: "subprocess.Popen[str]", reached: Callable[[], bool]) -> None:
    """Wait until something is so, as long as the process lives."""
    end = time.monotonic() + 60
    while process.poll() is None and not reached():
        assert time.monotonic() < end
        time.sleep(0.002)


@pytest.mark.parametrize("name", COMMANDS)
@pytest.mark.parametrize(
    ("kills", "number"),
    [(3, 120), pytest.param(20, 1500, marks=pytest.mark.long)],
    ids=["3 kills", "20 kills"],
)
def test_a_killed_command_is_carried_on_with_each_outcome_once(
    ministry: Ministry, tmp_path: Path, name: str, kills: int, number: int
) -> None:
    """Killed with -9 at random moments, begun again or resumed each time, it comes to what one call would."""
    command, draw = COMMANDS[name], random.Random(SEED)
    command.prepare(ministry, number)
    line = line_of(ministry, tmp_path)
    places = [killed(ministry, line, command, draw) for _ in range(kills)]
    print(f"{name}, seed {SEED}, {number} rows: killed at {', '.join(places)}")
    run = run_of(ministry, command)
    last = line.run("run", "resume", run.id, "--json") if run else line.run(*command.words, "--json")
    assert last.exit_code == 0, last.err
    assert_each_once(ministry, command, last, number)


def assert_each_once(ministry: Ministry, command: Command, last: Result, number: int) -> None:
    """The last call, the run, its rows and the histories of its subjects tell of every subject, and of each once."""
    assert last.json["selected"] == number
    assert Counter(row["outcome"] for row in last.json["outcomes"]) == {command.outcome: number}
    run = run_of(ministry, command)
    assert (run.state, run.selected, run.finished) == ("finished", number, number)
    assert run.by_outcome == {command.outcome: number}
    rows = ministry.where(BulkRow, table(BulkRow).c.run_id == run.id)
    assert [row.outcome for row in rows] == last.json["outcomes"]
    assert len({row.subject_id for row in rows}) == number
    if command.kind is BulkKind.TRANSITION:
        told = Counter(row.subject_id for row in ministry.where(OrderItemHistory) if row.event == "cancel")
    else:
        told = Counter(row.subject_id for row in ministry.where(CredentialHistory) if row.event == "award")
        assert len({row.number for row in ministry.rows(Credential)}) == number
    assert (len(told), set(told.values())) == (number, {1})
    assert len(ministry.rows(OrderItem)) == number
    assert ministry.broken_history() == []


@pytest.mark.parametrize("name", COMMANDS)
def test_the_next_worker_carries_a_killed_command_on(ministry: Ministry, tmp_path: Path, name: str) -> None:
    """A worker that comes by finishes the run; who resumes it then is only told what became of it."""
    command, number = COMMANDS[name], 60
    command.prepare(ministry, number)
    line = line_of(ministry, tmp_path)
    with under_way(line, *command.words) as process:
        wait_for(process, lambda: (row := run_of(ministry, command)) is not None and row.finished > 0)
    cut_off = run_of(ministry, command)
    assert 0 < cut_off.finished < number
    assert ("carry_on_bulk_runs", 1) in ministry.work()
    told = line.call("run", "resume", cut_off.id, "--json")
    assert told.exit_code == 0, told.err
    assert {row["outcome"] for row in told.json["outcomes"]} == {command.outcome}
    assert run_of(ministry, command).by_outcome == {command.outcome: number}


@pytest.mark.parametrize("name", COMMANDS)
def test_a_worker_beside_a_command_does_nothing_twice(
    ministry: Ministry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """Both take chunks of one run in turn; the command ends with it, whoever carried out its last chunk."""
    monkeypatch.setattr(chunks, "CHUNK", _UNITS)
    command, number = COMMANDS[name], 100
    command.prepare(ministry, number)
    line, own = line_of(ministry, tmp_path), 0
    with under_way(line, *command.words, "--json") as process:
        wait_for(process, lambda: run_of(ministry, command) is not None)
        run = run_of(ministry, command).id
        while run_of(ministry, command).state != "finished":
            own += chunks.carry_on(ministry.installation, run)
            time.sleep(0.03 if own else 0)  # once it had a turn, the other has some too
        out, err = process.communicate(timeout=60)
        assert process.returncode == 0, err
    print(f"{own} of {number // _UNITS} chunks were the worker's")
    assert own > 0
    assert_each_once(ministry, command, Result(0, out, err), number)
