"""A change of state and its history row, written together: by one statement on PostgreSQL, by two on SQLite.

They are written only where the stored ``version`` still is the one that the change was decided on and the command has not
been recorded for the subject before; the ids that come back say for which subjects that was.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from types import MappingProxyType
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Dialect,
    Integer,
    String,
    Table,
    TextClause,
    bindparam,
    text,
)
from sqlalchemy.dialects import postgresql
from sqlalchemy.types import TypeEngine
from sqlmodel import AutoString, Session

from models.sql.json_text import json_bytes
from models.sql.many_rows import append, json_converter

Row = Mapping[str, Any]

_POSTGRESQL = postgresql.dialect()  # type: ignore[no-untyped-call]
#: What of a history row differs among the subjects of one command and is none of the subject's new columns.
_OWN = ("from_state", "detail", "previous_hash")
#: Those that the subject's new columns tell, by the name that they have there.
_KEYS = {"subject_id": "id", "seq": "version"}
_TOLD = _KEYS | {"to_state": "state", "hash": "history_hash"}
_IN_HISTORY = {name: told for told, name in _TOLD.items()}


@dataclass(slots=True)
class Recorded:
    """A subject's new columns, its ``state`` and ``history_hash`` among them, and the history row that tells of them."""

    columns: Row
    history: Row


def record(session: Session, table: Table, history: Table, changes: Sequence[Recorded]) -> set[int]:
    """Write ``changes``, all of one command; gives the ids of those that were."""
    connection, written = session.connection(), set()
    several = len(changes) > 1
    write = _by_two if connection.dialect.name == "sqlite" else _by_one if several else _alone
    for columns, alike in groupby(sorted(changes, key=_shape), key=_shape):
        written |= write(connection, (session, table, history), columns, list(alike))
    return written


def _shape(change: Recorded) -> tuple[str, ...]:
    return tuple(change.columns)


_Tables = tuple[Session, Table, Table]


def _by_one(
    connection: Connection, where: _Tables, columns: tuple[str, ...], changes: list[Recorded]
) -> set[int]:
    """Write all changes by one statement: values that all have in common as parameters, the others as JSON."""
    _, table, history = where
    fields = _new_columns(columns, changes)
    fields |= {f"_{name}": [change.history[name] for change in changes] for name in _OWN}
    alike = frozenset(
        name for name, values in fields.items() if name not in _KEYS.values() and _all_alike(values)
    )
    given = {f"new_{name}": fields[name][0] for name in alike}
    given |= {name: changes[0].history[name] for name in _shared(history)}
    apart = {name: values for name, values in fields.items() if name not in alike}
    given["rows"] = _as_json(apart, _kinds(table, history), connection.dialect)
    return set(connection.execute(_postgresql(table, history, columns, alike), given).scalar_one())


def _new_columns(columns: tuple[str, ...], changes: list[Recorded]) -> dict[str, list[Any]]:
    """The new values of the subjects and their ids, by the names of the statement's parameters."""
    fields = {name: [change.columns[name] for change in changes] for name in columns}
    return fields | {name: [change.history[told] for change in changes] for told, name in _KEYS.items()}


def _all_alike(values: Sequence[Any]) -> bool:
    """Whether all are stored alike; what JSON holds may be equal and yet be written differently."""
    first = values[0]
    return values.count(first) == len(values) and not isinstance(first, dict | list)


def _as_json(fields: Mapping[str, list[Any]], kinds: Mapping[str, TypeEngine[Any]], dialect: Dialect) -> str:
    columns = [
        values if type(kinds[name]) in _AS_THEY_ARE else map(_converter(kinds[name], dialect), values)
        for name, values in fields.items()
    ]
    rows = [dict(zip(fields, row, strict=True)) for row in zip(*columns, strict=True)]
    return json_bytes(rows).decode()


#: Types whose values JSON holds as the database wants them.
_AS_THEY_ARE = frozenset({BigInteger, Integer, String, AutoString})


def _alone(
    connection: Connection, where: _Tables, columns: tuple[str, ...], changes: list[Recorded]
) -> set[int]:
    """One change as parameters, which the database reads faster than JSON."""
    _, table, history = where
    (change,) = changes
    return set(connection.execute(recording_alone(table, history, columns), given_alone(change)).scalars())


def _by_two(
    connection: Connection, where: _Tables, columns: tuple[str, ...], changes: list[Recorded]
) -> set[int]:
    session, table, history = where
    rows = _as_json(_new_columns(columns, changes), _kinds(table, history), connection.dialect)
    given = {"rows": rows, "command_id": changes[0].history["command_id"]}
    written = set(connection.execute(_sqlite(table, history, columns), given).scalars())
    append(session, history, [each.history for each in changes if each.history["subject_id"] in written])
    return written


@lru_cache(maxsize=256)
def _converter(kind: TypeEngine[Any], dialect: Dialect) -> Callable[[Any], Any]:
    return json_converter(kind, dialect)


@lru_cache(maxsize=16)
def _kinds(table: Table, history: Table) -> Mapping[str, TypeEngine[Any]]:
    """The type of each value by the name that it has in the statement."""
    return {column.name: column.type for column in table.c} | {
        f"_{name}": history.c[name].type for name in _OWN
    }


@lru_cache(maxsize=16)
def _shared(history: Table) -> tuple[str, ...]:
    return tuple(name for column in history.c if (name := column.name) not in _OWN and name not in _TOLD)


_UNRECORDED = (
    "NOT EXISTS (SELECT 1 FROM {history} AS past"
    " WHERE past.subject_id = {table}.id AND past.command_id = :command_id)"
)


def _update(table: Table, history: Table, columns: Mapping[str, str]) -> str:
    changes = ", ".join(f"{name} = {value}" for name, value in columns.items())
    unrecorded = _UNRECORDED.format(table=table.name, history=history.name)
    return (
        f"UPDATE {table.name} SET {changes}, version = {table.name}.version + 1 FROM new "  # noqa: S608
        f"WHERE {table.name}.id = new.id AND {table.name}.version = new.version AND {unrecorded} "
        f"RETURNING {table.name}.id"
    )


@lru_cache(maxsize=256)
def _postgresql(table: Table, history: Table, columns: tuple[str, ...], alike: frozenset[str]) -> TextClause:
    kinds = _kinds(table, history)
    apart = [name for name in (*columns, *(f"_{name}" for name in _OWN)) if name not in alike]
    shape = ", ".join(f"{name} {_spelled(kinds[name])}" for name in (*_KEYS.values(), *apart))
    new = {name: f":new_{name}" if name in alike else f"new.{name}" for name in kinds}
    told = {name: new[of] for name, of in (_TOLD | {name: f"_{name}" for name in _OWN}).items()}
    told |= {name: f":{name}" for name in _shared(history)}
    statement = text(
        f"WITH new AS (SELECT * FROM json_to_recordset(CAST(:rows AS json)) AS one ({shape})), "  # noqa: S608
        f"changed AS ({_update(table, history, {name: new[name] for name in columns})}), "
        f"told AS (INSERT INTO {history.name} ({', '.join(told)}) SELECT {', '.join(told.values())} "
        "FROM new JOIN changed ON changed.id = new.id RETURNING subject_id) "
        "SELECT COALESCE(array_agg(subject_id), '{}') FROM told"
    )
    shared = {name: history.c[name].type for name in _shared(history)}
    shared |= {f"new_{name}": kinds[name] for name in alike}
    return statement.bindparams(*(bindparam(name, type_=kind) for name, kind in shared.items()))


def given_alone(change: Recorded, beside: Row = MappingProxyType({})) -> dict[str, Any]:
    """The parameters of :func:`recording_alone`."""
    given = {f"beside_{name}": value for name, value in beside.items()}
    given |= {f"new_{name}": value for name, value in change.columns.items()}
    given.update(change.history)
    return given


@lru_cache(maxsize=256)
def recording_alone(
    table: Table,
    history: Table,
    columns: tuple[str, ...],
    condition: str = "TRUE",
    beside: Table | None = None,
) -> TextClause:
    """The statement that records one change; a ``condition`` may ask more of the row.

    A row of the table ``beside`` is written with it; its key counts itself up, and what its columns share with those of
    the history by name is the same in both.
    """
    given = {column.name: column.type for column in history.c}
    given |= {f"new_{name}": table.c[name].type for name in columns if name not in _IN_HISTORY}
    given |= {f"beside_{column.name}": column.type for column in _columns_beside(beside, history)}
    value = {name: f"CAST(:{name} AS {_spelled(kind)})" for name, kind in given.items()}
    changes = ", ".join(f"{name} = {value[_IN_HISTORY.get(name, f'new_{name}')]}" for name in columns)
    told = [column.name for column in history.c]
    unrecorded = _UNRECORDED.format(table=table.name, history=history.name)
    statement = text(
        f"WITH changed AS (UPDATE {table.name} SET {changes}, version = {table.name}.version + 1 "  # noqa: S608
        f"WHERE {table.name}.id = {value['subject_id']} AND {table.name}.version = {value['seq']} "
        f"AND {condition} AND {unrecorded} RETURNING {table.name}.id){_beside(beside, value)} "
        f"INSERT INTO {history.name} ({', '.join(told)}) SELECT {', '.join(value[name] for name in told)} "
        "FROM changed RETURNING subject_id"
    )
    return statement.bindparams(*(bindparam(name, type_=kind) for name, kind in given.items()))


def _beside(beside: Table | None, value: Mapping[str, str]) -> str:
    if beside is None:
        return ""
    names = [column.name for column in beside.c if not column.primary_key]
    values = ", ".join(value.get(name) or value[f"beside_{name}"] for name in names)
    return f", beside AS (INSERT INTO {beside.name} ({', '.join(names)}) SELECT {values} FROM changed)"  # noqa: S608


def _columns_beside(beside: Table | None, history: Table) -> "list[Column[Any]]":
    return (
        []
        if beside is None
        else [each for each in beside.c if not each.primary_key and each.name not in history.c]
    )


def _spelled(kind: TypeEngine[Any]) -> str:
    """The type as PostgreSQL spells it."""
    return str(kind.compile(_POSTGRESQL))


@lru_cache(maxsize=256)
def _sqlite(table: Table, history: Table, columns: tuple[str, ...]) -> TextClause:
    values = ", ".join(f"json_extract(value, '$.{name}') AS {name}" for name in ("id", "version", *columns))
    changed = _update(table, history, {name: f"new.{name}" for name in columns})
    # json_each over a subquery would be flattened and the extraction repeated per row: MATERIALIZED prevents it.
    return text(
        f"WITH new AS MATERIALIZED (SELECT {values} FROM json_each(:rows)) {changed}"  # noqa: S608
    )
