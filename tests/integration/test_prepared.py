"""Statements executed by PostgreSQL's client library, and their plain twin: the same through SQLAlchemy."""

from datetime import date, datetime, timedelta, timezone
from typing import Any

import psycopg
import pytest
from psycopg.adapt import Transformer
from sqlalchemy import BigInteger, Boolean, Date, Integer, LargeBinary, String, bindparam, text
from sqlalchemy.exc import DataError
from sqlalchemy.types import TypeEngine

from models.codes import ItemState, Role
from models.sql.prepared import Prepared, statement_of
from models.sql.types import CodeType, Json, UtcDateTime
from tests.installations import PostgreSQL
from tests.ministry import Ministry

VALUES: list[tuple[TypeEngine[Any], str, Any]] = [
    (String(), "varchar", "Zoë\u2028 ' \\ %(x)s $1"),
    (String(), "varchar", ""),
    (String(), "varchar", ItemState.CREATED),
    (CodeType(Role), "varchar", Role.SYSTEM),
    (BigInteger(), "bigint", -(2**63)),
    (Integer(), "integer", 7),
    (Boolean(), "boolean", True),
    (Boolean(), "boolean", False),
    (Date(), "date", date(1, 1, 1)),
    (UtcDateTime(), "timestamptz", datetime(2026, 3, 8, 2, 30, 0, 1, timezone(timedelta(hours=-7)))),
    (Json, "jsonb", {"é": [None, True, 1.5, {"x": "\\u0000"}]}),
    (LargeBinary(), "bytea", bytes(range(256))),
]


@pytest.mark.parametrize(("kind", "name", "value"), VALUES)
@pytest.mark.parametrize("given", [True, False])
def test_values_go_as_they_do_elsewhere(
    on_postgresql: Ministry, kind: TypeEngine[Any], name: str, value: Any, given: bool
) -> None:
    """Every kind of column, and nothing of each."""
    engine = on_postgresql.installation.database.engine
    asked = text(f"SELECT CAST(:value AS {name})").bindparams(bindparam("value", type_=kind))
    values = {"value": value if given else None}
    with engine.connect() as connection:
        plain = connection.execute(asked, values).scalar_one()
    with engine.connect() as connection:
        driver: Any = connection.connection.driver_connection
        result = Prepared(driver, {}).execute(statement_of(asked), values | {"other": object()})
        told = Transformer.from_context(driver)
        told.set_pgresult(result)
        assert told.load_row(0, tuple) == (plain,)


def test_what_is_no_text_is_refused_as_elsewhere(on_postgresql: Ministry) -> None:
    """A NUL ends nothing unnoticed."""
    (item,) = on_postgresql.ordered()
    for do in (on_postgresql.do_one, lambda event, each, **said: on_postgresql.do(event, [each], **said)):
        with pytest.raises(DataError):
            do("hold", item, reason="Investigation", note="one\0two")
    assert on_postgresql.item(item).state is ItemState.CREATED


@pytest.mark.parametrize(
    "meanwhile", ["DEALLOCATE ALL", "ALTER TABLE order_items ALTER COLUMN requested_by TYPE text"]
)
def test_what_was_prepared_may_be_gone(on_postgresql: Ministry, meanwhile: str) -> None:
    """The driver forgets whatever a connection has prepared, and a migration changes columns: it is prepared again."""
    (item,) = on_postgresql.ordered()
    for event, reason in (("hold", "Investigation"), ("release", None)):
        assert on_postgresql.do_one(event, item, reason=reason).kind == "done"
        with on_postgresql.installation.database.write() as session:
            session.connection().execute(text(meanwhile))
    assert on_postgresql.do_one("hold", item, reason="Investigation").kind == "done"
    assert [row.event for row in on_postgresql.history(item)] == ["place", "hold", "release", "hold"]


def test_what_the_server_refuses_is_the_drivers_error(
    on_postgresql: Ministry, postgresql_server: PostgreSQL
) -> None:
    """A statement that can't be prepared, and a server that is gone."""
    database = on_postgresql.installation.database
    with database.engine.connect() as connection:
        driver: Any = connection.connection.driver_connection
        prepared = Prepared(driver, {})
        with pytest.raises(psycopg.errors.UndefinedTable):
            prepared.execute(statement_of(text("SELECT 1 FROM nowhere")), {})
        connection.rollback()
        postgresql_server.disconnect(database.engine.url.render_as_string(hide_password=False))
        with pytest.raises(psycopg.OperationalError):
            prepared.execute(statement_of(text("SELECT 1")), {})
        connection.invalidate()
