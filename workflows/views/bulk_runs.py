"""Bulk runs as people and services read them: how far each is, and what became of its subjects."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, Any, TypeAlias

from typing_extensions import TypedDict

from models.codes import BulkKind, BulkState, CredentialType, DeliveryMethod
from workflows.finding.paging import Pages
from workflows.operations.bulk.bulk_runs import page_of_outcomes
from workflows.operations.bulk.credential_rows import CredentialOutcome
from workflows.operations.bulk.outcome_rows import ItemOutcome
from workflows.shapes import Counted, Hindrance, Instant, cursor, instant, values_of
from workflows.source import Source
from workflows.views.awards import COLUMNS, row_cells


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


def outcome_page(found: Iterable[RunOutcome], following: int | None) -> RunOutcomePage:
    """A page of outcomes as the interfaces show it."""
    return {"outcomes": list(found), "next": cursor(following)}


def find_outcomes(source: Source, row: Any, after: int, limit: int) -> tuple[list[RunOutcome], int | None]:
    """A page of the outcomes of a run, whose row this is, as far as it is; and the cursor of the next page."""
    found, following = page_of_outcomes(source, row.id, after, limit)
    return [outcome_of(row.kind, each) for each in found], following


def pages_of_outcomes(source: Source, row: Any) -> Pages[RunOutcome]:
    """All outcomes of a run, whose row this is, as far as it is; page by page."""
    return Pages(lambda after, limit: find_outcomes(source, row, after, limit))


def outcome_of(kind: BulkKind, stored: Mapping[str, Any]) -> Any:
    """A stored outcome, with all that its kind has: rows of earlier releases left out what was empty."""
    missing = {name: value for name, value in _EMPTY[kind].items() if name not in stored}
    return {**stored, **missing}


def succeeded(row: Any) -> int:
    """How many subjects of a run came to what it was begun for."""
    return sum(row.by_outcome.get(each, 0) for each in _SUCCEEDED[row.kind])


def told_around_outcomes(row: Any) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """What is told of a finished run before its outcomes, and after them: as the command that began it tells it."""
    by_outcome, by_rule = row.by_outcome, dict(sorted(row.by_rule.items()))
    if row.kind is BulkKind.TRANSITION:
        return (
            {"dry_run": False, "selected": row.selected},
            {"by_outcome": by_outcome, "by_rule": by_rule},
        )
    refused = by_outcome.get("refused", 0)
    counted = {"selected": row.selected, "succeeded": succeeded(row), "refused": refused}
    return counted, {"by_rule": by_rule}


def columns_of(kind: BulkKind) -> Sequence[str]:
    """The columns of the exported outcomes of a kind of run."""
    return COLUMNS if kind is BulkKind.AWARD_AND_ORDER else _ITEM_COLUMNS


def cells_of(kind: BulkKind, outcome: Any, language: str) -> Mapping[str, Any]:
    """An outcome as a row of the export, with its reasons in ``language``."""
    if kind is BulkKind.AWARD_AND_ORDER:
        return row_cells(outcome, language)
    reasons = outcome["reasons"]
    return {
        **outcome,
        "codes": [each["code"] for each in reasons],
        "reasons": [each["message"][language] for each in reasons],
    }


_ITEM_COLUMNS = ("item", "outcome", "state", "codes", "reasons")
_SUCCEEDED: dict[BulkKind, Sequence[str]] = {
    BulkKind.TRANSITION: ("done", "already_done"),
    BulkKind.AWARD_AND_ORDER: ("ordered",),
}
_EMPTY: dict[BulkKind, dict[str, Any]] = {
    BulkKind.TRANSITION: {"item": "", "state": None, "version": None, "kind": None},
    BulkKind.AWARD_AND_ORDER: {"credential_number": None, "item": None, "warnings": []},
}
