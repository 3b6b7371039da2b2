"""The outcome of one credential among many that are awarded and ordered, as a bulk run keeps it and as it is shown."""

from typing import Annotated, NotRequired

from typing_extensions import TypedDict

from models.codes import CredentialType
from workflows.operations.ordering.award_and_order import OutcomeKind, Row
from workflows.rules.rule import ReasonView
from workflows.shapes import meaning, values_of


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
