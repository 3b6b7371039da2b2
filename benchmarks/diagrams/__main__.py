"""The live picture of 100,000 items against the bare SQL that it needs: ``scripts/bench diagrams [ITEMS]``.

Made-up items with chains of history as the engine writes them, on SQLite. The picture's counts are compared with a
plain ``GROUP BY`` in the same run.
"""

import random
import sys
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import insert, text
from sqlmodel import Session

from benchmarks.measuring import measure, show
from diagrams.figures import Chosen, figures_from, statements
from diagrams.live import live
from diagrams.machines import BY_NAME
from models import schema
from models.codes import Role
from models.credentials import Credential
from models.history import OrderItemHistory
from models.orders import DocumentOrder, ItemError, OrderItem
from models.settings import Settings
from models.students import Student
from workflows.installation import Installation
from workflows.source import table

#: Ways through the machine; the weight says how many of a hundred items go it.
WAYS: dict[tuple[str, ...], int] = {
    ("process", "render", "add_to_print_job", "dispatch", "deliver"): 70,
    ("process", "render", "add_to_print_job", "dispatch"): 12,
    ("process", "hold_by_system", "release", "process", "render", "add_to_print_job"): 8,
    ("process", "hold_by_system"): 4,
    ("process", "render", "add_to_print_job", "dispatch", "fail", "reorder"): 3,
    ("cancel",): 3,
}
_DRAWN = BY_NAME["order_item"]
_BATCH = 5000
_START = datetime(2026, 2, 1, tzinfo=UTC)


def fill(session: Session, items: int) -> None:
    """Insert ``items`` items with their histories."""
    chance = random.Random(1)
    connection = session.connection()
    connection.execute(
        text(
            "INSERT INTO print_jobs (id, credential_type, language, delivery_method, state, opened_at, version,"
            " attempts, history_hash) VALUES (1, 'AHSD', 'en', 'automated_cardboard', 'open', '2026-02-01', 0, 0, '')"
        )
    )
    connection.execute(insert(table(Student)).values(id=1, asn="100000001", last_name="A", language="en"))
    common = {"version": 0, "history_hash": ""}
    credential = {
        "id": 1,
        "student_id": 1,
        "credential_type": "AHSD",
        "state": "awarded",
        "number": "1000000001",
    }
    connection.execute(insert(table(Credential)).values(credential | common))
    order = {"id": 1, "state": "ordered", "origin": "ministry", "touched_at": _START, "language": "en"}
    connection.execute(insert(table(DocumentOrder)).values(order | common))
    ways = chance.choices(list(WAYS), list(WAYS.values()), k=items)
    numbered = list(enumerate(ways, 1))
    for start in range(0, items, _BATCH):
        _insert(connection, numbered[start : start + _BATCH], chance)


def _insert(connection: Any, batch: list[tuple[int, tuple[str, ...]]], chance: random.Random) -> None:
    rows, history, errors = [], [], []
    for number, way in batch:
        chain = _chain(number, way, chance)
        history += chain
        errors += [_error(row) for row in chain if row["event"] == "hold_by_system"]
        rows.append(_item(number, chain[-1]))
    connection.execute(insert(table(OrderItem)), rows)
    connection.execute(insert(table(OrderItemHistory)), history)
    if errors:
        connection.execute(insert(table(ItemError)), errors)


def _item(number: int, last: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": number, "order_id": 1, "item_no": number, "student_id": 1, "credential_id": 1, "kind": "reprint",
        "root_kind": "reprint", "letter": "reprint", "state": last["to_state"], "language": "en", "copies": 1,
        "delivery_method": "automated_cardboard", "placed_at": _START, "recipient_kind": "student",
        "version": last["seq"] + 1, "history_hash": "", "print_job_id": _job(last["to_state"]),
    }  # fmt: skip


def _job(state: str) -> int | None:
    """One job for all, so that the constraint of the table is met."""
    return 1 if state == "in_print_job" else None


def _error(row: dict[str, Any]) -> dict[str, Any]:
    return {"item_id": row["subject_id"], "code": "60108", "params": {}, "found_at": row["at"]}


def _chain(number: int, way: tuple[str, ...], chance: random.Random) -> list[dict[str, Any]]:
    """Rows as the plan allows them, with stays of hours to weeks."""
    state, at, rows = "created", _START, []
    for seq, event in enumerate((None, *way)):
        target = state if event is None else _DRAWN.machine.plan.candidates[state, event][0].target
        rows.append(
            {
                "subject_id": number, "seq": seq, "event": event or "place", "to_state": target, "at": at,
                "from_state": None if event is None else state, "actor_role": _role(state, event),
                "actor_name": "", "command_id": f"{number}-{seq}", "rule_set": "", "previous_hash": "", "hash": "",
            }
        )  # fmt: skip
        state, at = target, at + timedelta(seconds=chance.expovariate(1 / 90_000))
    return rows


def _role(state: str, event: str | None) -> Role:
    if event is None:
        return Role.STUDENT_RECORDS
    return next(role for role in Role if role in _DRAWN.machine.plan.candidates[state, event][0].who.roles)


def main(items: int) -> None:
    """Measure, and compare the counts."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(database_url=f"sqlite:///{Path(folder) / 'orders.db'}", store_url=folder)
        installation = Installation.open(settings)
        schema.upgrade(installation.database)
        with installation.database.write() as session:
            fill(session, items)
        with installation.database.read() as session:
            source = installation.source(session)

            queries = statements(source, _DRAWN, Chosen())

            def bare() -> dict[str, Sequence[Any]]:
                return {name: session.connection().execute(query).all() for name, query in queries.items()}

            rows = bare()

            def counted() -> int:
                bare()
                return 1

            def drawn() -> int:
                statements(source, _DRAWN, Chosen())
                live(_DRAWN, figures_from(_DRAWN, rows), "en")
                return 1

            measured = measure({"its SQL": counted, "all beyond it": drawn})
            plain = session.connection().execute(
                text("SELECT state, count(*) FROM order_items GROUP BY state")
            )
            same = {row[0]: row[1] for row in plain} == figures_from(_DRAWN, rows).counts
        show(f"Live picture of {items:,} items", measured, "its SQL", "picture")
        print(f"counts equal plain SQL: {same}")
        if not same:
            sys.exit(1)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
