"""Leases: who works on a row, until when, and how a worker keeps them while it works."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import timedelta
from threading import Event, Thread
from typing import Any

from sqlalchemy import update
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import SQLModel

from workflows.installation import Installation
from workflows.source import table

#: A lease is renewed when so much of it has passed: two renewals may fail before it lapses.
_RENEW_AFTER = 1 / 3
#: Renewals of one batch, after which its work counts as hanging and its leases are let go.
_RENEWALS_MOST = 60


def lease_of(installation: Installation, worker: str) -> dict[str, Any]:
    """A lease from now on for ``worker``."""
    until = installation.now() + timedelta(seconds=installation.settings.lease_seconds)
    return {"owner": worker, "until": until}


@contextmanager
def kept(
    installation: Installation, model: type[SQLModel], ids: Iterable[int], worker: str
) -> Iterator[None]:
    """While the block runs, the leases of ``worker`` on the rows ``ids`` do not lapse, however slow the work is.

    A killed process renews nothing, so its rows are free within one lease.
    """
    ended = Event()
    renewing = Thread(target=_renew, args=(installation, model, sorted(ids), worker, ended), daemon=True)
    renewing.start()
    try:
        yield
    finally:
        ended.set()
        renewing.join()


def _renew(
    installation: Installation, model: type[SQLModel], ids: Sequence[int], worker: str, ended: Event
) -> None:
    for _ in range(_RENEWALS_MOST):
        if ended.wait(installation.settings.lease_seconds * _RENEW_AFTER):
            return
        with suppress(SQLAlchemyError):  # a database that is away now may be back before the lease lapses
            renew(installation, model, ids, worker)


def renew(installation: Installation, model: type[SQLModel], ids: Sequence[int], worker: str) -> None:
    """Prolong the leases that ``worker`` still holds on the rows ``ids``."""
    of = table(model)
    until = lease_of(installation, worker)["until"]
    mine = of.c.id.in_(ids) & (of.c.lease_owner == worker)
    with installation.database.write() as session:
        session.connection().execute(update(of).where(mine).values(lease_until=until))
