"""Whether the histories are whole: every chain of a machine beside the states that it led to.

Subjects and history are read as two streams in the order of ids, so that memory does not grow with the years. A
chain that fits costs one digest a row; where one does not fit, :func:`workflows.history.broken_links` names its rows.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Any, TypeAlias

from sqlalchemy import text

from models.codes import Code
from workflows.engine import Machine
from workflows.history import HASHED, broken_links, digest_of
from workflows.source import Source

#: What was signed of a subject last: ``seq`` and hash of its newest row then.
Signed: TypeAlias = Mapping[int, tuple[int, str]]

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
    """What a chain came to: how many rows were read, whether each followed from the last, and where it ended."""

    rows: int = 0
    whole: bool = True
    last: Sequence[Any] | None = None
    signed: bool = True


def faults(source: Source, machine: Machine, signed: Signed) -> Iterator[Fault]:
    """Every tampered row of a machine's history, subject by subject."""
    name = machine.history.name
    for subject, row, chain in _side_by_side(_subjects(source, machine), _history(source, machine)):
        read = _read(chain, signed.get(subject))
        head = row.history_hash if row is not None else ""
        if not read.whole or head != (read.last[_HASH] if read.last else ""):
            yield from (
                Fault(name, subject, seq, FaultKind.BROKEN)
                for seq in broken_links(_of_subject(source, machine, subject), head)
            )
        elif row is not None and read.last is not None and _elsewhere(row, read.last):
            yield Fault(name, subject, read.last[_SEQ], FaultKind.STATE)
        if not read.signed:
            yield Fault(name, subject, signed[subject][0], FaultKind.SIGNED)
    yield from _vanished(source, machine, signed)


def _read(chain: Iterable[Sequence[Any]], signed: tuple[int, str] | None) -> _Read:
    read = _Read(signed=signed is None)
    previous = ""
    for row in chain:
        if row[_SEQ] != read.rows or row[_PREVIOUS] != previous or digest_of(row[:_HASH]) != row[_HASH]:
            read.whole = False
        if signed is not None and row[_SEQ] == signed[0]:
            read.signed = row[_HASH] == signed[1]
        previous = row[_HASH]
        read.rows += 1
        read.last = row
    return read


def _elsewhere(subject: Any, last: Sequence[Any]) -> bool:
    return bool(subject.state != last[HASHED.index("to_state")] or subject.version != last[_SEQ] + 1)


def _vanished(source: Source, machine: Machine, signed: Signed) -> Iterator[Fault]:
    """Signed subjects of which nothing is left at all."""
    if not signed:
        return
    connection = source.session.connection()
    left: set[int] = set()
    for name, column in ((machine.table.name, "id"), (machine.history.name, "subject_id")):
        statement = f"SELECT DISTINCT {column} FROM {name}"  # noqa: S608
        left |= set(connection.execute(text(statement)).scalars())
    for subject in sorted(signed.keys() - left):
        yield Fault(machine.history.name, subject, signed[subject][0], FaultKind.SIGNED)


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


_Chains: TypeAlias = Iterator[tuple[int, Any, Iterable[Sequence[Any]]]]


def _side_by_side(subjects: Iterator[Any], history: Iterator[Sequence[Any]]) -> _Chains:
    """(subject, its row or ``None``, its chain) for everything that is in either stream, both sorted by subject."""
    of_subject: Callable[[Sequence[Any]], int] = itemgetter(0)
    row = next(subjects, None)
    for subject, chain in groupby(history, key=of_subject):
        while row is not None and row.id < subject:
            yield row.id, row, ()
            row = next(subjects, None)
        mine = row if row is not None and row.id == subject else None
        yield subject, mine, chain
        row = next(subjects, None) if mine is not None else row
    while row is not None:
        yield row.id, row, ()
        row = next(subjects, None)
