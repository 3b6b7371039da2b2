"""Document orders as people and services read them: the cart with its lines, and a person's order history."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from sqlalchemy import select
from typing_extensions import TypedDict

from models.codes import CredentialType, Language, OrderOrigin, OrderState, Role
from models.orders import DocumentOrder, OrderItem, item_number, order_number
from models.sql.columns import MAX_KEY
from workflows.command import Actor
from workflows.operations.carts.cart import CartLine, Changed, Review, lines_of
from workflows.operations.carts.checkout import Checkout
from workflows.operations.ordering.reprint_line import StoredDetails
from workflows.shapes import Instant, cursor, instant, values_of
from workflows.source import Source, table
from workflows.views.outcomes import DoneView, ReviewedLine, done_view


class PaymentView(TypedDict):
    """The transaction that an order is paid with, and since when it is under way."""

    id: str | None
    started_at: Instant | None


class OrderView(TypedDict):
    """A document order with the numbers of its items."""

    number: str
    state: Annotated[str, values_of(OrderState)]
    origin: Annotated[str, values_of(OrderOrigin)]
    version: int
    requested_by: str
    email: str
    language: Annotated[str, values_of(Language)]
    amount_cents: int
    placed_at: Instant | None
    touched_at: Instant | None
    payment: PaymentView
    items: list[str]


class OrderPage(TypedDict):
    """A page of orders, and the cursor of the next."""

    orders: list[OrderView]
    next: str | None


class LineView(StoredDetails):
    """A line that is not placed yet: which credential, and all that was chosen for it."""

    line: int
    asn: str
    credential_number: str | None
    credential_type: Annotated[str, values_of(CredentialType)]


class CartView(OrderView):
    """An order with its lines that are not placed yet."""

    lines: list[LineView]


class BegunCart(TypedDict):
    """A new cart."""

    order: str


class ChangedLine(TypedDict):
    """The line of a cart that was changed, and the order's version after it."""

    order: str
    line: int
    version: int


class ReviewView(TypedDict):
    """A cart as it would be placed: every line judged, and what it costs."""

    order: str
    amount_cents: int
    lines: list[ReviewedLine]


class CheckoutView(DoneView):
    """What became of an order that was placed or paid: the items that were made, and its lines as judged."""

    order: str
    amount_cents: int
    items: list[str]
    lines: list[ReviewedLine]


class PaymentAwaited(TypedDict):
    """An order of whose payment nobody knows yet."""

    order: str
    state: Literal["payment_pending"]
    answer: Literal["unknown"]


@dataclass(frozen=True, slots=True)
class OrderFilter:
    """Which orders a list shows; empty fields take all."""

    state: OrderState | None = None
    requested_by: str | None = None


def find_orders(
    source: Source, chosen: OrderFilter, actor: Actor, after: int, limit: int
) -> tuple[list[OrderView], int | None]:
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


def order_page(found: list[OrderView], following: int | None) -> OrderPage:
    """A page of orders as the interfaces show it."""
    return {"orders": found, "next": cursor(following)}


def order_views(source: Source, rows: Sequence[Any]) -> list[OrderView]:
    """Orders with the numbers of their items."""
    items = table(OrderItem)
    made: dict[int, list[str]] = defaultdict(list)
    statement = select(items.c.order_id, items.c.item_no).where(
        items.c.order_id.in_([row.id for row in rows])
    )
    for order, item_no in source.session.connection().execute(statement.order_by(items.c.id)):
        made[order].append(item_number(order, item_no))
    return [_order(row, made[row.id]) for row in rows]


def _order(row: Any, items: list[str]) -> OrderView:
    return {
        "number": order_number(row.id),
        "state": row.state.value,
        "origin": row.origin.value,
        "version": row.version,
        "requested_by": row.requested_by,
        "email": row.email,
        "language": row.language.value,
        "amount_cents": row.amount_cents,
        "placed_at": instant(row.placed_at),
        "touched_at": instant(row.touched_at),
        "payment": {"id": row.payment_id, "started_at": instant(row.payment_started_at)},
        "items": items,
    }


def cart_view(source: Source, row: Any) -> CartView:
    """An order with its items and its lines that are not placed yet."""
    (view,) = order_views(source, [row])
    return {**view, "lines": [line_view(line) for line in lines_of(source, row.id)]}


def line_view(line: CartLine) -> LineView:
    """A line that is not placed yet."""
    credential = line.wanted.credential
    return {
        "line": line.number,
        "asn": line.asn,
        "credential_number": credential.number or credential.legacy_number,
        "credential_type": credential.credential_type.value,
        **line.wanted.details.stored(),
    }


def begun_view(order: int) -> BegunCart:
    """A new cart."""
    return {"order": order_number(order)}


def changed_view(order: int, changed: Changed) -> ChangedLine:
    """The line of a cart that was changed; of none that was refused there is anything to show."""
    if changed.line is None or changed.version is None:
        raise AssertionError
    return {"order": order_number(order), "line": changed.line, "version": changed.version}


def reviewed_lines(review: Review) -> list[ReviewedLine]:
    """Every line with what refuses it and what warns of it."""
    return [
        {
            "line": line.number,
            "reasons": [reason.as_json() for reason in judged.reasons],
            "warnings": [reason.as_json() for reason in judged.warnings],
        }
        for line, judged in zip(review.lines, review.judged, strict=True)
    ]


def review_view(order: int, review: Review) -> ReviewView:
    """A cart as it would be placed."""
    return {
        "order": order_number(order),
        "amount_cents": review.amount_cents,
        "lines": reviewed_lines(review),
    }


def checkout_view(order: int, done: Checkout) -> CheckoutView:
    """What became of an order that was placed or paid."""
    return {
        "order": order_number(order),
        **done_view(done.outcome),
        "amount_cents": done.review.amount_cents,
        "items": [*done.items],
        "lines": reviewed_lines(done.review),
    }


def awaited_view(order: int) -> PaymentAwaited:
    """An order of whose payment nobody knows yet."""
    return {"order": order_number(order), "state": "payment_pending", "answer": "unknown"}
