"""Carts as the public fills them."""

from typing import Any

from models.codes import (
    Role,
)
from models.orders import DocumentOrder, OrderItem
from tests.ministry import Ministry
from workflows.command import Actor
from workflows.operations.carts import cart
from workflows.operations.ordering.reprint_line import ReprintDetails
from workflows.source import table

MAYA, NOAH = Actor(Role.PUBLIC, "maya"), Actor(Role.PUBLIC, "noah")


def begun(ministry: Ministry, who: Actor = MAYA) -> int:
    """A new cart."""
    order = cart.begin(ministry.installation, who)
    assert isinstance(order, int)
    return order


def filled(ministry: Ministry, *details: ReprintDetails) -> int:
    """A cart with lines for the diploma of one student whose first-run was ordered."""
    (item,) = ministry.ordered()
    order = begun(ministry)
    for each in details or (ReprintDetails(),):
        credential = ministry.item(item).credential_id
        assert cart.add_line(ministry.installation, order, credential, each, MAYA).line
    return order


def state(ministry: Ministry, order: int) -> Any:
    """The order's state."""
    return ministry.row(DocumentOrder, order).state


def items(ministry: Ministry, order: int) -> list[Any]:
    """The order's items."""
    return list(ministry.where(OrderItem, table(OrderItem).c.order_id == order))
