"""The SQL that a database is sent: how much of it, and about what."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import event

from models.sql.database import Database


@contextmanager
def statements(database: Database) -> Iterator[list[str]]:
    """Every statement that ``database`` is sent within the block."""
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        sent.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(database.engine, "before_cursor_execute", note)
