"""The outcome of a bulk run in the shapes of the interfaces: as JSON, and as the cells of its CSV."""

from collections.abc import Mapping
from typing import Any

from workflows.operations.award_and_order import Row, Summary

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


def summary_view(summary: Summary) -> dict[str, Any]:
    """The summary of a bulk run as the interfaces show it."""
    return {
        "selected": len(summary.rows),
        "succeeded": summary.ordered,
        "refused": sum(row.outcome == "refused" for row in summary.rows),
        "outcomes": [row_view(row) for row in summary.rows],
        "by_rule": dict(sorted(summary.by_rule.items())),
    }


def row_view(row: Row) -> dict[str, Any]:
    """What became of one credential."""
    return {
        "asn": row.asn,
        "credential_type": row.credential_type.value,
        "outcome": row.outcome,
        "credential_number": row.credential_number,
        "item": row.item,
        "reasons": [reason.as_json() for reason in row.reasons],
        "warnings": [reason.as_json() for reason in row.warnings],
        **({"error": row.error} if row.error else {}),
    }
