"""Histories as they are shown: what happened to an item, a print job or a credential number, oldest first."""

from typing import Annotated, Any

from typing_extensions import TypedDict

from models.codes import Role
from models.history import OrderItemHistory
from workflows.shapes import Instant, instant, meaning, values_of
from workflows.source import Source, table


class Who(TypedDict):
    """Who acted."""

    role: Annotated[str, values_of(Role)]
    name: str


class HistoryRow(TypedDict):
    """One thing that happened. ``seq`` is the version before it; ``hash`` chains it to what happened before."""

    seq: int
    event: str
    from_state: str | None
    to_state: str
    reason: str | None
    note: str | None
    detail: Annotated[
        dict[str, Any] | None, meaning("What else there is to know of it; each event has its own.")
    ]
    command_id: str
    rule_set: str
    hash: str
    at: Instant
    actor: Who


class ItemHistory(TypedDict):
    """Everything that happened to an item, oldest first."""

    item: str
    history: list[HistoryRow]


class CredentialHistoryView(TypedDict):
    """Everything that happened to a credential number, oldest first."""

    credential: str
    history: list[HistoryRow]


def item_history(source: Source, subject: int) -> list[HistoryRow]:
    """The history of an item, oldest first."""
    return history_rows(source, OrderItemHistory, subject)


def history_rows(source: Source, model: Any, subject: int) -> list[HistoryRow]:
    """The history of one subject as the interfaces show it, oldest first."""
    return [_happened(row) for row in source.rows(model, table(model).c.subject_id == subject)]


def _happened(row: Any) -> HistoryRow:
    return {
        "seq": row.seq,
        "event": row.event,
        "from_state": row.from_state,
        "to_state": row.to_state,
        "reason": row.reason,
        "note": row.note,
        "detail": row.detail,
        "command_id": row.command_id,
        "rule_set": row.rule_set,
        "hash": row.hash,
        "at": instant(row.at),
        "actor": {"role": row.actor_role.value, "name": row.actor_name},
    }
