"""Facts about a document order."""

from collections.abc import Mapping
from typing import Any, ClassVar

from sqlalchemy import func, select

from models.orders import DocumentOrder, DraftLine
from models.sql.in_values import in_values
from workflows.facts.circumstances import Batch, Circumstances
from workflows.facts.fact import derived, fact, loaded
from workflows.facts.ownership import is_own_order
from workflows.source import table


class OrderBatch(Batch):
    """What is known of document orders."""

    @loaded
    def lines(self) -> Mapping[int, int]:
        """How many lines each order has."""
        lines, ids = table(DraftLine), [order.id for order in self.subjects]
        statement = select(lines.c.order_id, func.count()).where(in_values(lines.c.order_id, ids))
        rows = self.source.session.connection().execute(statement.group_by(lines.c.order_id)).all()
        return dict(rows)


class OrderFacts(Circumstances):
    """Facts about a document order: its lines, what they cost, and whether the actor began it."""

    subject_name: ClassVar[str] = "order"
    batch_kind: ClassVar[type[Batch]] = OrderBatch
    batch: OrderBatch
    order: DocumentOrder

    @fact
    def given(self) -> Any:
        """What the command brings for the order."""
        return self.command.given.get(self.order.id) or {}

    @fact
    def lines(self) -> int:
        """How many lines it has."""
        return self.batch.lines.get(self.order.id, 0)

    @fact
    def amount_cents(self) -> int:
        """What it costs, in cents: as the command says, else as it was stored."""
        found: int = self.given.get("amount_cents", self.order.amount_cents)
        return found

    @fact
    def transaction(self) -> str | None:
        """The payment's transaction: as the command says, else as it was stored."""
        found: str | None = self.given.get("transaction", self.order.payment_id)
        return found

    @fact
    def is_own(self) -> bool:
        """Whether the actor is the member of the public who began it."""
        return is_own_order(self.order, self.command.actor)

    @derived
    def amount(self) -> str:
        """What it costs, in dollars."""
        return f"{self.amount_cents // 100}.{self.amount_cents % 100:02d}"
