"""What people and services read: items, print jobs and history in the shapes of the interfaces."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Select, func, select

from models.codes import ItemState, OrderOrigin, SpecialHandling
from models.columns import MAX_KEY
from models.credentials import Credential
from models.documents import Document
from models.history import OrderItemHistory, PrintJobHistory
from models.orders import DocumentOrder, ItemError, OrderItem, item_number, parse_item_number
from models.print_jobs import Envelope, PrintJob, job_number
from models.students import Student
from workflows.loading import handling_of
from workflows.rule import plain, restore
from workflows.source import Source, table


@dataclass(frozen=True, slots=True)
class ItemFilter:
    """Which items a list shows; empty fields take all."""

    state: ItemState | None = None
    error: str | None = None
    print_job: int | None = None
    asn: str | None = None
    #: The member of the public who ordered them, by name; nobody's name is nobody's own.
    owner: str | None = None


def instant(value: datetime | None) -> str | None:
    """RFC 3339 in UTC."""
    return None if value is None else value.astimezone(UTC).isoformat().replace("+00:00", "Z")


def find_items(
    source: Source, chosen: ItemFilter, after: int, limit: int
) -> tuple[list[dict[str, Any]], int | None]:
    """One page of items in the order of their ids after the cursor ``after``, and the cursor of the next page."""
    items, limit = table(OrderItem), min(limit, MAX_KEY - 1)
    statement = _chosen(chosen).where(items.c.id > after).limit(limit + 1)
    rows = source.session.connection().execute(statement).all()
    page = rows[:limit]
    return item_views(source, page), page[-1].id if len(rows) > limit else None


def _chosen(chosen: ItemFilter) -> Select[Any]:
    items, errors, students = table(OrderItem), table(ItemError), table(Student)
    statement = select(items).order_by(items.c.id)
    if chosen.state is not None:
        statement = statement.where(items.c.state == chosen.state)
    if chosen.error is not None:
        held = select(errors.c.item_id).where(errors.c.code == chosen.error, errors.c.cleared_at.is_(None))
        statement = statement.where(items.c.id.in_(held))
    if chosen.print_job is not None:
        statement = statement.where(items.c.print_job_id == chosen.print_job)
    if chosen.asn is not None:
        student = select(students.c.id).where(students.c.asn == chosen.asn)
        statement = statement.where(items.c.student_id.in_(student))
    if chosen.owner is not None:
        statement = statement.where(items.c.order_id.in_(_orders_of(chosen.owner)))
    return statement


def _orders_of(owner: str) -> Select[Any]:
    """The ids of the orders that a member of the public began."""
    orders = table(DocumentOrder).c
    return select(orders.id).where(
        orders.requested_by == owner, orders.requested_by != "", orders.origin == OrderOrigin.PUBLIC
    )


def item_views(source: Source, rows: Sequence[Any]) -> list[dict[str, Any]]:
    """Items as the interfaces show them: a fixed number of queries whatever their number."""
    ids = [row.id for row in rows]
    errors, documents = table(ItemError).c, table(Document).c
    students = {each.id: each for each in of_ids(source, Student, {row.student_id for row in rows})}
    credentials = {each.id: each for each in of_ids(source, Credential, {row.credential_id for row in rows})}
    related = {row.reorder_of_id for row in rows} | {row.root_id for row in rows}
    numbers = {
        each.id: item_number(each.order_id, each.item_no)
        for each in of_ids(source, OrderItem, related - {None})
    }
    found: dict[int, list[Any]] = defaultdict(list)
    for each in source.rows(ItemError, errors.item_id.in_(ids), errors.cleared_at.is_(None)):
        found[each.item_id].append(restore(each.code, each.params).as_json())
    stored = {
        each.item_id: each
        for each in source.rows(Document, documents.item_id.in_(ids), documents.deleted_at.is_(None))
    }
    handling = handling_of(source, rows)
    return [
        _item(row, students[row.student_id], credentials[row.credential_id], numbers)
        | {"special_handling": handling.get(row.id, SpecialHandling.NOT_REQUIRED).value}
        | {"errors": found[row.id], "document": _document(stored.get(row.id))}
        for row in rows
    ]


def of_ids(source: Source, model: Any, ids: set[int]) -> Sequence[Any]:
    """The rows of a table with these ids; none are asked for, nothing is."""
    if not ids:
        return []
    return source.rows(model, table(model).c.id.in_(sorted(ids)))


def _item(row: Any, student: Any, credential: Any, numbers: dict[int, str]) -> dict[str, Any]:
    return {
        "number": item_number(row.order_id, row.item_no),
        "asn": student.asn,
        "credential_number": credential.number or credential.legacy_number,
        **{name: plain(getattr(credential, name)) for name in ("credential_type",)},
        **{name: plain(getattr(row, name)) for name in ("kind", "root_kind")},
        "reorder_of": numbers.get(row.reorder_of_id),
        "reorder_root": numbers.get(row.root_id),
        **{name: plain(getattr(row, name)) for name in _COLUMNS},
        "recipient": {"kind": row.recipient_kind.value, "name": row.recipient},
        "print_job": None if row.print_job_id is None else job_number(row.print_job_id),
        **{name: instant(getattr(row, name)) for name in ("processed_at", "sent_at", "delivered_at")},
    }


_COLUMNS = (
    "letter",
    "state",
    "version",
    "language",
    "copies",
    "delivery_method",
    "address",
    "printed_name",
    "control_date",
    "status_reason",
    "sequence",
    "delivered_how",
)


def _document(row: Any) -> dict[str, Any] | None:
    return (
        None if row is None else {name: getattr(row, name) for name in ("sha256", "size", "pages", "master")}
    )


def ids_of_numbers(source: Source, numbers: Sequence[str]) -> dict[str, int]:
    """The ids of the items with these numbers; numbers that no item has are left out. One query."""
    keys = {number: key for number in numbers if (key := parse_item_number(number)) is not None}
    items = table(OrderItem)
    statement = select(items.c.id, items.c.order_id, items.c.item_no)
    statement = statement.where(items.c.order_id.in_({order for order, _ in keys.values()}))
    rows = source.session.connection().execute(statement)
    found = {(order, item_no): item for item, order, item_no in rows}
    return {number: found[key] for number, key in keys.items() if key in found}


def numbers_of_ids(source: Source, ids: Sequence[int]) -> dict[int, str]:
    """The numbers of the items with these ids. One query."""
    items = table(OrderItem)
    statement = select(items.c.id, items.c.order_id, items.c.item_no).where(items.c.id.in_(ids))
    rows = source.session.connection().execute(statement)
    return {item: item_number(order, item_no) for item, order, item_no in rows}


def items_chosen(chosen: ItemFilter) -> Select[Any]:
    """Selects the ids of all items that ``chosen`` takes, ascending."""
    return _chosen(chosen).with_only_columns(table(OrderItem).c.id)


def item_ids(source: Source, chosen: ItemFilter) -> list[int]:
    """The ids of all items that ``chosen`` takes, ascending."""
    statement = items_chosen(chosen)
    return list(source.session.connection().execute(statement).scalars())


def item_history(source: Source, subject: int) -> list[dict[str, Any]]:
    """The history of an item, oldest first."""
    return history_rows(source, OrderItemHistory, subject)


def job_history(source: Source, subject: int) -> list[dict[str, Any]]:
    """The history of a print job, oldest first."""
    return history_rows(source, PrintJobHistory, subject)


_HISTORY = (
    "seq",
    "event",
    "from_state",
    "to_state",
    "reason",
    "note",
    "detail",
    "command_id",
    "rule_set",
    "hash",
)


def history_rows(source: Source, model: Any, subject: int) -> list[dict[str, Any]]:
    """The history of one subject as the interfaces show it, oldest first."""
    return [
        {name: plain(getattr(row, name)) for name in _HISTORY}
        | {"at": instant(row.at), "actor": {"role": row.actor_role.value, "name": row.actor_name}}
        for row in source.rows(model, table(model).c.subject_id == subject)
    ]


def job_views(source: Source, job: int | None = None) -> list[dict[str, Any]]:
    """All print jobs, or one, with what they hold."""
    jobs, items, envelopes = table(PrintJob), table(OrderItem), table(Envelope)
    rows = source.rows(PrintJob, *([jobs.c.id == job] if job is not None else []))
    members = _count(source, items.c.print_job_id)
    outcomes: dict[int, dict[str, int]] = defaultdict(dict)
    statement = select(envelopes.c.print_job_id, envelopes.c.outcome, func.count())
    for job_id, outcome, number in source.session.connection().execute(
        statement.group_by(envelopes.c.print_job_id, envelopes.c.outcome)
    ):
        outcomes[job_id][outcome.value if outcome else "none"] = number
    return [_job(row, members.get(row.id, 0), outcomes[row.id]) for row in rows]


def _count(source: Source, column: Any) -> dict[int, int]:
    statement = select(column, func.count()).where(column.is_not(None)).group_by(column)
    return dict(source.session.connection().execute(statement).all())


def _job(row: Any, members: int, outcomes: dict[str, int]) -> dict[str, Any]:
    names = (
        "credential_type",
        "language",
        "delivery_method",
        "state",
        "version",
        "reason",
        "sha256",
        "pages",
        "sheets",
    )
    times = ("opened_at", "released_at", "transmitted_at", "reconciled_at")
    return {
        "number": job_number(row.id),
        **{name: plain(getattr(row, name)) for name in names},
        **{name: instant(getattr(row, name)) for name in times},
        "items": members,
        "outcomes": outcomes,
        "attempts": row.attempts,
        "next_attempt_at": instant(row.next_attempt_at),
        "last_error": row.last_error,
    }


def counts_by_state(source: Source) -> dict[str, int]:
    """How many items are in each state, in the order of the backbone; states without items are left out."""
    items = table(OrderItem)
    statement = select(items.c.state, func.count()).group_by(items.c.state)
    found: dict[ItemState, int] = dict(source.session.connection().execute(statement).all())
    return {state.value: found[state] for state in ItemState if state in found}


def counts_by_reason(source: Source, state: ItemState) -> dict[str, int]:
    """Items in ``state`` by the code that is why: every stored error for a system hold, else the status reason."""
    items, errors = table(OrderItem), table(ItemError)
    if state is ItemState.SYSTEM_HOLD:
        statement = (
            select(errors.c.code, func.count())
            .join_from(errors, items, errors.c.item_id == items.c.id)
            .where(items.c.state == state, errors.c.cleared_at.is_(None))
            .group_by(errors.c.code)
        )
    else:
        statement = select(items.c.status_reason, func.count()).where(items.c.state == state)
        statement = statement.group_by(items.c.status_reason)
    return {code or "": number for code, number in source.session.connection().execute(statement)}
