"""A worker that is killed at any moment: nothing is lost, nothing is done twice, and every byte is as if undisturbed."""

import os
import random
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.acceptance.command_line import AFTERNOON, Orders, finished
from tests.faults.conftest import SETTINGS

#: Moments come from here, so that a failing run can be repeated.
SEED = 20260302
#: Copies of the wave, each of whose two stages is killed once: 24 moments.
COPIES = 12
#: Those that every run kills: by the clock early, amid and late, and by what was written once for each kind of file. A
#: moment finds what its neighbour of the same kind does; the others are for ``-m long``, where chance may lie between.
ALWAYS = (0, 1, 3, 4, 5, 8)
#: What differs rightly between an undisturbed wave and one whose worker died: how often an item was taken.
_VOLATILE = {"version"}


class Outcome(NamedTuple):
    """What a wave comes to: items, print jobs, and every finished file of the drop and of the document store."""

    items: list[dict[str, Any]]
    jobs: list[dict[str, Any]]
    dropped: dict[str, bytes]
    stored: set[str]


class Baseline(NamedTuple):
    """The undisturbed wave, with the seconds that each stage took."""

    outcome: Outcome
    seconds: tuple[float, float]


def stages(orders: Orders) -> tuple[Orders, Orders]:
    """In the morning full jobs are released while items are processed; in the afternoon the clock releases the rest."""
    return orders, orders.with_(ORDERS_CLOCK=AFTERNOON)


def outcome(orders: Orders) -> Outcome:
    """What the wave in ``orders`` has come to."""
    items = orders.items("--limit", "1000")
    return Outcome(
        [{name: value for name, value in item.items() if name not in _VOLATILE} for item in items],
        [
            {name: value for name, value in job.items() if name not in _VOLATILE}
            for job in orders.ok("print-jobs")["print_jobs"]
        ],
        {name: (orders.drop / name).read_bytes() for name in files(orders.drop)},
        files(orders.folder / "documents"),
    )


def files(folder: Path) -> set[str]:
    """The finished files under ``folder``."""
    found = (path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    return {name for name in found if not name.endswith(".part")}


def copy_of(prepared: Path, folder: Path) -> Orders:
    """The prepared wave in a folder of its own."""
    shutil.copytree(prepared, folder, dirs_exist_ok=True)
    return Orders(folder, SETTINGS)


@pytest.fixture(scope="module")
def baseline(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> Baseline:
    """Both stages, undisturbed."""
    orders = copy_of(prepared, tmp_path_factory.mktemp("baseline"))
    seconds = []
    for stage in stages(orders):
        started = time.perf_counter()
        result = stage.run("work", "--until-idle")
        seconds.append(time.perf_counter() - started)
        assert result.exit_code == 0, result.err
    return Baseline(outcome(orders), (seconds[0], seconds[1]))


def test_the_undisturbed_wave_is_worth_disturbing(baseline: Baseline) -> None:
    """Several jobs of each key are released in both stages, and what can't be printed is held."""
    states = [item["state"] for item in baseline.outcome.items]
    assert (len(states), states.count("sent"), states.count("system_hold")) == (60, 57, 3)
    assert len(baseline.outcome.jobs) >= 12
    assert {job["state"] for job in baseline.outcome.jobs} == {"transmitted"}
    assert len({job["transmitted_at"] for job in baseline.outcome.jobs}) == 2


When = Callable[[Orders], bool]


def after(seconds: float) -> When:
    """True once so many seconds have passed since this was made."""
    end = time.perf_counter() + seconds
    return lambda _: time.perf_counter() >= end


def once_there_are(number: int, pattern: str) -> When:
    """True once so many files of the installation match."""
    return lambda orders: sum(1 for _ in orders.folder.glob(pattern)) >= number


def kill(orders: Orders, when: When) -> bool:
    """Start a worker and kill it, with whatever it started, at the given moment; gives whether it was still alive.

    A worker that never comes to that moment ends when it is idle.
    """
    process = orders.start("work", "--until-idle")
    while process.poll() is None and not when(orders):
        time.sleep(0.002)
    alive = process.poll() is None
    if alive:
        os.killpg(process.pid, signal.SIGKILL)
    finished(process)
    return alive


def moments(copy: int, seconds: tuple[float, float]) -> list[tuple[str, When]]:
    """A moment for each stage: by the clock for even copies, spread evenly; by what was written so far for odd ones."""
    draw = random.Random(SEED + copy)
    if copy % 2 == 0:
        delays = [(copy / 2 + draw.random()) / (COPIES / 2) * each for each in seconds]
        return [(f"after {delay:.3f} s", after(delay)) for delay in delays]
    places = {
        "documents/documents/**/*.pdf": draw.randint(1, 57),
        "documents/print-files/**/*": draw.randint(1, 12),
        "print/*": draw.randint(1, 12),
    }
    first = list(places)[copy // 2 % 3]
    grown = draw.randint(17, 25)
    return [
        (f"at {places[first]} × {first}", once_there_are(places[first], first)),
        (f"at {grown} × print/*", once_there_are(grown, "print/*")),
    ]


@pytest.mark.parametrize(
    "copy", [copy if copy in ALWAYS else pytest.param(copy, marks=pytest.mark.long) for copy in range(COPIES)]
)
def test_a_worker_killed_at_any_moment_leaves_no_trace(
    prepared: Path, baseline: Baseline, tmp_path: Path, copy: int
) -> None:
    """Killed once in each stage and started again, the wave ends with the same items, documents, jobs and bytes."""
    orders = copy_of(prepared, tmp_path)
    drawn = moments(copy, baseline.seconds)
    for number, stage in enumerate(stages(orders)):
        named, when = drawn[number]
        if named.startswith("after"):  # counts from now
            when = after(float(named.split()[1]))
        hit = kill(stage, when)
        print(
            f"seed {SEED}, copy {copy}, stage {number + 1}: killed {named}{'' if hit else ' (idle by then)'}, {standing(orders)}"
        )
        result = stage.run("work", "--until-idle")
        assert result.exit_code == 0, result.err
    assert_as_if_undisturbed(orders, baseline)


# One recovery is like another; which documents were there when it began is left to the long run's chance.
@pytest.mark.parametrize("seed", [0, *(pytest.param(seed, marks=pytest.mark.long) for seed in (1, 2))])
def test_a_worker_killed_again_while_it_recovers(
    prepared: Path, baseline: Baseline, tmp_path: Path, seed: int
) -> None:
    """Two kills in a row, the second amid the recovery from the first, change nothing either."""
    orders = copy_of(prepared, tmp_path)
    draw = random.Random(SEED - seed)
    rendered = draw.randint(1, 30)
    for number in (rendered, rendered + draw.randint(1, 25)):
        kill(orders, once_there_are(number, "documents/documents/**/*.pdf"))
        print(f"seed {SEED}, killed at {number} documents, {standing(orders)}")
    for stage in stages(orders):
        assert stage.run("work", "--until-idle").exit_code == 0
    assert_as_if_undisturbed(orders, baseline)


def standing(orders: Orders) -> dict[str, int]:
    """Items by state, to see in the test's output what a kill left behind."""
    return dict(orders.rows("SELECT state, count(*) FROM order_items GROUP BY state"))  # type: ignore[arg-type]


def assert_as_if_undisturbed(orders: Orders, baseline: Baseline) -> None:
    """The wave is where the undisturbed one is, and its history tells of nothing done twice."""
    found = outcome(orders)
    assert found.items == baseline.outcome.items
    assert found.jobs == baseline.outcome.jobs
    assert found.dropped == baseline.outcome.dropped
    assert found.stored == baseline.outcome.stored
    assert not any(orders.ok("verify-history")["broken"].values())
    sent = sum(item["state"] == "sent" for item in found.items)
    for event in ("render", "add_to_print_job", "dispatch"):
        once = orders.rows(
            "SELECT count(*), count(DISTINCT subject_id) FROM order_item_history WHERE event = ?", event
        )
        assert once == [(sent, sent)], event
    assert orders.rows("SELECT count(*), count(DISTINCT item_id) FROM envelopes") == [(sent, sent)]
    assert orders.rows("SELECT count(*) FROM documents") == [(sent,)]
    assert orders.rows("SELECT count(*) FROM order_items WHERE lease_owner IS NOT NULL") == [(0,)]
    assert not list(orders.folder.glob(".embedded-*.lock"))


def test_until_idle_waits_for_the_living_but_not_for_the_dead(prepared: Path, tmp_path: Path) -> None:
    """The leases of a killed worker lapse at once: with leases of an hour the next one ends within seconds."""
    orders = copy_of(prepared, tmp_path).with_(ORDERS_LEASE_SECONDS="3600")
    kill(orders, once_there_are(5, "documents/documents/**/*.pdf"))
    assert standing(orders).get("processing", 0) > 0
    started = time.perf_counter()
    assert orders.run("work", "--until-idle").exit_code == 0
    assert time.perf_counter() - started < 30
    assert "processing" not in standing(orders)


def test_until_idle_waits_for_a_live_worker(prepared: Path, tmp_path: Path) -> None:
    """While another living worker holds leases, --until-idle does not end; once that one is dead, it takes over."""
    orders = copy_of(prepared, tmp_path).with_(ORDERS_LEASE_SECONDS="3600")
    worker = orders.start("work")
    try:
        wait_for(worker, lambda: standing(orders).get("processing", 0) > 0)
        os.killpg(worker.pid, signal.SIGSTOP)
        frozen = standing(orders).get("processing", 0) > 0
        second = orders.start("work", "--until-idle")
        if frozen:
            with pytest.raises(subprocess.TimeoutExpired):
                second.wait(4)
    finally:
        os.killpg(worker.pid, signal.SIGKILL)
        finished(worker)
    assert finished(second).exit_code == 0
    assert frozen
    assert "processing" not in standing(orders)


def wait_for(process: "subprocess.Popen[str]", reached: Callable[[], bool]) -> None:
    """Wait until something is so, as long as the process lives."""
    end = time.perf_counter() + 30
    while not reached():
        assert process.poll() is None
        assert time.perf_counter() < end
        time.sleep(0.002)
