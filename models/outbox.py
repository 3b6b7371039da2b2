"""Messages to people, written in the transaction of what they tell, and sent afterwards."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import SQLModel

from models.codes import Language, MessageKind
from models.sql.columns import coded, count, instant, json_value, key
from models.sql.types import one_of


class Message(SQLModel, table=True):
    """One message to one address. ``about`` is what it tells of, e.g. ``item:0000000012-01``; none is told twice."""

    __tablename__ = "messages"
    __table_args__ = (
        one_of("kind", MessageKind),
        one_of("language", Language),
        UniqueConstraint("kind", "about", "address", name="messages_once"),
        Index("messages_unsent", "sent_at", "next_attempt_at"),
    )

    id: int = key()
    kind: MessageKind = coded(MessageKind)
    about: str
    address: str
    language: Language = coded(Language)
    subject: str
    body: str
    created_at: datetime = instant(optional=False)
    sent_at: datetime | None = instant()
    attempts: int = count()
    next_attempt_at: datetime | None = instant()
    last_error: dict[str, Any] | None = json_value()
