"""Engine and sessions: ``read`` changes nothing, ``write`` commits all or nothing.

SQLite needs three corrections to be trusted: its driver must not begin transactions by itself, a writer must
take the write lock *before* it reads (else two writers both win), and foreign keys must be switched on.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, overload

import psycopg
from sqlalchemy import Connection, Engine, Table, create_engine, event
from sqlmodel import Session

_BUSY_SECONDS = 60
_LOCK_TIMEOUT = "10s"
_BEFORE_COMMIT = "orders_before_commit"
#: Connections kept when nobody uses them: those of a worker's eight threads, with some to spare.
_KEPT_OPEN = 10


class Database:
    """The one pool of a process."""

    def __init__(self, url: str, *, plans_anew: bool = False) -> None:
        """Open ``url`` (``sqlite:///…`` or ``postgresql://…``; nothing connects yet).

        ``plans_anew`` has PostgreSQL plan every statement by the sizes that tables have now, for processes that live while
        tables grow. Plans that it keeps for statements that recur are those of the small tables of before.
        """
        self.engine = _engine(url, plans_anew)
        self._writing = self.engine.execution_options(orders_write=True)
        self._reading = self.engine if self.is_sqlite else _without_transactions(self.engine)
        self._snapshot = self.engine if self.is_sqlite else _isolated(self.engine)

    @property
    def is_sqlite(self) -> bool:
        """Whether this is the embedded database."""
        return self.engine.dialect.name == "sqlite"

    @property
    def commits_each(self) -> bool:
        """Whether a statement may be a transaction of its own and go straight to the driver."""
        return not self.is_sqlite

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session that changes nothing; each statement sees what was committed before it.

        PostgreSQL is not asked for a transaction, which would show the same and takes two round trips more.
        """
        with Session(self._reading, autoflush=False) as session:
            yield session

    @contextmanager
    def stream(self) -> Iterator[Session]:
        """A session that changes nothing and sees the database as it was at its first statement, whoever writes meanwhile.

        It is one transaction, without which PostgreSQL gives no rows a part at a time.
        """
        with Session(self._snapshot, autoflush=False) as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """A session whose work is committed when the block ends, or not at all."""
        with Session(self._writing, expire_on_commit=False) as session, session.begin():
            yield session
            run_before_commit(session)

    @contextmanager
    def rehearse(self) -> Iterator[Session]:
        """A session that may change anything, and whose work is undone when the block ends."""
        with Session(self._writing, expire_on_commit=False) as session:
            yield session
            session.rollback()

    def close(self) -> None:
        """Give the connections back."""
        self.engine.dispose()


def lock_table(session: Session, of: Table) -> None:
    """Wait until nobody else writes to ``of``, and let nobody else do so before ``session`` ends.

    What was committed before is seen by whatever is asked next. Writers of SQLite take turns anyway.
    """
    connection = session.connection()
    if connection.dialect.name != "sqlite":
        connection.exec_driver_sql(f"LOCK TABLE {of.name} IN SHARE ROW EXCLUSIVE MODE")


def before_commit(session: Session, finish: Callable[[Session], None]) -> None:
    """Call ``finish`` once, as the last thing before ``session`` commits; never where it is undone.

    Cheaper than an event of SQLAlchemy by the time of a whole statement, and blind to savepoints.
    """
    session.info.setdefault(_BEFORE_COMMIT, {})[finish] = finish


def run_before_commit(session: Session) -> None:
    """Call whatever :func:`before_commit` was told for ``session``, which is about to be committed."""
    for finish in session.info.pop(_BEFORE_COMMIT, {}).values():
        finish(session)


def _engine(url: str, plans_anew: bool) -> Engine:
    if url.startswith("sqlite"):
        engine = create_engine(url, connect_args={"timeout": _BUSY_SECONDS, "check_same_thread": False})
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    plans = "force_custom_plan" if plans_anew else "auto"
    return create_engine(
        url.replace("postgresql://", "postgresql+psycopg://", 1),
        pool_size=_KEPT_OPEN,
        connect_args={
            "options": f"-c lock_timeout={_LOCK_TIMEOUT} -c timezone=UTC -c plan_cache_mode={plans}",
            "client_encoding": "utf8",
            "cursor_factory": _Cursor,
        },
    )


def _without_transactions(engine: Engine) -> Engine:
    return engine.execution_options(isolation_level="AUTOCOMMIT")


def _isolated(engine: Engine) -> Engine:
    """PostgreSQL lets each statement see what was committed before it unless it is told otherwise; SQLite never does."""
    return engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)


class _Cursor(psycopg.Cursor[Any]):
    """Describes the columns of a result only to whoever looks at the description.

    SQLAlchemy asks for it after every statement and reads it after the first execution alone; for the 46 columns of an
    item, describing them takes as long as fetching them.
    """

    @property
    def description(self) -> Any:
        """The columns, or ``None`` where a statement gives no rows."""
        result = self.pgresult
        return _Columns(self) if result is not None and result.nfields else None


class _Columns(Sequence[Any]):
    def __init__(self, cursor: _Cursor) -> None:
        self._cursor = cursor

    def _described(self) -> list[psycopg.Column]:
        return psycopg.Cursor.description.__get__(self._cursor) or []

    @overload
    def __getitem__(self, index: int) -> psycopg.Column: ...

    @overload
    def __getitem__(self, index: slice) -> list[psycopg.Column]: ...

    def __getitem__(self, index: Any) -> Any:
        return self._described()[index]

    def __iter__(self) -> Iterator[psycopg.Column]:
        return iter(self._described())

    def __len__(self) -> int:
        return len(self._described())


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None
    for pragma in (
        "journal_mode=WAL",
        "synchronous=NORMAL",
        "foreign_keys=ON",
        f"busy_timeout={_BUSY_SECONDS * 1000}",
    ):
        connection.execute(f"PRAGMA {pragma}").close()


def _begin_sqlite(connection: Connection) -> None:
    writing = connection.get_execution_options().get("orders_write", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")
