"""Whether the histories are whole: every chain of a machine beside the states that it led to.

Subjects, history and what was signed are read as three streams in the order of ids, so that memory does not grow with the
years. A chain that fits costs one digest a row; where one does not fit, ``workflows/evidence/tampering.py`` names its rows.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple, TypeAlias

from workflows.evidence import rows
from workflows.evidence.recorded import events_of, otherwise
from workflows.evidence.rows import EVENT, HASH, PREVIOUS, SEQ, TO_STATE, AsHashed, Row
from workflows.evidence.signed import Hashes, Signed
from workflows.evidence.subjects import Subject, name_of, subjects
from workflows.evidence.tampering import FaultKind, Link, broken
from workflows.machines.machine import Machine
from workflows.source import Source


@dataclass(frozen=True, slots=True)
class Fault:
    """A row of history that was tampered with, by its table, subject and ``seq``; with ``last`` all rows from the one to the other.

    ``subject`` and ``seq`` are texts where what is stored there is no number. ``name`` is what people call the subject.
    """

    table: str
    subject: int | str
    seq: int | str
    kind: FaultKind
    last: int | None = None
    name: str = ""
    #: The column that the row tells of otherwise.
    column: str = ""


class _Read(NamedTuple):
    """What a chain came to: how many rows it has, whether each followed from the last, where it ended, and what was signed otherwise."""

    rows: int
    whole: bool
    last: Row | None
    unlike: Iterable[int]
    told: Sequence[Row]


def faults(source: Source, machine: Machine, signed: Signed) -> list[Fault]:
    """Every tampered row of a machine's history, subject by subject."""
    try:
        return list(_faults(source, machine, signed))
    except sqlite3.OperationalError as error:
        if "decode" not in str(error):
            raise
    with rows.whatever_is_there(source.session):
        return list(_faults(source, machine, signed))


def _faults(source: Source, machine: Machine, signed: Signed) -> Iterator[Fault]:
    table, hashed = machine.history.name, rows.as_hashed(source.session)
    wanted = events_of(machine.table.name)
    nobodys: list[Fault] = []
    chains = _of_somebody(table, groupby(_history(source, machine), key=itemgetter(0)), nobodys)
    for key, subject, chain, hashes in _side_by_side(subjects(source, machine), chains, signed.of(table)):
        read = _read(chain or (), hashed, hashes or {}, wanted)
        for kind, seq, last in _wrong(source, machine, key, subject, read):
            name = name_of(machine, key, subject)
            yield Fault(table, key, seq, kind, None if last == seq else last, name)
        if read.whole and subject is not None:
            name = name_of(machine, key, subject)
            for seq, column in otherwise(source.session, machine.table.name, key, subject, read.told):
                yield Fault(table, key, seq, FaultKind.RECORDED, None, name, column)
    yield from nobodys


_Stream: TypeAlias = Iterator[tuple[int, Any]]


def _of_somebody(table: str, chains: Iterator[tuple[Any, Iterator[Row]]], nobodys: list[Fault]) -> _Stream:
    """The chains of subjects; rows of what is no subject's number are ``nobodys``."""
    for key, chain in chains:
        if type(key) is int:
            yield key, chain
        else:
            nobodys += [
                Fault(table, rows.shown(key), rows.shown(row[SEQ]), FaultKind.UNREADABLE) for row in chain
            ]


_Wrong: TypeAlias = Iterator[tuple[FaultKind, Any, Any]]


def _wrong(source: Source, machine: Machine, key: int, subject: Subject | None, read: _Read) -> _Wrong:
    """What is wrong with one subject's chain, and between it and the subject."""
    begun = subject is not None and (machine.begins or subject.version != 0)
    ends = subject is None or subject.history_hash == (read.last[HASH] if read.last else "")
    if not read.whole or not ends or (begun and not read.rows):
        yield from _named(source, machine, key, subject, read)
    elif subject is not None and read.last is not None and _elsewhere(subject, read.last):
        yield FaultKind.STATE, read.last[SEQ], read.last[SEQ]
    if subject is None and read.last is not None:
        yield FaultKind.GONE, rows.shown(read.last[SEQ]), rows.shown(read.last[SEQ])
    for seq in read.unlike:
        yield FaultKind.SIGNED, seq, seq


def _read(chain: Iterable[Row], hashed: AsHashed, signed: Hashes, wanted: frozenset[str]) -> _Read:
    number, whole, last, previous = 0, True, None, ""
    told: list[Row] = []
    same = set()
    genuine = rows.is_genuine
    for row in chain:
        if row[SEQ] != number or row[PREVIOUS] != previous or not genuine(hashed, row):
            whole = False
        previous = row[HASH]
        if signed and signed.get(row[SEQ]) == previous:
            same.add(row[SEQ])
        if row[EVENT] in wanted or not number:
            told.append(row)
        number += 1
        last = row
    unlike = sorted(signed.keys() - same) if len(same) < len(signed) else ()
    return _Read(number, whole, last, unlike, told)


def _named(source: Source, machine: Machine, key: int, subject: Subject | None, read: _Read) -> _Wrong:
    """The rows of a chain that does not fit, each told once."""
    hashed, readable, told = rows.as_hashed(source.session), list[Link](), set[Any]()
    for row in _history(source, machine, key):
        if type(row[SEQ]) is int:
            readable.append(Link(row[SEQ], row[PREVIOUS], row[HASH], rows.is_genuine(hashed, row)))
        else:
            told.add((FaultKind.UNREADABLE, rows.shown(row[SEQ]), rows.shown(row[SEQ])))
    version = subject.version if subject is not None and type(subject.version) is int else 0
    head = subject.history_hash if subject is not None else None
    told |= set(broken(readable, head, max(version, 1 if machine.begins and subject is not None else 0)))
    if not told and read.last is not None:
        told.add((FaultKind.BROKEN, rows.shown(read.last[SEQ]), rows.shown(read.last[SEQ])))
    yield from sorted(told, key=lambda each: (str(type(each[1])), each[1], each[0]))


def _elsewhere(subject: Subject, last: Row) -> bool:
    return bool(subject.state != last[TO_STATE] or subject.version != last[SEQ] + 1)


def _history(source: Source, machine: Machine, subject: int | None = None) -> Iterator[Row]:
    """All rows, or those of one subject."""
    chosen = "" if subject is None else f" WHERE subject_id = {subject:d}"
    columns = rows.columns(source.session)
    statement = f"SELECT {columns} FROM {machine.history.name}{chosen} ORDER BY subject_id, seq"  # noqa: S608
    return rows.stream(source.session, statement)


def _side_by_side(*streams: _Stream) -> Iterator[tuple[Any, ...]]:
    """(subject, what each stream has of it or ``None``) for everything in any stream, all of them sorted by subject."""
    heads = [next(stream, None) for stream in streams]
    while keys := [head[0] for head in heads if head is not None]:
        subject = min(keys)
        found = [head[1] if head is not None and head[0] == subject else None for head in heads]
        yield subject, *found
        for place, value in enumerate(found):
            if value is not None:
                heads[place] = next(streams[place], None)
