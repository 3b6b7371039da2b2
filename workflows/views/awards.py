"""The outcome of a bulk run in the shapes of the interfaces: as JSON, and as the cells of its CSV."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal, NotRequired

from typing_extensions import TypedDict

from models.codes import CredentialType
from workflows.operations.ordering.award_and_order import OutcomeKind, Row, Summary
from workflows.rules.rule import ReasonView
from workflows.shapes import Counted, meaning, values_of
from workflows.views.outcomes import tally


class CredentialOutcome(TypedDict):
    """What became of one of many credentials that were to be awarded and ordered."""

    asn: str
    credential_type: Annotated[str, values_of(CredentialType)]
    outcome: OutcomeKind
    credential_number: str | None
    item: str | None
    reasons: list[ReasonView]
    warnings: list[ReasonView]
    error: NotRequired[Annotated[str, meaning("The kind of error that it failed with.")]]


class SummaryView(TypedDict):
    """What became of many credentials: the outcome of each, and how many each rule refused."""

    selected: int
    succeeded: int
    refused: int
    outcomes: list[CredentialOutcome]
    by_rule: Counted


class PreviewView(SummaryView):
    """What would become of them; told as that of other bulk changes is."""

    dry_run: Literal[True]
    by_outcome: Counted


#: The columns of the exported outcomes.
COLUMNS = ("asn", "credential_type", "outcome", "credential_number", "item", "codes", "reasons", "warnings")


def row_cells(row: Mapping[str, Any], language: str) -> dict[str, Any]:
    """A row of the export from its JSON, with its reasons in ``language``."""
    told = [reason["message"][language] for reason in row["reasons"]]
    plain = ("asn", "credential_type", "outcome", "credential_number", "item")
    return {name: row[name] for name in plain} | {
        "codes": [reason["code"] for reason in row["reasons"]],
        "reasons": [*told, *([row["error"]] if row.get("error") else [])],
        "warnings": [f"{each['code']} {each['message'][language]}" for each in row["warnings"]],
    }


def summary_view(summary: Summary) -> SummaryView:
    """The summary of a bulk run as the interfaces show it."""
    return {
        "selected": len(summary.rows),
        "succeeded": summary.ordered,
        "refused": sum(row.outcome == "refused" for row in summary.rows),
        "outcomes": [row_view(row) for row in summary.rows],
        "by_rule": dict(sorted(summary.by_rule.items())),
    }


def preview_view(summary: Summary) -> PreviewView:
    """What a bulk run would do."""
    view = summary_view(summary)
    by_outcome, _ = tally(view["outcomes"])
    return {**view, "dry_run": True, "by_outcome": dict(by_outcome)}


def row_view(row: Row) -> CredentialOutcome:
    """What became of one credential."""
    view: CredentialOutcome = {
        "asn": row.asn,
        "credential_type": row.credential_type.value,
        "outcome": row.outcome,
        "credential_number": row.credential_number,
        "item": row.item,
        "reasons": [reason.as_json() for reason in row.reasons],
        "warnings": [reason.as_json() for reason in row.warnings],
    }
    if row.error:
        view["error"] = row.error
    return view
