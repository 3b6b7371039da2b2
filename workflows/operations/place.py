"""Placing orders: from lines that passed their rules to stored orders and items."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import insert
from sqlmodel import Session, SQLModel

from models.bulk import append, update_where_unchanged
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
from workflows.command import Command
from workflows.engine import first_history_row
from workflows.source import table


def first_run_line(
    credential: Any, method: DeliveryMethod, language: Language | None, command: Command
) -> OrderItem:
    """The line of a first-run: to the student, one copy, in the programme's language unless told otherwise."""
    return OrderItem(
        item_no=1,
        student_id=credential.student_id,
        credential_id=credential.id,
        kind=ItemKind.FIRST_RUN,
        root_kind=ItemKind.FIRST_RUN,
        letter=LetterKind.FIRST_RUN,
        state=ItemState.CREATED,
        language=language or credential.programme_language or Language.EN,
        copies=1,
        delivery_method=method,
        recipient_kind=RecipientKind.STUDENT,
        placed_at=command.at,
    )


def place_each(session: Session, lines: Sequence[OrderItem], command: Command) -> list[str]:
    """Store every line as an order of its own, *ordered* at once, with history; gives the item numbers in order."""
    if not lines:
        return []
    orders = _insert(session, DocumentOrder, [_order(command) for _ in lines])
    begin_history(session, DocumentOrder, DocumentOrderHistory, orders, OrderState.ORDERED, command)
    place_items(session, lines, orders, command)
    return [item_number(order, line.item_no) for order, line in zip(orders, lines, strict=True)]


def place_items(
    session: Session, lines: Sequence[OrderItem], orders: Sequence[int], command: Command
) -> list[int]:
    """Store every line as an item of its order, with history; gives the ids in order."""
    rows = [_row(line, order_id) for line, order_id in zip(lines, orders, strict=True)]
    items = _insert(session, OrderItem, rows)
    begin_history(session, OrderItem, OrderItemHistory, items, ItemState.CREATED, command)
    return items


def begin_history(
    session: Session,
    model: type[SQLModel],
    history: type[SQLModel],
    ids: Sequence[int],
    state: Code,
    command: Command,
) -> None:
    """The first row of each new subject's history, chained to it."""
    rows = [first_history_row(each, state.value, command) for each in ids]
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


def _row(line: OrderItem, order_id: int) -> dict[str, Any]:
    columns = [column.name for column in table(OrderItem).columns if column.name != "id"]
    return {name: getattr(line, name) for name in columns} | {"order_id": order_id}


def _insert(session: Session, model: type[SQLModel], rows: list[dict[str, Any]]) -> list[int]:
    statement = insert(table(model)).returning(table(model).c.id, sort_by_parameter_order=True)
    return list(session.connection().execute(statement, rows).scalars())
