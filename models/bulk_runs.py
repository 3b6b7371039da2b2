"""Bulk runs: a command for many subjects, carried out chunk by chunk, with the outcome of each."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index
from sqlmodel import Field, SQLModel

from models.codes import BulkKind, BulkState, Role
from models.sql.columns import coded, count, instant, json_value, key
from models.sql.types import BigKey, one_of


class BulkRun(SQLModel, table=True):
    """A bulk command and how far it is: carried out chunk by chunk, by whoever comes, with the outcome of each subject."""

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
