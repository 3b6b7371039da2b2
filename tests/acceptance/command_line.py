"""The ``orders`` command on an installation in a folder, as a process of its own or, for speed, in this one."""

import contextlib
import io
import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest import mock

import psycopg
from sqlmodel import SQLModel

from cli.main import main
from models.evidence import TRACES

#: The checkout: ``python -m cli.main`` finds the product here, wherever the working folder is.
ROOT = Path(__file__).parents[2]
#: A Monday morning in Alberta, after the 06:00 release of print jobs and before that of 14:00.
MORNING = "2026-03-02T16:00:00Z"
#: After that of 14:00 on the same day.
AFTERNOON = "2026-03-02T22:00:00Z"
#: Seconds after which a command is taken for hanging.
_PATIENCE = 120


@dataclass(frozen=True, slots=True)
class Result:
    """What a call left: its exit code and both streams."""

    exit_code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one JSON document on stdout."""
        return json.loads(self.out)


@dataclass(frozen=True)
class Orders:
    """An installation whose documents and print drop lie in ``folder``, and its database too where ``server`` is none."""

    folder: Path
    settings: Mapping[str, str] = field(default_factory=dict)
    #: The URL of the database on a server.
    server: str | None = None

    @property
    def drop(self) -> Path:
        """The print drop."""
        return self.folder / "print"

    @property
    def database(self) -> Path:
        """The database's file."""
        return self.folder / "orders.db"

    def with_(self, **settings: str) -> "Orders":
        """This installation under other settings, by the names of their environment variables."""
        return Orders(self.folder, {**self.settings, **settings}, self.server)

    def environment(self) -> dict[str, str]:
        """The environment of a call: nothing of the caller's own settings."""
        outer = {name: value for name, value in os.environ.items() if not name.startswith("ORDERS_")}
        own = {
            "PYTHONPATH": str(ROOT),
            "ORDERS_DATABASE_URL": self.server or f"sqlite:///{self.database}",
            "ORDERS_STORE_URL": str(self.folder / "documents"),
            "ORDERS_PRINT_URL": str(self.drop),
            "ORDERS_MAIL_URL": str(self.folder / "mail"),
            "ORDERS_SECRET": "a secret for tests",
            "ORDERS_CLOCK": MORNING,
        }
        return outer | own | dict(self.settings)

    def start(self, *arguments: object) -> subprocess.Popen[str]:
        """A call as a process in a session of its own, that is not waited for."""
        return subprocess.Popen(
            [sys.executable, "-m", "cli.main", *map(str, arguments)],
            cwd=self.folder,
            env=self.environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            start_new_session=True,
        )

    def run(self, *arguments: object) -> Result:
        """A call as a process, to its end."""
        return finished(self.start(*arguments))

    def call(self, *arguments: object) -> Result:
        """A call in this process, a second faster than one of its own: ``main`` reads the same arguments and environment."""
        out, err = io.StringIO(), io.StringIO()
        with _in_this_process(self, ["orders", *map(str, arguments)], out, err):
            code = _exit_code()
        return Result(code, out.getvalue(), err.getvalue())

    def ok(self, *arguments: object) -> Any:
        """The JSON document of a call that must succeed (in this process)."""
        result = self.call(*arguments, "--json")
        assert result.exit_code == 0, f"{arguments}: {result}"
        return result.json

    def rows(self, statement: str, *parameters: object) -> list[tuple[Any, ...]]:
        """What the database itself says; a ``?`` in the statement stands for each parameter."""
        if self.server is not None:
            with psycopg.connect(self.server) as server:
                return server.execute(statement.replace("?", "%s").encode(), parameters).fetchall()
        with contextlib.closing(sqlite3.connect(self.database)) as connection:
            return connection.execute(statement, parameters).fetchall()

    def dump(self) -> list[tuple[Any, ...]]:
        """All rows of all tables, each with its table; what only keeps attempts is left out."""
        kept = [each for each in SQLModel.metadata.sorted_tables if each.name not in TRACES]
        return [
            (name, *row)
            for name, keys in ((each.name, len(each.primary_key)) for each in kept)
            for row in self.rows(f"SELECT * FROM {name} ORDER BY {', '.join(map(str, range(1, keys + 1)))}")
        ]

    def items(self, *filters: object) -> list[dict[str, Any]]:
        """Every item that ``filters`` take, over all pages."""
        found, page = [], self.ok("items", *filters)
        while True:
            found += page["items"]
            if page["next"] is None:
                return found
            page = self.ok("items", *filters, "--after", page["next"])


def finished(process: "subprocess.Popen[str]") -> Result:
    """Wait for a started call and give what it left."""
    out, err = process.communicate(timeout=_PATIENCE)
    return Result(process.returncode, out, err)


@contextlib.contextmanager
def _in_this_process(
    orders: Orders, arguments: list[str], out: io.StringIO, err: io.StringIO
) -> Iterator[None]:
    with (
        mock.patch.dict(os.environ, orders.environment(), clear=True),
        mock.patch.object(sys, "argv", arguments),
        contextlib.chdir(orders.folder),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        yield


def _exit_code() -> int:
    try:
        main()
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    return 0
