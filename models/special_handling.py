"""Manual work that Student Records does on printed items: courier, certification, manual mail."""

from datetime import date, datetime

from sqlalchemy import Index
from sqlmodel import Field

from models.codes import SpecialHandling
from models.history import Stateful
from models.sql.columns import coded, instant
from models.sql.types import BigKey, one_of


class SpecialHandlingTask(Stateful, table=True):
    """The special handling of one item, under the item's id; an item without one needs none."""

    __tablename__ = "special_handlings"
    __table_args__ = (
        one_of("state", SpecialHandling),
        Index("special_handlings_by_state", "state", "due_on"),
    )

    id: int = Field(primary_key=True, foreign_key="order_items.id", sa_type=BigKey)
    state: SpecialHandling = coded(SpecialHandling)
    #: Who at Student Records does it, and by when.
    owner: str = ""
    due_on: date | None = None
    completed_at: datetime | None = instant()
