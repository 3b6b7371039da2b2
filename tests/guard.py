"""Ends whatever a test process started once that process is gone, however it went.

``ends_with_us`` starts this file as a process of its own. Servers and commands that tests start carry a mark in their
environment; when the test process has ended, by ``kill -9`` too, whatever still carries it is ended.
"""

import os
import select
import shutil
import signal
import sys
import uuid
from contextlib import suppress
from pathlib import Path

import psutil

#: Names the environment variable by which a process is known as one of a test process's.
MARK = "TESTS_STARTED_BY"
#: Seconds between two looks at the test process, and seconds a server is given to stop.
_LOOK, _PATIENCE = 0.5, 5
_told: list[int] = []


def ends_with_us() -> None:
    """From now on, what this process starts ends with it; a process that is given tests ends with the one that gives them."""
    mark = uuid.uuid4().hex
    watched = [os.getpid(), *([os.getppid()] if "PYTEST_XDIST_WORKER" in os.environ else [])]
    read, write = os.pipe()
    outer = {name: value for name, value in os.environ.items() if name != MARK}  # a guard is nobody's to end
    os.posix_spawn(
        sys.executable,
        [sys.executable, __file__, mark, *map(str, watched)],
        outer,
        file_actions=[
            (os.POSIX_SPAWN_DUP2, read, 0),
            *((os.POSIX_SPAWN_OPEN, stream, os.devnull, os.O_WRONLY, 0) for stream in (1, 2)),
        ],
        setsid=True,
    )
    os.close(read)
    os.environ[MARK] = mark
    _told[:] = [write]


def goes_too(folder: Path) -> None:
    """A folder of a server's, of which nothing may be left either."""
    _tell("folder", folder)


def ends_too(pid: int) -> None:
    """A server that overwrites the environment it was given."""
    _tell("process", pid)


def _tell(kind: str, what: object) -> None:
    for told in _told:
        os.write(told, f"{kind} {what}\n".encode())


def _listen(watched: list[psutil.Process]) -> tuple[list[psutil.Process], list[str]]:
    """The processes and folders told of until one of ``watched`` ends; one forked from it may hold the pipe still.

    A process is looked up when it is told of: later its number may be another's, and psutil ends no other.
    """
    processes: list[psutil.Process] = []
    folders: list[str] = []
    rest = b""
    while all(map(_lives, watched)):
        if not select.select([0], [], [], _LOOK)[0]:
            continue
        said = os.read(0, 65536)
        if not said:
            break
        *lines, rest = (rest + said).split(b"\n")
        for kind, what in (line.decode().split(" ", 1) for line in lines):
            if kind == "folder":
                folders.append(what)
            else:
                with suppress(psutil.NoSuchProcess):
                    processes.append(psutil.Process(int(what)))
    return processes, folders


def _lives(process: psutil.Process) -> bool:
    """Whether it runs; one that nobody has waited for yet is dead all the same."""
    try:
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def _marked(mark: str) -> list[psutil.Process]:
    found = []
    for process in psutil.process_iter():
        try:
            if process.pid != os.getpid() and process.environ().get(MARK) == mark:
                found.append(process)
        except (psutil.Error, OSError):  # another's, or gone already
            continue
    return found


def _end(processes: list[psutil.Process]) -> None:
    # To PostgreSQL this means: at once, and all that it started too. To others it is one more way to end.
    for sent in (signal.SIGQUIT, signal.SIGKILL):
        for process in processes:
            try:
                process.send_signal(sent)
            except psutil.Error:
                continue
        processes = psutil.wait_procs(processes, timeout=_PATIENCE)[1]


def main(mark: str, *pids: str) -> None:
    """Wait until one of ``pids`` has ended, the test process or the one that gives it tests; then end what is left."""
    try:
        watched = [psutil.Process(int(pid)) for pid in pids]
    except psutil.NoSuchProcess:
        watched = []
    told, folders = _listen(watched) if watched else ([], [])
    _end([*watched[:1], *told, *_marked(mark)])
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
