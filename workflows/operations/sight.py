"""Who sees which item: the ministry and auditors all, the public those that it ordered itself."""

from typing import Any

from models.codes import Role
from models.orders import OrderItem
from workflows.command import Actor, Command
from workflows.loading import own_orders
from workflows.operations.permission import WHO_SEES_ITEMS, require
from workflows.source import Source, table


def item_in_sight(source: Source, item: int, command: Command) -> Any:
    """The item's row; raises :class:`NotPermittedError` where the actor may not look at it."""
    (row,) = source.rows(OrderItem, table(OrderItem).c.id == item)
    require_sight(source, row, command)
    return row


def require_sight(source: Source, row: Any, command: Command) -> None:
    """The same for a row that is known."""
    own = own_orders(source, {row.order_id}, command.actor)
    require(WHO_SEES_ITEMS, command, is_own=row.order_id in own)


def require_list(command: Command) -> str | None:
    """The name whose items alone a list may show, ``None`` for all; raises :class:`NotPermittedError`."""
    require(WHO_SEES_ITEMS, command, is_own=True)
    return owner_of(command.actor)


def owner_of(actor: Actor) -> str | None:
    """The member of the public that sees its own alone, by name."""
    return actor.name if actor.role is Role.PUBLIC else None
