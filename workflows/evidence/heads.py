"""Signed heads: what the histories ended with, signed and kept outside the database.

Whoever can rewrite the database can mend its chains too. A head says, under a key that the database does not hold,
which row each history ended with: at every release of a print job those of the job and its items, and once a day
those of every subject that changed. Heads are chained to one another, so that none of them can be taken out.
"""

import hashlib
import json
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, insert, select
from sqlmodel import Session

from models.database import take_turns
from models.evidence import SignedHead
from models.history import OrderItemHistory, PrintJobHistory
from models.orders import OrderItem
from workflows.evidence.signing import is_signed, signing_key
from workflows.installation import Installation
from workflows.machines import MACHINES
from workflows.source import table

#: A transaction may commit a row some time after the instant that the row names.
_OVERLAP = timedelta(hours=1)
#: How often one signer makes way for others before it leaves the rest to its next turn.
_TRIES = 3

#: (history table, subject, seq, hash)
Entry = tuple[str, int, int, str]

_HEADS = table(SignedHead)


@dataclass(frozen=True, slots=True)
class Head:
    """A head as it lies outside the database."""

    number: int
    occasion: str
    at: str
    previous: str
    entries: Sequence[Entry]
    signature: str

    @property
    def signed(self) -> bytes:
        """What the signature is over."""
        return _canonical([self.number, self.occasion, self.at, self.previous, list(map(list, self.entries))])

    def as_bytes(self) -> bytes:
        """The file."""
        names = ("number", "occasion", "at", "previous", "entries", "signature")
        return _canonical({name: getattr(self, name) for name in names})


def _canonical(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def file_name(number: int) -> str:
    """Where the head of that number lies."""
    return f"{number:010d}.json"


def read_head(data: bytes) -> Head | None:
    """A head from its file, or ``None`` where the file is none."""
    try:
        read = json.loads(data)
        entries = [
            (str(of), int(subject), int(seq), str(digest)) for of, subject, seq, digest in read["entries"]
        ]
        head = Head(**{**read, "entries": entries})
    except (ValueError, TypeError, KeyError):
        return None
    return head if head.as_bytes() == data else None


def occasion_of_job(job: int | str) -> str:
    """The occasion of a print job's release."""
    return f"print_job:{job}"


def occasion_of_day(day: date) -> str:
    """The occasion of a day in Edmonton."""
    return f"day:{day.isoformat()}"


def sign_job(installation: Installation, job: int) -> None:
    """Sign the heads of a released print job and its items; a repeat does nothing."""
    items, own, history = table(OrderItem), table(PrintJobHistory), table(OrderItemHistory)
    members = select(items.c.id).where(items.c.print_job_id == job)
    _sign(
        installation,
        occasion_of_job(job),
        lambda session: [
            *_newest(session, own, own.c.subject_id == job),
            *_newest(session, history, history.c.subject_id.in_(members)),
        ],
    )


def sign_day(installation: Installation, day: date) -> None:
    """Sign the heads of all that changed since the last day that was signed; a repeat does nothing."""

    def entries(session: Session) -> list[Entry]:
        since = _last_day(session)
        changed = []
        for machine in MACHINES:
            history = machine.history
            recent = [] if since is None else [history.c.at >= since - _OVERLAP]
            changed += _newest(session, history, *recent)
        return changed

    _sign(installation, occasion_of_day(day), entries)


def _last_day(session: Session) -> datetime | None:
    statement = select(func.max(_HEADS.c.at)).where(_HEADS.c.occasion.like("day:%"))
    found: datetime | None = session.connection().execute(statement).scalar_one()
    return found


def _newest(session: Session, history: Any, *chosen: Any) -> list[Entry]:
    """The newest row of each subject that has a row among the chosen."""
    last = (
        select(history.c.subject_id, func.max(history.c.seq).label("seq"))
        .where(*chosen)
        .group_by(history.c.subject_id)
        .subquery()
    )
    same = (history.c.subject_id == last.c.subject_id) & (history.c.seq == last.c.seq)
    statement = (
        select(history.c.subject_id, history.c.seq, history.c.hash)
        .join(last, same)
        .order_by(history.c.subject_id)
    )
    return [(history.name, *row) for row in session.connection().execute(statement)]


def _sign(installation: Installation, occasion: str, entries: Callable[[Session], list[Entry]]) -> None:
    """Write the next head, in the place of none.

    A head that already lies there is of a signer whose record was lost, perhaps this very moment: the next try takes
    it in. Raises ``FileExistsError`` where others were faster each time.
    """
    for _ in range(_TRIES - 1):
        with suppress(FileExistsError):
            _write_next(installation, occasion, entries)
            return
    _write_next(installation, occasion, entries)


def _write_next(installation: Installation, occasion: str, entries: Callable[[Session], list[Entry]]) -> None:
    """Two that sign at once take turns, lest one takes in what the other wrote and is about to record."""
    with installation.database.write() as session:
        take_turns(session, _HEADS)
        connection = session.connection()
        _adopt(installation, session)
        if connection.execute(select(_HEADS.c.number).where(_HEADS.c.occasion == occasion)).first():
            return
        last = connection.execute(_HEADS.select().order_by(_HEADS.c.number.desc()).limit(1)).first()
        unsigned = Head(
            number=last.number + 1 if last else 1,
            occasion=occasion,
            at=installation.now().isoformat(),
            previous=last.sha256 if last else "",
            entries=entries(session),
            signature="",
        )
        head = _signed(installation, unsigned)
        _keep(session, head, installation.now())
        installation.heads.write_new(file_name(head.number), head.as_bytes())


def _signed(installation: Installation, head: Head) -> Head:
    signature = signing_key(installation.settings).sign(head.signed).hex()
    return Head(head.number, head.occasion, head.at, head.previous, head.entries, signature)


def _keep(session: Session, head: Head, at: datetime) -> None:
    row = {
        "number": head.number,
        "occasion": head.occasion,
        "at": at,
        "subjects": len(head.entries),
        "sha256": hashlib.sha256(head.as_bytes()).hexdigest(),
    }
    session.connection().execute(insert(_HEADS), [row])


def _adopt(installation: Installation, session: Session) -> None:
    """Take in heads that were written just before a crash kept them from being recorded.

    What is none of ours, and lies where one will, is put out of the way under another name.
    """
    key = signing_key(installation.settings).public_key().public_bytes_raw().hex()
    number = session.connection().execute(select(func.coalesce(func.max(_HEADS.c.number), 0))).scalar_one()
    while (data := installation.heads.read(name := file_name(number + 1))) is not None:
        head = read_head(data)
        if head is None or not is_signed(head.signed, head.signature, key):
            installation.heads.write(f"{name}.no-head", data)
            installation.heads.delete(name)
            break
        _keep(session, head, datetime.fromisoformat(head.at))
        number += 1
