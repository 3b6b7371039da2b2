"""The hand-over of a print job to the provider: tried again, given up, discarded."""

from datetime import timedelta

import pytest

from models.codes import PrintJobState
from models.orders import OrderItem
from models.store import Store
from tests.integration.print_jobs import codes, in_job, job, released, sent
from tests.ministry import SUPPORT, Ministry
from workflows.command import SYSTEM, Command
from workflows.effects.print_job import PRINT_JOB
from workflows.operations.printing import print_jobs


def broken_drop(monkeypatch: pytest.MonkeyPatch, ministry: Ministry) -> None:
    """A drop that can't be written."""
    take = Store.take

    def refuse(store: Store, name: str, other: Store, source: str) -> bool:
        if store is ministry.installation.drop:
            raise ConnectionError
        return take(store, name, other, source)

    monkeypatch.setattr(Store, "take", refuse)


def test_a_hand_over_is_tried_again_and_then_given_up(
    ministry: Ministry, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A hand-over that fails is tried again after 1, 5 and 15 minutes, then the job has failed; its items wait in it."""
    key, items = released(ministry)
    broken_drop(monkeypatch, ministry)
    waits = []
    for _ in range(3):
        ministry.work()
        row = job(ministry, key)
        assert row.state is PrintJobState.RELEASED
        waits.append(row.next_attempt_at - ministry.now)
        assert ministry.work() == []
        ministry.at(row.next_attempt_at)
    assert waits == [timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=15)]
    ministry.work()
    row = job(ministry, key)
    assert (row.state, row.next_attempt_at, row.last_error["error"]) == (
        PrintJobState.FAILED,
        None,
        "ConnectionError",
    )
    assert ministry.states(items) == ["in_print_job"]
    events = [each.event for each in ministry.history(key, PRINT_JOB)]
    assert events == ["open", "release", *["hand_over", "retry"] * 3, "hand_over", "give_up"]
    assert ministry.broken_history() == []


def test_a_failed_job_is_sent_again(ministry: Ministry, monkeypatch: pytest.MonkeyPatch) -> None:
    """``resend`` sends the same file with the same numbers, with all its attempts anew."""
    key, items = released(ministry, 2)
    with monkeypatch.context() as patch:
        broken_drop(patch, ministry)
        for _ in range(4):
            ministry.work()
            ministry.wait(minutes=15)
    before, numbers = job(ministry, key), [each.item_id for each in ministry.envelopes(key)]
    command = Command("resend", SUPPORT, ministry.now)
    assert print_jobs.change(ministry.installation, key, command).kind == "done"
    ministry.work()
    after = job(ministry, key)
    assert (after.state, after.sha256) == (PrintJobState.TRANSMITTED, before.sha256)
    assert [each.item_id for each in ministry.envelopes(key)] == numbers
    assert ministry.states(items) == ["sent"] * 2


def test_files_that_read_back_wrong_are_not_accepted(
    ministry: Ministry, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A drop that swallows bytes is no hand-over (CO-32): the job goes back and nothing is sent."""
    key, items = released(ministry)
    take = Store.take

    def shortened(store: Store, name: str, other: Store, source: str) -> bool:
        taken = take(store, name, other, source)
        data = store.read(name)
        assert data is not None
        store.write(name, data[:-1])
        return taken

    monkeypatch.setattr(Store, "take", shortened)
    ministry.work()
    assert (job(ministry, key).state, ministry.states(items)) == (PrintJobState.RELEASED, ["in_print_job"])


def test_a_file_that_is_no_longer_there_is_not_handed_over(ministry: Ministry) -> None:
    """A print file that the store has lost is a failed attempt with its reason, and nothing is in the drop."""
    key, _ = released(ministry)
    ministry.installation.store.delete(job(ministry, key).path)
    ministry.work()
    row = job(ministry, key)
    assert (row.state, row.last_error["error"]) == (PrintJobState.RELEASED, "AlteredDocumentError")
    assert list(ministry.installation.drop.names()) == []


def test_transmission_can_be_switched_off(ministry: Ministry) -> None:
    """With transmission off (CO-31) jobs are released and written, and wait; switched on they go."""
    ministry.set(transmission=False)
    key, items = released(ministry)
    ministry.work()
    assert job(ministry, key).state is PrintJobState.RELEASED
    assert codes(ministry.transmit(key)) == ["CO-31"]
    ministry.set(transmission=True)
    ministry.work()
    assert ministry.states(items) == ["sent"]


def test_a_job_left_in_flight_is_taken_over(ministry: Ministry) -> None:
    """A job whose worker died between hand-over and acceptance is continued after its lease, with the same files."""
    key, items = released(ministry)
    lease = {"owner": "dead", "until": ministry.now + timedelta(seconds=30)}
    ministry.do("hand_over", [key], SYSTEM, PRINT_JOB, given={key: lease})
    assert ministry.work() == []
    assert ministry.transmit(key).kind == "refused"
    ministry.wait(seconds=30)
    ministry.work()
    assert (job(ministry, key).state, ministry.states(items)) == (PrintJobState.TRANSMITTED, ["sent"])
    assert [each.event for each in ministry.history(key, PRINT_JOB)] == [
        "open",
        "release",
        "hand_over",
        "accept",
    ]


# Discarding


def test_a_discarded_job_gives_its_items_back(ministry: Ministry) -> None:
    """The items of a discarded job are ready for delivery again and go into a new job, with new numbers."""
    key, items = released(ministry, 2)
    assert ministry.discard(key).kind == "done"
    assert job(ministry, key).reason == "WrongContent"
    assert ministry.states(items) == ["rendered"] * 2
    assert {(each.print_job_id, each.sequence) for each in ministry.rows(OrderItem, items)} == {(None, None)}
    ministry.print_and_send(items)
    assert {ministry.job_of(each) for each in items} != {key}
    assert ministry.states(items) == ["sent"] * 2
    assert ministry.broken_history() == []


def test_discarding_needs_a_reason_and_a_confirmation(ministry: Ministry) -> None:
    """Without valid reason (60118) and without word that the provider holds no copy (CO-29) nothing is discarded."""
    key, _ = released(ministry)
    before = ministry.fingerprint()
    assert codes(ministry.discard(key, None, confirmed=False)) == ["60118", "CO-29"]
    assert codes(ministry.discard(key, "Investigation")) == ["60118"]
    assert codes(ministry.discard(key, confirmed=False)) == ["CO-29"]
    assert ministry.fingerprint() == before


def test_an_open_job_is_discarded_when_empty(ministry: Ministry) -> None:
    """An open job with envelopes is not discarded (CO-28); emptied it is."""
    key, (item,) = in_job(ministry)
    assert codes(ministry.discard(key)) == ["CO-28"]
    ministry.do("pull", [item], reason="Investigation")
    assert ministry.discard(key).kind == "done"


def test_a_transmitted_job_is_not_discarded(ministry: Ministry) -> None:
    """After transmission nothing is taken back."""
    key, _ = sent(ministry)
    refused = ministry.discard(key)
    assert refused.decision is not None
    assert refused.decision.kind == "no_such_transition"
