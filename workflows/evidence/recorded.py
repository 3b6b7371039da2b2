"""What histories recorded of columns beside the state, next to what the columns say now."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy.orm import Session

from models.codes import PrintJobState
from models.orders import item_number
from workflows.effects.credential import CREDENTIAL
from workflows.effects.order_item import ORDER_ITEM
from workflows.effects.print_job import PRINT_JOB
from workflows.evidence import rows
from workflows.evidence.rows import EVENT, REASON, SEQ, Row, detail_of
from workflows.evidence.subjects import Subject

#: (``seq`` of the row that says otherwise, the column)
Otherwise = tuple[int, str]


class _Recorded(NamedTuple):
    """The events whose rows say what columns are, beside the first row; and how to compare."""

    events: frozenset[str]
    compare: Callable[[Session, int, Subject, Sequence[Row]], Iterator[Otherwise]]


def events_of(table: str) -> frozenset[str]:
    """The events whose rows :func:`otherwise` wants of a subject of ``table``."""
    return _TABLES[table].events if table in _TABLES else frozenset()


def otherwise(
    session: Session, table: str, key: int, subject: Subject, told: Sequence[Row]
) -> list[Otherwise]:
    """Columns of a subject that are not what its history said last; ``told`` is its first row and those of the events."""
    if table not in _TABLES or not told:
        return []
    try:
        return list(_TABLES[table].compare(session, key, subject, told))
    except rows.UNREADABLE:
        return [(told[-1][SEQ], "detail")]


#: Events that give an item the reason that came with them, and those after which it has none.
_GIVING, _CLEARING = (
    frozenset({"hold", "pull", "cancel", "fail", "misdeliver", "reorder"}),
    {"release", "deliver"},
)


def _item(_session: Session, _key: int, item: Subject, told: Sequence[Row]) -> Iterator[Otherwise]:
    order, number, reason, sha256 = item.own
    born = (detail_of(told[0]) or {}).get("number")
    if born is not None and born != item_number(order, number):
        yield told[0][SEQ], "number"
    reasons = [row for row in told if row[EVENT] != "render"][-1:]
    for row in reasons:
        if reason != _reason(row):
            yield row[SEQ], "status_reason"
    for row in [row for row in told if row[EVENT] in {"render", "release"}][-1:]:
        if row[EVENT] == "render" and sha256 != detail_of(row)["sha256"]:
            yield row[SEQ], "sha256"


def _reason(row: Row) -> Any:
    if row[EVENT] == "hold_by_system":
        return detail_of(row)["errors"][0]["code"]
    return row[REASON] if row[EVENT] in _GIVING else None


def _credential(
    _session: Session, _key: int, credential: Subject, told: Sequence[Row]
) -> Iterator[Otherwise]:
    number, legacy = credential.own
    for row in [row for row in told if "number" in (detail_of(row) or {})][-1:]:
        if detail_of(row)["number"] != (number or legacy):
            yield row[SEQ], "number"


#: States of a job whose file is the one that was handed over; in others it may be written anew.
_HANDED_OVER = frozenset({PrintJobState.TRANSMITTING, PrintJobState.TRANSMITTED, PrintJobState.RECONCILED})


def _print_job(session: Session, key: int, job: Subject, told: Sequence[Row]) -> Iterator[Otherwise]:
    for row in [row for row in told if row[EVENT] == "hand_over"][-1:]:
        if job.state in _HANDED_OVER:
            said = detail_of(row)
            for name, value in zip(("sha256", "manifest_sha256"), job.own, strict=True):
                if said[name] != value:
                    yield row[SEQ], name
    outcomes = {
        each["sequence"]: (row[SEQ], each["outcome"])
        for row in told
        if row[EVENT] == "acknowledge"
        for each in detail_of(row)["outcomes"]
    }
    if outcomes:
        yield from _envelopes(session, key, outcomes)


def _envelopes(session: Session, job: int, outcomes: Mapping[int, tuple[int, Any]]) -> Iterator[Otherwise]:
    """Envelopes whose outcome is not what the provider reported last."""
    statement = f"SELECT sequence, outcome FROM envelopes WHERE print_job_id = {job:d}"  # noqa: S608
    stored: Iterable[Row] = rows.stream(session, statement)
    now = dict(map(tuple, stored))
    for sequence, (seq, outcome) in sorted(outcomes.items()):
        if now.get(sequence) != outcome:
            yield seq, f"outcome of envelope {sequence}"


_TABLES: Mapping[str, _Recorded] = {
    ORDER_ITEM.table.name: _Recorded(_GIVING | _CLEARING | {"hold_by_system", "render"}, _item),
    CREDENTIAL.table.name: _Recorded(frozenset(CREDENTIAL.effects), _credential),
    PRINT_JOB.table.name: _Recorded(frozenset({"hand_over", "acknowledge"}), _print_job),
}
