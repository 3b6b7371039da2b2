"""Outcomes of bulk runs as they are told."""

from models.codes import BulkKind
from workflows.operations.bulk.credential_rows import CredentialOutcome
from workflows.operations.bulk.outcome_rows import ItemOutcome
from workflows.views.bulk_runs import outcome_of


def test_outcomes_that_were_stored_without_what_was_empty_are_told_whole() -> None:
    """Earlier releases left out what a failed or lost row does not have."""
    item = {"item": "0000000001-01", "outcome": "failed", "error": "OSError", "reasons": []}
    credential = {"asn": "100000001", "credential_type": "AHSD", "outcome": "conflict", "reasons": []}
    assert outcome_of(BulkKind.TRANSITION, item).keys() == ItemOutcome.__annotations__.keys()
    told = outcome_of(BulkKind.AWARD_AND_ORDER, credential)
    assert told.keys() | {"error"} == CredentialOutcome.__annotations__.keys()
    assert told["outcome"] == "conflict"
