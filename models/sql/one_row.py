"""One subject's row read, and its change recorded, each by one statement that is a transaction of its own.

Straight to PostgreSQL's client library: two round trips in place of five. Nothing is locked in between, so the change is
written only where the row still is the very one that was read: PostgreSQL gives every version of a row the number of the
transaction that wrote it (``xmin``).
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

import psycopg
from psycopg.adapt import Transformer
from psycopg.pq import TransactionStatus
from sqlalchemy import BigInteger, Dialect, Engine, Row, String, Table, bindparam, cast, select
from sqlalchemy import column as named
from sqlalchemy.engine.result import SimpleResultMetaData
from sqlalchemy.pool import PoolProxiedConnection

from models.sql.driver import told
from models.sql.prepared import Prepared, Statement, statement_of
from models.sql.recording import Recorded, given_alone, recording_alone

_WRITTEN_BY = "xmin"
_PREPARED = "orders_prepared"
Processor = Callable[[Any], Any]


class OneRow:
    """A connection whose every statement is a transaction."""

    def __init__(self, prepared: Prepared, dialect: Dialect) -> None:
        """A connection outside any transaction."""
        self._prepared, self._dialect = prepared, dialect

    def row(self, table: Table, subject: int) -> tuple[Row[Any], str] | None:
        """The row with the id ``subject``, and which transaction wrote it."""
        statement, metadata, processors = _reading(table, self._dialect)
        result = self._prepared.execute(statement, {"id": subject})
        if not result.ntuples:
            return None
        transformer = Transformer.from_context(self._prepared.connection)
        transformer.set_pgresult(result)
        values: Any = transformer.load_row(0, list)
        written_by = values.pop()
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
        statement = _writing(table, history, tuple(change.columns), of)
        given = given_alone(change, row)
        given[_WRITTEN_BY] = written_by
        return self._prepared.execute(statement, given).ntuples > 0


@contextmanager
def one_row(engine: Engine) -> Iterator[OneRow]:
    """A connection of the pool of ``engine`` for the block. Errors are those of SQLAlchemy."""
    pooled = engine.raw_connection()
    driver: Any = pooled.driver_connection
    try:
        yield OneRow(Prepared(driver, pooled.info.setdefault(_PREPARED, {})), engine.dialect)
    except psycopg.Error as error:
        if driver.closed:  # and so is probably all of the pool
            engine.dispose(close=False)
        raise told(error, engine.dialect, lost=driver.closed) from error
    finally:
        _give_back(pooled)


def _give_back(pooled: PoolProxiedConnection) -> None:
    """Put the driver's connection back into the state in which the pool expects it."""
    driver: Any = pooled.driver_connection
    if driver.pgconn.transaction_status != TransactionStatus.IDLE:
        pooled.invalidate()
    pooled.close()


@lru_cache(maxsize=16)
def _reading(
    table: Table, dialect: Dialect
) -> tuple[Statement, SimpleResultMetaData, Sequence[Processor | None]]:
    written_by = cast(named(_WRITTEN_BY), String)
    statement = select(table, written_by).where(table.c.id == bindparam("id", type_=BigInteger))
    processors = [column.type.dialect_impl(dialect).result_processor(dialect, None) for column in table.c]
    return (
        statement_of(statement),
        SimpleResultMetaData([column.name for column in table.c]),
        processors,
    )


@lru_cache(maxsize=256)
def _writing(table: Table, history: Table, columns: tuple[str, ...], beside: Table | None) -> Statement:
    unchanged = f"{table.name}.{_WRITTEN_BY} = CAST(:{_WRITTEN_BY} AS xid)"
    return statement_of(recording_alone(table, history, columns, unchanged, beside))
