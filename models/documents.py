"""Stored base documents: what was rendered for an item, content-addressed."""

from datetime import datetime

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from models.sql.columns import instant, key, reference


class Document(SQLModel, table=True):
    """A base PDF in the document store; logically deleted when its item is released for processing again."""

    __tablename__ = "documents"
    __table_args__ = (
        Index(
            "documents_one_current",
            "item_id",
            unique=True,
            sqlite_where=text("deleted_at IS NULL"),
            postgresql_where=text("deleted_at IS NULL"),
        ),
        Index("documents_by_token", "verification_token", unique=True),
    )

    id: int = key()
    item_id: int = reference("order_items.id")
    path: str
    sha256: str = Field(max_length=64)
    size: int
    pages: int
    master: str = Field(max_length=64)
    #: What the document's QR code ends with; none for a few of before the code was kept.
    verification_token: str | None = Field(default=None, max_length=32)
    rendered_at: datetime = instant(optional=False)
    deleted_at: datetime | None = instant()
