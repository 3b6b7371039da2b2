"""The release before the newest migration goes on working while the database is upgraded and the new release joins it."""

import os
import signal
import subprocess
import tarfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

import pytest

from models.schema import is_current
from renderers.masters.master import Masters
from tests.acceptance.command_line import ROOT, Orders
from tests.acceptance.extracts import credential, student, write
from tests.conftest import DATABASES
from tests.installations import open_installation, skip_or_fail
from tests.ministry import Ministry
from tests.year import invariants

#: Students before the upgrade, and as many after it.
_NUMBER = 15


def _git(*arguments: str) -> bytes:
    return subprocess.run(["git", "-C", ROOT, *arguments], check=True, capture_output=True).stdout


def _commit_before() -> str:
    """The first commit that had all migrations but the newest."""
    versions = "models/migrations/versions"
    *earlier, _ = sorted(path.name for path in (ROOT / versions).glob("0*.py"))
    for commit in _git("log", "--reverse", "--format=%H", "--", versions).decode().split():
        files = _git("ls-tree", "--name-only", commit, f"{versions}/").decode().split()
        if sorted(Path(file).name for file in files if "/0" in file) == earlier:
            return commit
    raise LookupError("no commit has all migrations but the newest")


@pytest.fixture(scope="module")
def release_before(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sources as they were when the migration before the newest came."""
    if _git("rev-parse", "--is-shallow-repository").strip() == b"true":
        pytest.skip("a shallow clone holds no earlier release")
    try:
        commit = _commit_before()
        theirs = _git("ls-tree", "--name-only", commit).decode().split()
        # Every package that it had, so that nothing of it is taken from here.
        sources = _git(
            "archive", commit, *(each for each in theirs if (ROOT / each / "__init__.py").exists())
        )
    except (OSError, LookupError, subprocess.CalledProcessError) as error:
        skip_or_fail(error)
        raise
    folder = tmp_path_factory.mktemp("release")
    with tarfile.open(fileobj=BytesIO(sources)) as archive:
        archive.extractall(folder, filter="data")
    return folder


@pytest.fixture(params=DATABASES)
def new(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Orders]:
    """The new release on a database that nobody has initialised."""
    if request.param == "sqlite":
        yield Orders(tmp_path)
        return
    with request.getfixturevalue("postgresql_server").empty() as url:
        yield Orders(tmp_path, server=url)


@contextmanager
def working(orders: Orders) -> Iterator["subprocess.Popen[str]"]:
    """An embedded worker that goes on until the block ends."""
    process = orders.start("work")
    try:
        yield process
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def order(orders: Orders, first: int) -> None:
    """Import so many students and order their first-runs, with the release of ``orders``."""
    asns = [f"{first + place}" for place in range(_NUMBER)]
    files = (
        write(orders.folder / "students.csv", [student(asn) for asn in asns]),
        write(orders.folder / "credentials.csv", [credential(asn) for asn in asns]),
    )
    for arguments in (("import", *files), ("award-and-order", "--type", "AHSD")):
        done = orders.run(*arguments)
        assert done.exit_code == 0, done


def until(reached: Callable[[], bool], *processes: "subprocess.Popen[str]") -> None:
    """Wait until something is so, while all ``processes`` live."""
    end = time.monotonic() + 90
    while not reached():
        assert all(each.poll() is None for each in processes)
        assert time.monotonic() < end
        time.sleep(0.05)


def test_an_upgrade_under_load(
    release_before: Path, new: Orders, tmp_path: Path, shared_masters: Masters
) -> None:
    """Rows of the old shape, an upgrade amid the old worker's work, then both releases together: nothing is lost."""
    settings = {"ORDERS_JOB_MAX_ENVELOPES": "5"}
    old, new = new.with_(PYTHONPATH=str(release_before), **settings), new.with_(**settings)
    assert old.run("init").exit_code == 0
    order(old, 100_000_001)
    with working(old) as before:
        until(lambda: new.rows("SELECT count(*) FROM documents")[0][0] > 0, before)
        upgraded = new.run("init")
        assert upgraded.exit_code == 0, upgraded
        with working(new) as after:
            order(new, 200_000_001)
            done = f"SELECT count(*) FROM order_items WHERE state = 'sent' HAVING count(*) = {2 * _NUMBER}"
            until(lambda: bool(new.rows(done)), before, after)
    # What the killed workers had in hand to send is due again some minutes later.
    new.with_(ORDERS_CLOCK="2026-03-02T16:10:00Z").ok("work", "--until-idle")
    url = new.environment()["ORDERS_DATABASE_URL"]
    installation = open_installation(url, tmp_path, shared_masters)
    try:
        assert is_current(installation.database)
        ministry = Ministry(installation)
        assert invariants.broken(ministry) | invariants.stuck(ministry) == {}
        assert ministry.broken_history() == []
        events = new.rows(
            "SELECT event, count(*), count(DISTINCT subject_id) FROM order_item_history GROUP BY event"
        )
        assert {event: (times, items) for event, times, items in events if event == "dispatch"} == {
            "dispatch": (2 * _NUMBER, 2 * _NUMBER)
        }
    finally:
        installation.database.close()
