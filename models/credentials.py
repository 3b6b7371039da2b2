"""Student credentials and the sequence of their numbers."""

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Index, or_, text
from sqlmodel import Field, SQLModel

from models.codes import CredentialState, CredentialType, Language
from models.history import Stateful
from models.sql.columns import coded, key, reference
from models.sql.types import one_of

_LIVE = text("state IN ('achieved', 'awarded')")


class Credential(Stateful, table=True):
    """A credential of a student under one number; at most one per type is achieved or awarded at a time."""

    __tablename__ = "credentials"
    __table_args__ = (
        one_of("state", CredentialState),
        one_of("credential_type", CredentialType),
        one_of("programme_language", Language),
        Index(
            "credentials_one_live",
            "student_id",
            "credential_type",
            unique=True,
            sqlite_where=_LIVE,
            postgresql_where=_LIVE,
        ),
        Index("credentials_by_state", "state", "id"),
    )

    id: int = key()
    student_id: int = reference("students.id")
    credential_type: CredentialType = coded(CredentialType)
    state: CredentialState = coded(CredentialState)
    number: str | None = Field(default=None, unique=True, max_length=10)
    legacy_number: str | None = Field(default=None, unique=True, max_length=20)
    school_year: str | None = None
    #: The number that this one replaced (re-issue).
    replaces_id: int | None = reference("credentials.id", optional=True)
    programme_language: Language | None = coded(Language, optional=True)
    awarded_on: date | None = None
    first_run_on: date | None = None
    last_name: str | None = None
    first_name: str | None = None
    middle_name: str | None = None
    suffix: str | None = None


def has_number(credentials: Any, number: Any) -> ColumnElement[bool]:
    """That a credential, by the columns of its table, has this number or legacy number."""
    return or_(credentials.number == number, credentials.legacy_number == number)


class Sequence(SQLModel, table=True):
    """The next value of a named sequence whose gaps matter to people (credential numbers)."""

    __tablename__ = "sequences"

    name: str = Field(primary_key=True)
    next_value: int
