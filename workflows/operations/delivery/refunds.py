"""Refunds: recording that a cancelled, paid item was refunded (domain §2, "refund due")."""

from dataclasses import replace

from models.codes import OrderState
from models.orders import DocumentOrder, OrderItem
from workflows.command import Command
from workflows.effects.amendments import AMENDMENTS
from workflows.effects.order_item import ORDER_ITEM
from workflows.engine.engine import amend
from workflows.installation import Installation
from workflows.machines.decision import Outcome
from workflows.machines.machine import Case, Change
from workflows.source import Source, table


def refund(installation: Installation, item: int, command: Command) -> Outcome:
    """Record that a cancelled, paid item was refunded."""

    def change(case: Case) -> Change:
        return Change({"refunded_at": case.facts.command.at})

    with installation.database.write() as session:
        source = installation.source(session)
        (order,) = source.rows(DocumentOrder, table(DocumentOrder).c.id == _order_of(source, item))
        given = {item: {"paid": order.amount_cents > 0 and order.state is OrderState.ORDERED}}
        return amend(
            source,
            ORDER_ITEM,
            item,
            replace(command, event="refund", given=given),
            AMENDMENTS["refund"],
            change,
        )


def _order_of(source: Source, item: int) -> int:
    (row,) = source.rows(OrderItem, table(OrderItem).c.id == item)
    return int(row.order_id)
