"""Whether anybody rewrote the record of refused attempts.

Refusals come from many transactions at once, so that a chain from each to the next would have them all wait for one another.
They are no chain: the head of a day says what every refusal since the day before hashes to. An entry names the first and
the last id of a few that follow each other, in the places of subject and ``seq``, and the hash of all their columns as they
are stored; of a day with a thousand refusals or fewer it names each alone. What is edited, deleted or slipped in among them
shows as soon as the day is signed; what was changed before that nobody can tell.
"""

import hashlib
import json
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from workflows.evidence import rows
from workflows.evidence.rows import prepare

#: As refusals are called in heads; also the name of their table.
NAME = "refusals"
#: Entries of one head at the most.
_ENTRIES = 1000
#: A transaction may commit a refusal some time after the instant that it names, and after others with higher ids.
SETTLED = timedelta(hours=1)

Entry = tuple[str, int, int, str]


def entries_since(session: Session, last: int, now: datetime) -> list[Entry]:
    """What a head says of the refusals after the one with the id ``last``; of none, that there was none."""
    prepare(session)
    settled = [(row[0], _hash(row)) for row in _settled(session, last, now)]
    size = -(-len(settled) // _ENTRIES) or 1
    groups = [settled[place : place + size] for place in range(0, len(settled), size)]
    return [(NAME, group[0][0], group[-1][0], _of(group)) for group in groups] or [
        (NAME, last + 1, last, _of([]))
    ]


def last_of(entries: Iterable[Sequence[Any]]) -> int | None:
    """The id of the last refusal that a head tells of; ``None`` where it is of before refusals were signed."""
    return max((last for of, _, last, _ in entries if of == NAME), default=None)


def _settled(session: Session, last: int, now: datetime) -> Iterator[rows.Row]:
    """The rows after ``last`` before the first that may have neighbours that are not committed."""
    for row in stored(session, last):
        at = _instant(session, row)
        if type(row[0]) is not int or (at is not None and at > now - SETTLED):
            return
        yield row


def stored(session: Session, after: int | None = None) -> Iterator[rows.Row]:
    """All stored refusals, or those after an id: the id, the instant and all other columns of each."""
    at, codes = ("at", "codes") if rows.is_sqlite(session) else ("CAST(at AS text)", "CAST(codes AS text)")
    chosen = "" if after is None else f" WHERE id > {after:d}"
    statement = (
        f"SELECT id, {at}, actor_role, actor_name, subject_table, subject_id, event, state, kind, {codes}, "  # noqa: S608
        f"command_id, about, service FROM {NAME}{chosen} ORDER BY id"
    )
    return rows.stream(session, statement)


def _instant(session: Session, row: rows.Row) -> datetime | None:
    try:
        return datetime.fromisoformat(rows.instant(session, row[1]))
    except rows.UNREADABLE:
        return None


def _hash(row: rows.Row) -> str:
    text = json.dumps(list(row), ensure_ascii=False, separators=(",", ":"), default=repr)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _of(group: Iterable[tuple[int, str]]) -> str:
    return hashlib.sha256("".join(digest for _, digest in group).encode()).hexdigest()


def tampered(
    session: Session, signed: Iterable[tuple[int, int, str]], signed_at: datetime | None
) -> Iterator[tuple[int, int]]:
    """(first, last) id of refusals that are not those that were signed, where ``signed_at`` is when a day was signed last.

    ``signed`` is what heads say, in the order of ids.
    """
    with rows.whatever_is_there(session):
        waiting = stored(session)
        read: deque[tuple[int, str]] = deque()
        row = next(waiting, None)
        known = 0
        # Heads may tell of the same refusals twice, in other groups.
        for first, last, digest in signed:
            while read and read[0][0] < first:
                read.popleft()
            while row is not None and row[0] <= max(last, first - 1):
                if row[0] < first and row[0] > known:
                    yield row[0], row[0]
                elif row[0] >= first:
                    read.append((row[0], _hash(row)))
                row = next(waiting, None)
            if _of(each for each in read if each[0] <= last) != digest:
                yield first, max(first, last)
            known = max(known, last)
        while row is not None:
            if signed_at is not None and _is_late(session, row, signed_at):
                yield row[0], row[0]
            row = next(waiting, None)


def _is_late(session: Session, row: rows.Row, signed_at: datetime) -> bool:
    """Whether the head of the day should have told of the row, or nobody can tell when it was."""
    at = _instant(session, row)
    return at is None or at < signed_at - 2 * SETTLED
