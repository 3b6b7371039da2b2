"""What people and services read: print jobs, history and counts in the shapes of the interfaces."""

from collections import defaultdict
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import func, select

from models.codes import ItemState
from models.history import OrderItemHistory, PrintJobHistory
from models.orders import ItemError, OrderItem
from models.print_jobs import Envelope, PrintJob, job_number
from workflows.rule import plain
from workflows.source import Source, table


def instant(value: datetime | None) -> str | None:
    """RFC 3339 in UTC."""
    if value is None:
        return None
    text = value.isoformat()
    if not text.endswith(_UTC):  # as PostgreSQL never gives them
        text = value.astimezone(UTC).isoformat()
    return f"{text.removesuffix(_UTC)}Z"


_UTC = "+00:00"


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
