"""One worker process: Dramatiq threads that carry out the steps of which messages over Redis tell them."""

import os
import socket
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from threading import Event
from typing import Any

import dramatiq
import redis
from sqlalchemy.exc import SQLAlchemyError

from actors.broker import QUEUES, declare_actors, redis_broker, worker_id
from actors.hints import Hints
from actors.steps.every_step import STEPS
from actors.steps.step import Worker, still_due
from actors.watch.metrics import STEP_IDS, STEP_SECONDS
from workflows.installation import Installation
from workflows.logs import error_of, logger

_LOG = logger("orders.worker")
_STEP = {step.name: step for step in STEPS}

#: Milliseconds between looks into an empty queue.
_LOOK_MILLISECONDS = 100
#: Seconds between looks whether it is to stop.
_HEED_SECONDS = 1


@dataclass(frozen=True, slots=True)
class Shape:
    """How one worker process works: its threads, the queues it serves, and seconds to finish in when stopped."""

    threads: int = 2
    queues: Sequence[str] = QUEUES
    grace: float = 25


def run(installation: Installation, client: redis.Redis, shape: Shape, stop: Event) -> None:
    """Serve the queues until ``stop`` is set; then finish the messages in hand, give the others back, and return.

    The installation is this process's own: its one pool of connections is opened here and closed at the end.
    """
    name = f"{socket.gethostname()}-{os.getpid()}-{uuid.uuid4().hex[:8]}"
    me = Worker(installation, name)
    broker = redis_broker(client, Bookkeeping(me, Hints(client, installation.settings.lease_seconds)))
    broker.broker_id = worker_id(name, shape.queues)
    declare_actors(broker, lambda: me)
    worker = dramatiq.Worker(
        broker, queues=set(shape.queues), worker_timeout=_LOOK_MILLISECONDS, worker_threads=shape.threads
    )
    worker.queue_prefetch = shape.threads
    worker.start()
    _LOG.info("worker started", worker=name, threads=shape.threads, queues=list(shape.queues))
    while not stop.wait(_HEED_SECONDS):
        pass
    worker.stop(timeout=int(shape.grace * 1000))
    installation.database.close()
    _LOG.info("worker stopped", worker=name)


class Bookkeeping(dramatiq.Middleware):
    """Says what became of each message, and lets the sweeper send again what is no longer under way."""

    def __init__(self, worker: Worker, hints: Hints) -> None:
        self._worker = worker
        self._hints = hints
        self._began: dict[str, float] = {}

    def before_process_message(self, _broker: dramatiq.Broker, message: Any) -> None:
        """A thread takes the message in hand."""
        self._began[message.message_id] = time.perf_counter()

    def after_process_message(
        self,
        _broker: dramatiq.Broker,
        message: Any,
        *,
        result: object = None,  # noqa: ARG002
        exception: BaseException | None = None,
    ) -> None:
        """Record the message's outcome; the ids of one that failed stay noted until the note lapses, which is their wait."""
        seconds = time.perf_counter() - self._began.pop(message.message_id)
        said = {"step": message.actor_name, "ids": len(message.args[0]), "seconds": round(seconds, 3)}
        outcome = (message.actor_name, "done" if exception is None else "failed")
        STEP_SECONDS.labels(*outcome).observe(seconds)
        STEP_IDS.labels(*outcome).inc(len(message.args[0]))
        if exception is not None:
            _LOG.error("step failed", **said, **error_of(exception))
            return
        _LOG.info("step done", **said)
        try:
            self._forget(message.actor_name, message.args[0])
        except (redis.RedisError, SQLAlchemyError) as error:
            _LOG.warning("note left to lapse", step=message.actor_name, **error_of(error))

    def _forget(self, step: str, ids: Sequence[int]) -> None:
        """Remove the notes of ids that are no longer due; those that are due still wait until their note lapses."""
        left = set(still_due(self._worker, _STEP[step], ids))
        self._hints.forget(step, [each for each in ids if each not in left])
