"""A process that is told to stop does, whatever it is doing at that moment."""

import subprocess
import sys

#: The signal comes while the main thread is inside the event and holds its lock.
_INSIDE = """
import os, signal
from actors.processes import stop_on_signal
stop = stop_on_signal()
with stop._cond:
    os.kill(os.getpid(), signal.SIGTERM)
assert stop.wait(20)
"""
_TWICE = """
import os, signal
from actors.processes import stop_on_signal
stop = stop_on_signal(patient={patient})
os.kill(os.getpid(), signal.SIGTERM)
os.kill(os.getpid(), signal.SIGINT)
"""


def code_of(program: str) -> int:
    """How a program ends."""
    return subprocess.run([sys.executable, "-c", program], timeout=60, check=False).returncode


def test_a_signal_in_the_midst_of_waiting_is_heeded() -> None:
    """The handler does not wait for a lock that the thread it interrupts may hold."""
    assert code_of(_INSIDE) == 0


def test_the_second_signal_ends_at_once() -> None:
    """Whoever asks twice does not wait for what is in hand, but for a child, which hears everything twice."""
    assert code_of(_TWICE.format(patient=False)) == 128 + 2
    assert code_of(_TWICE.format(patient=True)) == 0
