"""What goes to PostgreSQL's driver past SQLAlchemy, and fails as everything else does."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from sqlalchemy import Dialect
from sqlalchemy.exc import DBAPIError


@contextmanager
def told_alike(dialect: Dialect) -> Iterator[None]:
    """Turns the driver's errors into those of SQLAlchemy, which callers know."""
    try:
        yield
    except psycopg.Error as error:
        raise told(error, dialect) from error


def told(error: psycopg.Error, dialect: Dialect, *, lost: bool = False) -> BaseException:
    """The driver's error as SQLAlchemy tells it; ``lost`` says that the connection is gone."""
    return DBAPIError.instance(None, None, error, psycopg.Error, connection_invalidated=lost, dialect=dialect)
