"""Looks an installation over: what it needs, whether it is there, and what is stuck. Changes no row."""

import shutil
import time
import uuid
from collections.abc import Generator, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import redis
from alembic.util import CommandError
from sqlalchemy import Connection, and_, func, make_url, select, text
from sqlalchemy.exc import SQLAlchemyError

from actors.broker import QUEUES, queue_lengths, queues_served, redis_client
from actors.steps.every_step import STEPS
from actors.steps.step import Moment
from actors.watch.findings import Finding, found
from models import schema
from models.codes import ItemState, PrintJobState
from models.documents import Document
from models.history import OrderItemHistory, PrintJobHistory
from models.orders import ItemError, OrderItem
from models.print_jobs import PrintJob
from models.store import Store
from renderers.masters.kept_master import fault_of
from workflows.calendar import EDMONTON
from workflows.installation import Installation
from workflows.source import table

#: How long something may wait for a step before it counts as stuck.
LATE = timedelta(minutes=15)
#: Seconds by which two clocks may differ: a sixth of the shortest sensible lease.
_CLOCKS_DIFFER = 5
#: Free space in megabytes below which a folder counts as nearly full.
_FREE_MB = 1000

_ITEMS, _JOBS, _ERRORS = table(OrderItem), table(PrintJob), table(ItemError)
#: The steps whose lateness is told, with the rows that they are about.
_WATCHED = {
    "process_items": (_ITEMS, table(OrderItemHistory)),
    "gather_items": (_ITEMS, table(OrderItemHistory)),
    "write_print_files": (_JOBS, table(PrintJobHistory)),
    "transmit_print_jobs": (_JOBS, table(PrintJobHistory)),
}


def examine(installation: Installation) -> Iterator[Finding]:
    """Every finding, good ones too, in the order in which one would mend them."""
    settings = installation.settings
    yield found("secret_is_default" if settings.secret_is_default else "secret_is_own")
    usable = yield from _database(installation)
    yield from _redis(settings.redis_url)
    stores = (
        (installation.store, settings.store_url, "ORDERS_STORE_URL"),
        (installation.drop, settings.print_url, "ORDERS_PRINT_URL"),
        (installation.heads, settings.heads_url, "ORDERS_HEADS_URL"),
    )
    for store, url, setting in stores:
        yield from _store(store, url=_without_password(url), setting=setting)
    yield from _clock(installation, usable)
    if usable:
        yield from _masters(installation)
        yield from _stuck(installation)


def _database(installation: Installation) -> Generator[Finding, None, bool]:
    """Gives whether the tables can be read."""
    url = _without_password(installation.settings.database_url)
    try:
        with installation.database.read() as session:
            durability = _durability(session.connection(), installation.database.is_sqlite)
        revision, current = schema.revision(installation.database), schema.is_current(installation.database)
        known = current or schema.knows(revision)
    except (SQLAlchemyError, CommandError, OSError) as error:
        yield found("database_is_down", url=url, error=type(error).__name__)
        return False
    yield found("database_answers", url=url)
    for setting, value in durability.items():
        if value == "off":
            yield found("database_is_not_durable", setting=setting)
    if current:
        yield found("database_is_current")
    else:
        yield found("database_is_older") if known else found("database_is_newer", revision=revision)
    return current


def _durability(connection: Connection, is_sqlite: bool) -> dict[str, str]:
    names = () if is_sqlite else ("fsync", "full_page_writes", "synchronous_commit")
    return {name: connection.execute(text(f"SHOW {name}")).scalar_one() for name in names}


def _redis(url: str | None) -> Iterator[Finding]:
    if url is None:
        yield found("redis_is_not_used")
        return
    try:
        with redis_client(url) as client:
            yield from _redis_that_answers(client)
    except (redis.RedisError, OSError) as error:
        yield found("redis_is_down", error=type(error).__name__)


def _redis_that_answers(client: redis.Redis) -> Iterator[Finding]:
    info: Any = client.info("memory")
    yield found("redis_answers")
    if (policy := info.get("maxmemory_policy", "noeviction")) != "noeviction":
        yield found("redis_evicts", policy=policy)
    served = queues_served(client)
    for queue in QUEUES:
        if (waiting := queue_lengths(client, queue).waiting) and queue not in served:
            yield found("queue_is_not_served", queue=queue, waiting=waiting)


def _store(store: Store, **names: str) -> Iterator[Finding]:
    """Writes a small file, reads it back and removes it."""
    name, data = f".orders-doctor-{uuid.uuid4().hex}", b"orders doctor"
    try:
        store.write(name, data)
        intact = store.read(name) == data
        store.delete(name)
    except Exception as error:  # whatever the file system of a URL raises
        yield found("store_is_not_writable", **names, error=type(error).__name__)
        return
    if not intact:
        yield found("store_is_not_writable", **names, error="ReadBackDifferent")
        return
    yield found("store_is_writable", **names)
    if (folder := store.folder) is not None:
        free_mb = shutil.disk_usage(folder).free // 1_000_000
        if free_mb < _FREE_MB:
            yield found("store_is_nearly_full", **names, free_mb=free_mb)


def _masters(installation: Installation) -> Iterator[Finding]:
    """Whether all that current documents remember is still there; reads each master, of which there are dozens."""
    documents = table(Document)
    remembered = select(documents.c.master).where(documents.c.deleted_at.is_(None)).distinct()
    with installation.database.read() as session:
        masters = sorted(session.connection().execute(remembered).scalars())
    lost = [each for each in masters if fault_of(installation.masters.shelf, each)]
    if lost:
        yield found("masters_are_lost", number=len(lost), master=lost[0])
    else:
        yield found("masters_are_kept", number=len(masters))


def _clock(installation: Installation, usable: bool) -> Iterator[Finding]:
    offset = datetime(2026, 1, 15, 12, tzinfo=EDMONTON).utcoffset()
    if offset != timedelta(hours=-7):
        yield found("time_zone_is_unknown")
    if installation.settings.clock is not None:
        yield found("clock_is_frozen", now=installation.settings.clock.isoformat())
        return
    differ = _seconds_apart(installation) if usable and not installation.database.is_sqlite else 0
    if differ > _CLOCKS_DIFFER:
        yield found("clock_differs", seconds=round(differ))
    else:
        yield found("clock_is_right")


def _seconds_apart(installation: Installation) -> float:
    with installation.database.read() as session:
        asked = time.monotonic()
        theirs: datetime = session.connection().execute(text("SELECT clock_timestamp()")).scalar_one()
        took = time.monotonic() - asked
    return max(0.0, abs((datetime.now(UTC) - theirs).total_seconds()) - took)


def _stuck(installation: Installation) -> Iterator[Finding]:
    moment = Moment(installation.now(), installation.settings, frozenset())
    with installation.database.read() as session:
        connection = session.connection()
        findings = [
            *_late(connection, moment),
            *_numbered("leases_have_lapsed", _lapsed_leases(connection, moment)),
            *_numbered("jobs_have_failed", _count(connection, _JOBS, _JOBS.c.state == PrintJobState.FAILED)),
            *_numbered("steps_keep_failing", _exhausted(connection)),
        ]
    yield from findings or [found("nothing_is_stuck")]


def _numbered(code: str, number: int) -> list[Finding]:
    return [found(code, number=number)] if number else []


def _late(connection: Connection, moment: Moment) -> Iterator[Finding]:
    for step in STEPS:
        if step.name not in _WATCHED:
            continue
        of, history = _WATCHED[step.name]
        last = and_(history.c.subject_id == of.c.id, history.c.seq == of.c.version - 1)
        waiting = (
            select(func.count(), func.min(history.c.at))
            .join_from(of, history, last)
            .where(of.c.id.in_(step.due(moment)), history.c.at < moment.now - LATE)
        )
        number, since = connection.execute(waiting).one()
        if number:
            yield found(
                "step_is_late",
                step=step.name,
                number=number,
                minutes=int((moment.now - since).total_seconds() // 60),
            )


def _lapsed_leases(connection: Connection, moment: Moment) -> int:
    """Leases that ended a whole lease ago: until then a sweeper may just not have come by."""
    before = moment.now - timedelta(seconds=moment.settings.lease_seconds)
    return sum(_count(connection, of, of.c.lease_until < before) for of in (_ITEMS, _JOBS))


def _exhausted(connection: Connection) -> int:
    held = select(_ERRORS.c.item_id).where(_ERRORS.c.code == "CO-90", _ERRORS.c.cleared_at.is_(None))
    return _count(connection, _ITEMS, and_(_ITEMS.c.state == ItemState.SYSTEM_HOLD, _ITEMS.c.id.in_(held)))


def _count(connection: Connection, of: Any, condition: Any) -> int:
    return int(connection.execute(select(func.count()).select_from(of).where(condition)).scalar_one())


def _without_password(url: str) -> str:
    try:
        return make_url(url).render_as_string(hide_password=True)
    except SQLAlchemyError:  # a path
        return url
