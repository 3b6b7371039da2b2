"""Document orders, their items, and why items are held."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ColumnElement, Index, UniqueConstraint, and_, text
from sqlmodel import Field, SQLModel

from models.codes import (
    DeliveredHow,
    DeliveryMethod,
    ItemKind,
    ItemState,
    Language,
    LetterKind,
    OrderOrigin,
    OrderState,
    RecipientKind,
)
from models.history import Stateful
from models.sql.columns import coded, count, instant, json_value, key, reference, where_set
from models.sql.types import one_of

#: Most copies of one document (CO-02).
MAX_COPIES = 10


class DocumentOrder(Stateful, table=True):
    """The container of items; its number is its id in ten digits."""

    __tablename__ = "document_orders"
    __table_args__ = (
        one_of("state", OrderState),
        one_of("origin", OrderOrigin),
        one_of("language", Language),
        CheckConstraint("amount_cents >= 0", name="amount_is_not_negative"),
        Index("document_orders_by_state", "state", "touched_at"),
        Index(
            "document_orders_by_person",
            "requested_by",
            "id",
            sqlite_where=text("origin = 'public'"),
            postgresql_where=text("origin = 'public'"),
        ),
    )

    id: int = key()
    state: OrderState = coded(OrderState)
    origin: OrderOrigin = coded(OrderOrigin)
    placed_at: datetime | None = instant()
    #: The name of the actor who began it; the public sees its own orders by it.
    requested_by: str = ""
    #: Where messages about the order go besides the student, and in which language.
    email: str = ""
    language: Language = coded(Language, default=Language.EN)
    #: When somebody last did something with it: a cart left alone is abandoned.
    touched_at: datetime = instant(optional=False)
    amount_cents: int = count()
    payment_id: str | None = Field(default=None, unique=True)
    payment_started_at: datetime | None = instant()


class DraftLine(SQLModel, table=True):
    """A line of an order that is not placed yet: no state, counts for no rule; placing turns all lines into items.

    ``details`` holds what the line says so far: ``language, copies, delivery_method, recipient_kind, recipient,
    address, consumer, control_date, certification_country, waybill``.
    """

    __tablename__ = "draft_lines"
    __table_args__ = (UniqueConstraint("order_id", "line_no", name="draft_lines_number"),)

    id: int = key()
    order_id: int = reference("document_orders.id", index=False)
    line_no: int
    student_id: int = reference("students.id")
    credential_id: int | None = reference("credentials.id", optional=True)
    details: dict[str, Any] = json_value(optional=False)


class OrderItem(Stateful, table=True):
    """One document for one student, one recipient, one delivery method: the row that carries the central machine."""

    __tablename__ = "order_items"
    __table_args__ = (
        one_of("kind", ItemKind),
        one_of("root_kind", ItemKind),
        one_of("letter", LetterKind),
        one_of("state", ItemState),
        one_of("language", Language),
        one_of("delivery_method", DeliveryMethod),
        one_of("recipient_kind", RecipientKind),
        one_of("delivered_how", DeliveredHow),
        CheckConstraint(f"copies BETWEEN 1 AND {MAX_COPIES}", name="copies_in_bounds"),
        CheckConstraint("root_kind <> 'reorder'", name="root_is_no_reorder"),
        CheckConstraint("state <> 'in_print_job' OR print_job_id IS NOT NULL", name="in_print_job_has_job"),
        CheckConstraint("state <> 'processing' OR lease_until IS NOT NULL", name="processing_has_lease"),
        UniqueConstraint("order_id", "item_no", name="order_items_number"),
        Index("order_items_by_state", "state", "id"),
        # An item's student is that of its credential, so this one index finds the items of both.
        Index(
            "order_items_by_student",
            "student_id",
            "credential_id",
            # Old versions of an item are soon cleared away; to write them closer together costs more than it saves.
            postgresql_with={"deduplicate_items": "off"},
        ),
        where_set("order_items_by_sent", "sent_at"),
        where_set("order_items_by_link", "link_expires_on"),
        where_set("order_items_by_print_job", "print_job_id", "sequence"),
        where_set("order_items_by_reordered", "reorder_of_id"),
        where_set("order_items_by_consumer", "consumer_id"),
        where_set("order_items_by_lease", "lease_owner"),
        Index(
            "order_items_one_first_run",
            "credential_id",
            unique=True,
            sqlite_where=text("kind = 'first_run' AND state <> 'cancelled'"),
            postgresql_where=text("kind = 'first_run' AND state <> 'cancelled'"),
        ),
    )

    id: int = key()
    order_id: int = reference("document_orders.id", index=False)
    item_no: int
    student_id: int = reference("students.id", index=False)
    credential_id: int = reference("credentials.id", index=False)
    kind: ItemKind = coded(ItemKind)
    root_kind: ItemKind = coded(ItemKind)
    reorder_of_id: int | None = reference("order_items.id", optional=True, index=False)
    root_id: int | None = reference("order_items.id", optional=True, index=False)
    letter: LetterKind = coded(LetterKind)
    state: ItemState = coded(ItemState)
    language: Language = coded(Language)
    copies: int = count(1)
    delivery_method: DeliveryMethod = coded(DeliveryMethod)
    control_date: date | None = None
    placed_at: datetime = instant(optional=False)

    #: Who asked for it (a reprint); empty for a first-run.
    requested_by: str = ""
    #: The country for which a document is to be certified.
    certification_country: str | None = None
    #: The courier's waybill in the document store.
    waybill: str | None = None
    #: When a paid item that was cancelled was refunded.
    refunded_at: datetime | None = instant()

    #: Who receives a digital document, how many links were made for it, and the last day of the newest.
    consumer_id: int | None = reference("dod_consumers.id", optional=True, index=False)
    link_no: int = count()
    link_expires_on: date | None = None
    #: The newest link of which the consumer was reminded.
    reminded_link_no: int = count()

    recipient_kind: RecipientKind = coded(RecipientKind)
    #: The recipient's name; empty while it follows the student until ``render``.
    recipient: str | None = None
    #: Where it goes: ``{lines, city, province, postal_code, country}``; empty while it follows the student.
    address: dict[str, Any] | None = json_value()
    #: Whether ``recipient`` and ``address`` are the student's own and nobody edited them.
    follows_student: bool = True

    status_reason: str | None = None
    printed_name: str | None = None
    name_format: int | None = None
    release_count: int = count()
    processed_at: datetime | None = instant()
    sent_at: datetime | None = instant()
    delivered_at: datetime | None = instant()
    delivered_how: DeliveredHow | None = coded(DeliveredHow, optional=True)

    print_job_id: int | None = reference("print_jobs.id", optional=True, index=False)
    #: Mailing sequence number in the print job, given at the job's release.
    sequence: int | None = None

    lease_owner: str | None = None
    lease_until: datetime | None = instant()
    #: Failed attempts of the present step (CO-90) and lapses of its lease.
    attempts: int = count()
    lapses: int = count()
    next_attempt_at: datetime | None = instant()
    last_error: dict[str, Any] | None = json_value()

    @property
    def number(self) -> str:
        """The order item number: ten digits, a dash, two digits."""
        return item_number(self.order_id, self.item_no)


def is_of(items: Any, credentials: Any) -> ColumnElement[bool]:
    """The join of items and credentials by the columns of both, as the index finds it."""
    return and_(items.student_id == credentials.student_id, items.credential_id == credentials.id)


def item_number(order_id: int, item_no: int) -> str:
    """``{order id}-{item no}`` as it is shown and exchanged (domain §1, "Order item number")."""
    return f"{order_id:010d}-{item_no:02d}"


def parse_item_number(text: str) -> tuple[int, int] | None:
    """Order id and item number within it, or ``None`` where ``text`` is no order item number."""
    order, _, item = text.strip().partition("-")
    both_are_numbers = order.isascii() and order.isdecimal() and item.isascii() and item.isdecimal()
    return (int(order), int(item)) if both_are_numbers and len(order) <= _DIGITS_MOST else None


#: Digits of the longest order id that a database key holds.
_DIGITS_MOST = 18


class ItemError(SQLModel, table=True):
    """One rule that held an item; cleared, never deleted, when the item is released."""

    __tablename__ = "item_errors"

    id: int = key()
    item_id: int = reference("order_items.id")
    code: str = Field(index=True)
    params: dict[str, Any] = json_value(optional=False)
    found_at: datetime = instant(optional=False)
    cleared_at: datetime | None = instant()
