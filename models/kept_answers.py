"""The answers that services were given to requests with an ``Idempotency-Key``."""

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from models.sql.columns import instant, json_value, key, reference


class KeptAnswer(SQLModel, table=True):
    """The answer to a request with an ``Idempotency-Key``, stored in the transaction of what the request changed.

    ``fingerprint`` is the SHA-256 of method, address, who acts and body: under the same key nothing else is answered.
    A row without a ``status`` belongs to a request whose act is under way outside the transaction.
    """

    __tablename__ = "kept_answers"
    __table_args__ = (
        UniqueConstraint("token_id", "key", name="kept_answers_once"),
        Index("kept_answers_by_age", "created_at"),
    )

    id: int = key()
    token_id: int = reference("service_tokens.id", index=False)
    key: str = Field(max_length=255)
    fingerprint: str = Field(max_length=64)
    created_at: datetime = instant(optional=False)
    status: int | None = None
    headers: dict[str, str] | None = json_value()
    body: str | None = None
