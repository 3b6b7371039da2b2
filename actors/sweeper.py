"""The sweeper: looks what is due in the database, the queue of record, and sends hints of it to the workers.

Any number of sweepers may run. What one of them sends twice, late or never does no harm: workers look again at what
they are given, and what stays due is found again.
"""

import time
from collections.abc import Iterator, Sequence

import redis

from actors.broker import QUEUES, declare_actors, queue_lengths, redis_broker
from actors.hints import Hints
from actors.steps.every_step import STEPS
from actors.steps.step import Moment, Step, Worker, due_ids
from actors.watch.metrics import MESSAGES_SENT
from workflows.installation import Installation

#: Messages that may wait in one queue; more would only grow old there. It is filled up once half of them are gone: looking
#: what is due, and which of it is under way, takes the longer the more is due.
WAITING_MOST = 32
_REFILLED_AT = WAITING_MOST // 2


class Sweeper:
    """Sends what is due, as far as the queues have room."""

    def __init__(self, installation: Installation, client: redis.Redis) -> None:
        """A sweeper of ``installation``. Nothing connects yet."""
        self._installation = installation
        self._client = client
        self._broker = redis_broker(client)
        self._actors = declare_actors(self._broker, self._nobody)
        self._hints = Hints(client, installation.settings.lease_seconds)
        self._next_look: dict[str, float] = {}

    def sweep(self) -> int:
        """Look once at every step whose turn has come; gives how many messages were sent, or wait to be taken."""
        waiting = {queue: queue_lengths(self._client, queue).waiting for queue in QUEUES}
        low = {queue for queue, messages in waiting.items() if messages <= _REFILLED_AT}
        for step in STEPS:
            room = WAITING_MOST - waiting[step.queue]
            if step.queue in low and room > 0 and self._is_its_turn(step):
                waiting[step.queue] += self._send(step, room)
        return sum(waiting.values())

    def _is_its_turn(self, step: Step) -> bool:
        now = time.monotonic()
        if now < self._next_look.get(step.name, now):
            return False
        self._next_look[step.name] = now + step.every
        return True

    def _send(self, step: Step, room: int) -> int:
        fresh = self._hints.take(step.name, self._due(step), room * step.batch)
        batches = list(_in_batches(fresh, step.batch))
        for batch in batches:
            self._actors[step.name].send(batch)
        MESSAGES_SENT.labels(step.name).inc(len(batches))
        return len(batches)

    def _due(self, step: Step) -> list[int]:
        """Enough ids to fill the queue, though messages for as many may be under way."""
        moment = Moment(self._installation.now(), self._installation.settings, frozenset())
        with self._installation.database.read() as session:
            return due_ids(session, step, moment, batches=3 * WAITING_MOST)

    def _nobody(self) -> Worker:
        """A sweeper carries nothing out itself."""
        raise NotImplementedError


def _in_batches(ids: Sequence[int], size: int) -> Iterator[list[int]]:
    for start in range(0, len(ids), size):
        yield list(ids[start : start + size])
