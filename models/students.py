"""Students, where they live, where they learned, and the holds on them."""

from datetime import date, datetime

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from models.codes import Language
from models.sql.columns import coded, instant, json_value, key, reference
from models.sql.types import one_of


class Authority(SQLModel, table=True):
    """A school authority."""

    __tablename__ = "authorities"

    id: int = key()
    code: str = Field(unique=True)
    name: str


class School(SQLModel, table=True):
    """A school of one authority."""

    __tablename__ = "schools"

    id: int = key()
    authority_id: int = reference("authorities.id")
    code: str = Field(unique=True)
    name: str


class Student(SQLModel, table=True):
    """A student under one ASN; a secondary ASN points to its primary one."""

    __tablename__ = "students"
    __table_args__ = (one_of("language", Language),)

    id: int = key()
    asn: str = Field(unique=True, max_length=9)
    primary_id: int | None = reference("students.id", optional=True)
    school_id: int | None = reference("schools.id", optional=True)
    last_name: str
    first_name: str = ""
    middle_name: str = ""
    suffix: str = ""
    preferred_name: str = ""
    birth_date: date | None = None
    email: str = ""
    language: Language = coded(Language)
    deceased: bool = False


class Address(SQLModel, table=True):
    """A mailing address of a student; the newest, not yet replaced one is current."""

    __tablename__ = "addresses"
    __table_args__ = (
        Index(
            "addresses_one_current",
            "student_id",
            unique=True,
            sqlite_where=text("replaced_at IS NULL"),
            postgresql_where=text("replaced_at IS NULL"),
        ),
    )

    id: int = key()
    student_id: int = reference("students.id")
    lines: list[str] = json_value(optional=False)
    city: str = ""
    province: str = ""
    postal_code: str = ""
    country: str = ""
    expires_on: date | None = None
    received_at: datetime = instant(optional=False)
    replaced_at: datetime | None = instant()


class StudentHold(SQLModel, table=True):
    """A hold on a student (CO-05): in force until it is ended and up to its last day, that day included."""

    __tablename__ = "student_holds"
    __table_args__ = (
        Index(
            "student_holds_one_in_force",
            "student_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: int = key()
    student_id: int = reference("students.id")
    placed_at: datetime = instant(optional=False)
    until: date | None = None
    ended_at: datetime | None = instant()
