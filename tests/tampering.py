"""Histories changed behind the engine's back, and what a verification says of them."""

from typing import Any

from sqlalchemy import delete, select, update

from models.history import OrderItemHistory
from models.orders import OrderItem
from tests.ministry import Ministry
from workflows.evidence.verification import Verified, verify
from workflows.history.chain import HASHED, chained
from workflows.source import table

_HISTORY, _ITEMS = table(OrderItemHistory), table(OrderItem)


def verified(ministry: Ministry) -> Verified:
    """What a verification finds now."""
    return verify(ministry.installation)


def run(ministry: Ministry, statement: Any) -> None:
    """One statement behind the engine's back."""
    with ministry.installation.database.write() as session:
        session.connection().execute(statement)


def run_plainly(ministry: Ministry, statement: str) -> None:
    """The same of a statement as it is written."""
    with ministry.installation.database.write() as session:
        session.connection().exec_driver_sql(statement)


def chain(ministry: Ministry, item: int) -> list[dict[str, Any]]:
    """An item's history as plain rows."""
    statement = select(_HISTORY).where(_HISTORY.c.subject_id == item).order_by(_HISTORY.c.seq)
    with ministry.installation.database.read() as session:
        return [dict(row._mapping) for row in session.connection().execute(statement)]


def rewrite(ministry: Ministry, item: int, rows: list[dict[str, Any]]) -> None:
    """Put ``rows`` in the place of an item's history, every hash mended, the state beside it too."""
    previous = ""
    mended = []
    for seq, row in enumerate(rows):
        plain = {name: row[name] for name in HASHED} | {"seq": seq, "previous_hash": previous}
        mended.append(chained(plain))
        previous = mended[-1]["hash"]
    run(ministry, delete(_HISTORY).where(_HISTORY.c.subject_id == item))
    with ministry.installation.database.write() as session:
        session.connection().execute(_HISTORY.insert(), mended)
    end = {"state": mended[-1]["to_state"], "version": len(mended), "history_hash": previous}
    run(ministry, update(_ITEMS).where(_ITEMS.c.id == item).values(**end))
