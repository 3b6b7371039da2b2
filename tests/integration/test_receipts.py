"""What the provider reports of each envelope, and what it leads to."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from models.codes import EnvelopeOutcome, PrintJobState
from models.edges.receipts import Receipt, UnusableReceiptsError, read_receipts
from models.print_jobs import PrintJob
from tests.integration.print_jobs import MAILED, codes, job, released, sent
from tests.ministry import CLERK, PROVIDER, SUPPORT, Ministry
from workflows.command import Command
from workflows.effects.print_job import PRINT_JOB
from workflows.operations.printing.receipts import acknowledge


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


HEADER = "sequence,outcome,date,spoiled_sheets\n"


@pytest.mark.parametrize(
    "row",
    ["1,mailed,2026-03-03,-1", "1,mailed,2026-03-03,x", "1,mailed,2026-03-03,10001", "0,mailed,2026-03-03,0",
     f"{2**31},mailed,2026-03-03,0", "1,mailed,2026-W10-2,0", "1,mailed,2026-02-30,0", "1,lost,2026-03-03,0",
     "\u0669,mailed,2026-03-03,0", "99\x0091,mailed,2026-03-03,0", "1_0,mailed,2026-03-03,0", " 1,mailed,2026-03-03,0",
     "1,mailed,2026-03-03,0,0", "1,mailed", '1,"mailed,2026-03-03,0', ",mailed,2026-03-03,0"],
)  # fmt: skip
def test_a_receipt_that_says_nothing_usable_is_told(row: str) -> None:
    """Each row is recorded or given back with its line; none is lost or read as another on the way."""
    good, bad = read_receipts("receipt.csv", f"{HEADER}{row}\n1,mailed,2026-03-03,0\n".encode())
    assert ([each.line for each in good], [each.line for each in bad]) == ([3], [2])
    assert bad[0].message.en != bad[0].message.fr


def test_a_bad_receipt_is_told_all_its_faults() -> None:
    """Nobody sends a file five times to learn five reasons."""
    _, (bad,) = read_receipts("receipt.csv", f"{HEADER}x,eaten,soon,many\n".encode())
    assert [each.code for each in bad.faults] == [
        "sequence_malformed", "outcome_unknown", "date_malformed", "spoiled_sheets_malformed",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "file_empty"),
        (b"sequence,outcome,date\n", "receipts_missing"),
        (b"all is well", "column_missing"),
        (b"seq,result\n1,mailed\n", "column_missing"),
        (b"sequence;outcome;date\n1;mailed;2026-03-03\n", "column_missing"),
        (b"sequence,outcome,date,Date\n1,mailed,2026-03-03,2026-03-02\n", "column_repeated"),
        ("sequence,outcome,date\n1,mailed,2026-03-03\n".encode("utf-16"), "file_unreadable"),
        ("sequence,outcome,date\n1,mailed,2026-03-03\n".encode("utf-16-le"), "file_unreadable"),
    ],
)
def test_a_file_that_says_nothing_is_refused_as_a_whole(data: bytes, code: str) -> None:
    """It is told once what is wrong with the file, with all missing columns, and what a receipts file looks like."""
    with pytest.raises(UnusableReceiptsError) as caught:
        read_receipts("receipt.csv", data)
    wrong, form = caught.value.faults
    assert (wrong.code, form.code) == (code, "receipts_form")
    if wrong.code == "column_missing":
        assert "date" in wrong.params["column"]  # type: ignore[operator]


def test_what_contradicts_itself_is_rejected(ministry: Ministry) -> None:
    """Which of two is right is for the provider to say; the same said twice is recorded once."""
    key, _ = sent(ministry, 3)
    told = [
        Receipt(1, MAILED, ministry.today, line=2),
        Receipt(2, MAILED, ministry.today, line=3),
        Receipt(1, EnvelopeOutcome.PULLED, ministry.today, line=4),
        Receipt(2, MAILED, ministry.today, line=5),
        Receipt(3, MAILED, ministry.today + timedelta(days=1), line=6),
    ]
    done = acknowledge(ministry.installation, key, told, Command("acknowledge", PROVIDER, ministry.now))
    assert (done.outcome.kind, done.recorded) == ("done", 1)
    assert {each.line: each.faults[0].code for each in done.rejected} == {
        2: "sequence_contradicted", 4: "sequence_contradicted", 6: "date_after_today",
    }  # fmt: skip
    assert [each.outcome for each in ministry.envelopes(key)] == [None, MAILED, None]
