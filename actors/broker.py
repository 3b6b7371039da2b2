"""The steps as Dramatiq actors. Embedded, their functions are called inline; with Redis, messages reach workers."""

from collections.abc import Callable, Sequence
from typing import Any

import dramatiq
from dramatiq.brokers.stub import StubBroker

from actors.steps import STEPS, Step, Worker

Actors = dict[str, dramatiq.Actor[[list[int]], None]]


def embedded_broker() -> dramatiq.Broker:
    """A broker that carries no messages: the embedded worker calls the actors' functions itself."""
    return StubBroker(middleware=[])


def declare_actors(broker: dramatiq.Broker, worker: Callable[[], Worker]) -> Actors:
    """One actor per step on ``broker``. ``worker`` tells, at each call, on whose behalf it works.

    Dramatiq never retries: errors go to the row, and what is due again the sweeper finds.
    """
    return {step.name: _declare(broker, step, worker) for step in STEPS}


def _declare(broker: dramatiq.Broker, step: Step, worker: Callable[[], Worker]) -> Any:
    def run(ids: Sequence[int]) -> None:
        step.run(worker(), ids)

    run.__name__ = run.__qualname__ = step.name
    run.__doc__ = step.run.__doc__
    options: dict[str, Any] = {"max_retries": 0} if "max_retries" in broker.actor_options else {}
    declare = dramatiq.actor(broker=broker, actor_name=step.name, queue_name=step.queue, **options)
    return declare(run)
