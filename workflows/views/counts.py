"""How many order items there are, by state and by reason."""

from sqlalchemy import func, select
from typing_extensions import TypedDict

from models.codes import ItemState
from models.orders import ItemError, OrderItem
from workflows.shapes import Counted
from workflows.source import Source, table


class Counts(TypedDict):
    """How many items are in each state."""

    items: Counted


def counts_by_state(source: Source) -> dict[str, int]:
    """How many items are in each state, in the order of the backbone; states without items are left out."""
    items = table(OrderItem)
    statement = select(items.c.state, func.count()).group_by(items.c.state)
    found: dict[ItemState, int] = dict(source.session.connection().execute(statement).all())
    return {state.value: found[state] for state in ItemState if state in found}


def counts_by_reason(source: Source, state: ItemState) -> dict[str, int]:
    """Items in ``state`` by the code that is why: every stored error for a system hold, else the status reason."""
    items, errors = table(OrderItem), table(ItemError)
    if state is ItemState.SYSTEM_HOLD:
        statement = (
            select(errors.c.code, func.count())
            .join_from(errors, items, errors.c.item_id == items.c.id)
            .where(items.c.state == state, errors.c.cleared_at.is_(None))
            .group_by(errors.c.code)
        )
    else:
        statement = select(items.c.status_reason, func.count()).where(items.c.state == state)
        statement = statement.group_by(items.c.status_reason)
    return {code or "": number for code, number in source.session.connection().execute(statement)}
