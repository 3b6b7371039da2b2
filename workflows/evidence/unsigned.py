"""Finds print jobs and days that should have a signed head and have none, so that deleting heads and their list is noticed.

The histories say how far the installation ran, not a clock: an installation that stood still for a month had nothing to sign.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import UTC, date, timedelta
from itertools import pairwise

from sqlalchemy.orm import Session

from workflows.effects.machines import MACHINES
from workflows.effects.print_job import PRINT_JOB
from workflows.evidence import rows
from workflows.evidence.heads import occasion_of_day, occasion_of_job
from workflows.evidence.listed import Found, HeadFault, HeadFaultKind
from workflows.evidence.signed import Signed

#: So many days with history may go by without a head of a day: a worker may stand still that long.
DAYS = 3
#: An unsigned job is reported so long after its release, if anything happened since.
_SOON = timedelta(days=2)


def unsigned(session: Session, found: Found, signed: Signed) -> Iterator[HeadFault]:
    """Print jobs and stretches of days without a signed head; each is a fault without a number."""
    days = _days(session)
    if not days:
        return
    for job, released_on in _released(session):
        if occasion_of_job(job) in found.occasions or released_on > days[-1] - _SOON:
            continue
        # A job that was finished before a worker came is in the head of the day after.
        if not signed.names(PRINT_JOB.history.name, job):
            yield HeadFault(None, HeadFaultKind.ABSENT, occasion=occasion_of_job(job))
    for first, last in _gaps(days, sorted(each.astimezone(UTC).date() for each in found.days)):
        yield HeadFault(None, HeadFaultKind.ABSENT, occasion=f"{occasion_of_day(first)}/{last.isoformat()}")


def _gaps(days: Sequence[date], signed_on: Sequence[date]) -> Iterator[tuple[date, date]]:
    """First and last of the days with history between two heads of days, where they are too many."""
    bounds = [date.min, *signed_on, date.max]
    for before, after in pairwise(bounds):
        between = days[bisect_right(days, before) : bisect_left(days, after)]
        if len(between) > DAYS:
            yield between[0], between[-1]


def _days(session: Session) -> list[date]:
    """Every day (UTC) on which something happened, ascending; other values are skipped, since verification reports their rows."""
    found: set[date] = set()
    for machine in MACHINES:
        day = "substr(at, 1, 10)" if rows.is_sqlite(session) else "CAST(CAST(at AS date) AS text)"
        statement = f"SELECT DISTINCT {day} FROM {machine.history.name}"  # noqa: S608
        with rows.whatever_is_there(session):
            for (text,) in rows.stream(session, statement):
                with suppress(*rows.UNREADABLE):
                    found.add(date.fromisoformat(text))
    return sorted(found)


def _released(session: Session) -> Iterator[tuple[int, date]]:
    """Print jobs and the days of their release, from their histories."""
    at = "at" if rows.is_sqlite(session) else "CAST(at AS text)"
    statement = f"SELECT subject_id, {at} FROM {PRINT_JOB.history.name} WHERE event = 'release'"  # noqa: S608
    with rows.whatever_is_there(session):
        for job, text in rows.stream(session, statement):
            with suppress(*rows.UNREADABLE):
                yield job, date.fromisoformat(text[:10])
