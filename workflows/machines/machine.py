"""A machine as the engine drives it: its plan, its tables, what events change and bring about."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, NamedTuple

from sqlalchemy import Table

from workflows.command import Command
from workflows.machines.decision import RefusalKind
from workflows.machines.plan import Plan
from workflows.rules.rule import Reason
from workflows.source import Source


class Change(NamedTuple):
    """What an event does beside moving the state: columns of the subject, and detail for its history."""

    columns: Mapping[str, Any] = MappingProxyType({})
    detail: Mapping[str, Any] | None = None


class Case(NamedTuple):
    """One subject with its facts, for the duration of a command."""

    row: Any
    facts: Any


Effect = Callable[[Case], Change]


Judge = Callable[[Case], tuple[RefusalKind, Sequence[Reason]]]


Consequence = Callable[[Source, Sequence[Case], Command], None]


LoadFacts = Callable[[Source, Sequence[Any], Command, Mapping[int, Iterable[str]]], Mapping[int, Any]]


@dataclass(frozen=True, slots=True)
class Machine:
    """A machine as the engine drives it.

    ``effects`` say per event which columns change with the state; ``consequences`` change other tables, for all
    winners of the event at once and in the same transaction. ``alone`` names the events that mostly look at and change
    nothing but the subject's row and its history: these are first tried as ``workflows/engine/one.py`` does.
    """

    plan: Plan
    table: Table
    history: Table
    load_facts: LoadFacts
    effects: Mapping[str, Effect]
    consequences: Mapping[str, Consequence]
    alone: frozenset[str] = frozenset()
    #: Whether the history begins with the subject; those that an import brings have none before their first event.
    begins: bool = True
