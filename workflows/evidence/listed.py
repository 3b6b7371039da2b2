"""Whether the signed heads are all there, and are those that the database lists."""

import errno
import hashlib
import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.codes import Code
from models.evidence import SignedHead
from models.sql.database import Database, lock_table
from models.sql.in_values import in_values
from models.store import Store
from workflows.evidence import rows
from workflows.evidence.heads import Head, file_name, signed_head
from workflows.evidence.signed import Signed
from workflows.installation import Installation
from workflows.source import table

#: Rows of before were written that much after their heads at the most: their instants are their own.
_LATER = timedelta(minutes=5)
_NUMBER = re.compile(r"([0-9]{10,18})\.json")


class HeadFaultKind(Code):
    """What is wrong with a signed head."""

    MISSING = "missing", "is missing", "manque"
    UNRECORDED = "unrecorded", "is not in the database's list", "ne figure pas dans la liste de la base"
    ALTERED = "altered", "is not the one that the database lists", "n'est pas celle que la base énumère"
    UNSIGNED = "unsigned", "does not bear the key's signature", "ne porte pas la signature de la clé"
    UNCHAINED = "unchained", "does not follow from the one before it", "ne découle pas de la précédente"
    UNNUMBERED = "unnumbered", "has a number that no head bears", "porte un numéro qu'aucune tête ne porte"
    ABSENT = "absent", "has no signed head", "n'a pas de tête signée"


@dataclass(frozen=True, slots=True)
class HeadFault:
    """A signed head that was tampered with, by its number; with ``last`` all from the one to the other.

    Where no head tells which it was, ``number`` is nothing and ``occasion`` says what it would have been signed for.
    """

    number: int | str | None
    kind: HeadFaultKind
    last: int | None = None
    occasion: str = ""


@dataclass(slots=True)
class Found:
    """What was found of the heads: how many there should be, what is wrong with them, and for what the key signed."""

    number: int = 0
    faults: list[HeadFault] = field(default_factory=list)
    occasions: set[str] = field(default_factory=set)
    #: When days were signed.
    days: list[datetime] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Listed:
    occasion: Any
    at: Any
    subjects: Any
    sha256: Any


def look_at_heads(installation: Installation, session: Session, key: str, signed: Signed) -> Found:
    """Look at every head that is listed or lies there. What ``key`` signed goes into ``signed``, whatever is listed.

    ``session`` sees one moment. Heads that were signed since are left to the next verification: what they say of rows that
    were not there yet is no fault.
    """
    found = Found()
    store = installation.heads
    listed = _listed(session, found.faults)
    there = set(_numbers(store.names(), found.faults))
    there -= _signed_since(installation.database, there - listed.keys())
    numbers = sorted(listed.keys() | there)
    missing: list[tuple[int, int]] = []
    previous: str | None = ""
    expected = 1
    for number in numbers:
        if number > expected:
            missing.append((expected, number - 1))
            previous = None
        data = _data(store, number)
        if data is None:
            missing.append((number, number))
            sha256 = listed[number].sha256 if number in listed else None
            previous = sha256 if type(sha256) is str else None
        else:
            head = signed_head(data, key)
            digest = hashlib.sha256(data).hexdigest()
            kinds = _wrong(head, number, digest, previous, listed.get(number), session)
            found.faults += [HeadFault(number, kind) for kind in kinds]
            previous = digest
            if head is not None:
                _take_in(head, signed, found)
        expected = number + 1
    found.number = len(numbers)
    found.faults += [
        HeadFault(one, HeadFaultKind.MISSING, last if last > one else None) for one, last in _joined(missing)
    ]
    found.faults.sort(key=lambda each: each.number if type(each.number) is int else 0)
    return found


def _signed_since(database: Database, late: Collection[int]) -> set[int]:
    """Those of the heads ``late`` that stand in the list of heads by now.

    A head lies there before its record is committed: whoever is signing is waited for before one is called unrecorded.
    """
    if not late:
        return set()
    number = table(SignedHead).c.number
    with database.write() as session:
        lock_table(session, table(SignedHead))
        return set(session.connection().execute(select(number).where(in_values(number, late))).scalars())


def _take_in(head: Head, signed: Signed, found: Found) -> None:
    signed.add(head.entries)
    found.occasions.add(head.occasion)
    if head.is_of_a_day:
        found.days.append(datetime.fromisoformat(head.at))


def _listed(session: Session, faults: list[HeadFault]) -> dict[int, _Listed]:
    """The database's list by number; what bears none is a fault."""
    at = "at" if rows.is_sqlite(session) else "CAST(at AS text)"
    statement = f"SELECT number, occasion, {at}, subjects, sha256 FROM signed_heads ORDER BY number"  # noqa: S608
    listed = {}
    with rows.whatever_is_there(session):
        for number, *columns in rows.stream(session, statement):
            if type(number) is int and number > 0:
                listed[number] = _Listed(*columns)
            else:
                faults.append(HeadFault(rows.shown(number), HeadFaultKind.UNNUMBERED))
    return listed


def _numbers(names: Iterable[str], faults: list[HeadFault]) -> Iterator[int]:
    """The numbers of the files that are called as heads are."""
    for name in names:
        known = _NUMBER.fullmatch(name)
        if known is None or file_name(number := int(known[1])) != name:
            continue
        if number > 0:
            yield number
        else:
            faults.append(HeadFault(number, HeadFaultKind.UNNUMBERED))


def _data(store: Store, number: int) -> bytes | None:
    """What lies where the head should; nothing at all where it can't be a file."""
    try:
        return store.read(file_name(number))
    except OSError as error:
        if error.errno in {errno.EISDIR, errno.ELOOP}:
            return b""
        raise


def _wrong(
    head: Head | None,
    number: int,
    digest: str,
    previous: str | None,
    listed: _Listed | None,
    session: Session,
) -> Iterator[HeadFaultKind]:
    if head is None or head.number != number:
        yield HeadFaultKind.UNSIGNED
    elif previous is not None and head.previous != previous:
        yield HeadFaultKind.UNCHAINED
    elif listed is None:
        yield HeadFaultKind.UNRECORDED
    elif not _is_listed(head, digest, listed, session):
        yield HeadFaultKind.ALTERED


def _is_listed(head: Head, digest: str, listed: _Listed, session: Session) -> bool:
    if (listed.occasion, listed.subjects, listed.sha256) != (head.occasion, len(head.entries), digest):
        return False
    try:
        at = datetime.fromisoformat(rows.instant(session, listed.at))
    except rows.UNREADABLE:
        return False
    return timedelta() <= at - datetime.fromisoformat(head.at) <= _LATER


def _joined(ranges: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Ranges that follow from one another as one; they come in ascending order."""
    whole: tuple[int, int] | None = None
    for one, last in ranges:
        if whole is not None and one == whole[1] + 1:
            whole = whole[0], last
            continue
        if whole is not None:
            yield whole
        whole = one, last
    if whole is not None:
        yield whole
