"""Process matters: stop on a signal, and keep a number of forked processes alive."""

import os
import signal
import sys
import time
from collections.abc import Callable
from threading import Event, Thread
from types import FrameType

from workflows.logs import logger

_LOG = logger("orders.processes")

#: Seconds before a process that died is replaced, so that one which can't live does not spin.
_REPLACE_AFTER = 1.0
#: Seconds between looks whether the parent still lives.
_ORPHAN_LOOK = 1.0


def stop_on_signal(*, patient: bool = False) -> Event:
    """An event that SIGTERM or SIGINT sets; the second of them ends the process at once, unless it is ``patient``.

    Children are: a terminal signals the whole group, and then their parent tells them too. Whoever waits for the event
    wakes now and then: a debugger may have taken the signal to another thread, and then the main one sleeps on.
    """
    stop = Event()
    heard: list[int] = []

    def heed(number: int, _frame: FrameType | None) -> None:
        if heard and not patient:
            os._exit(128 + number)
        heard.append(number)
        # Not here: the interrupted thread may hold the event's own lock.
        Thread(target=stop.set, daemon=True).start()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, heed)
    return stop


def keep_running(count: int, serve: Callable[[int, Event], None]) -> None:
    """Fork ``count`` processes that ``serve(place, stop)`` until this one is told to stop; one that dies is replaced.

    The caller must hold no thread and no connection when it calls this.
    """
    stop = stop_on_signal()
    places = {_fork(place, serve): place for place in range(count)}
    while not stop.is_set():
        if (place := _one_that_ended(places)) is not None:
            _LOG.error("worker process died, starting another", place=place)
            stop.wait(_REPLACE_AFTER)
            if not stop.is_set():
                places[_fork(place, serve)] = place
        else:
            stop.wait(0.2)
    for pid in places:
        os.kill(pid, signal.SIGTERM)
    while places:
        if _one_that_ended(places) is None:
            time.sleep(0.05)


def _one_that_ended(places: dict[int, int]) -> int | None:
    """The place of a process that ended, which is taken off ``places``."""
    for pid in places:
        if os.waitpid(pid, os.WNOHANG)[0]:
            return places.pop(pid)
    return None


def _fork(place: int, serve: Callable[[int, Event], None]) -> int:
    parent = os.getpid()
    if pid := os.fork():
        return pid
    code = 1
    try:
        stop = stop_on_signal(patient=True)
        Thread(target=_stop_when_orphaned, args=(parent, stop), daemon=True).start()
        serve(place, stop)
        code = 0
    finally:
        sys.stderr.flush()
        os._exit(code)


def _stop_when_orphaned(parent: int, stop: Event) -> None:
    """A process whose parent was killed stops too: whoever started that one starts both anew."""
    while os.getppid() == parent:
        time.sleep(_ORPHAN_LOOK)
    stop.set()
