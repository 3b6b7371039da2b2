"""Whether the histories are whole: every chain of a machine beside the states that it led to.

Subjects, history and what was signed are read as three streams in the order of ids, so that memory does not grow with the
years. A
chain that fits costs one digest a row; where one does not fit, :func:`workflows.history.broken_links` names its rows.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Any, TypeAlias

from sqlalchemy import text

from models.codes import Code
from workflows.engine import Machine
from workflows.evidence.signed import Hashes, Signed
from workflows.history import HASHED, broken_links, digest_of
from workflows.source import Source

#: Rows fetched at a time.
_PAGE = 5000
_SEQ, _AT, _DETAIL, _PREVIOUS, _HASH = 1, 5, 10, 13, 14


class FaultKind(Code):
    """What is wrong with a row of history."""

    BROKEN = (
        "broken",
        "is missing, or does not follow from the row before it",
        "manque, ou ne découle pas de la ligne précédente",
    )
    STATE = (
        "state",
        "does not lead to the state and version that are stored",
        "ne mène pas à l'état et à la version enregistrés",
    )
    SIGNED = ("signed", "is not the row that was signed", "n'est pas la ligne qui a été signée")


@dataclass(frozen=True, slots=True)
class Fault:
    """A row of history that was tampered with, by its table, subject and ``seq``."""

    table: str
    subject: int
    seq: int
    kind: FaultKind


@dataclass(slots=True)
class _Read:
    """What a chain came to: how many rows were read, whether each followed from the last, where it ended, what was signed otherwise."""

    rows: int = 0
    whole: bool = True
    last: Sequence[Any] | None = None
    otherwise: Sequence[int] = ()


def faults(source: Source, machine: Machine, signed: Signed) -> Iterator[Fault]:
    """Every tampered row of a machine's history, subject by subject."""
    name = machine.history.name
    of_subjects = ((row.id, row) for row in _subjects(source, machine))
    chains = groupby(_history(source, machine), key=itemgetter(0))
    for subject, row, chain, hashes in _side_by_side(of_subjects, chains, signed.of(name)):
        read = _read(chain or (), hashes or {})
        head = row.history_hash if row is not None else ""
        if not read.whole or head != (read.last[_HASH] if read.last else ""):
            yield from (
                Fault(name, subject, seq, FaultKind.BROKEN)
                for seq in broken_links(_of_subject(source, machine, subject), head)
            )
        elif row is not None and read.last is not None and _elsewhere(row, read.last):
            yield Fault(name, subject, read.last[_SEQ], FaultKind.STATE)
        for seq in read.otherwise:
            yield Fault(name, subject, seq, FaultKind.SIGNED)


def _read(chain: Iterable[Sequence[Any]], signed: Hashes) -> _Read:
    read = _Read()
    previous = ""
    same = set()
    for row in chain:
        if row[_SEQ] != read.rows or row[_PREVIOUS] != previous or digest_of(row[:_HASH]) != row[_HASH]:
            read.whole = False
        previous = row[_HASH]
        if signed and signed.get(row[_SEQ]) == frozenset({previous}):
            same.add(row[_SEQ])
        read.rows += 1
        read.last = row
    if len(same) < len(signed):
        read.otherwise = sorted(signed.keys() - same)
    return read


def _elsewhere(subject: Any, last: Sequence[Any]) -> bool:
    return bool(subject.state != last[HASHED.index("to_state")] or subject.version != last[_SEQ] + 1)


def _subjects(source: Source, machine: Machine) -> Iterator[Any]:
    statement = f"SELECT id, history_hash, state, version FROM {machine.table.name} ORDER BY id"  # noqa: S608
    return _stream(source, statement)


def _history(source: Source, machine: Machine) -> Iterator[Sequence[Any]]:
    """Rows of :data:`HASHED` and the hash, as :func:`digest_of` takes them."""
    columns = ", ".join((*HASHED, "hash"))
    statement = f"SELECT {columns} FROM {machine.history.name} ORDER BY subject_id, seq"  # noqa: S608
    rows = _stream(source, statement)
    return map(_from_sqlite, rows) if source.session.connection().dialect.name == "sqlite" else rows


def _stream(source: Source, statement: str) -> Iterator[Any]:
    """Rows as the driver gives them: SQLAlchemy's types would cost more than the digests."""
    wanted = text(statement).execution_options(yield_per=_PAGE)
    return iter(source.session.connection().execute(wanted))


def _from_sqlite(row: Sequence[Any]) -> Sequence[Any]:
    """SQLite keeps instants and JSON as text."""
    at, detail = row[_AT], row[_DETAIL]
    instant = f"{at[:10]}T{at[11:19]}{'' if at.endswith('.000000') else at[19:]}+00:00"
    return (*row[:_AT], instant, *row[_AT + 1 : _DETAIL], detail and json.loads(detail), *row[_DETAIL + 1 :])


def _of_subject(source: Source, machine: Machine, subject: int) -> Sequence[Any]:
    history = machine.history
    statement = history.select().where(history.c.subject_id == subject).order_by(history.c.seq)
    return source.session.connection().execute(statement).all()


_Stream: TypeAlias = Iterator[tuple[int, Any]]


def _side_by_side(*streams: _Stream) -> Iterator[tuple[Any, ...]]:
    """(subject, what each stream has of it or ``None``) for everything in any stream, all of them sorted by subject."""
    heads = [next(stream, None) for stream in streams]
    while subjects := [head[0] for head in heads if head is not None]:
        subject = min(subjects)
        mine = [head is not None and head[0] == subject for head in heads]
        yield subject, *(head[1] if has and head else None for has, head in zip(mine, heads, strict=True))
        heads = [
            next(stream, None) if has else head
            for has, head, stream in zip(mine, heads, streams, strict=True)
        ]
