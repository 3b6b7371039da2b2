"""The steps of the print job agent: from a rendered item to a job in the drop (domain §6, "Print job agent")."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import Select, and_, func, or_, select

from actors.steps.release_times import last_release_time
from actors.steps.step import Moment, Worker, due_among, is_past, lapsed
from models.codes import DeliveryMethod, ItemState, PrintJobState
from models.orders import OrderItem
from models.print_jobs import PrintJob
from workflows.command import SYSTEM, Command
from workflows.finding.job_sizes import job_sizes
from workflows.operations.delivery import clock
from workflows.operations.printing import print_jobs, transmission
from workflows.source import table

_ITEMS, _JOBS = table(OrderItem), table(PrintJob)
#: How often items are gathered in vain before they are left to the next look.
_TRIES = 2


def rendered_items(moment: Moment) -> Select[Any]:
    """Physical items that wait for a job, as long as jobs may be created and the open one has room."""
    physical = and_(_ITEMS.c.state == ItemState.RENDERED, _ITEMS.c.delivery_method != DeliveryMethod.DIGITAL)
    due = physical if moment.settings.job_creation else and_(physical, _ITEMS.c.id < 0)
    return select(_ITEMS.c.id).where(due).order_by(_ITEMS.c.id)


def gather_items(worker: Worker, ids: Sequence[int]) -> None:
    """Fill the open jobs; one that is full is released, so that the rest finds room.

    Where nothing moves, it is tried once more: another worker may have released the job between two looks of this one.
    """
    waiting, fruitless = list(ids), 0
    while waiting and fruitless < _TRIES:
        print_jobs.gather(worker.installation, waiting)
        left = due_among(worker, rendered_items, waiting)
        moved = (bool(left) and _release_due_jobs(worker)) or len(left) < len(waiting)
        waiting, fruitless = left, 0 if moved else fruitless + 1


def jobs_to_release(moment: Moment) -> Select[Any]:
    """Open jobs that are full, or opened before the last release time (domain §6, "releases on schedule")."""
    settings = moment.settings
    opened = select(_JOBS.c.id).where(_JOBS.c.state == PrintJobState.OPEN)
    size = job_sizes(_ITEMS.c.state == ItemState.IN_PRINT_JOB, _ITEMS.c.print_job_id.in_(opened)).subquery()
    full = or_(size.c.envelopes >= settings.job_max_envelopes, size.c.size >= settings.job_max_bytes)
    time_passed = _JOBS.c.opened_at < last_release_time(moment.now)
    due = and_(_JOBS.c.state == PrintJobState.OPEN, or_(full, time_passed))
    return select(_JOBS.c.id).join_from(_JOBS, size, size.c.job == _JOBS.c.id).where(due).order_by(_JOBS.c.id)


def _release_due_jobs(worker: Worker) -> bool:
    """Whether a job was due and is now released, by this worker or by another."""
    with worker.installation.database.read() as session:
        due = list(session.connection().execute(jobs_to_release(worker.moment())).scalars())
    release_print_jobs(worker, due)
    return bool(due) and due_among(worker, jobs_to_release, due) != due


def release_print_jobs(worker: Worker, ids: Sequence[int]) -> None:
    """Close the jobs: what they hold is frozen and numbered."""
    for job in ids:
        print_jobs.release(worker.installation, job, Command("release", SYSTEM, worker.installation.now()))


def unwritten_jobs(moment: Moment) -> Select[Any]:
    """Released jobs whose print file is not written yet."""
    due = and_(
        _JOBS.c.state == PrintJobState.RELEASED,
        _JOBS.c.path.is_(None),
        is_past(_JOBS.c.next_attempt_at, moment),
    )
    return select(_JOBS.c.id).where(due).order_by(_JOBS.c.id)


def write_print_files(worker: Worker, ids: Sequence[int]) -> None:
    """An error goes to the job's row; the file is tried again later."""
    for job in ids:
        try:
            transmission.write_print_file(worker.installation, job)
        except Exception as error:
            transmission.postpone(worker.installation, job, error)


def jobs_to_transmit(moment: Moment) -> Select[Any]:
    """Written jobs whose turn has come, and those that a stopped worker left in flight."""
    waiting = and_(
        _JOBS.c.state == PrintJobState.RELEASED,
        _JOBS.c.path.is_not(None),
        is_past(_JOBS.c.next_attempt_at, moment),
    )
    if not moment.settings.transmission:
        waiting = and_(waiting, _JOBS.c.id < 0)
    left = and_(_JOBS.c.state == PrintJobState.TRANSMITTING, lapsed(_JOBS, moment))
    return select(_JOBS.c.id).where(or_(waiting, left)).order_by(_JOBS.c.id)


def transmit_print_jobs(worker: Worker, ids: Sequence[int]) -> None:
    """Hand each job over; what fails is on its row, to be tried again."""
    for job in ids:
        transmission.transmit(worker.installation, job, worker.name, worker.stopped)


def old_print_files(moment: Moment) -> Select[Any]:
    """Files of jobs that ended longer ago than the settings say."""
    before = moment.now - timedelta(days=moment.settings.purge_days)
    ended = and_(
        _JOBS.c.state.in_((PrintJobState.RECONCILED, PrintJobState.DISCARDED)),
        _JOBS.c.path.is_not(None),
        is_past(_JOBS.c.next_attempt_at, moment),
        func.coalesce(_JOBS.c.reconciled_at, _JOBS.c.released_at) < before,
    )
    return select(_JOBS.c.id).where(ended).order_by(_JOBS.c.id)


def purge_print_files(worker: Worker, ids: Sequence[int]) -> None:
    """Delete the print files of these jobs; what is known of the jobs stays."""
    clock.purge(worker.installation, ids)
