"""Column types shared by the tables: exact on PostgreSQL, faithful on SQLite."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    ColumnElement,
    DateTime,
    Dialect,
    Integer,
    String,
    TypeDecorator,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.compiler import compiles

from models.codes import Code

#: Integer keys: 64 bits on PostgreSQL; SQLite only counts up a plain INTEGER.
BigKey = BigInteger().with_variant(Integer, "sqlite")

#: JSON values; binary on PostgreSQL.
Json = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")


class UtcDateTime(TypeDecorator[datetime]):
    """An instant: aware in Python, ``timestamptz`` on PostgreSQL, UTC text on SQLite."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def result_processor(self, dialect: Dialect, coltype: object) -> Any:
        """``None`` on PostgreSQL, whose sessions are in UTC: values come as they should be."""
        return None if dialect.name == "postgresql" else super().result_processor(dialect, coltype)

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse naive times, so that no local time is ever stored."""
        if value is None:
            return None
        if value.tzinfo is None:
            message = f"a naive time cannot be stored: {value!r}"
            raise ValueError(message)
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """SQLite gives naive times back; they are UTC."""
        if value is None or value.tzinfo is not None:
            return value
        return value.replace(tzinfo=UTC)


class CodeType(TypeDecorator[Code]):
    """A code list stored by value; :func:`one_of` constrains it in the database."""

    impl = String
    cache_ok = True

    def __init__(self, codes: type[Code]) -> None:
        """Column of the values of ``codes``."""
        super().__init__(max(map(len, codes)))
        self.codes = codes
        self._members: dict[str | None, Code | None] = {None: None} | {code.value: code for code in codes}

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Only values of the list leave Python."""
        return None if value is None else self.codes(value).value

    def result_processor(self, dialect: Dialect, coltype: object) -> Any:
        """Members of the list come back: a look-up, since items have eleven such columns and lists many items."""
        return self._members.__getitem__


class _OneOf(ColumnElement[bool]):
    """The condition of :func:`one_of`, written as each database reads it fastest."""

    __visit_name__ = "one_of"
    inherit_cache = False
    type = Boolean()

    def __init__(self, column: str, values: Sequence[str]) -> None:
        self.column, self.values = column, values


@compiles(_OneOf)
def _in_list(element: Any, _compiler: Any, **_options: Any) -> str:
    return f"{element.column} IN ({', '.join(map(repr, element.values))})"


@compiles(_OneOf, "postgresql")
def _any_of(element: Any, _compiler: Any, **_options: Any) -> str:
    """PostgreSQL reads every CHECK of a table anew for each statement; one array takes a third less of it than a list."""
    return f"{element.column} = ANY (CAST('{{{','.join(element.values)}}}' AS TEXT[]))"


def one_of(column: str, codes: type[Code]) -> CheckConstraint:
    """CHECK constraint that ``column`` holds a value of ``codes``; derived, so that it cannot drift."""
    return CheckConstraint(_OneOf(column, [code.value for code in codes]), name=f"{column}_is_known")
