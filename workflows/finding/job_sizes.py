"""How much lies in each print job: envelopes and bytes of stored documents."""

from typing import Any

from sqlalchemy import Select, func, select

from models.documents import Document
from models.orders import OrderItem
from workflows.source import table


def job_sizes(*chosen: Any) -> Select[Any]:
    """``job``, ``envelopes`` and ``size`` in bytes of each print job, over the ``chosen`` of its items.

    The documents are looked up item by item, whatever the planner makes of them: of tables that it has not looked at yet
    it believes that few documents are current, and would go through all of them.
    """
    items, documents = table(OrderItem).c, table(Document).c
    current = (documents.item_id == items.id) & documents.deleted_at.is_(None)
    document = select(documents.size).where(current).scalar_subquery()
    each = (
        select(items.print_job_id.label("job"), document.label("size")).where(*chosen).offset(0).subquery().c
    )
    return select(
        each.job,
        func.count(each.size).label("envelopes"),
        func.coalesce(func.sum(each.size), 0).label("size"),
    ).group_by(each.job)
