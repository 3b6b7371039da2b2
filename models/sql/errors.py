"""The errors that a database raises, grouped by what they mean for the caller."""

from sqlalchemy.exc import DBAPIError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

#: Any error between a program and its database.
ANY = (SQLAlchemyError,)
#: The database, or the way to it, failed a statement.
FAILED = (DBAPIError, PoolTimeoutError)
#: The database is busy or away: the same statement may succeed later.
AWAY = (OperationalError, PoolTimeoutError)
