"""Restores the facts of past decisions, so that the rules of today can look at them.

Facts come back in today's classes, so that what is derived from them (the printed name, where an item goes) is derived as
today; a fact, column or setting that was not stored is missing, and asking for it raises ``AttributeError``.
"""

import json
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from workflows.command import Actor, Command
from workflows.facts.circumstances import Circumstances
from workflows.facts.fact import NOT_KEPT, kept_of
from workflows.facts.kinds import KINDS
from workflows.history.packing import Remembered, unpack
from workflows.history.row_shapes import LOST
from workflows.rules.rule import REGISTRY, restore


@dataclass(frozen=True, slots=True)
class Told:
    """A reason of a past refusal; its rule may be gone."""

    code: str
    params: Mapping[str, Any]

    def message(self, language: str) -> str:
        """The message of the rule of that code today, or the code alone where there is none any more."""
        try:
            return restore(self.code, self.params).message(language)
        except (LookupError, AttributeError, TypeError, ValueError):
            return REGISTRY[self.code].title.in_(language) if self.code in REGISTRY else self.code


@dataclass(frozen=True, slots=True)
class Past:
    """One past decision with its facts: ``target`` where it was allowed, else the kind and reasons of its refusal."""

    id: int
    at: datetime
    subject_table: str
    event: str
    role: str
    subject: Any
    facts: Any
    state: str
    target: str | None
    refusal: str | None
    reasons: tuple[Told, ...]

    @property
    def codes(self) -> frozenset[str]:
        """The codes of the reasons."""
        return frozenset(reason.code for reason in self.reasons)


def recalled(row: Any) -> Iterator[Past]:
    """The decisions of a row of ``decision_facts``, in the order in which they were taken."""
    known, number = json.loads(_whole(row.facts)), row.subjects
    columns = [unpack(known[name], number) for name in ("subject", "state", "target", "refusal", "reasons")]
    everyones_facts = _facts(known, number, _command(row, known), columns[0])
    for subject, state, target, refusal, reasons, facts in zip(*columns, everyones_facts, strict=True):
        told = () if reasons is LOST else tuple(Told(code, params) for code, params in reasons)
        yield Past(
            row.id,
            row.at,
            row.subject_table,
            row.event,
            row.actor_role.value,
            subject,
            facts,
            state,
            target,
            refusal,
            told,
        )


def _whole(facts: bytes) -> bytes:
    """The stored facts as JSON, decompressed where they were compressed: compressed ones never begin as JSON does."""
    return facts if facts.startswith(b"{") else zlib.decompress(facts)


def _command(row: Any, known: Mapping[str, Any]) -> Command:
    return Command(
        row.event,
        Actor(row.actor_role, row.actor_name),
        row.at,
        reason=known["reason"],
        note=known["note"],
        command_id=row.command_id,
    )


def _facts(known: Mapping[str, Any], number: int, command: Command, subjects: Any) -> list[Any]:
    kind = KINDS.get(known["kind"])
    columns = {name: unpack(packed, number) for name, packed in known["facts"].items()}
    everyones = []
    for place in range(number):
        mine = {name: column[place] for name, column in columns.items() if column[place] is not LOST}
        everyones.append(_facts_of_one(kind, subjects[place], command, mine, known["settings"]))
    return everyones


def _facts_of_one(
    kind: Any,
    subject: Any,
    command: Command,
    known: Mapping[str, Any],
    settings: Mapping[str, Any],
) -> Any:
    if kind is None:  # a class that is gone: its facts are looked up by name
        return _by_name({**known, "command": command, "settings": Remembered(settings)})
    kept = {name: value for name, value in known.items() if name in kept_of(kind)}
    facts = kind(subject, command, NOT_KEPT, today=command.today, settings=Remembered(settings), **kept)
    if subject is LOST:
        for name in ("subject", kind.subject_name):
            del facts.__dict__[name]
    return facts


def _by_name(known: Mapping[str, Any]) -> Any:
    facts = Remembered({})
    for name, value in known.items():
        object.__setattr__(facts, name, value)
    return facts


def was_not_kept(error: AttributeError) -> bool:
    """Whether an error came from a fact or column that was not kept, and not from a fault of the rule."""
    of: Any = error.obj
    if isinstance(of, Remembered):
        return True
    kind: Any = type(of)
    return isinstance(of, Circumstances) and error.name in {
        *kept_of(kind),
        kind.subject_name,
        "command",
        "settings",
        "subject",
    }
