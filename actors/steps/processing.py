"""The steps of the Credential Processing Agent: what is due for them, and what they do to it (domain §6, "Credential Processing Agent")."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, and_, or_, select

from actors.steps.step import Moment, Worker, is_past, lapsed
from models.codes import ItemState
from models.orders import OrderItem
from workflows.calendar import EDMONTON
from workflows.operations.printing import processing
from workflows.source import table

_ITEMS = table(OrderItem)


def lapsed_items(moment: Moment) -> Select[Any]:
    """Items whose worker let its lease lapse or is known to have stopped."""
    due = and_(_ITEMS.c.state == ItemState.PROCESSING, lapsed(_ITEMS, moment))
    return select(_ITEMS.c.id).where(due).order_by(_ITEMS.c.id)


def requeue_items(worker: Worker, ids: Sequence[int]) -> None:
    """Give them back, to be taken again."""
    processing.requeue(worker.installation, ids, worker.stopped)


def created_items(moment: Moment) -> Select[Any]:
    """Items whose control date has come and whose wait after a failed attempt is over."""
    control_date_has_come = or_(
        _ITEMS.c.control_date.is_(None), _ITEMS.c.control_date <= moment.now.astimezone(EDMONTON).date()
    )
    due = and_(
        _ITEMS.c.state == ItemState.CREATED, control_date_has_come, is_past(_ITEMS.c.next_attempt_at, moment)
    )
    return select(_ITEMS.c.id).where(due).order_by(_ITEMS.c.id)


def process_items(worker: Worker, ids: Sequence[int]) -> None:
    """Claim and render; an item that may be what kills its worker goes alone."""
    for batch in _alone_where_suspect(worker, ids):
        claimed = processing.claim(worker.installation, batch, worker.name)
        processing.render_claimed(worker.installation, claimed, worker.name)


def _alone_where_suspect(worker: Worker, ids: Sequence[int]) -> list[list[int]]:
    suspect = and_(_ITEMS.c.id.in_(list(ids)), _ITEMS.c.lapses >= processing.ALONE_AFTER_LAPSES)
    with worker.installation.database.read() as session:
        suspects = set(session.connection().execute(select(_ITEMS.c.id).where(suspect)).scalars())
    together = [each for each in ids if each not in suspects]
    return [batch for batch in (together, *([each] for each in sorted(suspects))) if batch]


def held_items(moment: Moment) -> Select[Any]:
    """Held items one of whose facts changed, or whose hold was to end by now."""
    due = and_(_ITEMS.c.state == ItemState.SYSTEM_HOLD, _ITEMS.c.next_attempt_at <= moment.now)
    return select(_ITEMS.c.id).where(due).order_by(_ITEMS.c.id)


def release_items(worker: Worker, ids: Sequence[int]) -> None:
    """Release those all of whose causes are gone."""
    processing.release_where_causes_are_gone(worker.installation, ids)
