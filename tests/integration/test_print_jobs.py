"""Print jobs from the first item gathered to the last envelope reconciled (domain §3, §6)."""

import hashlib
import io
import json
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import pikepdf
import pytest

from models.codes import CredentialType, DeliveryMethod, EnvelopeOutcome, ItemState, Language, PrintJobState
from models.documents import Document
from models.orders import ItemError, OrderItem
from models.print_jobs import PrintJob
from models.store import Store
from tests.ministry import CALGARY_ADDRESS, CLERK, EDMONTON_ADDRESS, PROVIDER, SUPPORT, Ministry
from workflows.command import SYSTEM, Command
from workflows.effects.print_job import PRINT_JOB
from workflows.engine import Outcome
from workflows.operations import print_jobs
from workflows.operations.receipts import read_receipts

MAILED = EnvelopeOutcome.MAILED


def in_job(ministry: Ministry, number: int = 1, **ordered: Any) -> tuple[int, list[int]]:
    """An open job with as many items."""
    items = ministry.in_state(ItemState.IN_PRINT_JOB, number, **ordered)
    return ministry.job_of(items[0]), items


def sent(ministry: Ministry, number: int = 1, **ordered: Any) -> tuple[int, list[int]]:
    """A transmitted job with as many items."""
    items = ministry.in_state(ItemState.SENT, number, **ordered)
    return ministry.job_of(items[0]), items


def job(ministry: Ministry, key: int) -> Any:
    """A job's row."""
    return ministry.row(PrintJob, key)


def codes(outcome: Outcome) -> list[str]:
    """The rules that refused."""
    assert outcome.kind == "refused", outcome
    assert outcome.decision is not None
    return [each.code for each in outcome.decision.reasons]


def elsewhere(country: str, postal_code: str = "", **parts: Any) -> dict[str, Any]:
    """A deliverable address."""
    plain = {"lines": ["1 High Street"], "city": "Town", "province": "", "postal_code": postal_code}
    return plain | {"country": country} | parts


# Gathering


def test_items_are_gathered_by_type_language_and_method(ministry: Ministry) -> None:
    """Each key has a job of its own, and one only."""
    lots = [
        ministry.ordered(2),
        ministry.ordered(2, CredentialType.CHSA),
        ministry.ordered(2, language=Language.FR),
        ministry.ordered(2, method=DeliveryMethod.MANUAL_MAIL),
    ]
    items = [item for lot in lots for item in lot]
    ministry.render(items)
    ministry.gather(items)
    assert [len({ministry.job_of(item) for item in lot}) for lot in lots] == [1, 1, 1, 1]
    assert len({ministry.job_of(item) for item in items}) == 4
    for lot in lots:
        row, item = job(ministry, ministry.job_of(lot[0])), ministry.item(lot[0])
        assert (row.language, row.delivery_method) == (item.language, item.delivery_method)


def test_a_later_item_joins_the_open_job(ministry: Ministry) -> None:
    """An item that is rendered later goes into the job that is open, or into a new one when it was released."""
    key, _ = in_job(ministry)
    _, second = in_job(ministry)
    assert ministry.job_of(second[0]) == key
    ministry.release_job(key)
    other, _ = in_job(ministry)
    assert other != key


def test_a_job_takes_no_more_than_its_maximum(ministry: Ministry) -> None:
    """The maximum of envelopes is never passed; what finds no room waits for the next job."""
    ministry.set(job_max_envelopes=2)
    items = ministry.in_state(ItemState.RENDERED, 5)
    ministry.gather(items)
    assert ministry.states(items) == ["in_print_job"] * 2 + ["rendered"] * 3
    ministry.work()
    sizes = sorted(len(ministry.envelopes(each.id)) for each in ministry.rows(PrintJob) if each.released_at)
    assert sizes == [2, 2]
    assert ministry.states(items) == ["sent"] * 4 + ["in_print_job"]


def test_a_job_is_full_by_bytes_too(ministry: Ministry) -> None:
    """The item that reaches the maximum of bytes is the job's last."""
    items = ministry.in_state(ItemState.RENDERED, 4)
    ministry.set(job_max_bytes=ministry.document(items[0]).size + 1)
    ministry.gather(items)
    assert ministry.states(items) == ["in_print_job"] * 2 + ["rendered"] * 2
    ministry.work()
    assert ministry.states(items) == ["sent"] * 4


def test_a_full_job_refuses(ministry: Ministry) -> None:
    """The engine itself refuses one more in a full job (CO-21), one in a released job (CO-19) and a wrong key (CO-20)."""
    key, _ = in_job(ministry, 2)
    (item,) = ministry.in_state(ItemState.RENDERED, language=Language.FR)
    (wrong,) = ministry.do("add_to_print_job", [item], SYSTEM, given={item: {"job": key}})
    assert codes(wrong) == ["CO-20"]
    (item,) = ministry.in_state(ItemState.RENDERED)
    ministry.set(job_max_envelopes=2)
    (full,) = ministry.do("add_to_print_job", [item], SYSTEM, given={item: {"job": key}})
    assert codes(full) == ["CO-21"]
    ministry.set(job_max_envelopes=500)
    ministry.release_job(key)
    (closed,) = ministry.do("add_to_print_job", [item], SYSTEM, given={item: {"job": key}})
    assert codes(closed) == ["CO-19"]


@pytest.mark.parametrize("code", ["CO-05", "CO-12", "44016"])
def test_what_may_no_longer_go_is_held_when_gathered(ministry: Ministry, code: str) -> None:
    """Held student, newer number and deleted credential are asked again when an item is gathered."""
    bad, good = ministry.in_state(ItemState.RENDERED, 2)
    change(ministry, bad, code)
    ministry.gather([bad, good])
    assert (ministry.states([bad, good]), ministry.errors(bad)) == (["system_hold", "in_print_job"], [code])


def change(ministry: Ministry, item: int, code: str) -> None:
    """Make ``code`` fail for the item."""
    row, document = ministry.item(item), ministry.document(item)
    changes: dict[str, Callable[[], object]] = {
        "CO-05": lambda: ministry.hold_student(row.student_id),
        "CO-12": lambda: ministry.supersede(row.credential_id, "9999999999"),
        "44016": lambda: ministry.change_credential(row.credential_id, state="deleted"),
        "CO-91 missing": lambda: ministry.installation.store.delete(document.path),
        "CO-91 altered": lambda: ministry.installation.store.write(document.path, b"%PDF-1.7 forged"),
    }
    changes[code]()


def test_job_creation_can_be_switched_off(ministry: Ministry) -> None:
    """With job creation off (CO-31) rendered items wait; switched on they are gathered."""
    ministry.set(job_creation=False)
    items = ministry.ordered(2)
    ministry.work()
    assert (ministry.states(items), ministry.rows(PrintJob)) == (["rendered"] * 2, [])
    ministry.set(job_creation=True)
    ministry.work()
    assert ministry.states(items) == ["in_print_job"] * 2


# Releasing


def test_envelopes_are_numbered_by_country_postal_code_and_recipient(ministry: Ministry) -> None:
    """Canada, then the United States, then the world; inside a group by postal code, then by recipient."""
    lots = [
        {"address": elsewhere("DE", "04109"), "last_name": "Weber"},
        {"address": elsewhere("US", "99201", province="WA"), "last_name": "Stone"},
        {"address": CALGARY_ADDRESS, "last_name": "Zulu"},
        {"address": elsewhere("GB", "BS6 5TH"), "last_name": "Hill"},
        {"address": CALGARY_ADDRESS, "last_name": "Alpha", "first_name": "Zoe"},
        {"address": EDMONTON_ADDRESS, "last_name": "Mike"},
        {"address": elsewhere("US", "59401", province="MT"), "last_name": "River"},
    ]
    items = [item for lot in lots for item in ministry.ordered(**lot)]
    ministry.render(items)
    ministry.gather(items)
    key = ministry.job_of(items[0])
    ministry.release_job(key)
    envelopes = ministry.envelopes(key)
    names = [ministry.item(each.item_id).printed_name.split()[-1] for each in envelopes]
    assert names == ["Zulu", "Alpha", "Mike", "River", "Stone", "Weber", "Hill"]
    assert [each.sequence for each in envelopes] == list(range(1, 8))
    assert [each.country_group for each in envelopes] == ["canada"] * 3 + ["us"] * 2 + ["international"] * 2
    assert [ministry.item(each.item_id).sequence for each in envelopes] == list(range(1, 8))


@pytest.mark.parametrize(
    ("method", "copies", "by_hand"),
    [
        (DeliveryMethod.AUTOMATED_CARDBOARD, 5, False),
        (DeliveryMethod.AUTOMATED_CARDBOARD, 6, True),
        (DeliveryMethod.COURIER, 10, False),
    ],
)
def test_thick_envelopes_are_inserted_by_hand(
    ministry: Ministry, method: DeliveryMethod, copies: int, by_hand: bool
) -> None:
    """More than six sheets in an automated envelope are flagged for manual insertion, in the same job."""
    (first,) = ministry.in_state(ItemState.SENT)
    item = ministry.reprint(first, copies=copies, delivery_method=method)
    ministry.render([item])
    (key,) = ministry.print_and_send([item])
    assert [each.manual_insert for each in ministry.envelopes(key)] == [by_hand]
    (entry,) = manifest(ministry, key)["entries"]
    assert (entry["manual_insert"], entry["copies"], entry["pages"]) == (by_hand, copies, copies + 1)


@pytest.mark.parametrize("code", ["CO-05", "CO-12", "44016", "CO-91 missing", "CO-91 altered"])
def test_what_may_no_longer_go_is_held_at_release(ministry: Ministry, code: str) -> None:
    """At a job's release every item is asked again; the failing one is held and leaves, the others are numbered."""
    key, (first, bad, last) = in_job(ministry, 3)
    change(ministry, bad, code)
    assert ministry.release_job(key).kind == "done"
    assert ministry.states([first, bad, last]) == ["in_print_job", "system_hold", "in_print_job"]
    assert ministry.errors(bad) == [code.split(maxsplit=1)[0]]
    assert ministry.item(bad).print_job_id is None
    assert [each.item_id for each in ministry.envelopes(key)] == [first, last]
    assert [each.sequence for each in ministry.envelopes(key)] == [1, 2]


def test_a_missing_file_says_so(ministry: Ministry) -> None:
    """CO-91 says whether the stored document is missing or was altered."""
    key, (missing, altered, _) = in_job(ministry, 3)
    change(ministry, missing, "CO-91 missing")
    change(ministry, altered, "CO-91 altered")
    ministry.release_job(key)
    faults = {each.item_id: each.params["fault"] for each in ministry.rows(ItemError)}
    assert faults == {missing: "missing", altered: "altered"}


def test_a_job_without_envelopes_is_not_released(ministry: Ministry) -> None:
    """An empty job stays open (CO-28), and so does one all of whose items are held by the release itself."""
    key, (item,) = in_job(ministry)
    change(ministry, item, "CO-05")
    assert codes(ministry.release_job(key)) == ["CO-28"]
    assert (job(ministry, key).state, ministry.states([item])) == (PrintJobState.OPEN, ["system_hold"])
    assert codes(ministry.release_job(key)) == ["CO-28"]


def test_who_may_not_release_touches_nothing(ministry: Ministry) -> None:
    """A release by the wrong role holds no item, whatever the items are."""
    key, (item,) = in_job(ministry)
    change(ministry, item, "CO-05")
    before = ministry.fingerprint()
    assert codes(ministry.release_job(key, PROVIDER)) == ["CO-11"]
    assert ministry.fingerprint() == before


def test_a_released_job_is_closed(ministry: Ministry) -> None:
    """After the release nothing is pulled or held, and a second release is no transition."""
    key, (item,) = in_job(ministry)
    ministry.release_job(key)
    (pulled,) = ministry.do("pull", [item], reason="Investigation")
    assert codes(pulled) == ["CO-19"]
    again = ministry.release_job(key)
    assert again.decision is not None
    assert again.decision.kind == "no_such_transition"


# The file and its manifest


def manifest(ministry: Ministry, key: int) -> dict[str, Any]:
    """The manifest in the drop."""
    (name,) = (
        each
        for each in ministry.installation.drop.names()
        if each.endswith(f"{key:06d}{_rest(ministry, key)}.json")
    )
    data = ministry.installation.drop.read(name)
    assert data is not None
    document: dict[str, Any] = json.loads(data)
    return document


def _rest(ministry: Ministry, key: int) -> str:
    row = job(ministry, key)
    return f"-{row.credential_type}-{row.language}-{row.delivery_method}"


def test_the_manifest_agrees_with_the_file(ministry: Ministry) -> None:
    """Pages, hashes, sequences, copies, sheets and countries of the manifest are those of file and database."""
    items = [*ministry.ordered(3), *ministry.ordered(address=elsewhere("DE", "04109"))]
    first = ministry.in_state(ItemState.SENT)[0]
    items.append(ministry.reprint(first, copies=3))
    ministry.render(items)
    (key,) = ministry.print_and_send(items)
    said, row = manifest(ministry, key), job(ministry, key)
    pdf = ministry.installation.drop.read(said["file"])
    assert pdf is not None
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        pages = len(opened.pages)
    envelopes = ministry.envelopes(key)
    documents = {each.id: each for each in ministry.rows(Document)}
    assert hashlib.sha256(pdf).hexdigest() == said["sha256"] == row.sha256
    assert pages == said["pages"] == row.pages == 1 + sum(entry["pages"] for entry in said["entries"])
    assert said["envelopes"] == len(envelopes) == 5
    assert [entry["sequence"] for entry in said["entries"]] == [each.sequence for each in envelopes]
    assert [entry["sha256"] for entry in said["entries"]] == [
        documents[each.document_id].sha256 for each in envelopes
    ]
    assert [entry["item"] for entry in said["entries"]] == [
        ministry.view(each.item_id)["number"] for each in envelopes
    ]
    starts = [2]
    for entry in said["entries"][:-1]:
        starts.append(starts[-1] + entry["pages"])
    assert [entry["first_page"] for entry in said["entries"]] == starts
    assert (said["by_country"], said["sheets"]["credential"]) == (
        {"canada": 4, "us": 0, "international": 1},
        7,
    )
    assert sum(said["sheets"].values()) == pages
    assert said["job"] == f"{key:06d}"


def test_the_drop_holds_two_files_per_job(ministry: Ministry) -> None:
    """Automated jobs and those that return to Student Records have destinations of their own, two files each."""
    sent(ministry)
    sent(ministry, method=DeliveryMethod.CERTIFICATION)
    names = list(ministry.installation.drop.names())
    assert sorted(name.rpartition(".")[2] for name in names) == ["json", "json", "pdf", "pdf"]
    assert sorted(name.startswith("returned-to-sr/") for name in names) == [False, False, True, True]


def test_writing_twice_gives_the_same_file(ministry: Ministry) -> None:
    """A file that is written again after a crash is the same byte for byte."""
    key, _ = in_job(ministry, 2)
    ministry.release_job(key)
    ministry.write_file(key)
    first = job(ministry, key)
    with ministry.installation.database.write() as session:
        session.connection().exec_driver_sql("UPDATE print_jobs SET path = NULL, sha256 = NULL")
    ministry.wait(hours=1)
    ministry.write_file(key)
    second = job(ministry, key)
    assert (second.sha256, second.manifest_sha256) == (first.sha256, first.manifest_sha256)


def test_a_document_lost_after_release_stops_the_file(ministry: Ministry) -> None:
    """A document that is altered after the release is not printed: the job waits, and its row says why."""
    key, (item, _) = in_job(ministry, 2)
    ministry.release_job(key)
    path = ministry.document(item).path
    data = ministry.installation.store.read(path)
    change(ministry, item, "CO-91 altered")
    ministry.work()
    row = job(ministry, key)
    assert (row.state, row.path, row.attempts) == (PrintJobState.RELEASED, None, 1)
    assert row.last_error == {"step": "write_print_file", "error": "AlteredDocumentError"}
    assert list(ministry.installation.drop.names()) == []
    assert data is not None
    ministry.installation.store.write(path, data)
    ministry.wait(minutes=15)
    ministry.work()
    assert job(ministry, key).state is PrintJobState.TRANSMITTED


# Handing over


def broken_drop(monkeypatch: pytest.MonkeyPatch, ministry: Ministry) -> None:
    """A drop that can't be written."""
    write = Store.write

    def refuse(store: Store, name: str, data: bytes) -> None:
        if store is ministry.installation.drop:
            raise ConnectionError
        write(store, name, data)

    monkeypatch.setattr(Store, "write", refuse)


def released(ministry: Ministry, number: int = 1) -> tuple[int, list[int]]:
    """A written job that waits for its hand-over."""
    key, items = in_job(ministry, number)
    ministry.release_job(key)
    ministry.write_file(key)
    return key, items


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
    read = Store.read

    def shortened(store: Store, name: str) -> bytes | None:
        data = read(store, name)
        return data[:-1] if data is not None and store is ministry.installation.drop else data

    monkeypatch.setattr(Store, "read", shortened)
    ministry.work()
    assert (job(ministry, key).state, ministry.states(items)) == (PrintJobState.RELEASED, ["in_print_job"])


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


# What the provider reports


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


@pytest.mark.parametrize("spoiled", ["-1", "x"])
def test_a_receipt_with_a_strange_number_of_sheets_is_refused(spoiled: str) -> None:
    """Spoiled sheets are counted from none upwards."""
    good, bad = read_receipts(
        io.StringIO(f"sequence,outcome,date,spoiled_sheets\n1,mailed,2026-03-03,{spoiled}\n")
    )
    assert (good, [each.line for each in bad]) == ([], [2])
