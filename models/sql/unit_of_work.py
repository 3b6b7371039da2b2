"""One transaction around several operations, each of which believes that it has its own."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Self

from sqlmodel import Session

from models.sql.database import Database, run_before_commit


class UnitOfWork(Database):
    """A database for one request or chunk: all that is written in its block is committed together at its end.

    Operations open their transactions as always; here the first of them begins the one transaction, each is a
    savepoint in it, and reads after it see what was written. Until then reads hold no lock, so that what an operation
    does between reading and writing (asking for a payment) still happens outside any transaction.
    """

    def __init__(self, database: Database, begun: Callable[[Session], None] = lambda _session: None) -> None:
        """Work on ``database``; ``begun`` hears of the transaction's begin."""
        # A database in its place:
        self.engine, self._writing = database.engine, database._writing  # noqa: SLF001
        self._reading, self._snapshot = database._reading, database._snapshot  # noqa: SLF001
        self._begun = begun
        self._session: Session | None = None

    def __enter__(self) -> Self:
        """Begin the unit; its transaction is opened when it is first needed."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Commit everything, or nothing where the block failed."""
        session, self._session = self._session, None
        if session is None:
            return
        with session:
            if kind is None:
                run_before_commit(session)
                session.commit()
            else:
                session.rollback()

    @property
    def commits_each(self) -> bool:
        """``False``: everything is committed together at the end of the unit."""
        return False

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session that changes nothing; it sees what was written before it."""
        if self._session is not None:
            yield self._session
            return
        with super().read() as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """A savepoint: undone alone when its block fails, committed with all the others."""
        session = self.transaction()
        with session.begin_nested():
            yield session

    def transaction(self) -> Session:
        """The session of the one transaction, begun now if it was not yet."""
        if self._session is None:
            session = Session(self._writing, expire_on_commit=False)
            session.begin()
            self._session = session
            self._begun(session)
        return self._session
