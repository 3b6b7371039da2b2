"""The tokens with which services are let in."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from models.sql.columns import instant, json_value, key


class ServiceToken(SQLModel, table=True):
    """What a service shows to be let in. Only the SHA-256 of the token is stored; it has 256 random bits.

    ``roles`` are those in which its service may act, the first unless it says otherwise; ``operations`` are patterns
    such as ``order_items.*``.
    """

    __tablename__ = "service_tokens"

    id: int = key()
    name: str = Field(unique=True)
    token_sha256: str = Field(unique=True, max_length=64)
    roles: list[str] = json_value(optional=False)
    operations: list[str] = json_value(optional=False)
    created_at: datetime = instant(optional=False)
    created_by: str = ""
    expires_at: datetime | None = instant()
    revoked_at: datetime | None = instant()
    #: Of the last request that was let in, to the minute.
    last_used_at: datetime | None = instant()
