"""The outcome of a bulk run in the shapes of the interfaces: as JSON, and as the cells of its CSV."""

from collections.abc import Mapping
from typing import Any, Literal

from typing_extensions import TypedDict

from workflows.operations.bulk.credential_rows import CredentialOutcome, row_view
from workflows.operations.bulk.outcome_rows import tally
from workflows.operations.ordering.award_and_order import Summary
from workflows.shapes import Counted


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
