"""Where a process may die or a file system may fail: around every commit and every act outside of the database.

The points are declared here, once, and woven in from here into a process that a test has forked. The product itself
holds none of them: in production there is nothing to pay for and nothing to switch on.
"""

import errno
import hashlib
import os
import shutil
import signal
import sys
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType, TracebackType
from typing import Any, Literal

from dramatiq.brokers import redis as dramatiq_redis
from fsspec.implementations.local import LocalFileSystem
from sqlmodel import Session

from actors import hints
from models.sql.database import Database
from models.sql.unit_of_work import UnitOfWork

#: Functions that commit, as ``module.function``: those of the automatic steps first, then those of people.
COMMITS = (
    "processing.claim", "processing.render_claimed", "processing.requeue", "processing.release_where_causes_are_gone",
    "print_jobs._gather", "print_jobs.release", "transmission.write_print_file", "transmission.postpone",
    "transmission._hand_over", "transmission._accept", "transmission._give_back", "mail._claim", "mail.send",
    "clock.presume_delivered", "clock.remind", "clock.purge", "download.expire", "checkout.abandon_idle",
    "leases.renew", "heads._write_next", "bulk_award.begin_award", "chunks._chunk", "receipts.acknowledge", "receipts.reconcile",
)  # fmt: skip
#: Functions that write a file of the store, the drop or the outgoing mail, with the file's ending.
FILES = (
    ("processing._render_one", ".pdf"), ("transmission.write_print_file", ".pdf"),
    ("transmission.write_print_file", ".json"), ("transmission._drop", ".pdf"), ("transmission._drop", ".json"),
    ("mail._attempt", ".eml"), ("heads._write_next", ".json"),
)  # fmt: skip
#: Functions that delete such files.
DELETIONS = ("clock._delete_files",)
#: What passes between this process and Redis.
EXCHANGES = ("send", "note", "forget", "acknowledge")

POINTS = frozenset(
    [f"{place}: {moment} its commit" for place in COMMITS for moment in ("before", "after")]
    + [
        f"{place} {ending}: {moment}"
        for place, ending in FILES
        for moment in ("before it", "half written", "before its rename", "after it")
    ]
    + [f"{place}: {moment} a deletion" for place in DELETIONS for moment in ("before", "after")]
    + [f"Redis: {moment} {each}" for each in EXCHANGES for moment in ("before", "after")]
)

Kind = Literal["kill", "full", "unwritable"]
_ERRORS = {"full": errno.ENOSPC, "unwritable": errno.EACCES}


class Undeclared(BaseException):
    """A process came to a commit or an act outside for which no point is declared."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What is to happen at the ``nth`` time that this process comes to ``point``."""

    point: str
    nth: int
    kind: Kind = "kill"


@dataclass(slots=True)
class Course:
    """How far a process has come: the points that it met, in order, and the fault that waits for it."""

    fault: Fault | None
    met: list[str]
    times: Counter[str]
    fired: bool = False

    def reach(self, point: str) -> None:
        """Say that the process is at ``point``, and suffer what waits there."""
        if point not in POINTS:
            raise Undeclared(f"the point {point!r} is not declared in tests/faults/points.py")
        self.met.append(point)
        self.times[point] += 1
        fault = self.fault
        if fault is not None and not self.fired and (point, self.times[point]) == (fault.point, fault.nth):
            self.fired = True
            if fault.kind == "kill":
                os.kill(os.getpid(), signal.SIGKILL)
            raise OSError(_ERRORS[fault.kind], os.strerror(_ERRORS[fault.kind]))


def errors_at(points: Iterable[str]) -> list[str]:
    """Those of ``points`` at which a file system may also say no, instead of the process dying."""
    return [point for point in points if point.endswith(("before it", "half written", "a deletion"))]


def weave(fault: Fault | None, journal: Path) -> Course:
    """Put every point into this process, for good. What is handed outside is noted in ``journal``."""
    path = Course(fault, [], Counter())
    _weave_commits(path)
    _weave_files(path, journal)
    _weave_exchanges(path)
    return path


def _place(frame: FrameType | None) -> str:
    """The function of ours, outside of the floor of files and sessions, that ``frame`` is in or was called from."""
    while frame is not None:
        module, name = frame.f_globals.get("__name__", ""), frame.f_code.co_name
        if module.startswith(("workflows.", "actors.")) and not name.startswith("<"):
            return f"{module.rsplit('.', 1)[1]}.{name}"
        frame = frame.f_back
    return "a test"


def _weave_commits(path: Course) -> None:
    write = Database.write

    class Writing(AbstractContextManager[Session]):
        def __init__(self, database: Database) -> None:
            self._inner = write(database)
            self._place = ""

        def __enter__(self) -> Session:
            self._place = _place(sys._getframe(1))
            return self._inner.__enter__()

        def __exit__(
            self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
        ) -> bool | None:
            watched = kind is None and self._place != "a test"
            if watched:
                path.reach(f"{self._place}: before its commit")
            answer = self._inner.__exit__(kind, error, trace)
            if watched:
                path.reach(f"{self._place}: after its commit")
            return answer

    def write_watched(database: Database) -> Any:
        return Writing(database)

    Database.write = write_watched  # type: ignore[assignment, method-assign]
    end = UnitOfWork.__exit__

    def end_watched(
        unit: UnitOfWork,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        place = _place(sys._getframe(1))
        watched = kind is None and place != "a test"
        if watched:
            path.reach(f"{place}: before its commit")
        end(unit, kind, error, trace)
        if watched:
            path.reach(f"{place}: after its commit")

    UnitOfWork.__exit__ = end_watched  # type: ignore[method-assign]


def _weave_files(path: Course, journal: Path) -> None:
    pipe, move, link = LocalFileSystem.pipe_file, LocalFileSystem.mv, LocalFileSystem.link
    copy, remove = shutil.copyfileobj, LocalFileSystem.rm_file

    home = str(journal.parent)

    def pipe_file(files: Any, at: str, data: bytes, **options: Any) -> None:
        if not at.startswith(home):  # fonts and masters, which whoever needs them makes again
            pipe(files, at, data, **options)
            return
        name = _file(at)
        path.reach(f"{name}: before it")
        pipe(files, at, data[: len(data) // 2], **options)
        path.reach(f"{name}: half written")
        pipe(files, at, data, **options)

    def copyfileobj(source: Any, out: Any, length: int = 0) -> None:
        at = str(getattr(out, "path", ""))
        if not at.startswith(home):
            copy(source, out, length)
            return
        name, data = _file(at), source.read()
        path.reach(f"{name}: before it")
        out.write(data[: len(data) // 2])
        path.reach(f"{name}: half written")
        out.write(data[len(data) // 2 :])

    def mv(files: Any, source: str, target: str, **options: Any) -> None:
        if not target.startswith(home):
            move(files, source, target, **options)
            return
        name = _file(target)
        path.reach(f"{name}: before its rename")
        _note(journal, target, Path(source).read_bytes())
        move(files, source, target, **options)
        path.reach(f"{name}: after it")

    def link_file(files: Any, source: str, target: str, **options: Any) -> None:
        name = _file(target)
        path.reach(f"{name}: before its rename")
        link(files, source, target, **options)
        _note(journal, target, Path(target).read_bytes())
        path.reach(f"{name}: after it")

    def rm_file(files: Any, at: str) -> None:
        place = _place(sys._getframe(1))
        if place not in DELETIONS:
            remove(files, at)
            return
        path.reach(f"{place}: before a deletion")
        remove(files, at)
        path.reach(f"{place}: after a deletion")

    shutil.copyfileobj = copyfileobj  # type: ignore[assignment]
    LocalFileSystem.pipe_file, LocalFileSystem.mv, LocalFileSystem.link = pipe_file, mv, link_file
    LocalFileSystem.rm_file = rm_file


def _file(at: str) -> str:
    """The point's name for writing the file ``at``, perhaps aside."""
    name = Path(at).name
    ending = ".json" if ".json" in name else "." + name.split(".")[1]
    return f"{_place(sys._getframe(2))} {ending}"


def _note(journal: Path, target: str, data: bytes) -> None:
    """One line for each act outside, whole or not at all: its key and what was handed over."""
    line = f"{hashlib.sha256(data).hexdigest()} {target}\n".encode()
    out = os.open(journal, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    os.write(out, line)
    os.close(out)


def _weave_exchanges(path: Course) -> None:
    consumer = dramatiq_redis._RedisConsumer
    for owner, name, exchange in (
        (dramatiq_redis.RedisBroker, "enqueue", "send"),
        (hints.Hints, "take", "note"),
        (hints.Hints, "forget", "forget"),
        (consumer, "ack", "acknowledge"),
    ):
        setattr(owner, name, _between(path, getattr(owner, name), exchange))


def _between(path: Course, act: Callable[..., Any], exchange: str) -> Callable[..., Any]:
    def acted(*arguments: Any, **named: Any) -> Any:
        path.reach(f"Redis: before {exchange}")
        answer = act(*arguments, **named)
        path.reach(f"Redis: after {exchange}")
        return answer

    return acted
