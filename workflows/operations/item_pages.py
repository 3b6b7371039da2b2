"""A page of items with every event of each: what a list with buttons shows."""

from typing import Any

from workflows.command import Command
from workflows.effects.order_item import ORDER_ITEM
from workflows.engine.engine import ask_of
from workflows.machines.plan import Decision
from workflows.source import Source
from workflows.views.items import ItemFilter, ItemView, item_views, page_of_items
from workflows.views.outcomes import DecisionView, decision_view


def find_items_and_events(
    source: Source, chosen: ItemFilter, after: int, limit: int, command: Command
) -> tuple[list[ItemView], int | None]:
    """The page of :func:`workflows.views.items.find_items`, each item with its ``events`` as ``can`` shows them.

    ``command`` names who asks and when. The number of queries does not depend on that of the items.
    """
    rows, following = page_of_items(source, chosen, after, limit, whole=True)
    decided = ask_of(source, ORDER_ITEM, rows, command)
    events = _Events()
    views = item_views(source, rows)
    for row, view in zip(rows, views, strict=True):
        view["events"] = [events.view(each) for each in decided[row.id]]
    return views, following


class _Events:
    """Decisions as ``can`` shows them; what many items share is written out once."""

    def __init__(self) -> None:
        self._same: dict[int, DecisionView] = {}
        self._alike: dict[Any, DecisionView] = {}

    def view(self, decision: Decision) -> DecisionView:
        """Must not be asked about one that is gone: another may have taken its place."""
        found = self._same.get(id(decision))
        if found is None:
            reasons = tuple((each.code, repr(each.params)) for each in decision.reasons)
            key = decision.event, decision.kind, reasons
            found = self._alike.get(key) or self._alike.setdefault(key, decision_view(decision))
            self._same[id(decision)] = found
        return found
