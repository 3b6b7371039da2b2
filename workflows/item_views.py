"""What people and services read of order items: one, or a page at a time with all that stands beside each."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, fields
from functools import lru_cache
from typing import Annotated, Any, NotRequired

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
from typing_extensions import TypedDict

from models.among import among, among_given
from models.codes import (
    CredentialType,
    DeliveredHow,
    DeliveryMethod,
    ItemKind,
    ItemState,
    Language,
    LetterKind,
    OrderOrigin,
    RecipientKind,
    SpecialHandling,
)
from models.columns import MAX_KEY
from models.credentials import Credential
from models.documents import Document
from models.orders import DocumentOrder, ItemError, OrderItem, item_number, parse_item_number
from models.print_jobs import job_number
from models.students import Student
from models.types import CodeType
from workflows import order_item
from workflows.answers import AddressView, Day, Instant, cursor, day, meaning, values_of
from workflows.loading import handling_of
from workflows.outcome_views import DecisionView
from workflows.plan import Plan
from workflows.rule import ReasonView, restore
from workflows.source import Source, table
from workflows.views import instant

_ITEMS = table(OrderItem)


def _states_since(plan: Plan, event: str, until: str) -> frozenset[str]:
    """The states in which a subject may be that ``event`` happened to, as long as ``until`` did not."""
    found: set[str] = set()
    entered = {each.target for key, some in plan.candidates.items() if key[1] == event for each in some}
    while entered:
        found |= entered
        ways = ((key, some) for key, some in plan.candidates.items() if key[0] in entered and key[1] != until)
        entered = {each.target for _, some in ways for each in some} - found
    return frozenset(found)


#: The states in which an item may have errors: a release clears them.
_WITH_ERRORS = _states_since(order_item.PLAN, "hold_by_system", until="release")


class RecipientView(TypedDict):
    """Who receives a document; without a name, the student under the present one."""

    kind: Annotated[str, values_of(RecipientKind)]
    name: str | None


class DocumentView(TypedDict):
    """The stored document of an item, and the page master that it was printed with."""

    sha256: str
    size: int
    pages: int
    master: str | None


class ItemView(TypedDict):
    """An order item with its errors and document."""

    number: str
    asn: str
    credential_number: str | None
    credential_type: Annotated[str, values_of(CredentialType)]
    kind: Annotated[str, values_of(ItemKind)]
    root_kind: Annotated[
        str, values_of(ItemKind), meaning("The kind of the first item of a chain of reorders.")
    ]
    reorder_of: str | None
    reorder_root: str | None
    letter: Annotated[str, values_of(LetterKind)]
    state: Annotated[str, values_of(ItemState)]
    version: int
    language: Annotated[str, values_of(Language)]
    copies: int
    delivery_method: Annotated[str, values_of(DeliveryMethod)]
    recipient: RecipientView
    address: AddressView | None
    printed_name: str | None
    control_date: Day | None
    special_handling: Annotated[str, values_of(SpecialHandling)]
    status_reason: str | None
    errors: list[ReasonView]
    print_job: str | None
    sequence: Annotated[int | None, meaning("The place in the print job.")]
    processed_at: Instant | None
    sent_at: Instant | None
    delivered_at: Instant | None
    delivered_how: Annotated[str, values_of(DeliveredHow)] | None
    document: DocumentView | None
    events: NotRequired[
        Annotated[list[DecisionView], meaning("In a list that was asked for what may be done with each.")]
    ]


class ItemPage(TypedDict):
    """A page of order items, and the cursor of the next."""

    items: list[ItemView]
    next: str | None


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


def item_page(found: list[ItemView], following: int | None) -> ItemPage:
    """A page of items as the interfaces show it."""
    return {"items": found, "next": cursor(following)}


def find_items(
    source: Source, chosen: ItemFilter, after: int, limit: int
) -> tuple[list[ItemView], int | None]:
    """One page of items in the order of their ids after the cursor ``after``, and the cursor of the next page."""
    rows, following = page_of_items(source, chosen, after, limit)
    return item_views(source, rows), following


def page_of_items(
    source: Source, chosen: ItemFilter, after: int, limit: int, *, whole: bool = False
) -> tuple[Sequence[Any], int | None]:
    """The same as rows for :func:`item_views`; with every column of the items where they are wanted ``whole``."""
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
    return _shown(_ITEMS).where(among_given(_ITEMS.c.id, "ids"))


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


def item_views(source: Source, rows: Sequence[Any]) -> list[ItemView]:
    """Items as the interfaces show them: a fixed number of queries whatever their number."""
    numbers = _numbers_of_related(source, rows)
    errors = _errors(source, [row.id for row in rows if row.state in _WITH_ERRORS])
    handling = handling_of(source, rows)
    return [_view(row, numbers, errors[row.id], handling) for row in rows]


def _numbers_of_related(source: Source, rows: Sequence[Any]) -> dict[int, str]:
    """The numbers of the items that these link back to, by id."""
    related = {row.reorder_of_id for row in rows} | {row.root_id for row in rows}
    return numbers_of_ids(source, related - {None})


def _errors(source: Source, ids: Sequence[int]) -> dict[int, list[ReasonView]]:
    errors = table(ItemError).c
    found: dict[int, list[ReasonView]] = defaultdict(list)
    written: dict[Any, ReasonView] = {}
    if ids:
        for each in source.rows(ItemError, among(errors.item_id, ids), errors.cleared_at.is_(None)):
            key = each.code, repr(each.params)  # most of those that a page shows are alike
            if key not in written:
                written[key] = restore(each.code, each.params).as_json()
            found[each.item_id].append(written[key])
    return found


def _view(
    row: Any, numbers: dict[int, str], errors: list[ReasonView], handling: dict[int, SpecialHandling]
) -> ItemView:
    return {
        "number": item_number(row.order_id, row.item_no),
        "asn": row.asn,
        "credential_number": row.credential_number,
        "credential_type": row.credential_type,
        "kind": row.kind,
        "root_kind": row.root_kind,
        "reorder_of": numbers.get(row.reorder_of_id),
        "reorder_root": numbers.get(row.root_id),
        "letter": row.letter,
        "state": row.state,
        "version": row.version,
        "language": row.language,
        "copies": row.copies,
        "delivery_method": row.delivery_method,
        "address": row.address,
        "printed_name": row.printed_name,
        "control_date": day(row.control_date),
        "status_reason": row.status_reason,
        "sequence": row.sequence,
        "delivered_how": row.delivered_how,
        "recipient": {"kind": row.recipient_kind, "name": row.recipient},
        "print_job": None if row.print_job_id is None else job_number(row.print_job_id),
        "processed_at": instant(row.processed_at),
        "sent_at": instant(row.sent_at),
        "delivered_at": instant(row.delivered_at),
        "special_handling": handling.get(row.id, SpecialHandling.NOT_REQUIRED).value,
        "errors": errors,
        "document": _document(row),
    }


def _document(row: Any) -> DocumentView | None:
    if row.sha256 is None:
        return None
    return {"sha256": row.sha256, "size": row.size, "pages": row.pages, "master": row.master}


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
    statement = statement.where(among(_ITEMS.c.order_id, {order for order, _ in keys.values()}))
    rows = source.session.connection().execute(statement)
    found = {(row.order_id, row.item_no): row for row in rows}
    return {number: found[key] for number, key in keys.items() if key in found}


def numbers_of_ids(source: Source, ids: Collection[int]) -> dict[int, str]:
    """The numbers of the items with these ids. One query, or none where there are none."""
    if not ids:
        return {}
    statement = select(_ITEMS.c.id, _ITEMS.c.order_id, _ITEMS.c.item_no).where(among(_ITEMS.c.id, ids))
    rows = source.session.connection().execute(statement)
    return {item: item_number(order, item_no) for item, order, item_no in rows}


def items_chosen(chosen: ItemFilter) -> Select[Any]:
    """Selects the ids of all items that ``chosen`` takes, ascending."""
    values = chosen.given
    return _filtered(frozenset(values)).params(values).with_only_columns(_ITEMS.c.id)


def item_ids(source: Source, chosen: ItemFilter) -> list[int]:
    """The ids of all items that ``chosen`` takes, ascending."""
    return list(source.session.connection().execute(items_chosen(chosen)).scalars())
