"""Who sees which item: the ministry and auditors all, the public those that it ordered itself."""

from collections.abc import Callable, Iterable
from typing import Any

from models.codes import Role
from workflows.command import Actor, Command
from workflows.facts.ownership import own_orders
from workflows.finding.items import key_of_number
from workflows.missing import MissingError
from workflows.operations.access.permission import WHO_SEES_ITEMS, require
from workflows.source import Source


def item_in_sight(
    source: Source, number: str, command: Command, read: Callable[[Source, str], Any] = key_of_number
) -> Any:
    """What ``read`` finds of the item with this number; raises :class:`MissingError` where there is none.

    Raises :class:`NotPermittedError` where the actor may not look at it. A role that looks at no items is refused before
    anything is looked up, so that it can't tell what is there from what is not.
    """
    require_list(command)
    row = read(source, number)
    if row is None:
        raise MissingError("item", number)
    require_sight(source, [row], command)
    return row


def require_sight(source: Source, rows: Iterable[Any], command: Command) -> None:
    """Raise :class:`NotPermittedError` unless the actor may look at every one of these item rows."""
    orders = {row.order_id for row in rows}
    require(WHO_SEES_ITEMS, command, is_own=orders <= own_orders(source, orders, command.actor))


def require_list(command: Command) -> str | None:
    """The name whose items alone a list may show, ``None`` for all; raises :class:`NotPermittedError`."""
    require(WHO_SEES_ITEMS, command, is_own=True)
    return owner_of(command.actor)


def owner_of(actor: Actor) -> str | None:
    """The member of the public that sees its own alone, by name."""
    return actor.name if actor.role is Role.PUBLIC else None
