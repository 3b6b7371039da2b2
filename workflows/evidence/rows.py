"""Reads rows as the drivers give them: SQLAlchemy's types would cost more than the digests, and fail on unreadable values.

Both databases give instants and JSON as text. A row that is spelt otherwise than this program spells it is not genuine: each
value has one way to be stored, or an edit could hide behind another spelling of the same value.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from typing import Any, TypeAlias

from sqlalchemy.orm import Session

from workflows.history.chain import HASHED, digest_of

Row: TypeAlias = Sequence[Any]
#: The values of :data:`HASHED` as they are hashed, from a row as it is stored.
AsHashed: TypeAlias = Callable[[Row], Row]

SUBJECT, SEQ, EVENT, TO_STATE, AT, REASON, DETAIL, PREVIOUS = (
    HASHED.index(name)
    for name in ("subject_id", "seq", "event", "to_state", "at", "reason", "detail", "previous_hash")
)
HASH = len(HASHED)

#: The errors raised by a value that this program can't have written.
UNREADABLE = (ValueError, TypeError, LookupError, AttributeError, RecursionError)

#: Rows fetched at a time.
_PAGE = 5000
_names = count(1)
#: How long an instant is: with six decimals on SQLite, with none to six on PostgreSQL.
_SQLITE_AT, _SHORTEST_AT, _LONGEST_AT = 26, 22, 29


def is_sqlite(session: Session) -> bool:
    """Whether ``session`` is on the embedded database."""
    return session.connection().dialect.name == "sqlite"


def stream(session: Session, statement: str) -> Iterator[Row]:
    """The rows of ``statement``, a part at a time."""
    driver: Any = session.connection().connection.driver_connection
    if is_sqlite(session):
        yield from driver.execute(statement)
        return
    with driver.cursor(name=f"history_{next(_names)}") as cursor:
        cursor.itersize = _PAGE
        cursor.execute(statement)
        yield from cursor


def prepare(session: Session) -> None:
    """Have PostgreSQL write instants in one way, whatever its settings are."""
    if not is_sqlite(session):
        session.connection().exec_driver_sql("SET LOCAL datestyle = 'ISO, YMD'")


@contextmanager
def whatever_is_there(session: Session) -> Iterator[None]:
    """While the block runs, read text of SQLite that is not valid UTF-8 without failing; PostgreSQL stores no such text."""
    driver: Any = session.connection().connection.driver_connection
    if not is_sqlite(session):
        yield
        return
    driver.text_factory = lambda data: data.decode("utf-8", "surrogateescape")
    try:
        yield
    finally:
        driver.text_factory = str


def columns(session: Session) -> str:
    """Rows of :data:`HASHED` and the hash, as :func:`as_hashed` takes them."""
    names = (*HASHED, "hash")
    if is_sqlite(session):
        return ", ".join(names)
    as_text = {"at", "detail"}
    return ", ".join(f"CAST({name} AS text)" if name in as_text else name for name in names)


def as_hashed(session: Session) -> AsHashed:
    """The function that turns rows of :func:`columns` into the values to hash; it raises one of :data:`UNREADABLE`."""
    return _of_sqlite if is_sqlite(session) else _of_postgresql


def is_genuine(hashed: AsHashed, row: Row) -> bool:
    """Whether the row carries the hash of its values."""
    try:
        return bool(digest_of(hashed(row)) == row[HASH])
    except UNREADABLE:
        return False


def detail_of(row: Row) -> Any:
    """The detail of a genuine row."""
    return None if row[DETAIL] is None else json.loads(row[DETAIL])


def instant(session: Session, at: Any) -> str:
    """An instant as ISO 8601 from the text that the database gives; raises one of :data:`UNREADABLE`."""
    return (_sqlite_instant if is_sqlite(session) else _postgresql_instant)(at)


def _sqlite_instant(at: Any) -> str:
    if len(at) != _SQLITE_AT or at[10] != " ":
        raise ValueError(at)
    return f"{at[:10]}T{at[11:19]}{'' if at.endswith('.000000') else at[19:]}+00:00"


def _postgresql_instant(at: Any) -> str:
    # The year 20000, those before the first, and infinity are longer or shorter, or have the space elsewhere.
    if not (_SHORTEST_AT <= len(at) <= _LONGEST_AT) or at[10] != " " or not at.endswith("+00"):
        raise ValueError(at)
    decimals = at[19:-3]
    return f"{at[:10]}T{at[11:19]}{decimals.ljust(7, '0') if decimals else ''}+00:00"


def _of_sqlite(row: Row) -> Row:
    detail, at = row[DETAIL], _sqlite_instant(row[AT])
    if detail is not None:
        text, detail = detail, json.loads(detail)
        if detail is None or json.dumps(detail) != text:
            raise ValueError(text)
    return (*row[:AT], at, *row[AT + 1 : DETAIL], detail, *row[DETAIL + 1 : HASH])


def _of_postgresql(row: Row) -> Row:
    detail, at = row[DETAIL], _postgresql_instant(row[AT])
    if detail is not None:
        detail = json.loads(detail)
        if detail is None:
            raise ValueError(detail)
    return (*row[:AT], at, *row[AT + 1 : DETAIL], detail, *row[DETAIL + 1 : HASH])


def shown(value: Any) -> int | str:
    """A key in printable form, whatever value is stored there."""
    return value if type(value) is int else ascii(value)[:40]
