"""``orders worker`` and ``orders scheduler`` as processes of their own, on one installation."""

import json
import os
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from tests.acceptance.command_line import Orders

#: Seconds after which something that should have happened counts as not happening.
PATIENCE = 90
#: States in which an automatic step is still to come.
UNDER_WAY = ("created", "processing", "rendered")


@dataclass(frozen=True)
class LiveOrders(Orders):
    """An installation on PostgreSQL and Redis; without ``ORDERS_CLOCK`` its time passes."""

    def environment(self) -> dict[str, str]:
        """Settings that are empty are unset."""
        return {name: value for name, value in super().environment().items() if value}

    def states(self) -> Counter[str]:
        """How many items are in each state."""
        return Counter(dict(self.query("SELECT state, count(*) FROM order_items GROUP BY state")))

    def history(self) -> list[str]:
        """Every event of every item: ``id event``."""
        rows = self.query("SELECT subject_id, event FROM order_item_history")
        return [f"{item} {event}" for item, event in rows]

    def query(self, statement: str) -> list[Any]:
        """What the database itself says."""
        with psycopg.connect(self.settings["ORDERS_DATABASE_URL"]) as connection:
            return connection.execute(sql.SQL(statement)).fetchall()  # type: ignore[arg-type]


def live_orders(folder: Path, database: str, redis: str, **settings: str) -> LiveOrders:
    """An installation on servers, whose print jobs hold five envelopes."""
    where = {"ORDERS_DATABASE_URL": database, "ORDERS_REDIS_URL": redis, "ORDERS_JOB_MAX_ENVELOPES": "5"}
    return LiveOrders(folder, where | {"ORDERS_LOG_FORMAT": "json"} | settings)


@dataclass
class Crew:
    """The processes that work on an installation, with what they said once they have ended."""

    orders: LiveOrders
    processes: list["subprocess.Popen[str]"] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    codes: list[int] = field(default_factory=list)

    def start(self, *arguments: str, **settings: str) -> "subprocess.Popen[str]":
        """One process more."""
        process = (
            self.orders.with_(**settings).start(*arguments) if settings else self.orders.start(*arguments)
        )
        self.processes.append(process)
        return process

    def worker(self, **settings: str) -> "subprocess.Popen[str]":
        """One worker process."""
        return self.start("worker", "--processes", "1", **settings)

    def kill(self, process: "subprocess.Popen[str]") -> None:
        """End a process at once, as the power would."""
        os.killpg(process.pid, signal.SIGKILL)
        self._hear(process)

    def stop(self) -> None:
        """Tell all to stop, and hear what they had to say."""
        for process in self.processes:
            process.send_signal(signal.SIGTERM)
        for process in list(self.processes):
            self._hear(process)

    def _hear(self, process: "subprocess.Popen[str]") -> None:
        out, err = process.communicate(timeout=PATIENCE)
        self.processes.remove(process)
        self.said.append(out + err)
        self.codes.append(process.returncode)

    def lines(self) -> list[dict[str, Any]]:
        """What those that have ended wrote to their logs."""
        return [json.loads(line) for line in "".join(self.said).splitlines()]

    def until(self, reached: Callable[[], bool]) -> None:
        """Wait until something is so while all live."""
        end = time.monotonic() + PATIENCE
        while not reached():
            assert all(process.poll() is None for process in self.processes), "a process ended by itself"
            assert time.monotonic() < end, f"not reached: {self.orders.states()}"
            time.sleep(0.1)

    def until_done(self) -> None:
        """Wait until no item is on its way to a print job and no closed job to the drop."""
        self.until(self._is_done)

    def _is_done(self) -> bool:
        if any(self.orders.states()[state] for state in UNDER_WAY):
            return False
        jobs = self.orders.query("SELECT DISTINCT state FROM print_jobs")
        return {state for (state,) in jobs} <= {"open", "transmitted"}


@contextmanager
def crew(orders: LiveOrders) -> Iterator[Crew]:
    """Processes that end with the block, whatever happens in it."""
    hands = Crew(orders)
    try:
        yield hands
    finally:
        for process in list(hands.processes):
            hands.kill(process)
