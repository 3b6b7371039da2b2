"""The few kinds of field that the tables are made of."""

from typing import Any

from sqlalchemy import Index, text
from sqlmodel import Field

from models.codes import Code
from models.sql.types import BigKey, CodeType, Json, UtcDateTime

#: The largest integer that a key holds, in either database.
MAX_KEY = 2**63 - 1
#: As versions are typed, and copies, before a rule judges them.
MAX_VERSION, MAX_TYPED_COPIES = 999_999_999, 99_999


def key() -> Any:
    """The integer primary key."""
    return Field(default=None, primary_key=True, sa_type=BigKey)


def reference(target: str, *, optional: bool = False, index: bool = True) -> Any:
    """A foreign key to ``table.column``, indexed unless another index begins with it."""
    shape: dict[str, Any] = {"sa_type": BigKey, "foreign_key": target, "index": index, "nullable": optional}
    return Field(default=None, **shape) if optional else Field(**shape)


def where_set(name: str, *columns: str) -> Index:
    """An index of the rows whose first column is set: all others cost nothing when they change."""
    filled = text(f"{columns[0]} IS NOT NULL")
    return Index(name, *columns, sqlite_where=filled, postgresql_where=filled)


def coded(codes: type[Code], *, default: Any = ..., optional: bool = False) -> Any:
    """A value of a code list; the table adds :func:`models.sql.types.one_of`."""
    first = None if optional else default
    return Field(default=first, sa_type=CodeType(codes), nullable=optional)


def instant(*, optional: bool = True) -> Any:
    """A point in time (UTC)."""
    return Field(default=None if optional else ..., sa_type=UtcDateTime, nullable=optional)


def json_value(*, optional: bool = True) -> Any:
    """A JSON value, read and written whole."""
    return Field(default=None if optional else ..., sa_type=Json, nullable=optional)


def count(default: int = 0) -> Any:
    """A number that starts at ``default`` in the database too."""
    return Field(default=default, sa_column_kwargs={"server_default": text(str(default))})
