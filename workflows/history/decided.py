"""Keeps what was known when a command was decided, so that the rules of another day can decide again.

A row holds a whole batch, or those of it who were asked the same: the subjects as they were, every fact that was looked at,
and what was decided; written when the transaction commits, so that what was decided before a savepoint was undone is kept as
well. What nobody looked at is not known, and is not made up later.
"""

import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, NamedTuple

import orjson
from sqlalchemy import Table, insert
from sqlmodel import Session

from models.evidence import DecisionFacts
from models.settings import Settings
from models.sql.database import before_commit
from models.sql.json_text import json_bytes
from workflows.command import Command
from workflows.facts.fact import kept_of
from workflows.history.packing import UnpackableError, pack
from workflows.history.rule_set import rule_set
from workflows.machines.decision import Decision
from workflows.source import Source, table

#: Settings that rules look at; whatever else an installation is set to is none of their business.
SETTINGS_OF_RULES = ("transmission", "job_max_envelopes", "job_max_bytes")
_WAITING = "orders_decided"
#: Without asking for the ids, which nobody wants.
_INSERT = insert(table(DecisionFacts)).inline()


class Decided(NamedTuple):
    """One subject with its facts, and what was decided on them."""

    subject: Any
    facts: Any
    decision: Decision


@dataclass(frozen=True, slots=True)
class _Batch:
    subject_table: str
    command: Command
    decided: Sequence[Decided]
    settings: Settings


def keep(source: Source, subject_table: str, command: Command, decided: Sequence[Decided]) -> None:
    """Keep what was decided of ``command``, and every fact that was looked at, once the transaction commits."""
    if decided and source.settings.facts_days:
        _wait(source, _Batch(subject_table, command, decided, source.settings))


def facts_of_one(
    source: Source, subject_table: str, command: Command, decided: Decided
) -> tuple[Table, dict[str, Any]] | None:
    """The table and the row that :func:`keep` would write, for whoever writes it together with the change."""
    if not source.settings.facts_days:
        return None
    kind: Any = type(decided.facts)
    batch = _Batch(subject_table, command, [decided], source.settings)
    return table(DecisionFacts), _row(batch, _known(kind, tuple(decided.facts.__dict__)))


def _wait(source: Source, batch: _Batch) -> None:
    session = source.session
    if _WAITING not in session.info:
        session.info[_WAITING] = []
        before_commit(session, _write)
    session.info[_WAITING].append(batch)


def _write(session: Session) -> None:
    rows = [_row(part, names) for batch in session.info.pop(_WAITING) for names, part in _alike(batch)]
    session.connection().execute(_INSERT, rows)


def _alike(batch: _Batch) -> Iterator[tuple[tuple[str, ...], _Batch]]:
    """The subjects of a batch of whom the same facts were looked at: those in other states were asked other rules."""
    groups: dict[tuple[str, ...], list[Decided]] = {}
    for each in batch.decided:
        kind: Any = type(each.facts)
        groups.setdefault(_known(kind, tuple(each.facts.__dict__)), []).append(each)
    for names, decided in groups.items():
        yield names, replace(batch, decided=decided)


@lru_cache(maxsize=1024)
def _known(kind: Any, names: tuple[str, ...]) -> tuple[str, ...]:
    """The facts to keep among the attributes that facts of a kind have by now."""
    return tuple(name for name in kept_of(kind) if name in names)


def _row(batch: _Batch, names: tuple[str, ...]) -> dict[str, Any]:
    command = batch.command
    return {
        "at": command.at,
        "subject_table": batch.subject_table,
        "event": command.event,
        "actor_role": command.actor.role,
        "actor_name": command.actor.name,
        "command_id": command.command_id,
        "rule_set": rule_set(),
        "subjects": len(batch.decided),
        "facts": _compressed(json_bytes(_packed(batch, names))),
    }


def _compressed(packed: bytes) -> bytes:
    """What one subject takes is kept as it is: a small row is written faster than it is compressed."""
    return zlib.compress(packed, 1) if len(packed) > _SMALL else packed


#: Bytes below which PostgreSQL keeps a value in its row, and does not compress it either.
_SMALL = 1900


def _packed(batch: _Batch, names: tuple[str, ...]) -> dict[str, Any]:
    decisions = [each.decision for each in batch.decided]
    return {
        "reason": batch.command.reason,
        "note": batch.command.note,
        "settings": _settings(tuple([getattr(batch.settings, name) for name in SETTINGS_OF_RULES])),
        "kind": type(batch.decided[0].facts).__name__,
        "facts": _facts([each.facts for each in batch.decided], names),
        "subject": _subjects([each.subject for each in batch.decided]),
        "state": pack([str(each.state) for each in decisions]),
        "target": pack([each.target for each in decisions]),
        "refusal": pack([each.kind for each in decisions]),
        "reasons": pack([_told(each) for each in decisions]),
    }


@lru_cache(maxsize=16, typed=True)
def _settings(values: tuple[Any, ...]) -> orjson.Fragment:
    return orjson.Fragment(orjson.dumps(dict(zip(SETTINGS_OF_RULES, values, strict=True))))


def _subjects(subjects: Sequence[Any]) -> Any:
    """A subject that can't be told is not known: what was decided of it must not fail for that."""
    try:
        return pack(subjects)
    except UnpackableError:
        return ["row", [], []]


def _told(decision: Decision) -> tuple[tuple[str, dict[str, Any]], ...]:
    """Codes and parameters, not reasons: the rules may be gone when they are read."""
    reasons = decision.reasons
    return tuple((reason.code, dict(reason.params)) for reason in reasons) if reasons else ()


def _facts(facts: Sequence[Any], names: tuple[str, ...]) -> dict[str, Any]:
    packed: dict[str, Any] = {}
    for name in names:
        try:
            packed[name] = pack([each.__dict__[name] for each in facts])
        except UnpackableError:  # is nothing that can be told
            continue
    return packed
