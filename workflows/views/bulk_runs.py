"""Bulk runs as people and services read them: how far each is, and what became of its subjects."""

from collections.abc import Iterable, Mapping
from typing import Annotated, Any, TypeAlias

from typing_extensions import TypedDict

from models.codes import BulkKind, BulkState, CredentialType, DeliveryMethod
from workflows.operations.bulk.credential_rows import CredentialOutcome
from workflows.operations.bulk.outcome_rows import ItemOutcome
from workflows.shapes import Counted, Hindrance, Instant, cursor, instant, values_of


class TransitionWanted(TypedDict):
    """The event that a run makes happen, and why."""

    event: str
    reason: str | None
    note: str | None


class AwardsWanted(TypedDict):
    """Which credentials a run awards, and how what it orders is delivered."""

    types: list[Annotated[str, values_of(CredentialType)]]
    authority: str | None
    school: str | None
    school_year: str | None
    delivery_method: Annotated[str, values_of(DeliveryMethod)]


class RunView(TypedDict):
    """A bulk run and how far it is."""

    run: int
    kind: Annotated[str, values_of(BulkKind)]
    state: Annotated[str, values_of(BulkState)]
    parameters: TransitionWanted | AwardsWanted
    selected: int
    finished: int
    by_outcome: Counted
    by_rule: Counted
    last_error: Hindrance | None
    created_at: Instant
    finished_at: Instant | None


class RunPage(TypedDict):
    """A page of bulk runs, and the cursor of the next."""

    runs: list[RunView]
    next: str | None


RunOutcome: TypeAlias = ItemOutcome | CredentialOutcome


class RunOutcomePage(TypedDict):
    """A page of outcomes of a bulk run, and the cursor of the next."""

    outcomes: list[RunOutcome]
    next: str | None


def run_view(row: Any) -> RunView:
    """A bulk run and how far it is."""
    return {
        "run": row.id,
        "kind": row.kind.value,
        "state": row.state.value,
        "parameters": row.parameters,
        "selected": row.selected,
        "finished": row.finished,
        "by_outcome": row.by_outcome,
        "by_rule": row.by_rule,
        "last_error": row.last_error,
        "created_at": instant(row.created_at),
        "finished_at": instant(row.finished_at),
    }


def run_page(rows: Iterable[Any], following: int | None) -> RunPage:
    """A page of bulk runs as the interfaces show it."""
    return {"runs": [run_view(row) for row in rows], "next": cursor(following)}


def outcome_page(kind: BulkKind, rows: Iterable[Any], following: int | None) -> RunOutcomePage:
    """A page of outcomes as the interfaces show it."""
    return {"outcomes": [outcome_of(kind, row.outcome) for row in rows], "next": cursor(following)}


def outcome_of(kind: BulkKind, stored: Mapping[str, Any]) -> Any:
    """A stored outcome, with all that its kind has: rows of earlier releases left out what was empty."""
    return {**_EMPTY[kind], **stored}


_EMPTY: dict[BulkKind, dict[str, Any]] = {
    BulkKind.TRANSITION: {"item": "", "state": None, "version": None, "kind": None},
    BulkKind.AWARD_AND_ORDER: {"credential_number": None, "item": None, "warnings": []},
}
