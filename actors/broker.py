"""The steps as Dramatiq actors. Embedded, their functions are called inline; with Redis, messages reach workers."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import dramatiq
import redis
from dramatiq.brokers.redis import RedisBroker
from dramatiq.brokers.stub import StubBroker
from dramatiq.middleware import TimeLimit
from redis.backoff import NoBackoff
from redis.retry import Retry

from actors.steps.every_step import STEPS
from actors.steps.step import Step, Worker, still_due

Actors = dict[str, dramatiq.Actor[[list[int]], None]]

#: The queues of all steps.
QUEUES = tuple(sorted({step.queue for step in STEPS}))
#: How the ids of workers begin, and seconds after which one that shows no life is taken for gone.
_WORKER, _SEEN_SECONDS = "worker:", 60
#: The first part of Dramatiq's keys in Redis.
_NAMESPACE = "dramatiq"
#: Seconds after which a Redis that does not answer counts as down, on connecting and on any command.
_CONNECT_SECONDS, _ANSWER_SECONDS = 1, 5
#: Of a million commands, so many also look for messages that dead workers took along.
_MAINTENANCE_CHANCE = 100_000
#: Milliseconds after which a step that hangs is interrupted, so that its thread serves again.
_STEP_MILLISECONDS = 600_000


def embedded_broker() -> dramatiq.Broker:
    """A broker that carries no messages: the embedded worker calls the actors' functions itself."""
    return StubBroker(middleware=[])


def redis_client(url: str) -> redis.Redis:
    """A client that says within a second or so when Redis is down; dramatiq's own would block for several."""
    return redis.Redis.from_url(
        url,
        socket_connect_timeout=_CONNECT_SECONDS,
        socket_timeout=_ANSWER_SECONDS,
        retry=Retry(NoBackoff(), 1),
        health_check_interval=30,
    )


def redis_broker(client: redis.Redis, *middleware: dramatiq.Middleware) -> RedisBroker:
    """The broker over Redis. Nothing connects yet.

    Dramatiq's retries are left out: a message that fails is done with, its error is on the row, and what is due again
    the sweeper finds. So no traceback, with whatever it may quote, ever lies in Redis.
    """
    limit = TimeLimit(time_limit=_STEP_MILLISECONDS)
    return RedisBroker(  # type: ignore[no-untyped-call]
        client=client,
        namespace=_NAMESPACE,
        middleware=[limit, *middleware],
        maintenance_chance=_MAINTENANCE_CHANCE,
    )


@dataclass(frozen=True, slots=True)
class QueueLength:
    """Messages that wait in a queue, and those that workers have taken and not finished."""

    waiting: int
    in_hand: int


def queue_lengths(client: redis.Redis, queue: str) -> QueueLength:
    """How long a queue is now. Raises ``redis.RedisError`` where Redis does not answer."""
    waiting = int(client.llen(f"{_NAMESPACE}:{queue}"))
    known = int(client.hlen(f"{_NAMESPACE}:{queue}.msgs"))
    return QueueLength(waiting, max(0, known - waiting))


def worker_id(name: str, queues: Sequence[str]) -> str:
    """The id under which a worker's broker shows in Redis that it lives, and which queues it serves."""
    return f"{_WORKER}{'+'.join(queues)}:{name}"


def queues_served(client: redis.Redis) -> set[str]:
    """The queues at which a worker has looked within the last minute. Raises ``redis.RedisError``."""
    since = (time.time() - _SEEN_SECONDS) * 1000
    living: Any = client.zrangebyscore(f"{_NAMESPACE}:__heartbeats__", since, "+inf")
    workers = [each.decode() for each in living if each.startswith(_WORKER.encode())]
    return {queue for each in workers for queue in each.split(":")[1].split("+")}


def declare_actors(broker: dramatiq.Broker, worker: Callable[[], Worker]) -> Actors:
    """One actor per step on ``broker``. ``worker`` tells, at each call, on whose behalf it works.

    What is further along is taken first from among the messages that one worker holds.
    """
    return {step.name: _declare(broker, step, place, worker) for place, step in enumerate(STEPS)}


def _declare(broker: dramatiq.Broker, step: Step, priority: int, worker: Callable[[], Worker]) -> Any:
    def run(ids: Sequence[int]) -> None:
        carry_out(step, worker(), ids)

    run.__name__ = run.__qualname__ = step.name
    run.__doc__ = step.run.__doc__
    declare = dramatiq.actor(broker=broker, actor_name=step.name, queue_name=step.queue, priority=priority)
    return declare(run)


def carry_out(step: Step, worker: Worker, ids: Sequence[int]) -> None:
    """Do ``step`` to those of ``ids`` for which it is still due: a message may come late, twice, or to two workers."""
    if wanted := still_due(worker, step, ids):
        step.run(worker, wanted)
