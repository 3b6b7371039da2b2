"""A machine as the engine drives it: its plan, its tables, what events change and bring about."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, NamedTuple, Protocol

from sqlalchemy import Table

from workflows.command import Command
from workflows.machines.plan import Plan
from workflows.rules.binding import require_fit
from workflows.source import Source


class Change(NamedTuple):
    """What an event does beside moving the state: columns of the subject, and detail for its history."""

    columns: Mapping[str, Any] = MappingProxyType({})
    detail: Mapping[str, Any] | None = None


class Case(NamedTuple):
    """One subject with its facts, for the duration of a command."""

    row: Any
    facts: Any

    @property
    def given(self) -> Any:
        """What the command brings for the subject."""
        return self.facts.command.given.get(self.row.id)


Effect = Callable[[Case], Change]
Consequence = Callable[[Source, Sequence[Case], Command], None]


class FactsOf(Protocol):
    """A kind of facts (:mod:`workflows.facts`)."""

    def of(self, source: Source, subjects: Sequence[Any], command: Command) -> Mapping[int, Any]:
        """Facts by the id of each of ``subjects``, loaded for all of them at once when a rule asks."""


@dataclass(frozen=True, slots=True)
class Machine:
    """A machine as the engine drives it.

    ``effects`` say per event which columns change with the state; ``consequences`` change other tables, for all
    winners of the event at once and in the same transaction. They come after the write, so what they look at is declared in
    ``looks_at`` and known before. ``alone`` names the events that mostly look at and change nothing but the subject's row
    and its history: these are first tried as ``workflows/engine/one.py`` does. Raises :class:`UnfitRuleError` where a rule
    of the plan does not fit the facts.
    """

    plan: Plan
    table: Table
    history: Table
    facts: FactsOf
    effects: Mapping[str, Effect]
    consequences: Mapping[str, Consequence]
    alone: frozenset[str] = frozenset()
    #: Whether the history begins with the subject; those that an import brings have none before their first event.
    begins: bool = True
    #: By event, the facts that its consequences look at for a command.
    looks_at: Mapping[str, Callable[[Command], tuple[str, ...]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Rules fit the facts."""
        kind: Any = self.facts
        require_fit(self.plan.rules, kind)
