"""Keeps what was known when a command was decided, so that the rules of another day can decide again.

One row holds a whole batch: the subjects as they were, every fact that was loaded for them, and what was decided; written
when the transaction commits, so that what was decided before a savepoint was undone is kept as well. Facts are loaded on
demand, so what nobody looked at is not known, and is not made up later.
"""

import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
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
from workflows.facts.looked_at import facts_of
from workflows.history.packing import UnpackableError, pack
from workflows.history.row_shapes import LOST
from workflows.history.rule_set import rule_set
from workflows.machines.decision import Decision
from workflows.machines.plan import Candidate, Plan
from workflows.rules.rule import Rule
from workflows.source import Source, table

#: Settings that rules look at; whatever else an installation is set to is none of their business.
SETTINGS_OF_RULES = ("transmission", "job_max_envelopes", "job_max_bytes")
#: Facts that are only looked up, or given, for the rules that ask for them: elsewhere they stand empty and say nothing.
_FOR_WHO_ASKS = frozenset(
    {"given", "document_fault", "consumer_is_active", "similar_reprints", "link", "is_own"}
)
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
    asked: frozenset[str]


def keep(
    source: Source, plan: Plan, subject_table: str, command: Command, decided: Sequence[Decided]
) -> None:
    """Keep what the machine of ``plan`` decided of ``command``, once the transaction commits."""
    if decided and source.settings.facts_days:
        names = _asked(plan, command.event, decided)
        _wait(source, _Batch(subject_table, command, decided, source.settings, names))


def facts_of_one(
    source: Source, plan: Plan, subject_table: str, command: Command, decided: Decided
) -> tuple[Table, dict[str, Any]] | None:
    """The table and the row that :func:`keep` would write, for whoever writes it together with the change."""
    if not source.settings.facts_days:
        return None
    names = _asked(plan, command.event, [decided])
    return table(DecisionFacts), _row(_Batch(subject_table, command, [decided], source.settings, names))


def keep_question(
    source: Source, subject_table: str, command: Command, rules: Iterable[Rule], decided: Sequence[Decided]
) -> None:
    """Keep what ``rules`` alone, asked beside any machine, decided under the name of the command's event."""
    if decided and source.settings.facts_days:
        names = _looked_at(rules, type(decided[0].facts))
        _wait(source, _Batch(subject_table, command, decided, source.settings, names))


def _asked(plan: Plan, of: str, decided: Sequence[Decided]) -> frozenset[str]:
    """The facts that the rules of an event look at; an amendment's judge may look at any."""
    kind: Any = type(decided[0].facts)
    if of not in plan.events:
        return frozenset(_names(kind))
    states = {each.decision.state for each in decided}
    return frozenset[str]().union(
        *(_guarded_by(plan.candidates.get((state, of), ()), kind) for state in states)
    )


@lru_cache(maxsize=512)
def _guarded_by(candidates: tuple[Candidate, ...], kind: Any) -> frozenset[str]:
    return _looked_at((rule for each in candidates for rule in (each.who, *each.rules)), kind)


def _looked_at(rules: Iterable[Rule], kind: Any) -> frozenset[str]:
    return frozenset[str]().union(*(facts_of(rule, kind) for rule in rules))


def _wait(source: Source, batch: _Batch) -> None:
    session = source.session
    if _WAITING not in session.info:
        session.info[_WAITING] = []
        before_commit(session, _write)
    session.info[_WAITING].append(batch)


def _write(session: Session) -> None:
    rows = [_row(batch) for batch in session.info.pop(_WAITING)]
    session.connection().execute(_INSERT, rows)


def _row(batch: _Batch) -> dict[str, Any]:
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
        "facts": _compressed(json_bytes(_packed(batch))),
    }


def _compressed(packed: bytes) -> bytes:
    """What one subject takes is kept as it is: a small row is written faster than it is compressed."""
    return zlib.compress(packed, 1) if len(packed) > _SMALL else packed


#: Bytes below which PostgreSQL keeps a value in its row, and does not compress it either.
_SMALL = 1900


def _packed(batch: _Batch) -> dict[str, Any]:
    decisions = [each.decision for each in batch.decided]
    return {
        "reason": batch.command.reason,
        "note": batch.command.note,
        "settings": _settings(tuple([getattr(batch.settings, name) for name in SETTINGS_OF_RULES])),
        "kind": type(batch.decided[0].facts).__name__,
        "facts": _facts([each.facts for each in batch.decided], batch.asked),
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


def _facts(facts: Sequence[Any], asked: frozenset[str]) -> dict[str, Any]:
    packed: dict[str, Any] = {}
    kind: Any = type(facts[0])
    for name in _kept_of(kind, asked):
        if getattr(facts[0], name, LOST) is LOST:  # was loaded for nobody
            continue
        try:
            packed[name] = pack([getattr(each, name) for each in facts])
        except (AttributeError, UnpackableError):  # was not loaded for all, or is nothing that can be told
            continue
    return packed


@lru_cache(maxsize=512)
def _kept_of(kind: Any, asked: frozenset[str]) -> tuple[str, ...]:
    return tuple(name for name in _names(kind) if name in asked or name not in _FOR_WHO_ASKS)


@lru_cache(maxsize=16)
def _names(kind: Any) -> tuple[str, ...]:
    return tuple(each.name for each in fields(kind) if each.name not in {"command", "settings"})
