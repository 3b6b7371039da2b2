"""What people and services read of print jobs."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Annotated, Any

from sqlalchemy import func, select
from typing_extensions import TypedDict

from models.codes import CredentialType, DeliveryMethod, Language, PrintJobState
from models.history import PrintJobHistory
from models.orders import OrderItem
from models.print_jobs import Envelope, PrintJob, job_number
from models.sql.in_values import in_values
from workflows.operations.printing.transmission import drop_name
from workflows.shapes import Counted, Hindrance, Instant, instant, meaning, values_of
from workflows.source import Source, table
from workflows.views.history import HistoryRow, history_rows


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


def job_history(source: Source, subject: int) -> list[HistoryRow]:
    """The history of a print job, oldest first."""
    return history_rows(source, PrintJobHistory, subject)


def job_views(source: Source) -> list[JobView]:
    """All print jobs, with what they hold."""
    return _views(source, source.rows(PrintJob))


def _views(source: Source, rows: Sequence[Any], *of: int) -> list[JobView]:
    """The views of ``rows``; ``of`` are their ids where they are not all jobs."""
    items, envelopes = table(OrderItem), table(Envelope)
    members = _count(source, items.c.print_job_id, of)
    outcomes: dict[int, dict[str, int]] = defaultdict(dict)
    statement = select(envelopes.c.print_job_id, envelopes.c.outcome, func.count())
    statement = statement.where(*_among(envelopes.c.print_job_id, of))
    for job_id, outcome, number in source.session.connection().execute(
        statement.group_by(envelopes.c.print_job_id, envelopes.c.outcome)
    ):
        outcomes[job_id][outcome.value if outcome else "none"] = number
    return [_job(row, members.get(row.id, 0), outcomes[row.id]) for row in rows]


def _count(source: Source, column: Any, of: Sequence[int]) -> dict[int, int]:
    chosen = (column.is_not(None), *_among(column, of))
    statement = select(column, func.count()).where(*chosen).group_by(column)
    return dict(source.session.connection().execute(statement).all())


def _among(column: Any, of: Sequence[int]) -> list[Any]:
    return [in_values(column, of)] if of else []


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


def job_and_history(source: Source, job: Any) -> JobAndHistory:
    """A print job with the name of its file in the drop, and all that happened to it."""
    (view,) = _views(source, [job], job.id)
    return {**view, "drop": drop_name(job), "history": job_history(source, job.id)}
