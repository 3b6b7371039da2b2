"""What people and services read: print jobs, history and counts in the shapes of the interfaces."""

from collections import defaultdict
from datetime import UTC, datetime
from typing import Annotated, Any, overload

from sqlalchemy import func, select
from typing_extensions import TypedDict

from models.codes import CredentialType, DeliveryMethod, ItemState, Language, PrintJobState, Role
from models.history import OrderItemHistory, PrintJobHistory
from models.orders import ItemError, OrderItem
from models.print_jobs import Envelope, PrintJob, job_number
from workflows.shapes import Counted, Hindrance, Instant, meaning, values_of
from workflows.source import Source, table


class Who(TypedDict):
    """Who acted."""

    role: Annotated[str, values_of(Role)]
    name: str


class HistoryRow(TypedDict):
    """One thing that happened. ``seq`` is the version before it; ``hash`` chains it to what happened before."""

    seq: int
    event: str
    from_state: str | None
    to_state: str
    reason: str | None
    note: str | None
    detail: Annotated[
        dict[str, Any] | None, meaning("What else there is to know of it; each event has its own.")
    ]
    command_id: str
    rule_set: str
    hash: str
    at: Instant
    actor: Who


class ItemHistory(TypedDict):
    """Everything that happened to an item, oldest first."""

    item: str
    history: list[HistoryRow]


class CredentialHistoryView(TypedDict):
    """Everything that happened to a credential number, oldest first."""

    credential: str
    history: list[HistoryRow]


class JobView(TypedDict):
    """A print job with what it holds."""

    number: str
    credential_type: Annotated[str, values_of(CredentialType)]
    language: Annotated[str, values_of(Language)]
    delivery_method: Annotated[str, values_of(DeliveryMethod)]
    state: Annotated[str, values_of(PrintJobState)]
    version: int
    reason: str | None
    sha256: str | None
    pages: int | None
    sheets: Annotated[Counted | None, meaning("By stock.")]
    opened_at: Instant
    released_at: Instant | None
    transmitted_at: Instant | None
    reconciled_at: Instant | None
    items: int
    outcomes: Annotated[
        Counted,
        meaning(
            "How many envelopes the print provider reported so; `none` for those that it did not report yet."
        ),
    ]
    attempts: int
    next_attempt_at: Instant | None
    last_error: Hindrance | None


class JobAndHistory(JobView):
    """A print job with the name of its file in the drop, and all that happened to it, oldest first."""

    drop: str
    history: list[HistoryRow]


class Jobs(TypedDict):
    """The print jobs."""

    print_jobs: list[JobView]


class Counts(TypedDict):
    """How many items are in each state."""

    items: Counted


@overload
def instant(value: datetime) -> str: ...
@overload
def instant(value: None) -> None: ...
def instant(value: datetime | None) -> str | None:
    """RFC 3339 in UTC."""
    if value is None:
        return None
    text = value.isoformat()
    if not text.endswith(_UTC):  # as PostgreSQL never gives them
        text = value.astimezone(UTC).isoformat()
    return f"{text.removesuffix(_UTC)}Z"


_UTC = "+00:00"


def item_history(source: Source, subject: int) -> list[HistoryRow]:
    """The history of an item, oldest first."""
    return history_rows(source, OrderItemHistory, subject)


def job_history(source: Source, subject: int) -> list[HistoryRow]:
    """The history of a print job, oldest first."""
    return history_rows(source, PrintJobHistory, subject)


def history_rows(source: Source, model: Any, subject: int) -> list[HistoryRow]:
    """The history of one subject as the interfaces show it, oldest first."""
    return [_happened(row) for row in source.rows(model, table(model).c.subject_id == subject)]


def _happened(row: Any) -> HistoryRow:
    return {
        "seq": row.seq,
        "event": row.event,
        "from_state": row.from_state,
        "to_state": row.to_state,
        "reason": row.reason,
        "note": row.note,
        "detail": row.detail,
        "command_id": row.command_id,
        "rule_set": row.rule_set,
        "hash": row.hash,
        "at": instant(row.at),
        "actor": {"role": row.actor_role.value, "name": row.actor_name},
    }


def job_views(source: Source, job: int | None = None) -> list[JobView]:
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


def _job(row: Any, members: int, outcomes: Counted) -> JobView:
    return {
        "number": job_number(row.id),
        "credential_type": row.credential_type.value,
        "language": row.language.value,
        "delivery_method": row.delivery_method.value,
        "state": row.state.value,
        "version": row.version,
        "reason": row.reason,
        "sha256": row.sha256,
        "pages": row.pages,
        "sheets": row.sheets,
        "opened_at": instant(row.opened_at),
        "released_at": instant(row.released_at),
        "transmitted_at": instant(row.transmitted_at),
        "reconciled_at": instant(row.reconciled_at),
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
