"""Set-based statements: many rows changed by one statement that says which of them it changed.

``executemany`` reports only a total, and a lost race must be known per row. So the new values travel as one JSON
array, and the statement joins it: ``json_populate_recordset`` on PostgreSQL, ``json_each`` on SQLite.
"""

from collections.abc import Callable, Mapping, Sequence
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, Dialect, Table, func, insert, select, text
from sqlalchemy.types import TypeEngine
from sqlmodel import Session

from models.sql.driver import told_alike
from models.sql.json_text import json_bytes

Row = Mapping[str, Any]


def update_where_unchanged(session: Session, table: Table, rows: Sequence[Row]) -> set[int]:
    """Set each row's columns where the stored ``version`` still is ``was_version``; gives the ids that were changed.

    Every row maps column names to new values and has ``id`` and ``was_version``; its ``version`` becomes one more.
    """
    changed: set[int] = set()
    for _, group in groupby(sorted(rows, key=sorted), key=sorted):
        changed |= _update_alike(session, table, list(group))
    return changed


def append(session: Session, table: Table, rows: Sequence[Row]) -> None:
    """Insert ``rows``, all with the same columns."""
    connection = session.connection()
    if len(rows) < _WORTH_COPYING or connection.dialect.name == "sqlite":
        if rows:
            connection.execute(insert(table), list(rows))
        return
    _copy(connection, table, rows)


#: So many rows go faster by PostgreSQL's COPY, which reads them without planning anything.
_WORTH_COPYING = 10


def _copy(connection: Connection, table: Table, rows: Sequence[Row]) -> None:
    names = list(rows[0])
    columns = []
    for name in names:
        values = [row[name] for row in rows]
        bind = table.c[name].type.dialect_impl(connection.dialect).bind_processor(connection.dialect)
        columns.append(map(bind, values) if bind else values)
    driver: Any = connection.connection.driver_connection
    statement = f"COPY {table.name} ({', '.join(names)}) FROM STDIN"
    with told_alike(connection.dialect), driver.cursor() as cursor, cursor.copy(statement) as copying:
        for row in zip(*columns, strict=True):
            copying.write_row(row)


def take_ids(session: Session, table: Table, number: int) -> list[int]:
    """Reserve ``number`` ids for new rows of ``table``, ascending; nobody else is given them."""
    connection = session.connection()
    if connection.dialect.name == "sqlite":  # nobody else writes
        last = connection.execute(select(func.coalesce(func.max(table.c.id), 0))).scalar_one()
        return list(range(last + 1, last + 1 + number))
    taken = select(func.nextval(func.pg_get_serial_sequence(table.name, "id")))
    rows = connection.execute(taken.select_from(func.generate_series(1, number)))
    return sorted(rows.scalars())


def _update_alike(session: Session, table: Table, rows: list[Row]) -> set[int]:
    connection = session.connection()
    columns = [name for name in rows[0] if name not in ("id", "was_version")]
    payload = json_bytes([_as_json(row, table, connection.dialect) for row in rows]).decode()
    statement = (_sqlite if connection.dialect.name == "sqlite" else _postgresql)(table.name, columns)
    return set(connection.execute(text(statement), {"rows": payload}).scalars())


def _sqlite(table: str, columns: list[str]) -> str:
    values = ", ".join(f"json_extract(value, '$.{name}') AS {name}" for name in ("id", "version", *columns))
    changes = ", ".join(f"{name} = new.{name}" for name in columns)
    # json_each over a subquery would be flattened and the extraction repeated per row: MATERIALIZED prevents it.
    return (
        f"WITH new AS MATERIALIZED (SELECT {values} FROM json_each(:rows)) "  # noqa: S608
        f"UPDATE {table} SET {changes}{',' if changes else ''} version = {table}.version + 1 FROM new "
        f"WHERE {table}.id = new.id AND {table}.version = new.version RETURNING {table}.id"
    )


def _postgresql(table: str, columns: list[str]) -> str:
    changes = ", ".join(f"{name} = new.{name}" for name in columns)
    return (
        f"UPDATE {table} SET {changes}{',' if changes else ''} version = {table}.version + 1 "  # noqa: S608
        f"FROM json_populate_recordset(NULL::{table}, CAST(:rows AS json)) AS new "
        f"WHERE {table}.id = new.id AND {table}.version = new.version RETURNING {table}.id"
    )


def _as_json(row: Row, table: Table, dialect: Dialect) -> dict[str, Any]:
    given = {name: value for name, value in row.items() if name != "was_version"} | {
        "version": row["was_version"]
    }
    return {name: _stored(value, table.c[name].type, dialect) for name, value in given.items()}


def _stored(value: Any, kind: Any, dialect: Dialect) -> Any:
    return json_converter(kind, dialect)(value)


def json_converter(kind: TypeEngine[Any], dialect: Dialect) -> Callable[[Any], Any]:
    """What makes a value of the type ``kind`` the JSON that the database turns into the stored value."""
    bind = kind.dialect_impl(dialect).bind_processor(dialect)

    def convert(value: Any) -> Any:
        if value is None or isinstance(value, _AS_THEY_ARE):
            return value
        bound = bind(value) if bind else value
        return bound if isinstance(bound, str | int | float) else bound.isoformat()

    return convert


#: Values that JSON holds as the database wants them.
_AS_THEY_ARE = (bool, int, dict, list)
