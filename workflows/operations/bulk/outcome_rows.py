"""The outcome of one item among many, as a bulk run keeps it and as it is shown."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Literal, NotRequired

from typing_extensions import TypedDict

from workflows.machines.decision import Kind, Outcome, RefusalKind
from workflows.rules.rule import ReasonView
from workflows.shapes import meaning


class ItemOutcome(TypedDict):
    """What became of one of many items."""

    item: str
    outcome: Kind | Literal["failed"]
    state: str | None
    version: int | None
    kind: RefusalKind | None
    reasons: list[ReasonView]
    error: NotRequired[Annotated[str, meaning("The kind of error that it failed with.")]]


def outcome_row(item: str, outcome: Outcome) -> ItemOutcome:
    """The outcome of one item of a bulk command."""
    refused = None if outcome.done else outcome.decision
    return {
        "item": item,
        "outcome": outcome.kind,
        "state": None if outcome.state is None else str(outcome.state),
        "version": outcome.version,
        "kind": None if refused is None else refused.kind,
        "reasons": [] if refused is None else [each.as_json() for each in refused.reasons],
    }


def undecided_row(item: str, outcome: Literal["not_found", "failed"]) -> ItemOutcome:
    """The row of an item of which nothing was decided: because there is none, or because something broke."""
    return {
        "item": item,
        "outcome": outcome,
        "state": None,
        "version": None,
        "kind": None,
        "reasons": [],
    }


def tally(rows: Iterable[Mapping[str, Any]]) -> tuple[Counter[str], Counter[str]]:
    """How many rows had each outcome, and how many each rule refused."""
    outcomes: Counter[str] = Counter()
    rules: Counter[str] = Counter()
    for row in rows:
        outcomes[row["outcome"]] += 1
        rules.update(reason["code"] for reason in row["reasons"])
    return outcomes, rules
