"""Many made-up items, each of a student of its own, as bulk ordering leaves them."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import insert, text
from sqlmodel import Session, SQLModel

from models.credentials import Credential
from models.orders import DocumentOrder, OrderItem
from models.sql.database import Database
from models.students import Student
from workflows.source import table

_BATCH = 10_000
_THEN = datetime(2026, 2, 1, tzinfo=UTC)
_COMMON: dict[str, Any] = {"version": 1, "history_hash": ""}


def fill(database: Database, items: int) -> None:
    """``items`` students with an awarded diploma and its first-run, numbered alike."""
    with database.write() as session:
        for start in range(1, items + 1, _BATCH):
            ids = range(start, min(start + _BATCH, items + 1))
            _add(session, Student, [_student(each) for each in ids])
            _add(session, Credential, [_credential(each) for each in ids])
            _add(session, DocumentOrder, [_order(each) for each in ids])
            _add(session, OrderItem, [_item(each) for each in ids])
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))


def _add(session: Session, model: type[SQLModel], rows: list[dict[str, Any]]) -> None:
    session.connection().execute(insert(table(model)), rows)


def _student(n: int) -> dict[str, Any]:
    names = {"last_name": f"Cardinal {n}", "first_name": "Ada", "middle_name": "", "suffix": ""}
    more = {"preferred_name": "", "email": "", "language": "en", "deceased": False}
    return {"id": n, "asn": f"{100_000_000 + n}"} | names | more


def _credential(n: int) -> dict[str, Any]:
    kind = {"credential_type": "AHSD", "state": "awarded", "number": f"{n:010d}", "school_year": "2025/2026"}
    return (
        {"id": n, "student_id": n, "awarded_on": _THEN.date(), "last_name": f"Cardinal {n}"} | kind | _COMMON
    )


def _order(n: int) -> dict[str, Any]:
    when = {"placed_at": _THEN, "touched_at": _THEN}
    more = {"requested_by": "clerk", "email": "", "language": "en", "amount_cents": 0}
    return {"id": n, "state": "ordered", "origin": "ministry"} | when | more | _COMMON


def _item(n: int) -> dict[str, Any]:
    kind = {"kind": "first_run", "root_kind": "first_run", "letter": "first_run", "state": "created"}
    way = {
        "language": "en",
        "copies": 1,
        "delivery_method": "automated_cardboard",
        "recipient_kind": "student",
    }
    of = {"order_id": n, "item_no": 1, "student_id": n, "credential_id": n, "placed_at": _THEN}
    return {"id": n, "requested_by": "", "follows_student": True} | of | kind | way | _COMMON
