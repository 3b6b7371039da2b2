"""Print jobs through the command line: release, hand over, receipts, reconciliation, resending, discarding."""

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance import wave as waves
from tests.acceptance.command_line import AFTERNOON, Orders
from tests.acceptance.extracts import credential, import_, student
from tests.acceptance.wave import item_of

ASNS = [f"10000000{n}" for n in range(1, 5)]


@pytest.fixture
def open_job(orders: Orders) -> Orders:
    """Job 1 is open with four items."""
    assert import_(orders, [student(asn) for asn in ASNS], [credential(asn) for asn in ASNS]).exit_code == 0
    orders.ok("award-and-order", "--type", "AHSD")
    orders.ok("work", "--until-idle")
    return orders


@pytest.fixture
def transmitted(open_job: Orders) -> Orders:
    """Job 1 is with the provider."""
    open_job.ok("print-job", "release", "1")
    open_job.ok("print-job", "transmit", "1")
    return open_job


def job(orders: Orders, number: str = "1") -> dict[str, Any]:
    """A print job as ``show`` gives it."""
    shown: dict[str, Any] = orders.ok("print-job", "show", number)
    return shown


def codes(document: dict[str, Any]) -> list[str]:
    """The codes of a refusal."""
    return [reason["code"] for reason in document["refused"]["reasons"]]


def receipt(orders: Orders, text: str) -> Path:
    """A receipt file."""
    path = orders.folder / "receipt.csv"
    path.write_text(text, "utf-8")
    return path


def test_release_freezes_numbers_and_writes_the_file(open_job: Orders) -> None:
    """`release` numbers the envelopes and writes file and manifest to the store; the drop stays empty."""
    done = open_job.run("print-job", "release", "000001", "--json")
    assert (done.exit_code, done.json["done"]["state"]) == (0, "released")
    shown = job(open_job)
    assert (shown["state"], shown["items"], shown["pages"]) == ("released", 4, 9)
    assert sorted(item["sequence"] for item in open_job.items("--print-job", "1")) == [1, 2, 3, 4]
    assert not list(open_job.drop.rglob("*.json"))


def test_transmit_drops_both_files_and_sends_the_items(open_job: Orders) -> None:
    """`transmit` puts NAME.pdf and NAME.json side by side into the drop, and every item is sent."""
    open_job.ok("print-job", "release", "1")
    done = open_job.run("print-job", "transmit", "1", "--json")
    assert (done.exit_code, done.json["done"]["state"]) == (0, "transmitted")
    (manifest,) = open_job.drop.rglob("*.json")
    content = json.loads(manifest.read_text("utf-8"))
    assert hashlib.sha256((manifest.parent / content["file"]).read_bytes()).hexdigest() == content["sha256"]
    assert manifest.with_suffix(".pdf").name == content["file"]
    assert {item["state"] for item in open_job.items()} == {"sent"}
    assert [row["event"] for row in job(open_job)["history"]] == ["open", "release", "hand_over", "accept"]


@pytest.mark.parametrize("event", ["transmit", "acknowledge", "reconcile", "resend"])
def test_an_open_job_is_not_handed_over(open_job: Orders, event: str) -> None:
    """What needs a released or transmitted job is refused while it is open, and nothing changes."""
    extra = (
        [receipt(open_job, "sequence,outcome,date\n1,mailed,2026-03-02\n")] if event == "acknowledge" else []
    )
    before = open_job.dump()
    result = open_job.call("print-job", event, "1", *extra, "--json")
    assert (result.exit_code, result.json["refused"]["kind"]) == (1, "no_such_transition")
    assert open_job.dump() == before


def test_released_twice_is_refused(transmitted: Orders) -> None:
    """A job is released once; a second release is no such transition."""
    result = transmitted.call("print-job", "release", "1", "--json")
    assert (result.exit_code, result.json["refused"]["kind"]) == (1, "no_such_transition")
    assert job(transmitted)["state"] == "transmitted"


def test_handed_over_twice_is_already_done(transmitted: Orders) -> None:
    """The provider has the job: whoever asks again is told so, and it is not handed over anew."""
    before = transmitted.dump()
    done = transmitted.ok("print-job", "transmit", "1")
    assert (done["done"]["state"], done["already_done"]) == ("transmitted", True)
    assert transmitted.dump() == before


def test_the_clock_releases_and_the_worker_hands_over(open_job: Orders) -> None:
    """Once a release time has passed since the job opened, `work` releases and transmits it."""
    assert open_job.ok("work", "--until-idle")["items"] == {"in_print_job": 4}
    assert open_job.with_(ORDERS_CLOCK=AFTERNOON).ok("work", "--until-idle")["items"] == {"sent": 4}
    assert len(list(open_job.drop.rglob("*.json"))) == 1


def test_a_full_job_is_released_and_the_rest_goes_into_the_next(orders: Orders) -> None:
    """At its maximum a job is released at once; further items open another."""
    import_(orders, [student(asn) for asn in ASNS], [credential(asn) for asn in ASNS])
    orders.ok("award-and-order", "--type", "AHSD")
    orders.with_(ORDERS_JOB_MAX_ENVELOPES="3").ok("work", "--until-idle")
    shown = [(each["number"], each["state"], each["items"]) for each in orders.ok("print-jobs")["print_jobs"]]
    assert shown == [("000001", "transmitted", 3), ("000002", "open", 1)]


@pytest.mark.parametrize("switch", ["ORDERS_JOB_CREATION", "ORDERS_TRANSMISSION"])
def test_two_switches_stop_the_agent(orders: Orders, switch: str) -> None:
    """Job creation off leaves items ready for delivery; transmission off leaves full jobs released (CO-31)."""
    import_(orders, [student(asn) for asn in ASNS], [credential(asn) for asn in ASNS])
    orders.ok("award-and-order", "--type", "AHSD")
    off = orders.with_(**{switch: "false", "ORDERS_JOB_MAX_ENVELOPES": "4"})
    state = {"ORDERS_JOB_CREATION": "rendered", "ORDERS_TRANSMISSION": "in_print_job"}[switch]
    assert off.ok("work", "--until-idle")["items"] == {state: 4}
    if switch == "ORDERS_TRANSMISSION":
        assert codes(off.call("print-job", "transmit", "1", "--json").json) == ["CO-31"]


def test_what_may_no_longer_go_is_held_at_release(open_job: Orders) -> None:
    """An item whose student came on hold leaves the job at its release, with its reason; the rest goes."""
    import_(open_job, [student(ASNS[1], hold_until="2026-12-31")], [])
    open_job.ok("print-job", "release", "1")
    held = item_of(open_job, ASNS[1])
    assert (held["state"], held["status_reason"], held["print_job"]) == ("system_hold", "CO-05", None)
    assert sorted(item["sequence"] for item in open_job.items("--print-job", "1")) == [1, 2, 3]


def test_a_job_of_which_nothing_is_left_is_not_released(open_job: Orders) -> None:
    """Where every item is held at release, CO-28 refuses it: the empty job stays open and may be discarded."""
    import_(open_job, [student(asn, hold_until="2026-12-31") for asn in ASNS], [])
    result = open_job.call("print-job", "release", "1", "--json")
    assert (result.exit_code, codes(result.json)) == (1, ["CO-28"])
    assert {item["state"] for item in open_job.items()} == {"system_hold"}
    assert (
        open_job.ok("print-job", "discard", "1", "--reason", "WrongContent")["done"]["state"] == "discarded"
    )


def test_an_altered_document_is_held_at_release(open_job: Orders) -> None:
    """A stored document that was altered or lost is found at release (CO-91) and never printed."""
    files = sorted((open_job.folder / "documents" / "documents").rglob("*.pdf"))
    files[0].write_bytes(files[0].read_bytes()[:-1])
    files[1].unlink()
    open_job.ok("print-job", "release", "1")
    held = open_job.items("--error", "CO-91")
    assert [item["state"] for item in held] == ["system_hold", "system_hold"]
    assert job(open_job)["items"] == 2


def test_pull_takes_an_envelope_out_of_an_open_job(open_job: Orders) -> None:
    """`pull` holds an item of an open job with its reason; released again, it is processed anew."""
    number = item_of(open_job, ASNS[0])["number"]
    open_job.ok("item", "do", number, "pull", "--reason", "AwaitingStudent")
    pulled = item_of(open_job, ASNS[0])
    assert (pulled["state"], pulled["print_job"], pulled["status_reason"]) == (
        "user_hold",
        None,
        "AwaitingStudent",
    )
    open_job.ok("item", "do", number, "release")
    assert open_job.ok("work", "--until-idle")["items"] == {"in_print_job": 4}


def test_a_receipt_is_recorded_row_by_row(transmitted: Orders) -> None:
    """Good rows of a receipt are recorded; bad ones are reported with their line, unknown sequences by number."""
    path = receipt(
        transmitted,
        "sequence,outcome,date,spoiled_sheets\n"
        "1,mailed,2026-03-02,0\n"
        "x,mailed,2026-03-02,0\n"
        "2,remade,2026-03-02,2\n"
        "3,lost,2026-03-02,0\n"
        "3,mailed,03/03/2026,0\n"
        "3,mailed,2026-03-02,-1\n"
        "3\n"
        "77,mailed,2026-03-02,0\n"
        "4,pulled,2026-03-02,\n",
    )
    result = transmitted.run("print-job", "acknowledge", "1", path, "--json", "--as", "print_provider")
    assert result.exit_code == 0
    assert (result.json["recorded"], result.json["unknown_sequences"]) == (3, [77])
    assert [row["line"] for row in result.json["rejected"]] == [3, 5, 6, 7, 8]
    assert all(row["message"]["en"] != row["message"]["fr"] for row in result.json["rejected"])
    assert job(transmitted)["outcomes"] == {"mailed": 1, "remade": 1, "pulled": 1, "none": 1}
    assert job(transmitted)["state"] == "transmitted"


@pytest.mark.parametrize(("language", "words"), [("en", "Line 2"), ("fr", "Ligne 2")])
def test_bad_rows_are_explained_to_people(transmitted: Orders, language: str, words: str) -> None:
    """A receipt of which nothing can be used is exit 1 and says why, in the language asked for."""
    path = receipt(transmitted, "sequence,outcome,date\n1,eaten,2026-03-02\n88,mailed,2026-03-02\n")
    result = transmitted.call("print-job", "acknowledge", "1", path, "--lang", language)
    assert result.exit_code == 1
    assert words in result.out
    assert "88" in result.out


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("\ufeffsequence,outcome,date\r\n1,mailed,2026-03-02\r\n".encode(), 0),
        (b"outcome, Sequence ,DATE,colour\nmailed,0001,2026-03-02,red\n", 0),
        (b"", 2),
        (b"sequence,outcome,date\n\n", 2),
        (b"seq;outcome;date\n1;mailed;2026-03-02\n", 2),
        (b"sequence,outcome,date,date\n1,mailed,2026-03-02,2026-03-02\n", 2),
        ("sequence,outcome,date\n1,mailed,2026-03-02\n".encode("utf-16"), 2),
        (b"sequence,outcome,date\n1,mailed,2026-03-02\n2,mail\xe9,2026-03-02\n", 0),
        (b"sequence,outcome,date\n99999999999999999999,mailed,2026-03-02\n", 1),
        (b"sequence,outcome,date\n1,mailed,2026-03-02\n2,mailed,2026-03-02,0,and more\n", 0),
    ],
    ids=["BOM and CRLF", "other columns", "empty", "header only", "other separator", "column twice", "UTF-16", "no UTF-8",
         "huge sequence", "surplus cell"],
)  # fmt: skip
def test_receipts_of_any_form_are_read(transmitted: Orders, content: bytes, code: int) -> None:
    """Whatever a provider sends, its good rows are recorded, a file that says nothing is refused, and no traceback is shown."""
    path = transmitted.folder / "receipt.csv"
    path.write_bytes(content)
    result = transmitted.call(
        "print-job", "acknowledge", "1", path, "--json"
    )  # lets out what would end in a traceback
    assert (result.exit_code, "Traceback" in result.err) == (code, False), result.err[-300:]
    assert job(transmitted)["outcomes"].get("mailed", 0) == (code == 0)
    if code == 2:
        assert "sequence,outcome,date" in result.json["error"]["message"]["fr"]


def test_days_of_receipts_lie_between_hand_over_and_today(transmitted: Orders) -> None:
    """A day in Edmonton before the job was handed over, or after today, is rejected with both days; the rest is recorded."""
    rows = "1,mailed,2026-03-01\n2,mailed,2026-03-03\n3,mailed,2026-03-04\n4,mailed,2026-03-02\n"
    path = receipt(transmitted, f"sequence,outcome,date\n{rows}")
    evening = transmitted.with_(ORDERS_CLOCK="2026-03-04T05:00:00Z")  # the 3rd in Edmonton
    done = evening.ok("print-job", "acknowledge", "1", path)
    assert (done["recorded"], [each["line"] for each in done["rejected"]]) == (2, [2, 4])
    assert "2026-03-02" in done["rejected"][0]["message"]["en"]
    assert "2026-03-03" in done["rejected"][1]["message"]["fr"]


def test_a_receipt_that_is_not_there(transmitted: Orders) -> None:
    """A missing receipt file is exit 4 with its name."""
    result = transmitted.call("print-job", "acknowledge", "1", "nowhere.csv")
    assert result.exit_code == 4
    assert "nowhere.csv" in result.err


def test_reconcile_waits_for_every_outcome(transmitted: Orders) -> None:
    """CO-30 refuses reconciling until every sequence has an outcome; what was pulled has then failed."""
    transmitted.call(
        "print-job", "acknowledge", "1", receipt(transmitted, "sequence,outcome,date\n1,mailed,2026-03-02\n")
    )
    result = transmitted.call("print-job", "reconcile", "1", "--json")
    assert (result.exit_code, codes(result.json)) == (1, ["CO-30"])
    assert result.json["refused"]["reasons"][0]["params"] == {"open": 3}
    rest = "sequence,outcome,date\n2,pulled,2026-03-02\n3,returned_to_sr,2026-03-02\n4,mailed,2026-03-02\n"
    transmitted.call("print-job", "acknowledge", "1", receipt(transmitted, rest))
    assert (
        transmitted.ok("print-job", "reconcile", "1", "--as", "print_provider")["done"]["state"]
        == "reconciled"
    )
    (failed,) = transmitted.items("--state", "failed")
    assert (failed["sequence"], failed["status_reason"]) == (2, "PulledBeforeMailing")
    assert len(transmitted.items("--state", "sent")) == 3


def test_a_drop_that_fails_is_tried_four_times_then_given_up(open_job: Orders) -> None:
    """A drop that can't be written is exit 5 and tried again; after the last try the job failed, with the error told."""
    open_job.ok("print-job", "release", "1")
    (open_job.folder / "blocked").write_text("a file where the drop should be")
    broken = open_job.with_(ORDERS_PRINT_URL=str(open_job.folder / "blocked" / "drop"))
    states = []
    for _ in range(4):
        assert broken.call("print-job", "transmit", "1").exit_code == 5
        states.append(job(open_job)["state"])
    assert states == ["released", "released", "released", "failed"]
    assert job(open_job)["last_error"]["step"] == "hand_over"
    assert {item["state"] for item in open_job.items()} == {"in_print_job"}
    sha256 = job(open_job)["sha256"]
    assert open_job.ok("print-job", "resend", "1")["done"]["state"] == "released"
    open_job.ok("print-job", "transmit", "1")
    assert (job(open_job)["state"], job(open_job)["sha256"]) == ("transmitted", sha256)
    assert len(list(open_job.drop.rglob("*.pdf"))) == 1


def test_discarding_needs_reason_and_confirmation(open_job: Orders) -> None:
    """A released job is discarded with a reason and the confirmation that no copy is out there; both are asked for."""
    open_job.ok("print-job", "release", "1")
    result = open_job.call("print-job", "discard", "1", "--json")
    assert (result.exit_code, codes(result.json)) == (1, ["60118", "CO-29"])
    support = ["--as", "operational_support", "--reason", "WrongContent", "--no-copy", "--json"]
    assert codes(open_job.call("print-job", "discard", "1", *support).json) == ["CO-11"]
    assert open_job.call("print-job", "discard", "1", "--reason", "Nonsense", "--no-copy").exit_code == 2
    before = {item["number"]: item["document"] for item in open_job.items()}
    done = open_job.ok("print-job", "discard", "1", "--reason", "WrongContent", "--no-copy")
    assert done["done"]["state"] == "discarded"
    assert {(item["state"], item["print_job"]) for item in open_job.items()} == {("rendered", None)}
    assert open_job.ok("work", "--until-idle")["items"] == {"in_print_job": 4}
    assert {item["number"]: item["document"] for item in open_job.items()} == before
    assert {item["print_job"] for item in open_job.items()} == {"000002"}


def test_an_open_job_with_items_is_not_discarded(open_job: Orders) -> None:
    """CO-28: an open job is discarded only when it is empty."""
    result = open_job.call("print-job", "discard", "1", "--reason", "WrongContent", "--no-copy", "--json")
    assert codes(result.json) == ["CO-28"]


@pytest.mark.parametrize("event", ["release", "transmit", "discard", "reconcile"])
@pytest.mark.parametrize("role", ["auditor", "public"])
def test_an_auditor_changes_no_job(seen_wave: Orders, event: str, role: str) -> None:
    """Roles without the right are refused with permission for every event of a job."""
    number = item_of(seen_wave, waves.IN_OPEN_JOB if event == "release" else waves.IN_RELEASED_JOB)[
        "print_job"
    ]
    before = seen_wave.dump()
    result = seen_wave.call("print-job", event, number, "--json", "--as", role)
    assert (result.exit_code, result.json["refused"]["kind"]) == (1, "permission")
    assert seen_wave.dump() == before


def test_the_provider_reports_but_does_not_release(seen_wave: Orders) -> None:
    """The print provider may not release a job."""
    number = item_of(seen_wave, waves.IN_OPEN_JOB)["print_job"]
    result = seen_wave.call("print-job", "release", number, "--json", "--as", "print_provider")
    assert codes(result.json) == ["CO-11"]


def test_methods_that_return_have_a_destination_of_their_own(orders: Orders) -> None:
    """Automated mail lies in the drop's root, every other method elsewhere; special handling is outstanding."""
    import_(orders, [student(asn) for asn in ASNS], [credential(asn) for asn in ASNS])
    orders.ok("award-and-order", "--type", "AHSD", "--delivery-method", "manual_mail")
    orders.with_(ORDERS_JOB_MAX_ENVELOPES="4").ok("work", "--until-idle")
    (manifest,) = orders.drop.rglob("*.json")
    assert manifest.parent != orders.drop
    assert manifest.with_suffix(".pdf").is_file()
    assert {item["special_handling"] for item in orders.items()} == {"outstanding"}
    number = orders.items()[0]["number"]
    assert codes(orders.call("item", "do", number, "deliver", "--json").json) == ["CO-24"]
