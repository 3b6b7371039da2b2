"""The doors of other services: their tokens, the answers that they were given, and what they set going in bulk."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from models.codes import BulkKind, BulkState, Role
from models.columns import coded, count, instant, json_value, key, reference
from models.types import BigKey, one_of


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


class BulkRun(SQLModel, table=True):
    """A bulk command that is carried out in the background, chunk by chunk, with the outcome of each subject."""

    __tablename__ = "bulk_runs"
    __table_args__ = (
        one_of("kind", BulkKind),
        one_of("state", BulkState),
        one_of("actor_role", Role),
        CheckConstraint("finished <= selected", name="bulk_runs_finished_in_bounds"),
        Index("bulk_runs_by_state", "state", "id"),
    )

    id: int = key()
    kind: BulkKind = coded(BulkKind)
    state: BulkState = coded(BulkState)
    parameters: dict[str, Any] = json_value(optional=False)
    actor_role: Role = coded(Role)
    actor_name: str = ""
    command_id: str
    created_at: datetime = instant(optional=False)
    finished_at: datetime | None = instant()
    selected: int = count()
    finished: int = count()
    #: How many subjects had each outcome, and how many each rule refused.
    by_outcome: dict[str, int] = json_value(optional=False)
    by_rule: dict[str, int] = json_value(optional=False)
    attempts: int = count()
    next_attempt_at: datetime | None = instant()
    last_error: dict[str, Any] | None = json_value()


class BulkRow(SQLModel, table=True):
    """One subject of a bulk run in its turn; rows of one ``unit`` are carried out together (a student's types)."""

    __tablename__ = "bulk_rows"

    run_id: int = Field(primary_key=True, foreign_key="bulk_runs.id", sa_type=BigKey)
    position: int = Field(primary_key=True)
    unit: int
    subject_id: int = Field(sa_type=BigKey)
    outcome: dict[str, Any] | None = json_value()
