"""Append-only history: one chained row for every change of state, per machine."""

from datetime import datetime
from typing import Any

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from models.codes import Role
from models.sql.columns import coded, count, instant, json_value
from models.sql.types import BigKey, one_of


class Stateful(SQLModel):
    """What every row carries that a machine governs, beside its ``state``."""

    version: int = count()
    history_hash: str = Field(default="", sa_column_kwargs={"server_default": ""})


class HistoryRow(SQLModel):
    """One change. ``seq`` is the version before it; ``hash`` covers the row and the hash before it."""

    subject_id: int = Field(primary_key=True, sa_type=BigKey)
    seq: int = Field(primary_key=True)
    event: str
    from_state: str | None = None
    to_state: str
    at: datetime = instant(optional=False)
    actor_role: Role = coded(Role)
    actor_name: str = ""
    reason: str | None = None
    note: str | None = None
    detail: dict[str, Any] | None = json_value()
    command_id: str
    rule_set: str
    previous_hash: str
    hash: str


class OrderItemHistory(HistoryRow, table=True):
    """History of the order items."""

    __tablename__ = "order_item_history"
    __table_args__ = (
        one_of("actor_role", Role),
        UniqueConstraint("subject_id", "command_id", name="order_item_history_command_once"),
    )


class PrintJobHistory(HistoryRow, table=True):
    """History of the print jobs."""

    __tablename__ = "print_job_history"
    __table_args__ = (
        one_of("actor_role", Role),
        UniqueConstraint("subject_id", "command_id", name="print_job_history_command_once"),
    )


class DocumentOrderHistory(HistoryRow, table=True):
    """History of the document orders."""

    __tablename__ = "document_order_history"
    __table_args__ = (
        one_of("actor_role", Role),
        UniqueConstraint("subject_id", "command_id", name="document_order_history_command_once"),
    )


class SpecialHandlingHistory(HistoryRow, table=True):
    """History of the special handling of items."""

    __tablename__ = "special_handling_history"
    __table_args__ = (
        one_of("actor_role", Role),
        UniqueConstraint("subject_id", "command_id", name="special_handling_history_command_once"),
    )


class ConsumerHistory(HistoryRow, table=True):
    """History of the digital document consumers."""

    __tablename__ = "consumer_history"
    __table_args__ = (
        one_of("actor_role", Role),
        UniqueConstraint("subject_id", "command_id", name="consumer_history_command_once"),
    )


class CredentialHistory(HistoryRow, table=True):
    """History of the student credentials."""

    __tablename__ = "credential_history"
    __table_args__ = (
        one_of("actor_role", Role),
        UniqueConstraint("subject_id", "command_id", name="credential_history_command_once"),
    )
