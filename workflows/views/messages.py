"""The outbox as people read it."""

from collections.abc import Sequence
from typing import Annotated, Any

from sqlalchemy import select
from typing_extensions import TypedDict

from models.codes import Language, MessageKind
from models.orders import parse_item_number
from models.outbox import Message
from workflows.shapes import Hindrance, Instant, instant, values_of
from workflows.source import Source, table


class MessageView(TypedDict):
    """A message to a person, without its text."""

    id: int
    kind: Annotated[str, values_of(MessageKind)]
    about: str
    address: str
    language: Annotated[str, values_of(Language)]
    subject: str
    created_at: Instant
    sent_at: Instant | None
    attempts: int
    last_error: Hindrance | None


class MessageAndText(MessageView):
    """A message with its text."""

    body: str


class Messages(TypedDict):
    """Messages, the newest first."""

    messages: list[MessageView]


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


def message_view(row: Any) -> MessageView:
    """A message as the interfaces show it, without its text."""
    return {
        "id": row.id,
        "kind": row.kind.value,
        "about": row.about,
        "address": row.address,
        "language": row.language.value,
        "subject": row.subject,
        "created_at": instant(row.created_at),
        "sent_at": instant(row.sent_at),
        "attempts": row.attempts,
        "last_error": row.last_error,
    }


def message_and_text(row: Any) -> MessageAndText:
    """A message with its text."""
    return {**message_view(row), "body": row.body}
