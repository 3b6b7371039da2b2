"""What waits for a person: documents of the deceased that are under way, and refunds that are due (domain §2)."""

from dataclasses import replace
from typing import Annotated

from sqlalchemy import select
from typing_extensions import TypedDict

from models.codes import ItemState, OrderState, Role
from models.orders import DocumentOrder, OrderItem, item_number
from models.students import Student
from workflows.command import Command
from workflows.effects.order_item import ORDER_ITEM
from workflows.engine.engine import Case, Change, Outcome, amend
from workflows.installation import Installation
from workflows.machines.order_item import IN_THE_MAKING
from workflows.machines.plan import RefusalKind, may
from workflows.rules.rule import Reason, failing
from workflows.rules.status import refund_is_due
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


WHO_REFUNDS = may(Role.STUDENT_RECORDS)


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


def refund(installation: Installation, item: int, command: Command) -> Outcome:
    """Record that a cancelled, paid item was refunded."""

    def change(case: Case) -> Change:
        return Change({"refunded_at": case.facts.command.at})

    with installation.database.write() as session:
        source = installation.source(session)
        (order,) = source.rows(DocumentOrder, table(DocumentOrder).c.id == _order_of(source, item))
        given = {item: {"paid": order.amount_cents > 0 and order.state is OrderState.ORDERED}}
        return amend(
            source, ORDER_ITEM, item, replace(command, event="refund", given=given), judge_refund, change
        )


def judge_refund(case: Case) -> tuple[RefusalKind, list[Reason]]:
    """Student Records refunds what is due."""
    if reasons := failing([WHO_REFUNDS], case.row, case.facts):
        return "permission", reasons
    return "rule", failing([refund_is_due], case.row, case.facts)


def _order_of(source: Source, item: int) -> int:
    (row,) = source.rows(OrderItem, table(OrderItem).c.id == item)
    return int(row.order_id)
