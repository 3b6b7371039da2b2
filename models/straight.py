"""One subject's row read, and its change recorded, each by one statement that is a transaction of its own.

Straight to PostgreSQL's driver: two round trips in place of five, and none of the work that sessions and results of
SQLAlchemy are for. Nothing is locked in between, so the change is written only where the row still is the very one that
was read: PostgreSQL gives every version of a row the number of the transaction that wrote it (``xmin``).
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

import psycopg
from psycopg.pq import TransactionStatus
from sqlalchemy import BigInteger, Dialect, Engine, Row, String, Table, TextClause, bindparam, cast, select
from sqlalchemy import column as named
from sqlalchemy.engine.result import SimpleResultMetaData
from sqlalchemy.pool import PoolProxiedConnection

from models.driver import told
from models.recording import Recorded, given_alone, recording_alone

_WRITTEN_BY = "xmin"
Processor = Callable[[Any], Any]


class Straight:
    """A connection whose every statement is a transaction."""

    def __init__(self, connection: "psycopg.Connection[Any]", dialect: Dialect) -> None:
        """A connection of the driver in autocommit."""
        self._connection, self._dialect = connection, dialect

    def row(self, table: Table, subject: int) -> tuple[Row[Any], str] | None:
        """The row with the id ``subject``, and which transaction wrote it."""
        statement, metadata, processors = _reading(table, self._dialect)
        found = self._connection.execute(statement, {"id": subject}, prepare=True).fetchone()
        if found is None:
            return None
        *values, written_by = found
        as_stored: Any = processors
        row: Row[Any] = Row(metadata, as_stored, metadata._key_to_index, values)  # noqa: SLF001 - as results do
        return row, written_by

    def record(
        self,
        table: Table,
        history: Table,
        change: Recorded,
        written_by: str,
        beside: tuple[Table, Mapping[str, Any]] | None = None,
    ) -> bool:
        """Write ``change`` if the row still is the one that ``written_by`` wrote; says whether it was.

        With it a row of another table is written, without its key.
        """
        of, row = beside or (None, {})
        statement, processors = _writing(table, history, tuple(change.columns), self._dialect, of)
        given = given_alone(change) | {f"beside_{name}": value for name, value in row.items()}
        for name, process in processors:
            given[name] = process(given[name])
        given[_WRITTEN_BY] = written_by
        return self._connection.execute(statement, given, prepare=True).fetchone() is not None


@contextmanager
def straight(engine: Engine) -> Iterator[Straight]:
    """A connection of the pool of ``engine`` for the block. Errors are those of SQLAlchemy."""
    pooled = engine.raw_connection()
    driver: Any = pooled.driver_connection
    try:
        driver.autocommit = True
        yield Straight(driver, engine.dialect)
    except psycopg.Error as error:
        if driver.closed:  # and so is probably all of the pool
            engine.dispose(close=False)
        raise told(error, engine.dialect, lost=driver.closed) from error
    finally:
        _give_back(pooled)


def _give_back(pooled: PoolProxiedConnection) -> None:
    """Whoever has the connection next finds it as all others are."""
    driver: Any = pooled.driver_connection
    if driver.info.transaction_status is TransactionStatus.IDLE:
        driver.autocommit = False
    else:
        pooled.invalidate()
    pooled.close()


@lru_cache(maxsize=16)
def _reading(table: Table, dialect: Dialect) -> tuple[str, SimpleResultMetaData, Sequence[Processor | None]]:
    written_by = cast(named(_WRITTEN_BY), String)
    statement = select(table, written_by).where(table.c.id == bindparam("id", type_=BigInteger))
    processors = [column.type.dialect_impl(dialect).result_processor(dialect, None) for column in table.c]
    return (
        str(statement.compile(dialect=dialect)),
        SimpleResultMetaData([column.name for column in table.c]),
        processors,
    )


@lru_cache(maxsize=256)
def _writing(
    table: Table, history: Table, columns: tuple[str, ...], dialect: Dialect, beside: Table | None
) -> tuple[str, Sequence[tuple[str, Processor]]]:
    unchanged = f"{table.name}.{_WRITTEN_BY} = CAST(:{_WRITTEN_BY} AS xid)"
    statement: TextClause = recording_alone(table, history, columns, unchanged, beside)
    compiled = statement.compile(dialect=dialect)
    kinds: Mapping[str, Any] = {name: each.type for name, each in compiled.binds.items()}
    processors = ((name, kind.dialect_impl(dialect).bind_processor(dialect)) for name, kind in kinds.items())
    return str(compiled), tuple((name, process) for name, process in processors if process is not None)
