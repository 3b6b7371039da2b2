"""Processes of a contender: started, watched for processor time and peak memory, and stopped."""

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(slots=True)
class Spent:
    """Processor seconds of all processes together, and the peak memory of the largest, in MB."""

    seconds: float = 0.0
    peak: float = 0.0


@contextmanager
def running(commands: Sequence[Sequence[str]], environment: Mapping[str, str]) -> Iterator["Watch"]:
    """``python -m`` with each of ``commands`` until the block ends. What they say goes to a file that errors show."""
    with tempfile.TemporaryFile() as said:
        started = [
            subprocess.Popen(
                [sys.executable, "-W", "ignore", "-m", *command],
                env={**os.environ, **environment},
                stdout=said,
                stderr=said,
            )
            for command in commands
        ]
        try:
            yield Watch(started)
        finally:
            for each in started:
                each.send_signal(signal.SIGTERM)
            for each in started:
                each.wait(timeout=60)


class Watch:
    """A look at processes and their children while they live."""

    def __init__(self, started: Sequence[subprocess.Popen[bytes]]) -> None:
        self._started = started

    def check(self) -> None:
        """Raise when one of the processes has ended."""
        for each in self._started:
            if each.poll() is not None:
                raise RuntimeError(f"{each.args!r} ended with {each.returncode}")

    def spent(self) -> Spent:
        """What all living processes have spent since they began."""
        spent = Spent()
        for process in _with_children([each.pid for each in self._started]):
            fields = (Path("/proc") / str(process) / "stat").read_text().rpartition(")")[2].split()
            spent.seconds += (int(fields[11]) + int(fields[12])) / _TICKS
            spent.peak = max(spent.peak, peak_memory(process))
        return spent


def peak_memory(process: int | str = "self") -> float:
    """The most memory that a process has held, in MB."""
    for line in (Path("/proc") / str(process) / "status").read_text().splitlines():
        if line.startswith("VmHWM"):
            return int(line.split()[1]) / 1024
    return 0.0


def _with_children(processes: Sequence[int]) -> list[int]:
    found = list(processes)
    for each in processes:
        tasks = (Path("/proc") / str(each) / "task").glob("*/children")
        found += _with_children([int(child) for task in tasks for child in task.read_text().split()])
    return found
