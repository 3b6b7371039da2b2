"""Facts about the special handling of an item, and about waybills."""

from collections.abc import Mapping
from typing import ClassVar

from models.codes import ItemState
from models.orders import OrderItem
from models.special_handling import SpecialHandlingTask
from workflows.facts.circumstances import Batch, Circumstances
from workflows.facts.fact import fact, loaded
from workflows.source import table


class HandlingBatch(Batch):
    """What is known of tasks of special handling."""

    @loaded
    def items(self) -> Mapping[int, OrderItem]:
        """The items that are handled; a task has the id of its item."""
        ids = [task.id for task in self.subjects]
        return {row.id: row for row in self.source.read(OrderItem, table(OrderItem).c.id.in_(ids))}


class HandlingFacts(Circumstances):
    """Facts about the special handling of an item."""

    subject_name: ClassVar[str] = "task"
    batch_kind: ClassVar[type[Batch]] = HandlingBatch
    batch: HandlingBatch
    task: SpecialHandlingTask

    @fact
    def item(self) -> OrderItem:
        """The item."""
        return self.batch.items[self.task.id]


class WaybillBatch(Batch):
    """What is known of a file that is to be the waybill of items: nothing by itself, so whoever looked at it says both."""

    problems: tuple[str, ...]
    #: States of an item that waits for no waybill any more.
    too_late: frozenset[ItemState]


class WaybillFacts(Circumstances):
    """Facts about a file that is to be an item's waybill."""

    subject_name: ClassVar[str] = "item"
    batch_kind: ClassVar[type[Batch]] = WaybillBatch
    batch: WaybillBatch
    item: OrderItem

    @fact
    def problems(self) -> tuple[str, ...]:
        """What keeps the file from being a waybill, as words of the vocabulary."""
        return self.batch.problems

    @fact
    def too_late(self) -> frozenset[ItemState]:
        """States of an item that waits for no waybill any more."""
        return self.batch.too_late
