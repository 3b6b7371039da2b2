"""What stands as evidence beside the histories: refused attempts, facts that were decided on, and signed heads."""

from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from models.codes import Role
from models.sql.columns import coded, count, instant, json_value, key
from models.sql.types import BigKey, one_of

#: Tables that also grow when nothing changes: they keep attempts, what became of them and what was known, not what is.
TRACES = ("refusals", "decision_facts", "bulk_runs", "bulk_rows")


class Refusal(SQLModel, table=True):
    """One refused attempt of a person or service. Codes only: what a message would name stays in its own table.

    ``subject_table`` and ``subject_id`` are empty where an operation was refused before it looked at anything. ``about`` is
    what was asked for then: the path of the request, or the command with its arguments. ``service`` is the token's name.
    """

    __tablename__ = "refusals"
    __table_args__ = (
        one_of("actor_role", Role),
        Index("refusals_by_subject", "subject_table", "subject_id"),
    )

    id: int = key()
    at: datetime = instant(optional=False)
    actor_role: Role = coded(Role)
    actor_name: str = ""
    subject_table: str = ""
    subject_id: int | None = Field(default=None, sa_type=BigKey)
    event: str
    state: str | None = None
    kind: str
    codes: list[str] = json_value(optional=False)
    command_id: str
    about: str | None = None
    service: str | None = None


class DecisionFacts(SQLModel, table=True):
    """What was known when a command was decided, for all its subjects together, done and refused.

    ``facts`` is packed by ``workflows/history/decided.py``. It holds personal data, and so only for the days of the
    settings.
    """

    __tablename__ = "decision_facts"
    __table_args__ = (one_of("actor_role", Role), Index("decision_facts_by_age", "at"))

    id: int = key()
    at: datetime = instant(optional=False)
    subject_table: str
    event: str
    actor_role: Role = coded(Role)
    actor_name: str = ""
    command_id: str
    rule_set: str
    subjects: int = count()
    facts: bytes


class SignedHead(SQLModel, table=True):
    """Where a signed head lies, outside the database; ``occasion`` is ``print_job:12`` or ``day:2026-03-02``.

    What it says is true only as far as the head says it too. An occasion may stand here twice: a row that was made to name
    the next day must not keep the day from being signed.
    """

    __tablename__ = "signed_heads"
    __table_args__ = (Index("signed_heads_by_occasion", "occasion"),)

    number: int = Field(primary_key=True, sa_type=BigKey, sa_column_kwargs={"autoincrement": False})
    occasion: str
    at: datetime = instant(optional=False)
    subjects: int = count()
    sha256: str
