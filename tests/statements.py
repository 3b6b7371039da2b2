"""The SQL that a database is sent: how much of it, and about what."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine, event

from models.sql.database import Database


@contextmanager
def statements(database: Database) -> Iterator[list[str]]:
    """Every statement that ``database`` is sent within the block."""
    with _noted(database.engine) as sent:
        yield sent


@contextmanager
def statements_of_all() -> Iterator[list[str]]:
    """Every statement that any database of this process is sent within the block, whoever opens it."""
    with _noted(Engine) as sent:
        yield sent


@contextmanager
def _noted(target: Engine | type[Engine]) -> Iterator[list[str]]:
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        sent.append(statement)

    event.listen(target, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(target, "before_cursor_execute", note)
