"""What the provider reports of each envelope, and what it leads to."""

import io
from collections.abc import Sequence
from typing import Any

import pytest

from models.codes import EnvelopeOutcome, PrintJobState
from models.print_jobs import PrintJob
from tests.integration.print_jobs import MAILED, codes, job, released, sent
from tests.ministry import CLERK, PROVIDER, SUPPORT, Ministry
from workflows.effects.print_job import PRINT_JOB
from workflows.operations.receipts import read_receipts


def test_outcomes_are_recorded_by_sequence(ministry: Ministry) -> None:
    """Each outcome is kept with its date; numbers that the job does not have are given back."""
    key, _ = sent(ministry, 2)
    outcome, unknown = ministry.acknowledge(key, {1: MAILED, 7: MAILED})
    assert (outcome.kind, unknown) == ("done", [7])
    first, second = ministry.envelopes(key)
    assert (first.outcome, first.outcome_on, second.outcome) == (MAILED, ministry.today, None)
    assert job(ministry, key).state is PrintJobState.TRANSMITTED


def test_every_envelope_needs_an_outcome(ministry: Ministry) -> None:
    """A job is reconciled when every sequence number has an outcome (CO-30), and is final then."""
    key, items = sent(ministry, 2)
    ministry.acknowledge(key, {1: MAILED})
    assert codes(ministry.reconcile(key)) == ["CO-30"]
    ministry.acknowledge(key, {2: EnvelopeOutcome.RETURNED_TO_SR})
    assert ministry.reconcile(key).kind == "done"
    assert job(ministry, key).reconciled_at == ministry.now
    assert ministry.states(items) == ["sent"] * 2
    late, _ = ministry.acknowledge(key, {1: EnvelopeOutcome.PULLED})
    assert late.kind == "refused"
    assert ministry.envelopes(key)[0].outcome is MAILED


def test_a_pulled_envelope_has_failed(ministry: Ministry) -> None:
    """At reconciliation the item of a pulled envelope fails as PulledBeforeMailing; its address stays good."""
    key, items = sent(ministry, 3)
    ministry.acknowledge(key, {1: MAILED, 2: EnvelopeOutcome.PULLED, 3: EnvelopeOutcome.REMADE})
    ministry.reconcile(key)
    pulled = ministry.envelopes(key)[1].item_id
    states = dict(zip(items, ministry.states(items), strict=True))
    assert states == {each: "failed" if each == pulled else "sent" for each in items}
    assert ministry.item(pulled).status_reason == "PulledBeforeMailing"
    reprint = ministry.reprint(pulled)
    ministry.render([reprint])
    assert ministry.states([reprint]) == ["rendered"]


def test_a_job_under_way_has_no_outcomes(ministry: Ministry) -> None:
    """Receipts for a job that was not transmitted are refused and record nothing."""
    key, _ = released(ministry)
    outcome, _ = ministry.acknowledge(key, {1: MAILED})
    assert outcome.kind == "refused"
    assert [each.outcome for each in ministry.envelopes(key)] == [None]


@pytest.mark.parametrize(
    ("actor", "kinds"),
    [(PROVIDER, ["done", "done"]), (CLERK, ["done", "done"]), (SUPPORT, ["refused", "refused"])],
)
def test_who_reports(ministry: Ministry, actor: Any, kinds: Sequence[str]) -> None:
    """The provider acknowledges and reconciles, Student Records may too; Operational Support may not (CO-11)."""
    key, _ = sent(ministry)
    acknowledged, _ = ministry.acknowledge(key, {1: MAILED}, actor)
    if kinds == ["refused", "refused"]:
        ministry.acknowledge(key, {1: MAILED})
    assert [acknowledged.kind, ministry.reconcile(key, actor).kind] == kinds


def test_a_whole_job_keeps_its_chain(ministry: Ministry) -> None:
    """The history of a job from opening to reconciliation is whole."""
    key, _ = sent(ministry)
    ministry.acknowledge(key, {1: MAILED})
    ministry.reconcile(key)
    events = [each.event for each in ministry.history(key, PRINT_JOB)]
    assert events == ["open", "release", "hand_over", "accept", "acknowledge", "reconcile"]
    assert ministry.broken_history() == []


def test_a_print_file_lost_before_the_hand_over_is_told(ministry: Ministry) -> None:
    """A written file that is gone from the store is an error of the hand-over, which is tried again and keeps its reason."""
    (item,) = ministry.ordered()
    ministry.render([item])
    ministry.gather([item])
    job = ministry.job_of(item)
    ministry.release_job(job)
    ministry.write_file(job)
    ministry.installation.store.delete(ministry.row(PrintJob, job).path)
    ministry.transmit(job)
    row = ministry.row(PrintJob, job)
    assert (row.state, row.last_error["step"]) == (PrintJobState.RELEASED, "hand_over")
    assert row.last_error["error"] == "AlteredDocumentError"


@pytest.mark.parametrize(
    "row",
    ["1,mailed,2026-03-03,-1", "1,mailed,2026-03-03,x", "1,mailed,2026-03-03,10001", "0,mailed,2026-03-03,0",
     f"{2**31},mailed,2026-03-03,0", "1,mailed,2026-W10-2,0", "1,mailed,2026-02-30,0", "1,lost,2026-03-03,0"],
)  # fmt: skip
def test_a_receipt_that_says_nothing_usable_is_told(row: str) -> None:
    """Each row is recorded or given back with its line; none is lost on the way."""
    good, bad = read_receipts(io.StringIO(f"sequence,outcome,date,spoiled_sheets\n{row}\n"))
    assert (good, [each.line for each in bad]) == ([], [2])
