"""Document orders as people and services read them: the cart with its lines, and a person's order history."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from models.codes import OrderOrigin, OrderState, Role
from models.columns import MAX_KEY
from models.orders import DocumentOrder, OrderItem, item_number
from workflows.command import Actor
from workflows.operations.cart import CartLine, Review, lines_of
from workflows.operations.checkout import order_number
from workflows.rule import plain
from workflows.source import Source, table
from workflows.views import instant


@dataclass(frozen=True, slots=True)
class OrderFilter:
    """Which orders a list shows; empty fields take all."""

    state: OrderState | None = None
    requested_by: str | None = None


def find_orders(
    source: Source, chosen: OrderFilter, actor: Actor, after: int, limit: int
) -> tuple[list[dict[str, Any]], int | None]:
    """One page of orders after the cursor, and the next cursor. The public sees its own and no other."""
    orders, limit = table(DocumentOrder), min(limit, MAX_KEY - 1)
    conditions = [orders.c.id > after]
    if chosen.state is not None:
        conditions.append(orders.c.state == chosen.state)
    owner = actor.name if actor.role is Role.PUBLIC else chosen.requested_by
    if owner is not None:
        conditions += [orders.c.requested_by == owner, orders.c.origin == OrderOrigin.PUBLIC]
    if owner == "":
        return [], None  # nobody's name is nobody's own
    statement = select(orders).where(*conditions).order_by(orders.c.id).limit(limit + 1)
    rows = source.session.connection().execute(statement).all()
    page = rows[:limit]
    return order_views(source, page), page[-1].id if len(rows) > limit else None


def order_views(source: Source, rows: Sequence[Any]) -> list[dict[str, Any]]:
    """Orders with the numbers of their items."""
    items = table(OrderItem)
    made: dict[int, list[str]] = defaultdict(list)
    statement = select(items.c.order_id, items.c.item_no).where(
        items.c.order_id.in_([row.id for row in rows])
    )
    for order, item_no in source.session.connection().execute(statement.order_by(items.c.id)):
        made[order].append(item_number(order, item_no))
    names = ("state", "origin", "version", "requested_by", "email", "language", "amount_cents")
    return [
        {"number": order_number(row.id)}
        | {name: plain(getattr(row, name)) for name in names}
        | {"placed_at": instant(row.placed_at), "touched_at": instant(row.touched_at)}
        | {"payment": {"id": row.payment_id, "started_at": instant(row.payment_started_at)}}
        | {"items": made[row.id]}
        for row in rows
    ]


def cart_view(source: Source, row: Any) -> dict[str, Any]:
    """An order with its items and its lines that are not placed yet."""
    (view,) = order_views(source, [row])
    return view | {"lines": [line_view(line) for line in lines_of(source, row.id)]}


def line_view(line: CartLine) -> dict[str, Any]:
    """A line that is not placed yet."""
    credential = line.wanted.credential
    return {
        "line": line.number,
        "asn": line.asn,
        "credential_number": credential.number or credential.legacy_number,
        "credential_type": plain(credential.credential_type),
        **line.wanted.details.stored(),
    }


def review_views(review: Review) -> list[dict[str, Any]]:
    """Every line with what refuses it and what warns of it."""
    return [
        {
            "line": line.number,
            "reasons": [reason.as_json() for reason in judged.reasons],
            "warnings": [reason.as_json() for reason in judged.warnings],
        }
        for line, judged in zip(review.lines, review.judged, strict=True)
    ]
