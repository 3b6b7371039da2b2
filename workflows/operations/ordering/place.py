"""Placing orders: from lines that passed their rules to stored orders and items."""

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

from sqlmodel import Session, SQLModel

from models.codes import (
    Code,
    DeliveryMethod,
    ItemKind,
    ItemState,
    Language,
    LetterKind,
    OrderOrigin,
    OrderState,
    RecipientKind,
)
from models.history import DocumentOrderHistory, OrderItemHistory
from models.orders import DocumentOrder, OrderItem, item_number
from models.sql.many_rows import append, take_ids, update_where_unchanged
from workflows.command import Command
from workflows.engine.engine import first_history_rows
from workflows.source import table


def first_run_line(
    credential: Any, method: DeliveryMethod, language: Language | None, command: Command
) -> SimpleNamespace:
    """The line of a first-run: to the student, one copy, in the programme's language unless told otherwise.

    It has the columns of an item and, since a whole province has as many lines, none of a model's machinery.
    """
    own = {
        "item_no": 1,
        "student_id": credential.student_id,
        "credential_id": credential.id,
        "kind": ItemKind.FIRST_RUN,
        "root_kind": ItemKind.FIRST_RUN,
        "letter": LetterKind.FIRST_RUN,
        "state": ItemState.CREATED,
        "language": language or credential.programme_language or Language.EN,
        "delivery_method": method,
        "recipient_kind": RecipientKind.STUDENT,
        "placed_at": command.at,
    }
    return SimpleNamespace(**(_DEFAULTS | own))


#: What a line says of each column of an item unless it says something else.
_DEFAULTS = {
    name: None if field.is_required() else field.get_default()
    for name, field in OrderItem.model_fields.items()
}


def place_each(session: Session, lines: Sequence[Any], command: Command) -> list[str]:
    """Store every line as an order of its own, *ordered* at once, with history; gives the item numbers in order."""
    if not lines:
        return []
    new = [_order(command) for _ in lines]
    orders = _store(session, DocumentOrder, DocumentOrderHistory, new, OrderState.ORDERED, command)
    place_items(session, lines, orders, command)
    return [item_number(order, line.item_no) for order, line in zip(orders, lines, strict=True)]


def place_items(session: Session, lines: Sequence[Any], orders: Sequence[int], command: Command) -> list[int]:
    """Store every line as an item of its order, with history; gives the ids in order."""
    rows = [_row(line, order_id) for line, order_id in zip(lines, orders, strict=True)]
    details = [{"number": item_number(row["order_id"], row["item_no"])} for row in rows]
    return _store(session, OrderItem, OrderItemHistory, rows, ItemState.CREATED, command, details)


def begin_history(
    session: Session,
    model: type[SQLModel],
    history: type[SQLModel],
    ids: Sequence[int],
    state: Code,
    command: Command,
) -> None:
    """The first row of each new subject's history, chained to it."""
    rows = first_history_rows(ids, state.value, command)
    append(session, table(history), rows)
    heads = [{"id": row["subject_id"], "was_version": 0, "history_hash": row["hash"]} for row in rows]
    update_where_unchanged(session, table(model), heads)


def _order(command: Command) -> dict[str, Any]:
    """A ministry order: one item, placed at once."""
    return {
        "state": OrderState.ORDERED,
        "origin": OrderOrigin.MINISTRY,
        "version": 0,
        "history_hash": "",
        "placed_at": command.at,
        "touched_at": command.at,
        "requested_by": command.actor.name,
        "email": "",
        "language": Language.EN,
        "amount_cents": 0,
    }


def _row(line: Any, order_id: int) -> dict[str, Any]:
    return {name: getattr(line, name) for name in _COLUMNS} | {"order_id": order_id}


_COLUMNS = [column.name for column in table(OrderItem).columns if column.name != "id"]


def _store(
    session: Session,
    model: type[SQLModel],
    history: type[SQLModel],
    rows: list[dict[str, Any]],
    state: Code,
    command: Command,
    details: Sequence[dict[str, Any]] | None = None,
) -> list[int]:
    """Insert subjects with the first row of each one's history, whose hash they carry; gives the ids in order."""
    ids = take_ids(session, table(model), len(rows))
    past = first_history_rows(ids, state.value, command, details)
    begun = [
        {**row, "id": told["subject_id"], "version": 1, "history_hash": told["hash"]}
        for row, told in zip(rows, past, strict=True)
    ]
    append(session, table(model), begun)
    append(session, table(history), past)
    return ids
