"""Statements that PostgreSQL's client library executes by itself, prepared once on each connection.

One call of the library and none of what sessions, results and cursors are for. What is given is written out here: texts
as bytes whose length is told, so that nothing ends at a NUL unnoticed, all else as the text that the database reads.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import count
from typing import Any, cast

import psycopg
from psycopg.errors import error_from_result
from psycopg.pq import ConnStatus, DiagnosticField, ExecStatus
from psycopg.pq.abc import PGresult
from sqlalchemy import ClauseElement, Dialect, LargeBinary, String, TypeDecorator
from sqlalchemy.dialects.postgresql.base import PGDialect
from sqlalchemy.types import TypeEngine

Writer = Callable[[Any], bytes]

#: Writes placeholders as the client library knows them, and values of no driver's own kinds.
_NUMBERED: Dialect = PGDialect(paramstyle="numeric_dollar")  # type: ignore[no-untyped-call]
_DONE = frozenset({ExecStatus.TUPLES_OK, ExecStatus.COMMAND_OK})
#: What was prepared is gone, or gives other columns since a migration: in either case nothing was done.
_TO_PREPARE_AGAIN = frozenset({b"26000", b"0A000"})
_WRITERS: dict[type[Any], Writer] = {
    str: str.encode,
    bytes: bytes,
    bool: lambda value: b"t" if value else b"f",
    int: b"%d".__mod__,
    datetime: lambda value: value.isoformat().encode(),
    date: lambda value: value.isoformat().encode(),
}
_numbers = count()


@dataclass(frozen=True, slots=True, eq=False)
class Statement:
    """A statement as the client library takes it: its text, and for each parameter name, writer and format."""

    text: bytes
    parameters: Sequence[tuple[str, Writer]]
    formats: Sequence[int]

    def written(self, given: Mapping[str, Any]) -> list[bytes | None]:
        """The parameters in order; ``given`` may hold more than they are."""
        return [None if (value := given[name]) is None else write(value) for name, write in self.parameters]


def statement_of(clause: ClauseElement) -> Statement:
    """``clause``, whose parameters must have types, as a statement."""
    compiled: Any = clause.compile(dialect=_NUMBERED)
    names = compiled.positiontup or []
    kinds = [compiled.binds[name].type.dialect_impl(_NUMBERED) for name in names]
    return Statement(
        str(compiled).encode(),
        [(name, _writer(kind)) for name, kind in zip(names, kinds, strict=True)],
        [int(_is_text(kind)) for kind in kinds],
    )


def _is_text(kind: TypeEngine[Any]) -> bool:
    """Whether the bytes of a value are what is stored."""
    plain = kind.impl if isinstance(kind, TypeDecorator) else kind
    return isinstance(plain, String | LargeBinary)


def _writer(kind: TypeEngine[Any]) -> Writer:
    bind = kind.bind_processor(_NUMBERED)
    return _write if bind is None else lambda value: _write(bind(value))


def _write(value: Any) -> bytes:
    kind = type(value)
    if kind not in _WRITERS:
        _WRITERS[kind] = next(_WRITERS[base] for base in kind.__mro__ if base in _WRITERS)
    return _WRITERS[kind](value)


class Prepared:
    """A connection that executes statements; ``known`` are the names of those prepared on it before, by their text."""

    def __init__(self, connection: "psycopg.Connection[Any]", known: dict[bytes, bytes]) -> None:
        """A connection of the driver outside any transaction: each statement is one of its own."""
        self.connection, self._known = connection, known

    def execute(self, statement: Statement, given: Mapping[str, Any]) -> PGresult:
        """What ``statement`` gives. Raises the driver's errors."""
        written = statement.written(given)
        result = self._attempt(statement, written)
        if result.error_field(DiagnosticField.SQLSTATE) in _TO_PREPARE_AGAIN:
            del self._known[statement.text]
            result = self._attempt(statement, written)
        if result.status not in _DONE:
            raise self._error(result)
        return result

    def _attempt(self, statement: Statement, written: Sequence[bytes | None]) -> PGresult:
        library: Any = self.connection.pgconn
        if statement.text not in self._known:
            name = b"orders_%d" % next(_numbers)
            prepared: PGresult = library.prepare(name, statement.text)
            if prepared.status not in _DONE:
                return prepared
            self._known[statement.text] = name
        name = self._known[statement.text]
        return cast("PGresult", library.exec_prepared(name, written, statement.formats))

    def _error(self, result: PGresult) -> psycopg.Error:
        if self.connection.pgconn.status == ConnStatus.BAD:
            return psycopg.OperationalError(result.get_error_message())
        return error_from_result(result)
