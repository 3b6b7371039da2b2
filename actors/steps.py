"""The automatic steps, each listed once: what is due for it, and what it does to what is due.

The database is the queue of record; a message with ids is only a hint. A step looks again at what it is given, so
a message that comes twice, late, or never does no harm.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, or_, select
from sqlmodel import Session

from actors.schedule import last_release_time
from models.codes import DeliveryMethod, ItemState, OrderState, PrintJobState, SpecialHandling
from models.documents import Document
from models.orders import DocumentOrder, OrderItem
from models.outbox import Message
from models.print_jobs import Envelope, PrintJob
from models.settings import Settings
from models.special_handling import SpecialHandlingTask
from workflows.command import EDMONTON, SYSTEM, Command
from workflows.installation import Installation
from workflows.operations import checkout, clock, download, mail, print_jobs, processing, transmission
from workflows.source import table

_ITEMS, _JOBS, _DOCUMENTS = table(OrderItem), table(PrintJob), table(Document)
_ORDERS, _MESSAGES = table(DocumentOrder), table(Message)
_ENVELOPES, _HANDLING = table(Envelope), table(SpecialHandlingTask)

#: Seconds between looks for what the calendar makes due.
_CALENDAR = 60

#: Ids in one message: never documents, never more than a worker finishes well within its lease.
BATCH = 100


@dataclass(frozen=True, slots=True)
class Moment:
    """What decides whether something is due: the time, the settings, and the workers known to have stopped."""

    now: datetime
    settings: Settings
    stopped: frozenset[str]


@dataclass(frozen=True, slots=True)
class Worker:
    """Who carries a step out: the installation, its name on leases, and the workers known to have stopped."""

    installation: Installation
    name: str
    stopped: frozenset[str] = frozenset()

    def moment(self) -> Moment:
        """Now, as it looks to this worker."""
        return Moment(self.installation.now(), self.installation.settings, self.stopped)


@dataclass(frozen=True, slots=True)
class Step:
    """One automatic step. ``due`` selects ids in the order in which they are to be taken.

    ``every`` is how long a sweeper waits, in seconds, before it looks again: nothing where work is passed on to it,
    longer where only the calendar makes something due.
    """

    name: str
    due: Callable[[Moment], Select[Any]]
    run: Callable[[Worker, Sequence[int]], None]
    queue: str = "default"
    batch: int = BATCH
    every: float = 0


def due_ids(session: Session, step: Step, moment: Moment, *, batches: int = 1) -> list[int]:
    """The next ids that are due for ``step``, at most so many batches."""
    return list(session.connection().execute(step.due(moment).limit(step.batch * batches)).scalars())


def still_due(worker: Worker, step: Step, ids: Sequence[int]) -> list[int]:
    """Those of ``ids`` that are due for ``step`` now, in the order in which they are to be taken."""
    return _still(worker, step.due, ids)


def _still(worker: Worker, selects: Callable[[Moment], Select[Any]], ids: Sequence[int]) -> list[int]:
    due = selects(worker.moment())
    (of,) = due.selected_columns
    with worker.installation.database.read() as session:
        return list(session.connection().execute(due.where(of.in_(list(ids)))).scalars())


def _is_past(column: Any, moment: Moment) -> ColumnElement[bool]:
    return or_(column.is_(None), column <= moment.now)


def _lapsed(of: Any, moment: Moment) -> ColumnElement[bool]:
    return or_(of.c.lease_until <= moment.now, of.c.lease_owner.in_(moment.stopped))


def _lapsed_items(moment: Moment) -> Select[Any]:
    lapsed = and_(_ITEMS.c.state == ItemState.PROCESSING, _lapsed(_ITEMS, moment))
    return select(_ITEMS.c.id).where(lapsed).order_by(_ITEMS.c.id)


def _requeue_items(worker: Worker, ids: Sequence[int]) -> None:
    processing.requeue(worker.installation, ids, worker.stopped)


def _created_items(moment: Moment) -> Select[Any]:
    control_date_has_come = or_(
        _ITEMS.c.control_date.is_(None), _ITEMS.c.control_date <= moment.now.astimezone(EDMONTON).date()
    )
    due = and_(
        _ITEMS.c.state == ItemState.CREATED, control_date_has_come, _is_past(_ITEMS.c.next_attempt_at, moment)
    )
    return select(_ITEMS.c.id).where(due).order_by(_ITEMS.c.id)


def _process_items(worker: Worker, ids: Sequence[int]) -> None:
    """Claim and render; an item that may be what kills its worker goes alone."""
    for batch in _alone_where_suspect(worker, ids):
        claimed = processing.claim(worker.installation, batch, worker.name)
        processing.render_claimed(worker.installation, claimed, worker.name)


def _alone_where_suspect(worker: Worker, ids: Sequence[int]) -> list[list[int]]:
    suspect = and_(_ITEMS.c.id.in_(list(ids)), _ITEMS.c.lapses >= processing.ALONE_AFTER_LAPSES)
    with worker.installation.database.read() as session:
        suspects = set(session.connection().execute(select(_ITEMS.c.id).where(suspect)).scalars())
    together = [each for each in ids if each not in suspects]
    return [batch for batch in (together, *([each] for each in sorted(suspects))) if batch]


def _held_items(moment: Moment) -> Select[Any]:
    """Held items one of whose facts changed, or whose hold was to end by now."""
    due = and_(_ITEMS.c.state == ItemState.SYSTEM_HOLD, _ITEMS.c.next_attempt_at <= moment.now)
    return select(_ITEMS.c.id).where(due).order_by(_ITEMS.c.id)


def _release_items(worker: Worker, ids: Sequence[int]) -> None:
    processing.release_where_causes_are_gone(worker.installation, ids)


def _rendered_items(moment: Moment) -> Select[Any]:
    """Physical items that wait for a job, as long as jobs may be created and the open one has room."""
    physical = and_(_ITEMS.c.state == ItemState.RENDERED, _ITEMS.c.delivery_method != DeliveryMethod.DIGITAL)
    due = physical if moment.settings.job_creation else and_(physical, _ITEMS.c.id < 0)
    return select(_ITEMS.c.id).where(due).order_by(_ITEMS.c.id)


def _gather_items(worker: Worker, ids: Sequence[int]) -> None:
    """Fill the open jobs; one that is full is released, so that the rest finds room."""
    waiting, released = list(ids), True
    while waiting and released:
        print_jobs.gather(worker.installation, waiting)
        waiting = _still(worker, _rendered_items, waiting)
        released = bool(waiting) and _release_due_jobs(worker)


def _jobs_to_release(moment: Moment) -> Select[Any]:
    """Open jobs that are full, or opened before the last release time (domain §6)."""
    settings = moment.settings
    size = (
        select(
            _ITEMS.c.print_job_id.label("job"),
            func.count().label("envelopes"),
            func.sum(_DOCUMENTS.c.size).label("size"),
        )
        .join_from(
            _ITEMS, _DOCUMENTS, and_(_DOCUMENTS.c.item_id == _ITEMS.c.id, _DOCUMENTS.c.deleted_at.is_(None))
        )
        .where(_ITEMS.c.state == ItemState.IN_PRINT_JOB)
        .group_by(_ITEMS.c.print_job_id)
        .subquery()
    )
    full = or_(size.c.envelopes >= settings.job_max_envelopes, size.c.size >= settings.job_max_bytes)
    time_passed = _JOBS.c.opened_at < last_release_time(moment.now)
    due = and_(_JOBS.c.state == PrintJobState.OPEN, or_(full, time_passed))
    return select(_JOBS.c.id).join_from(_JOBS, size, size.c.job == _JOBS.c.id).where(due).order_by(_JOBS.c.id)


def _release_due_jobs(worker: Worker) -> bool:
    """Whether a job was due and is now released, by this worker or by another."""
    with worker.installation.database.read() as session:
        due = list(session.connection().execute(_jobs_to_release(worker.moment())).scalars())
    _release_print_jobs(worker, due)
    return bool(due) and _still(worker, _jobs_to_release, due) != due


def _release_print_jobs(worker: Worker, ids: Sequence[int]) -> None:
    for job in ids:
        print_jobs.release(worker.installation, job, Command("release", SYSTEM, worker.installation.now()))


def _unwritten_jobs(moment: Moment) -> Select[Any]:
    due = and_(
        _JOBS.c.state == PrintJobState.RELEASED,
        _JOBS.c.path.is_(None),
        _is_past(_JOBS.c.next_attempt_at, moment),
    )
    return select(_JOBS.c.id).where(due).order_by(_JOBS.c.id)


def _write_print_files(worker: Worker, ids: Sequence[int]) -> None:
    """An error goes to the job's row; the file is tried again later."""
    for job in ids:
        try:
            transmission.write_print_file(worker.installation, job)
        except Exception as error:
            transmission.postpone(worker.installation, job, error)


def _jobs_to_transmit(moment: Moment) -> Select[Any]:
    """Written jobs whose turn has come, and those that a stopped worker left in flight."""
    waiting = and_(
        _JOBS.c.state == PrintJobState.RELEASED,
        _JOBS.c.path.is_not(None),
        _is_past(_JOBS.c.next_attempt_at, moment),
    )
    if not moment.settings.transmission:
        waiting = and_(waiting, _JOBS.c.id < 0)
    left = and_(_JOBS.c.state == PrintJobState.TRANSMITTING, _lapsed(_JOBS, moment))
    return select(_JOBS.c.id).where(or_(waiting, left)).order_by(_JOBS.c.id)


def _transmit_print_jobs(worker: Worker, ids: Sequence[int]) -> None:
    for job in ids:
        transmission.transmit(worker.installation, job, worker.name, worker.stopped)


def _idle_carts(moment: Moment) -> Select[Any]:
    """Carts, and orders whose payment failed, that nobody touched for a month."""
    idle = _ORDERS.c.touched_at <= moment.now - timedelta(days=moment.settings.cart_days)
    waiting = _ORDERS.c.state.in_((OrderState.UNDER_CONSTRUCTION, OrderState.PAYMENT_NOT_RECEIVED))
    return select(_ORDERS.c.id).where(waiting, idle).order_by(_ORDERS.c.id)


def _abandon_carts(worker: Worker, ids: Sequence[int]) -> None:
    checkout.abandon_idle(worker.installation, list(ids))


def _unanswered_payments(moment: Moment) -> Select[Any]:
    silent = _ORDERS.c.touched_at <= moment.now - timedelta(hours=moment.settings.payment_hours)
    due = and_(_ORDERS.c.state == OrderState.PAYMENT_PENDING, silent)
    return select(_ORDERS.c.id).where(due).order_by(_ORDERS.c.id)


def _ask_for_payments(worker: Worker, ids: Sequence[int]) -> None:
    checkout.settle_unanswered(worker.installation, list(ids))


def _links_that_ended(moment: Moment) -> Select[Any]:
    today = moment.now.astimezone(EDMONTON).date()
    due = and_(_ITEMS.c.state == ItemState.RENDERED, _ITEMS.c.link_expires_on < today)
    return select(_ITEMS.c.id).where(due).order_by(_ITEMS.c.id)


def _expire_links(worker: Worker, ids: Sequence[int]) -> None:
    """Digital documents that nobody downloaded in time expire."""
    download.expire(worker.installation, ids)


def _unsent_messages(moment: Moment) -> Select[Any]:
    return select(_MESSAGES.c.id).where(mail.is_due(moment.now)).order_by(_MESSAGES.c.id)


def _send_messages(worker: Worker, ids: Sequence[int]) -> None:
    """Hand the outbox to the mailer; what fails waits and stops nothing else."""
    mail.send(worker.installation, ids)


def _long_sent_items(moment: Moment) -> Select[Any]:
    """Paper of which nobody has heard for the days of the settings since it was sent, mailed or handled."""
    settings, today = moment.settings, moment.now.astimezone(EDMONTON).date()
    at_home = _ITEMS.c.address["country"].as_string().in_(("CA", "US"))
    near, far = timedelta(days=settings.presumed_days), timedelta(days=settings.presumed_days_abroad)
    since = case((at_home, moment.now - near), else_=moment.now - far)
    day = case((at_home, today - near), else_=today - far)
    mailed = and_(_ENVELOPES.c.item_id == _ITEMS.c.id, _ENVELOPES.c.outcome_on > day)
    handled = and_(
        _HANDLING.c.id == _ITEMS.c.id,
        or_(
            _HANDLING.c.state.in_((SpecialHandling.OUTSTANDING, SpecialHandling.PENDING)),
            _HANDLING.c.completed_at > since,
        ),
    )
    due = and_(
        _ITEMS.c.state == ItemState.SENT,
        _ITEMS.c.sent_at <= since,
        _ITEMS.c.sent_at <= moment.now - min(near, far),
        ~exists().where(mailed),
        ~exists().where(handled),
    )
    return select(_ITEMS.c.id).where(due).order_by(_ITEMS.c.id)


def _presume_delivered(worker: Worker, ids: Sequence[int]) -> None:
    clock.presume_delivered(worker.installation, ids)


def _links_that_end_soon(moment: Moment) -> Select[Any]:
    today = moment.now.astimezone(EDMONTON).date()
    due = and_(
        _ITEMS.c.state == ItemState.RENDERED,
        _ITEMS.c.link_expires_on.between(today, today + timedelta(days=moment.settings.reminder_days)),
        _ITEMS.c.reminded_link_no < _ITEMS.c.link_no,
    )
    return select(_ITEMS.c.id).where(due).order_by(_ITEMS.c.id)


def _remind_consumers(worker: Worker, ids: Sequence[int]) -> None:
    clock.remind(worker.installation, ids)


def _old_print_files(moment: Moment) -> Select[Any]:
    before = moment.now - timedelta(days=moment.settings.purge_days)
    ended = and_(
        _JOBS.c.state.in_((PrintJobState.RECONCILED, PrintJobState.DISCARDED)),
        _JOBS.c.path.is_not(None),
        _is_past(_JOBS.c.next_attempt_at, moment),
        func.coalesce(_JOBS.c.reconciled_at, _JOBS.c.released_at) < before,
    )
    return select(_JOBS.c.id).where(ended).order_by(_JOBS.c.id)


def _purge_print_files(worker: Worker, ids: Sequence[int]) -> None:
    clock.purge(worker.installation, ids)


#: Every automatic step. What is further along goes first, so that work is finished before new work is begun.
STEPS = (
    Step("transmit_print_jobs", _jobs_to_transmit, _transmit_print_jobs, batch=1),
    Step("write_print_files", _unwritten_jobs, _write_print_files, queue="render", batch=1),
    Step("release_print_jobs", _jobs_to_release, _release_print_jobs, batch=10),
    Step("gather_items", _rendered_items, _gather_items),
    Step("expire_links", _links_that_ended, _expire_links, every=_CALENDAR),
    Step("remind_consumers", _links_that_end_soon, _remind_consumers, every=_CALENDAR),
    Step("presume_delivered", _long_sent_items, _presume_delivered, every=_CALENDAR),
    Step("purge_print_files", _old_print_files, _purge_print_files, every=_CALENDAR),
    Step("requeue_items", _lapsed_items, _requeue_items),
    Step("release_items", _held_items, _release_items),
    Step("ask_for_payments", _unanswered_payments, _ask_for_payments, batch=10, every=_CALENDAR),
    Step("abandon_carts", _idle_carts, _abandon_carts, every=_CALENDAR),
    Step("process_items", _created_items, _process_items, queue="render"),
    Step("send_messages", _unsent_messages, _send_messages, batch=25),
)


def live_leases(session: Session, moment: Moment) -> int:
    """How many leases other workers hold that have not lapsed."""
    total = 0
    for of in (_ITEMS, _JOBS):
        alive = and_(of.c.lease_until > moment.now, of.c.lease_owner.not_in(moment.stopped))
        total += session.connection().execute(select(func.count()).select_from(of).where(alive)).scalar_one()
    return total
