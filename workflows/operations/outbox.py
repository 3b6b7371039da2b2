"""The outbox as people read it."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from models.codes import MessageKind
from models.orders import parse_item_number
from models.outbox import Message
from workflows.source import Source, table
from workflows.views import instant


def find_messages(
    source: Source,
    kind: MessageKind | None = None,
    item: str | None = None,
    limit: int = 100,
    *,
    unsent: bool = False,
    number: int | None = None,
) -> Sequence[Any]:
    """The rows of messages, the newest first; ``item`` is the number of what they are about."""
    of = table(Message)
    statement = select(of).order_by(of.c.id.desc()).limit(limit)
    if kind is not None:
        statement = statement.where(of.c.kind == kind)
    if unsent:
        statement = statement.where(of.c.sent_at.is_(None))
    if item is not None:
        order, item_no = parse_item_number(item) or (0, 0)
        statement = statement.where(of.c.about.startswith(f"item:{order:010d}-{item_no:02d}"))
    if number is not None:
        statement = statement.where(of.c.id == number)
    return source.session.connection().execute(statement).all()


def message_view(row: Any) -> dict[str, Any]:
    """A message as the interfaces show it, without its text."""
    names = ("id", "about", "address", "subject", "attempts", "last_error")
    return {name: getattr(row, name) for name in names} | {
        "kind": row.kind.value,
        "language": row.language.value,
        "created_at": instant(row.created_at),
        "sent_at": instant(row.sent_at),
    }
