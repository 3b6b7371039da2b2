"""A run of tests that is killed leaves no server, no command and no folder of a server behind."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
import pytest

ROOT = Path(__file__).parents[2]
#: Seconds in which a run comes to its test, and in which nothing is left of one that was killed.
_PATIENCE = 90

_CONFTEST = "from tests.conftest import *\n"
_TEST = """
import json, os, subprocess, sys, time
from pathlib import Path

from psycopg.conninfo import conninfo_to_dict

def test_everything(postgresql_server, shared_redis, tmp_path):
    command = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"], start_new_session=True)
    folder = Path(conninfo_to_dict(postgresql_server._url)["host"])
    redis = shared_redis.own
    told = {
        "test": os.getpid(),
        "left": [int((folder / "postmaster.pid").read_text().split()[0]), redis._process.pid, command.pid],
        "folders": [str(folder), str(redis.data_dir)],
    }
    part = Path(__file__).with_name("told.part")
    part.write_text(json.dumps(told))
    part.rename(part.with_suffix(".json"))
    time.sleep(600)
"""


@contextmanager
def run_under_way(folder: Path, *options: str) -> Iterator[tuple["subprocess.Popen[bytes]", dict[str, Any]]]:
    """A run in the midst of a test that has started everything, with what it started."""
    (folder / "conftest.py").write_text(_CONFTEST)
    (folder / "test_everything.py").write_text(_TEST)
    (folder / "pytest.ini").touch()
    run = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-p",
            "no:cacheprovider",
            f"--basetemp={folder}/base",
            *options,
        ],
        cwd=folder,
        env={name: value for name, value in os.environ.items() if not name.startswith("PYTEST")}
        | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        told = folder / "told.json"
        until(told.exists)
        yield run, json.loads(told.read_text())
    finally:
        os.killpg(run.pid, signal.SIGKILL)
        run.wait()


def until(reached: Callable[[], bool]) -> None:
    """Wait until something is so."""
    end = time.monotonic() + _PATIENCE
    while not reached():
        assert time.monotonic() < end, "not reached"
        time.sleep(0.05)


def is_gone(pid: int) -> bool:
    """Whether a process has ended; in a container nobody may wait for it."""
    try:
        return bool(psutil.Process(pid).status() == psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return True


@pytest.mark.parametrize(
    "ended", ["kill -9", "kill -9 of the one that gives out the tests", "kill -9 of a worker", "Ctrl-C"]
)
def test_nothing_stays_of_a_run_that_is_ended(ended: str, tmp_path: Path) -> None:
    """However a run ends, PostgreSQL, Redis and the commands of its tests end, and their folders go."""
    with run_under_way(tmp_path, "-n", "1" if " of " in ended else "0") as (run, told):
        assert not any(map(is_gone, told["left"]))
        assert all(Path(folder).exists() for folder in told["folders"])
        if ended == "Ctrl-C":
            os.killpg(run.pid, signal.SIGINT)
        else:
            os.kill(told["test"] if ended == "kill -9 of a worker" else run.pid, signal.SIGKILL)
        until(lambda: all(map(is_gone, told["left"])))
        until(lambda: not any(Path(folder).exists() for folder in told["folders"]))
        until(lambda: is_gone(told["test"]))
