"""Lives a story in forked processes, each of which suffers one fault at most, until it is at its quiet end."""

import gc
import os
import pickle
import random
import signal
import sys
import traceback
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from tests.faults.points import POINTS, Fault, errors_at, weave
from tests.faults.story import AGAIN, STAGES, Ground, Stage

#: Faults drawn for each stage of a story; those whose point its processes never come to do not happen.
FAULTS_PER_STAGE = 14
#: Processes of a stage that did not come to their fault, after which the stage counts as done.
_MISSES = 2
#: Of the faults in a story that is not to end with the same bytes, so many are errors of a file system.
_ERRORS = 0.4


@dataclass
class Log:
    """What happened: the faults by point and kind, and the points met in each stage of an undisturbed story."""

    happened: Counter[tuple[str, str]] = field(default_factory=Counter)
    course: dict[str, list[str]] = field(default_factory=dict)

    @property
    def faults(self) -> int:
        """How many faults there were."""
        return sum(self.happened.values())

    @property
    def points(self) -> set[str]:
        """The points at which there was one."""
        return {point for point, _ in self.happened}


def forked(act: Callable[[], Any]) -> Any:
    """What ``act`` gives in a process of its own, or ``None`` where that is killed. It must not fail otherwise."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        _end(writing, act)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        told = pipe.read()
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL:
        return None
    failed, answer = pickle.loads(told)
    assert not failed, answer
    return answer


def _end(writing: int, act: Callable[[], Any]) -> None:
    gc.disable()
    try:
        answer = (False, act())
    except BaseException:  # noqa: BLE001 - whatever it is, the parent tells
        answer = (True, traceback.format_exc())
    with os.fdopen(writing, "wb") as pipe:
        pickle.dump(answer, pipe)
    sys.stdout.flush()
    os._exit(0)


def warm(ground: Ground) -> None:
    """Live the story in this very process, so that those forked from it find everything loaded and made."""
    for stage in STAGES:
        ministry = ground.ministry(stage.after)
        stage.act(ministry)
        ministry.installation.database.close()


def undisturbed(ground: Ground) -> dict[str, list[str]]:
    """Live the story without any fault; gives the points met in each stage, in order."""
    return {stage.name: forked(partial(_once, ground, stage, None))[0] for stage in STAGES}


def live(ground: Ground, log: Log, seed: str, *, same_bytes: bool) -> None:
    """Live the story with faults drawn from ``seed``, then let it come to its end.

    Where it must end with the same bytes nothing but kills happens, and not while ids are given out.
    """
    chance = random.Random(seed)
    for stage in STAGES:
        if not (same_bytes and stage.name == "order"):
            _disturb(ground, log, stage, _drawn(chance, log.course[stage.name], same_bytes=same_bytes))
        assert forked(partial(_once, ground, stage, None)) is not None


def _disturb(ground: Ground, log: Log, stage: Stage, faults: Sequence[Fault]) -> None:
    """One process for each fault, as long as they come to them."""
    misses = 0
    for fault in faults:
        told = forked(partial(_once, ground, stage, fault))
        if told is None or told[1]:
            log.happened[fault.point, fault.kind] += 1
        else:
            misses += 1
        if misses == _MISSES:
            return


def _drawn(chance: random.Random, course: Sequence[str], *, same_bytes: bool) -> list[Fault]:
    """Faults at points of the stage, mostly in its order so that its processes come to them, and some anywhere."""
    times = Counter(course)
    chosen = sorted(chance.choices(sorted(times), k=FAULTS_PER_STAGE), key=course.index) if times else []
    if chance.random() < 0.3:
        chance.shuffle(chosen)
    chosen.insert(chance.randint(0, len(chosen)), chance.choice(sorted(POINTS - times.keys())))
    faults = []
    for point in chosen:
        nth = chance.randint(1, min(times[point], 4)) if times[point] else 1
        may_fail = not same_bytes and errors_at([point]) and chance.random() < _ERRORS
        kind = chance.choice(("full", "unwritable")) if may_fail else "kill"
        faults.append(Fault(point, nth, kind))
    return faults


def _once(ground: Ground, stage: Stage, fault: Fault | None) -> tuple[list[str], bool]:
    """Carry the stage out in this process; gives the points met and whether the fault happened.

    Without a fault everything is brought to its end, what waits for another try too.
    """
    course = weave(fault, ground.journal)
    for wait in AGAIN if fault is None and stage.name != "order" else AGAIN[:1]:
        ministry = ground.ministry(stage.after + wait)
        try:
            stage.act(ministry)
        except OSError:
            if not course.fired:
                raise
        ministry.installation.database.close()
    return course.met, course.fired
