"""Whose an order or a link is."""

from collections.abc import Iterable
from typing import Any

from models.codes import ConsumerState, OrderOrigin, Role
from models.consumers import Consumer
from models.orders import DocumentOrder
from models.sql.in_values import in_values
from workflows.command import Actor
from workflows.source import Source, table


def domain_of(actor: Actor) -> str:
    """The part behind the @ of the address under which a consumer's user signed in."""
    return actor.name.rpartition("@")[2].casefold()


def is_own_order(order: Any, actor: Actor) -> bool:
    """Whether ``actor`` is the member of the public who began the order; nobody's name is nobody's own."""
    return bool(
        actor.role is Role.PUBLIC
        and actor.name
        and order.origin is OrderOrigin.PUBLIC
        and order.requested_by == actor.name
    )


def own_orders(source: Source, order_ids: Iterable[int], actor: Actor) -> set[int]:
    """The orders that the actor began itself, asked only where the public acts."""
    if actor.role is not Role.PUBLIC:
        return set()
    rows = source.rows(DocumentOrder, in_values(table(DocumentOrder).c.id, order_ids))
    return {row.id for row in rows if is_own_order(row, actor)}


def active_consumers(source: Source, ids: set[int]) -> set[int]:
    """Those of the consumers that are active."""
    if not ids:
        return set()
    consumers = table(Consumer).c
    chosen = in_values(consumers.id, ids), consumers.state == ConsumerState.ACTIVE
    return {row.id for row in source.rows(Consumer, *chosen)}


def consumers_reached(source: Source, ids: set[int], actor: Actor) -> set[int]:
    """Those of the consumers whose links the actor may use: a user's only that of the user's own e-mail domain."""
    if actor.role is not Role.DOD_CONSUMER or not ids:
        return ids
    columns = table(Consumer).c
    return {
        row.id
        for row in source.rows(Consumer, in_values(columns.id, ids), columns.email_domain == domain_of(actor))
    }
