"""Which order items: by filter a page at a time, by number, by id."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, fields
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Select,
    String,
    bindparam,
    func,
    literal,
    select,
    type_coerce,
)

from models.codes import (
    ItemState,
    OrderOrigin,
)
from models.credentials import Credential
from models.documents import Document
from models.orders import DocumentOrder, ItemError, OrderItem, item_number, parse_item_number
from models.sql.columns import MAX_KEY
from models.sql.in_values import in_given, in_values
from models.sql.types import CodeType
from models.students import Student
from workflows.source import Source, table

_ITEMS = table(OrderItem)


@dataclass(frozen=True, slots=True)
class ItemFilter:
    """Which items a list shows; empty fields take all."""

    state: ItemState | None = None
    error: str | None = None
    print_job: int | None = None
    asn: str | None = None
    #: The member of the public who ordered them, by name; nobody's name is nobody's own.
    owner: str | None = None

    @property
    def given(self) -> dict[str, Any]:
        """The fields that are not empty."""
        found = {each.name: getattr(self, each.name) for each in fields(self)}
        return {name: value for name, value in found.items() if value is not None}


def page_of_items(
    source: Source, chosen: ItemFilter, after: int, limit: int, *, whole: bool = False
) -> tuple[Sequence[Any], int | None]:
    """A page of chosen items as rows for :func:`item_views`, and the cursor of the next; ``whole`` reads every column of them."""
    limit = min(limit, MAX_KEY - 1)
    values = chosen.given
    asked = values | {"after": after, "most": limit + 1}
    rows = source.session.connection().execute(_page(frozenset(values), whole), asked).all()
    page = rows[:limit]
    return page, page[-1].id if len(rows) > limit else None


def items_of_ids(source: Source, ids: Iterable[int]) -> Sequence[Any]:
    """The items with these ids as rows for :func:`item_views`."""
    return source.session.connection().execute(_by_ids(), {"ids": sorted(set(ids))}).all()


def item_of_number(source: Source, number: str) -> Any:
    """The item with this number as a row for :func:`item_views`, or ``None``."""
    return _of_number(source, number, _by_number())


def key_of_number(source: Source, number: str) -> Any:
    """``id`` and ``order_id`` of the item with this number, or ``None``."""
    return _of_number(source, number, _key_by_number())


def whole_of_number(source: Source, number: str) -> Any:
    """Every column of the item with this number, or ``None``."""
    return _of_number(source, number, _whole_by_number())


def _of_number(source: Source, number: str, statement: Select[Any]) -> Any:
    key = parse_item_number(number)
    if key is None:
        return None
    given = {"order": key[0], "item_no": key[1]}
    return source.session.connection().execute(statement, given).one_or_none()


@lru_cache(maxsize=64)
def _page(names: frozenset[str], whole: bool) -> Select[Any]:
    # The page is found first, by whatever index serves the filter; only its rows are then joined.
    page = _filtered(names).where(_ITEMS.c.id > bindparam("after")).limit(bindparam("most"))
    return _shown(page.subquery("page"), whole=whole)


@lru_cache(maxsize=1)
def _by_ids() -> Select[Any]:
    return _shown(_ITEMS).where(in_given(_ITEMS.c.id, "ids"))


@lru_cache(maxsize=1)
def _by_number() -> Select[Any]:
    return _shown(_ITEMS).where(*_HAS_NUMBER)


@lru_cache(maxsize=1)
def _key_by_number() -> Select[Any]:
    return select(_ITEMS.c.id, _ITEMS.c.order_id).where(*_HAS_NUMBER)


@lru_cache(maxsize=1)
def _whole_by_number() -> Select[Any]:
    return select(_ITEMS).where(*_HAS_NUMBER)


_HAS_NUMBER = (_ITEMS.c.order_id == bindparam("order"), _ITEMS.c.item_no == bindparam("item_no"))


def _filtered(names: frozenset[str]) -> Select[Any]:
    """Items in the order of their ids, by the fields ``names`` of a filter, whose values are its parameters."""
    errors, students = table(ItemError).c, table(Student).c
    held = select(errors.item_id).where(errors.code == bindparam("error"), errors.cleared_at.is_(None))
    conditions: dict[str, Callable[[], Any]] = {
        "state": lambda: _ITEMS.c.state == bindparam("state"),
        "error": lambda: _ITEMS.c.id.in_(held),
        "print_job": lambda: _ITEMS.c.print_job_id == bindparam("print_job"),
        "asn": lambda: _ITEMS.c.student_id.in_(select(students.id).where(students.asn == bindparam("asn"))),
        "owner": lambda: _ITEMS.c.order_id.in_(_orders_of_owner()),
    }
    return select(_ITEMS).where(*(conditions[name]() for name in sorted(names))).order_by(_ITEMS.c.id)


def _orders_of_owner() -> Select[Any]:
    """The ids of the orders that a member of the public began."""
    orders, owner = table(DocumentOrder).c, bindparam("owner", type_=String())
    # Written out, since the index of such orders serves no condition that might be another.
    public = literal(OrderOrigin.PUBLIC, orders.origin.type, literal_execute=True)
    return select(orders.id).where(
        orders.requested_by == owner, orders.requested_by != "", orders.origin == public
    )


_OWN = (
    "id", "order_id", "item_no", "kind", "root_kind", "reorder_of_id", "root_id", "letter", "state", "version", "language",
    "copies", "delivery_method", "recipient_kind", "recipient", "address", "printed_name", "control_date", "status_reason",
    "print_job_id", "sequence", "processed_at", "sent_at", "delivered_at", "delivered_how",
)  # fmt: skip


def _shown(page: FromClause, *, whole: bool = False) -> Select[Any]:
    """All that is shown of the items in ``page`` but for what few of them have: one row each."""
    students, credentials, documents = table(Student).c, table(Credential).c, table(Document).c
    current = (documents.item_id == page.c.id) & documents.deleted_at.is_(None)
    number = func.coalesce(credentials.number, credentials.legacy_number)
    return (
        select(
            *(page.c if whole else (_as_stored(page.c[name]) for name in _OWN)),
            students.asn,
            _as_stored(credentials.credential_type),
            number.label("credential_number"),
            *(documents[name] for name in ("sha256", "size", "pages", "master")),
        )
        .join_from(page, table(Student), students.id == page.c.student_id)
        .join(table(Credential), credentials.id == page.c.credential_id)
        .join(table(Document), current, isouter=True)
        .order_by(page.c.id)
    )


def _as_stored(column: ColumnElement[Any]) -> Any:
    """A code as its value: nobody asks for its label here."""
    is_code = isinstance(column.type, CodeType)
    return type_coerce(column, String()).label(column.name) if is_code else column


def ids_of_numbers(source: Source, numbers: Sequence[str]) -> dict[str, int]:
    """The ids of the items with these numbers; numbers that no item has are left out. One query."""
    columns = _ITEMS.c
    statement = select(columns.id, columns.order_id, columns.item_no)
    return {number: row.id for number, row in _by_numbers(source, numbers, statement).items()}


def items_by_number(source: Source, numbers: Sequence[str]) -> dict[str, Any]:
    """Every column of the items with these numbers; numbers that no item has are left out. One query."""
    return _by_numbers(source, numbers, select(_ITEMS))


def _by_numbers(source: Source, numbers: Sequence[str], statement: Select[Any]) -> dict[str, Any]:
    keys = {number: key for number in numbers if (key := parse_item_number(number)) is not None}
    statement = statement.where(in_values(_ITEMS.c.order_id, {order for order, _ in keys.values()}))
    rows = source.session.connection().execute(statement)
    found = {(row.order_id, row.item_no): row for row in rows}
    return {number: found[key] for number, key in keys.items() if key in found}


def numbers_of_ids(source: Source, ids: Collection[int]) -> dict[int, str]:
    """The numbers of the items with these ids. One query, or none where there are none."""
    if not ids:
        return {}
    statement = select(_ITEMS.c.id, _ITEMS.c.order_id, _ITEMS.c.item_no).where(in_values(_ITEMS.c.id, ids))
    rows = source.session.connection().execute(statement)
    return {item: item_number(order, item_no) for item, order, item_no in rows}


def items_chosen(chosen: ItemFilter) -> Select[Any]:
    """Selects the ids of all items that ``chosen`` takes, ascending."""
    values = chosen.given
    return _filtered(frozenset(values)).params(values).with_only_columns(_ITEMS.c.id)


def item_ids(source: Source, chosen: ItemFilter, most: int | None = None) -> list[int]:
    """The ids of all items that ``chosen`` takes, ascending; no more than ``most``."""
    return list(source.session.connection().execute(items_chosen(chosen).limit(most)).scalars())
