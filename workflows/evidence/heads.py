"""Signed heads: the last row of each history, signed and stored outside the database.

Anybody who can rewrite the database can mend its chains too. A head says, under a key that the database does not hold,
which row each history ended with: at every release of a print job those of the job and its items, and once a day
those of every subject that changed, and what was refused meanwhile (``workflows/evidence/attempts.py``). Heads are
chained to one another, so that no head can be taken out unnoticed.
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

from models.evidence import SignedHead
from models.history import OrderItemHistory, PrintJobHistory
from models.orders import OrderItem
from models.sql.database import lock_table
from workflows.effects.machines import MACHINES
from workflows.evidence import attempts
from workflows.installation import Installation
from workflows.source import table
from workflows.trust.keys import is_signed, public_key, signing_key

#: A transaction may commit a row some time after the instant that the row names.
_OVERLAP = timedelta(hours=1)
#: How often one signer makes way for others before it leaves the rest to its next turn.
_TRIES = 3

#: (history table, subject, seq, hash)
Entry = tuple[str, int, int, str]

_HEADS = table(SignedHead)
_JOB, _DAY = "print_job:", "day:"


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
    def is_of_a_day(self) -> bool:
        """Whether the head covers all changes since the last head of a day."""
        return self.occasion.startswith(_DAY)

    @property
    def signed(self) -> bytes:
        """The bytes that are signed."""
        return _canonical([self.number, self.occasion, self.at, self.previous, list(map(list, self.entries))])

    def as_bytes(self) -> bytes:
        """The head as the bytes of its file."""
        names = ("number", "occasion", "at", "previous", "entries", "signature")
        return _canonical({name: getattr(self, name) for name in names})


def _canonical(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def file_name(number: int) -> str:
    """The name of the file that holds the head of that number."""
    return f"{number:010d}.json"


#: The errors raised by a file that holds no head: no JSON, no text, another shape, or a number or depth out of range.
_NO_HEAD = (ValueError, TypeError, KeyError, OverflowError, RecursionError)


def read_head(data: bytes) -> Head | None:
    """The head in the bytes of a file, or ``None`` where they are not a head."""
    try:
        read = json.loads(data)
        entries = [
            (str(of), int(subject), int(seq), str(digest)) for of, subject, seq, digest in read["entries"]
        ]
        head = Head(**{**read, "entries": entries})
        return head if head.as_bytes() == data else None
    except _NO_HEAD:
        return None


def signed_head(data: bytes | None, key: str) -> Head | None:
    """The head in the bytes of a file, or ``None`` where there is no head or ``key`` did not sign it."""
    head = None if data is None else read_head(data)
    return head if head is not None and is_signed(head.signed, head.signature, key) else None


def occasion_of_job(job: int | str) -> str:
    """The occasion of a print job's release."""
    return f"{_JOB}{job}"


def occasion_of_day(day: date) -> str:
    """The occasion of a day in Edmonton."""
    return f"{_DAY}{day.isoformat()}"


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
        last = _last_day(installation, session)
        since = None if last is None else datetime.fromisoformat(last.at)
        changed: list[Entry] = []
        for machine in MACHINES:
            history = machine.history
            recent = [] if since is None else [history.c.at >= since - _OVERLAP]
            changed += _newest(session, history, *recent)
        refused = attempts.last_of(last.entries) if last is not None else None
        return [*changed, *attempts.entries_since(session, refused or 0, installation.now())]

    _sign(installation, occasion_of_day(day), entries)


def _last_day(installation: Installation, session: Session) -> Head | None:
    """The head of the last day that was signed, which lies outside: the list in the database only says where to look."""
    statement = (
        select(_HEADS.c.number).where(_HEADS.c.occasion.like(f"{_DAY}%")).order_by(_HEADS.c.number.desc())
    )
    for number in session.connection().execute(statement).scalars():
        head = _head(installation, number)
        if head is not None and head.is_of_a_day:
            return head
    return None


def _is_signed(installation: Installation, session: Session, occasion: str) -> bool:
    """Whether a listed head of the occasion lies outside; one that is missing from the list is signed again, without harm."""
    statement = select(_HEADS.c.number).where(_HEADS.c.occasion == occasion)
    heads = (_head(installation, number) for number in session.connection().execute(statement).scalars())
    return any(head is not None and head.occasion == occasion for head in heads)


def _head(installation: Installation, number: int) -> Head | None:
    """The head of that number, where this installation signed it."""
    head = signed_head(installation.heads.read(file_name(number)), public_key(installation.settings))
    return head if head is not None and head.number == number else None


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
    """Sign a new head and write it to a new file; never over one that is there.

    The next try records a head whose signer wrote the file and did not record it. Raises ``FileExistsError`` where other
    signers were faster each time.
    """
    for _ in range(_TRIES - 1):
        with suppress(FileExistsError):
            _write_next(installation, occasion, entries)
            return
    _write_next(installation, occasion, entries)


def _write_next(installation: Installation, occasion: str, entries: Callable[[Session], list[Entry]]) -> None:
    """Under a table lock, write the next signed head unless this occasion is signed already.

    Without the lock one signer could record the head that another has written and is about to record.
    """
    with installation.database.write() as session:
        lock_table(session, _HEADS)
        number, previous = _next(installation, session)
        if _is_signed(installation, session, occasion):
            return
        unsigned = Head(
            number=number,
            occasion=occasion,
            at=installation.now().isoformat(),
            previous=previous,
            entries=entries(session),
            signature="",
        )
        head = _signed(installation, unsigned)
        _keep(session, head)
        installation.heads.write_new(file_name(head.number), head.as_bytes())


def _signed(installation: Installation, head: Head) -> Head:
    signature = signing_key(installation.settings).sign(head.signed).hex()
    return Head(head.number, head.occasion, head.at, head.previous, head.entries, signature)


def _keep(session: Session, head: Head) -> None:
    row = {
        "number": head.number,
        "occasion": head.occasion,
        "at": datetime.fromisoformat(head.at),
        "subjects": len(head.entries),
        "sha256": hashlib.sha256(head.as_bytes()).hexdigest(),
    }
    session.connection().execute(insert(_HEADS), [row])


def _next(installation: Installation, session: Session) -> tuple[int, str]:
    """The number of the next head, and the SHA-256 of the one before it.

    Numbers of listed heads whose files are gone are not given again. Heads whose files were written, but which a crash
    kept from being listed, are listed now.
    """
    statement = (
        select(_HEADS.c.number, _HEADS.c.sha256).where(_HEADS.c.number > 0).order_by(_HEADS.c.number.desc())
    )
    gone: dict[int, str] = {}
    number, previous = 0, ""
    for listed, sha256 in session.connection().execute(statement):
        if (data := installation.heads.read(file_name(listed))) is not None:
            number, previous = listed, hashlib.sha256(data).hexdigest()
            break
        gone[listed] = sha256
    while True:
        following = number + 1
        sha256 = gone[following] if following in gone else _adopted(installation, session, following)
        if sha256 is None:
            return following, previous
        number, previous = following, sha256


def _adopted(installation: Installation, session: Session, number: int) -> str | None:
    """List the unlisted head of that number and return its SHA-256; ``None`` where there is no such head.

    A file in its place that this installation did not sign is moved to another name.
    """
    name = file_name(number)
    data = installation.heads.read(name)
    head = _head(installation, number)
    if head is not None:
        _keep(session, head)
        return hashlib.sha256(head.as_bytes()).hexdigest()
    if data is not None:
        installation.heads.write(f"{name}.no-head", data)
        installation.heads.delete(name)
    return None
