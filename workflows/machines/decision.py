"""A decision, and what became of a command."""

from dataclasses import dataclass
from typing import Any, Literal, NamedTuple, TypeAlias

from workflows.command import Command
from workflows.rules.rule import Reason

RefusalKind: TypeAlias = Literal["no_such_transition", "rule", "permission", "conflict"]


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether an event may happen, and if not, why."""

    event: str
    state: str
    target: str | None = None
    kind: RefusalKind | None = None
    reasons: tuple[Reason, ...] = ()

    @property
    def allowed(self) -> bool:
        """Whether the event may happen."""
        return self.kind is None


Kind: TypeAlias = Literal["done", "already_done", "refused", "conflict", "not_found"]


class Outcome(NamedTuple):
    """The outcome of a command for one subject, with the subject's state and version after it."""

    subject_id: int
    kind: Kind
    event: str
    from_state: str | None = None
    state: str | None = None
    version: int | None = None
    decision: Decision | None = None

    @property
    def done(self) -> bool:
        """Whether the subject is now as the command wanted it."""
        return self.kind in {"done", "already_done"}


def conflict(row: Any, command: Command) -> Outcome:
    """What becomes of ``row`` where it is no longer as the command knew it."""
    return unmoved("conflict", row, Decision(command.event, row.state, kind="conflict"))


def unmoved(kind: Kind, row: Any, decision: Decision) -> Outcome:
    """What becomes of ``row`` where its state stays."""
    return Outcome(row.id, kind, decision.event, row.state, row.state, row.version, decision)


def done(row: Any, decision: Decision) -> Outcome:
    """What became of ``row`` where ``decision`` was carried out."""
    return Outcome(row.id, "done", decision.event, row.state, decision.target, row.version + 1, decision)
