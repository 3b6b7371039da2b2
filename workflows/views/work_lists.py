"""What waits for a person: items of deceased students, and refunds that are due (domain §2, "refund due")."""

from typing import Annotated

from sqlalchemy import select
from typing_extensions import TypedDict

from models.codes import ItemState, OrderState
from models.orders import DocumentOrder, OrderItem, item_number
from models.students import Student
from workflows.machines.order_item import IN_THE_MAKING
from workflows.shapes import values_of
from workflows.source import Source, table


class ItemOfDeceased(TypedDict):
    """An item under way of a student who is flagged deceased."""

    item: str
    asn: str
    state: Annotated[str, values_of(ItemState)]


class ItemsOfDeceased(TypedDict):
    """Items under way of students who are flagged deceased."""

    items: list[ItemOfDeceased]


class RefundDue(TypedDict):
    """A cancelled item with its share of what was paid, by whom and in which transaction."""

    item: str
    payment: str | None
    payer: str
    amount_cents: int


class RefundsDue(TypedDict):
    """Cancelled items of paid orders that were not refunded."""

    items: list[RefundDue]


def of_deceased(source: Source) -> list[ItemOfDeceased]:
    """Items under way of students who are flagged deceased: a person holds, pulls or lets them go."""
    items, students = table(OrderItem), table(Student)
    statement = (
        select(items, students.c.asn)
        .join_from(items, students, items.c.student_id == students.c.id)
        .where(students.c.deceased.is_(True), items.c.state.in_(IN_THE_MAKING))
        .order_by(items.c.id)
    )
    return [
        {"item": item_number(row.order_id, row.item_no), "asn": row.asn, "state": row.state.value}
        for row in source.session.connection().execute(statement)
    ]


def refunds_due(source: Source) -> list[RefundDue]:
    """Cancelled items of paid orders that were not refunded, with the item's share of what was paid."""
    items, orders = table(OrderItem), table(DocumentOrder)
    statement = (
        select(items, orders.c.payment_id, orders.c.requested_by.label("payer"))
        .join_from(items, orders, items.c.order_id == orders.c.id)
        .where(
            items.c.state == ItemState.CANCELLED,
            items.c.refunded_at.is_(None),
            orders.c.state == OrderState.ORDERED,
            orders.c.amount_cents > 0,
        )
        .order_by(items.c.id)
    )
    return [
        {
            "item": item_number(row.order_id, row.item_no),
            "payment": row.payment_id,
            "payer": row.payer,
            "amount_cents": source.settings.reprint_fee_cents * row.copies,
        }
        for row in source.session.connection().execute(statement)
    ]
