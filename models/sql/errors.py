"""The errors of a database, grouped by what they mean: any of them, a failed statement, a database that is away."""

from sqlalchemy.exc import DBAPIError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

#: Any error between a program and its database.
ANY = (SQLAlchemyError,)
#: The database, or the way to it, failed a statement.
FAILED = (DBAPIError, PoolTimeoutError)
#: The database is busy or away: the same statement may succeed later.
AWAY = (OperationalError, PoolTimeoutError)
