"""The steps that sign what the histories ended with."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Select, String, cast, literal, select

from actors.steps.step import Moment, Worker
from models.codes import PrintJobState
from models.evidence import SignedHead
from models.print_jobs import PrintJob
from workflows.calendar import EDMONTON
from workflows.evidence import heads
from workflows.source import table

_NOT_UNDER_WAY = (PrintJobState.OPEN, PrintJobState.RECONCILED, PrintJobState.DISCARDED)
#: States of jobs that were released and are not finished: few at any time, and found by index.
_UNDER_WAY = tuple(state for state in PrintJobState if state not in _NOT_UNDER_WAY)
_JOBS, _HEADS = table(PrintJob), table(SignedHead)


def unsigned_print_jobs(_moment: Moment) -> Select[Any]:
    """Jobs that were released, are not finished and not signed.

    Finished ones would be looked up at every sweep for ever; had one slipped through, the day's head tells of it.
    """
    occasion = literal(heads.occasion_of_job("")) + cast(_JOBS.c.id, String)
    signed = select(_HEADS.c.number).where(_HEADS.c.occasion == occasion).exists()
    return select(_JOBS.c.id).where(_JOBS.c.state.in_(_UNDER_WAY), ~signed).order_by(_JOBS.c.id)


def sign_print_jobs(worker: Worker, ids: Sequence[int]) -> None:
    """Sign each job with its items."""
    for job in ids:
        heads.sign_job(worker.installation, job)


def unsigned_day(moment: Moment) -> Select[Any]:
    """Today in Edmonton, as the ordinal of its date, until it is signed."""
    today = moment.now.astimezone(EDMONTON).date()
    signed = select(_HEADS.c.number).where(_HEADS.c.occasion == heads.occasion_of_day(today)).exists()
    return select(literal(today.toordinal()).label("day")).where(~signed)


def sign_days(worker: Worker, ids: Sequence[int]) -> None:
    """Sign what changed since the day before."""
    for day in ids:
        heads.sign_day(worker.installation, date.fromordinal(day))
