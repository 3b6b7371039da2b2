"""A list page of 50 items, with and without ``can``, over many items and their history: ``scripts/bench lists``.

Page after page by cursor under each filter of the screens, from the beginning and from somewhere in the middle. Beside each
page, in the same round, the bare SQL of the same page (:mod:`benchmarks.lists.bare`). ``--plans`` shows how PostgreSQL
finds each kind of page. A million items and ten million rows of history take some 6 GB: ``--disk /dev/shm`` keeps them
in memory, as a server of that size would.
"""

import argparse
import random
import statistics
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import psycopg
from rich.console import Console
from rich.table import Table
from sqlalchemy import event
from sqlmodel import Session

from benchmarks.lists import bare
from benchmarks.lists.filling import fill
from benchmarks.servers import postgresql
from models.codes import ItemState, Role
from models.settings import Settings
from models.sql.database import Database
from models.store import Store
from workflows.command import Actor, Command
from workflows.finding.items import ItemFilter
from workflows.source import Source
from workflows.views.items import find_items, find_items_and_events

PAGE = 50
#: A page of one kind: what was asked and the id after which it begins; gives the id after which the next one does.
Fetch = Callable[[dict[str, Any], int], int | None]


def main() -> None:
    """Fill, then measure every kind of page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=int, default=100_000)
    parser.add_argument("--pages", type=int, default=40, help="pages of each kind")
    parser.add_argument("--disk", help="the folder for the database's files")
    parser.add_argument("--url", help="a database filled before, instead of a new one")
    parser.add_argument("--plans", action="store_true")
    chosen = parser.parse_args()
    if chosen.url:
        measure(chosen.url, chosen)
        return
    with postgresql(chosen.disk) as server:
        url = server.database("lists", migrated=True)
        fill(url, chosen.items)
        measure(url, chosen)


def kinds(items: int) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """What is looked for: a title, the kind of condition, and the filter's fields."""
    yield "all items", "all", {}
    for state in (ItemState.CREATED, ItemState.SYSTEM_HOLD, ItemState.FAILED, ItemState.DELIVERED):
        yield f"state {state}", "state", {"state": state}
    yield "held by 60108", "error", {"error": "60108"}
    yield "one print job", "print_job", {"print_job": items // 1000}
    yield "one student", "asn", {"asn": f"{100_000_000 + items // 10}"}
    yield "one member of the public", "owner", {"owner": "person40@example.org"}


def measure(url: str, chosen: argparse.Namespace) -> None:
    """A table of medians: milliseconds a page, and how many times the bare SQL that is."""
    database = Database(url)
    table = Table(title=f"A page of {PAGE} of {chosen.items:,} items", title_justify="left")
    for heading in ("", "bare SQL ms", "page ms", "page with can ms", "page ×", "with can ×"):
        table.add_column(heading, justify="left" if not heading else "right")
    with psycopg.connect(url, autocommit=True) as connection:
        for title, kind, fields in kinds(chosen.items):
            taken = rounds(contenders(database, connection, kind), fields, chosen)
            sql, page, can = (statistics.median(each) * 1000 for each in taken.values())
            cells = (f"{sql:.2f}", f"{page:.2f}", f"{can:.2f}", f"{page / sql:.2f}", f"{can / sql:.2f}")
            table.add_row(title, *cells)
            if chosen.plans:
                show_plans(database, connection, title, fields)
    Console(width=120).print(table)


def contenders(database: Database, connection: psycopg.Connection[Any], kind: str) -> dict[str, Fetch]:
    """A page as bare SQL, as a list, and as a list with what may be done with each item."""

    def sql(fields: dict[str, Any], after: int) -> int | None:
        return bare.page(connection, kind, {**fields, "after": after, "most": PAGE + 1})

    def page(fields: dict[str, Any], after: int) -> int | None:
        with database.read() as session:
            return find_items(_source(session), ItemFilter(**fields), after, PAGE)[1]

    def with_can(fields: dict[str, Any], after: int) -> int | None:
        command = Command("can", _CLERK, datetime.now(UTC), asking=True, glancing=True)
        with database.read() as session:
            return find_items_and_events(_source(session), ItemFilter(**fields), after, PAGE, command)[1]

    return {"bare SQL": sql, "page": page, "page with can": with_can}


def rounds(
    fetches: dict[str, Fetch], fields: dict[str, Any], chosen: argparse.Namespace
) -> dict[str, list[float]]:
    """Seconds of each page by contender, who take turns at being first."""
    chance, after = random.Random(4), 0
    taken: dict[str, list[float]] = {name: [] for name in fetches}
    names = list(fetches)
    for turn in range(-_WARM, chosen.pages):
        following = set()
        for name in names[turn % 3 :] + names[: turn % 3]:
            begin = time.perf_counter()
            following.add(fetches[name](fields, after))
            if turn >= 0:
                taken[name].append(time.perf_counter() - begin)
        (next_page,) = following  # all agree where the next page begins
        # Ten pages in a row, then on from somewhere else.
        after = chance.randrange(chosen.items) if turn % 10 == 9 else next_page or 0
    return taken


def show_plans(
    database: Database, connection: psycopg.Connection[Any], title: str, fields: dict[str, Any]
) -> None:
    """How PostgreSQL finds the page and whatever stands beside it."""
    asked: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_more: Any) -> None:
        asked.append((statement, parameters))

    event.listen(database.engine, "before_cursor_execute", note)
    contenders(database, connection, "")["page with can"](fields, 0)
    event.remove(database.engine, "before_cursor_execute", note)
    for statement, parameters in asked:
        explained = connection.execute(f"EXPLAIN (ANALYZE, COSTS OFF) {statement}".encode(), parameters)
        print(f"\n-- {title}", *(line for (line,) in explained), sep="\n")


#: Pages of each kind before anything counts: statements are prepared at the fifth, plans settled at the tenth.
_WARM = 15
_SETTINGS = Settings(_env_file=None)
_STORE = Store("unused")
_CLERK = Actor(Role.STUDENT_RECORDS, "clerk")


def _source(session: Session) -> Source:
    return Source(session, _SETTINGS, _STORE)


if __name__ == "__main__":
    main()
