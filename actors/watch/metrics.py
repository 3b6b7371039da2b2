"""What operators watch, for Prometheus: the state of the installation, and what this process did.

The state is read from the database and from Redis when somebody asks, so that it is right whoever was killed. It is
served by schedulers and the HTTP service alone; each worker tells of itself.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, TypeAlias

import redis
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest, start_http_server
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.process_collector import ProcessCollector
from prometheus_client.registry import Collector
from sqlalchemy import Connection, Select, and_, func, select
from sqlalchemy.exc import SQLAlchemyError

from actors.broker import QUEUES, queue_lengths
from models.codes import ItemState, PrintJobState
from models.history import OrderItemHistory, PrintJobHistory
from models.orders import ItemError, OrderItem
from models.outbox import Message
from models.print_jobs import PrintJob
from workflows.installation import Installation
from workflows.logs import error_of, logger
from workflows.machines.order_item import UNDER_WAY
from workflows.source import table

_LOG = logger("orders.metrics")

_ITEMS, _ITEM_HISTORY, _ERRORS = table(OrderItem), table(OrderItemHistory), table(ItemError)
_JOBS, _JOB_HISTORY, _MESSAGES = table(PrintJob), table(PrintJobHistory), table(Message)

#: States in which a job waits for somebody, so that it matters for how long it has; an item does while it is under way.
JOBS_WAITING = (
    PrintJobState.OPEN,
    PrintJobState.RELEASED,
    PrintJobState.TRANSMITTING,
    PrintJobState.FAILED,
)

#: What this process did.
PROCESS = CollectorRegistry()
ProcessCollector(registry=PROCESS)
STEP_SECONDS = Histogram(
    "orders_step_seconds",
    "Duration of one step for one message.",
    ("step", "outcome"),
    registry=PROCESS,
    buckets=(0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100),
)
STEP_IDS = Counter("orders_step_ids", "Ids that were carried out.", ("step", "outcome"), registry=PROCESS)
MESSAGES_SENT = Counter("orders_hints_sent", "Messages sent to workers.", ("step",), registry=PROCESS)
SWEEPS = Counter("orders_sweeps", "Looks for what is due.", ("outcome",), registry=PROCESS)

Samples: TypeAlias = Iterable[tuple[str, float]]


class InstallationState(Collector):
    """The state of an installation, read at each scrape; what can't be reached is said to be down."""

    def __init__(self, installation: Installation, client: redis.Redis | None) -> None:
        """The state of ``installation``; ``client`` where it works over Redis."""
        self._installation = installation
        self._client = client

    def describe(self) -> Iterable[Any]:
        """No metric beforehand, so that registering the collector connects to nothing."""
        return ()

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Every family that can be read now."""
        yield from self._of_the_database()
        if self._client is not None:
            yield from self._of_redis(self._client)

    def _of_the_database(self) -> Iterator[GaugeMetricFamily]:
        try:
            with self._installation.database.read() as session:
                families = list(_families(session.connection(), self._installation.now()))
        except SQLAlchemyError as error:
            _LOG.warning("the database can't be asked", **error_of(error))
            families = []
        yield _gauge("orders_database_up", "Whether the database answers.", None, [("", bool(families))])
        yield from families

    def _of_redis(self, client: redis.Redis) -> Iterator[GaugeMetricFamily]:
        try:
            lengths = {queue: queue_lengths(client, queue) for queue in QUEUES}
        except redis.RedisError as error:
            _LOG.warning("Redis can't be asked", **error_of(error))
            lengths = {}
        yield _gauge("orders_redis_up", "Whether Redis answers.", None, [("", bool(lengths))])
        waiting = [(queue, float(length.waiting)) for queue, length in lengths.items()]
        yield _gauge("orders_queue_waiting", "Messages that wait for a worker.", "queue", waiting)
        in_hand = [(queue, float(length.in_hand)) for queue, length in lengths.items()]
        yield _gauge("orders_queue_in_hand", "Messages that a worker has taken.", "queue", in_hand)


def _families(connection: Connection, now: datetime) -> Iterator[GaugeMetricFamily]:
    items = dict.fromkeys((state.value for state in ItemState), 0.0) | _counts(connection, _ITEMS)
    yield _gauge("orders_items", "Order items by state.", "state", items.items())
    yield _gauge(
        "orders_items_oldest_seconds",
        "For how long the item that entered the state first has been in it.",
        "state",
        _ages(connection, _ITEMS, _ITEM_HISTORY, UNDER_WAY, now),
    )
    jobs = dict.fromkeys((state.value for state in PrintJobState), 0.0) | _counts(connection, _JOBS)
    yield _gauge("orders_print_jobs", "Print jobs by state.", "state", jobs.items())
    yield _gauge(
        "orders_print_jobs_oldest_seconds",
        "For how long the print job that entered the state first has been in it.",
        "state",
        _ages(connection, _JOBS, _JOB_HISTORY, JOBS_WAITING, now),
    )
    yield _gauge("orders_holds", "Held items by the rule that holds them.", "rule", _holds(connection))
    yield _gauge(
        "orders_items_retrying",
        "Items by the failed attempts of their present step.",
        "attempts",
        _retrying(connection),
    )
    yield from _messages(connection, now)


def _gauge(name: str, text: str, label: str | None, samples: Samples) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, text, labels=[label] if label else [])
    for value, number in samples:
        family.add_metric([value] if label else [], number)
    return family


def _pairs(connection: Connection, statement: Select[Any]) -> dict[str, float]:
    return {str(name): float(number) for name, number in connection.execute(statement)}


def _counts(connection: Connection, of: Any) -> dict[str, float]:
    return _pairs(connection, select(of.c.state, func.count()).group_by(of.c.state))


def _ages(
    connection: Connection, of: Any, history: Any, states: Iterable[Any], now: datetime
) -> list[tuple[str, float]]:
    """The age of the oldest row in each state, by the last change of state of each."""
    last = and_(history.c.subject_id == of.c.id, history.c.seq == of.c.version - 1)
    statement = (
        select(of.c.state, func.min(history.c.at))
        .join_from(of, history, last)
        .where(of.c.state.in_(list(states)))
        .group_by(of.c.state)
    )
    return [(str(state), (now - since).total_seconds()) for state, since in connection.execute(statement)]


def _holds(connection: Connection) -> Samples:
    holding = (
        select(_ERRORS.c.code, func.count())
        .join_from(_ERRORS, _ITEMS, _ERRORS.c.item_id == _ITEMS.c.id)
        .where(_ERRORS.c.cleared_at.is_(None), _ITEMS.c.state == ItemState.SYSTEM_HOLD)
        .group_by(_ERRORS.c.code)
    )
    return _pairs(connection, holding).items()


def _retrying(connection: Connection) -> Samples:
    under_way = _ITEMS.c.state.in_((ItemState.CREATED, ItemState.PROCESSING))
    failed = select(_ITEMS.c.attempts, func.count()).where(under_way, _ITEMS.c.attempts > 0)
    return _pairs(connection, failed.group_by(_ITEMS.c.attempts)).items()


def _messages(connection: Connection, now: datetime) -> Iterator[GaugeMetricFamily]:
    unsent = _MESSAGES.c.sent_at.is_(None)
    number, since = connection.execute(
        select(func.count(), func.min(_MESSAGES.c.created_at)).where(unsent)
    ).one()
    yield _gauge("orders_messages_unsent", "Messages to people that wait to be sent.", None, [("", number)])
    age = (now - since).total_seconds() if since else 0
    yield _gauge("orders_messages_oldest_seconds", "Age of the oldest of them.", None, [("", age)])


def of_installation(installation: Installation, client: redis.Redis | None) -> CollectorRegistry:
    """A registry of the installation's state and of what this process did."""
    registry = CollectorRegistry()
    registry.register(InstallationState(installation, client))
    registry.register(_Process())
    return registry


class _Process(Collector):
    """What this process did, as part of another registry."""

    def describe(self) -> Iterable[Any]:
        return ()

    def collect(self) -> Iterable[Any]:
        return PROCESS.collect()


def page(installation: Installation, client: redis.Redis | None) -> bytes:
    """The text that Prometheus reads (``text/plain; version=0.0.4``)."""
    return generate_latest(of_installation(installation, client))


def serve(registry: CollectorRegistry, host: str, port: int) -> None:
    """Serve ``/metrics`` until the process ends. A port that is taken costs the metrics, not the work."""
    try:
        server, _ = start_http_server(port, host, registry)
    except OSError as error:
        _LOG.error("metrics are not served", host=host, port=port, **error_of(error))
    else:
        _LOG.info("metrics are served", host=host, port=server.server_port)
