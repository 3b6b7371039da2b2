"""``in_values(column, values)``: the column is one of many values, however many, by the same short statement.

``IN`` with a parameter for each value is a new statement for every number of values, and reading 500 placeholders takes
longer than finding the rows. So the values travel as one parameter: an array on PostgreSQL, JSON on SQLite.
"""

import json
from collections.abc import Iterable
from typing import Any

from sqlalchemy import BigInteger, Boolean, ColumnElement, Dialect, Integer, String, TypeDecorator, bindparam
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.visitors import InternalTraversal
from sqlalchemy.types import UserDefinedType


class _Integers(UserDefinedType[str]):
    """An array written as one text: the driver takes one value after the other, which takes longer than the query."""

    cache_ok = True
    render_bind_cast = True

    def get_col_spec(self, **_options: Any) -> str:
        return "BIGINT[]"


class _Many(TypeDecorator[Any]):
    """Many values of one kind as one parameter."""

    impl = String
    cache_ok = True

    def __init__(self, kind: type[BigInteger] | type[String]) -> None:
        super().__init__()
        self.kind = kind

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        if dialect.name != "postgresql":
            return dialect.type_descriptor(String())
        return dialect.type_descriptor(_Integers() if self.kind is BigInteger else ARRAY(String()))

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        if value is None:
            return None
        if dialect.name != "postgresql":
            return json.dumps(value)
        return f"{{{','.join(map(str, value))}}}" if self.kind is BigInteger else value


class _InValues(ColumnElement[bool]):
    """The condition; see :func:`in_values`."""

    __visit_name__ = "in_values"
    _traverse_internals = [  # noqa: RUF012 - SQLAlchemy's way to tell what a cached statement depends on
        ("column", InternalTraversal.dp_clauseelement),
        ("values", InternalTraversal.dp_clauseelement),
    ]
    type = Boolean()
    inherit_cache = True

    def __init__(self, column: Any, values: Any) -> None:
        self.column, self.values = column, values

    @property
    def _from_objects(self) -> Any:
        return self.column._from_objects  # noqa: SLF001 - how a condition tells SQLAlchemy its tables


@compiles(_InValues, "postgresql")
def _array(element: Any, compiler: Any, **options: Any) -> str:
    column, values = (compiler.process(each, **options) for each in (element.column, element.values))
    return f"{column} = ANY ({values})"


@compiles(_InValues, "sqlite")
def _json(element: Any, compiler: Any, **options: Any) -> str:
    column, values = (compiler.process(each, **options) for each in (element.column, element.values))
    return f"{column} IN (SELECT value FROM json_each({values}))"  # noqa: S608 - both sides are compiled


def in_values(column: Any, values: Iterable[int] | Iterable[str]) -> ColumnElement[bool]:
    """The condition that an integer or text ``column`` is one of ``values``."""
    return _InValues(column, bindparam(None, sorted(set(values)), _kind(column), unique=True))


def in_given(column: Any, name: str) -> ColumnElement[bool]:
    """The condition that an integer or text ``column`` is one of a list, which is given as the parameter ``name`` on execution."""
    return _InValues(column, bindparam(name, type_=_kind(column)))


def _kind(column: Any) -> _Many:
    return _Many(BigInteger if isinstance(column.type, BigInteger | Integer) else String)
