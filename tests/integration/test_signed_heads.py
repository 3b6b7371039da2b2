"""Signed heads show what a mended chain hides: a past that was rewritten whole, cut short or taken out."""

import json
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import replace
from datetime import date
from itertools import count, cycle
from typing import Any

import pytest
from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from models.codes import CredentialType, ItemState
from models.history import OrderItemHistory, PrintJobHistory
from models.orders import OrderItem
from models.store import Store
from tests.installations import with_settings
from tests.ministry import Ministry
from tests.tampering import chain, rewrite, run, verified
from workflows.effects.machines import MACHINES
from workflows.effects.order_item import ORDER_ITEM
from workflows.evidence import rows
from workflows.evidence.chains import faults
from workflows.evidence.heads import Head, file_name, read_head, sign_day, sign_job
from workflows.evidence.listed import HeadFaultKind
from workflows.evidence.signed import Signed
from workflows.evidence.tampering import FaultKind
from workflows.evidence.verification import Verified, verify
from workflows.source import table
from workflows.trust.keys import public_key, signing_key

_HISTORY, _ITEMS = table(OrderItemHistory), table(OrderItem)


@pytest.fixture
def signed(ministry: Ministry) -> Ministry:
    """Three sent items whose job was signed by the worker."""
    ministry.in_state(ItemState.SENT, 3)
    ministry.work()
    return ministry


def head_of(ministry: Ministry, number: int) -> Head:
    """A head as it lies outside the database."""
    head = read_head(ministry.installation.heads.read(file_name(number)) or b"")
    assert head is not None
    return head


def test_the_worker_signs_jobs_and_days(signed: Ministry) -> None:
    """After a release and on each day a head lies outside the database; nothing is found wrong."""
    occasions = [head_of(signed, each).occasion for each in (1, 2)]
    assert occasions == ["print_job:1", "day:2026-03-02"]
    found = verified(signed)
    assert (found.whole, found.heads) == (True, 2)
    first = head_of(signed, 1)
    assert {name for name, *_ in first.entries} == {"order_item_history", "print_job_history"}
    assert len(first.entries) == 4


def test_a_repeat_signs_nothing(signed: Ministry) -> None:
    """However often a step comes, an occasion is signed once."""
    sign_job(signed.installation, 1)
    sign_day(signed.installation, signed.today)
    assert len(list(signed.installation.heads.names())) == 2


def test_the_next_day_signs_only_what_changed(signed: Ministry) -> None:
    """A day's head names the subjects that changed since the last day."""
    for _ in range(2):
        signed.wait(days=1)
        signed.work()
    signed.do("fail", [2], reason="Lost")
    signed.wait(days=1)
    signed.work()
    head = head_of(signed, 5)
    assert head.occasion == "day:2026-03-05"
    assert [(name, subject) for name, subject, *_ in head.entries if name != "refusals"] == [
        ("order_item_history", 2)
    ]
    assert verified(signed).whole


def test_a_past_rewritten_whole_is_found(signed: Ministry) -> None:
    """Every hash mended, the head beside the state too: the signed row is not the one that is there."""
    rows = chain(signed, 2)
    rows[1]["actor_name"] = "nobody"
    rewrite(signed, 2, rows)
    assert [(row.subject, row.kind) for row in verified(signed).rows] == [(2, "signed")]


def test_a_past_cut_short_is_found(signed: Ministry) -> None:
    """The newest rows taken out and the state set back: what was signed is missing."""
    rows = chain(signed, 3)
    rewrite(signed, 3, rows[:-1])
    (found,) = verified(signed).rows
    assert (found.subject, found.seq, found.kind) == (3, rows[-1]["seq"], "signed")


def test_a_history_without_a_trace_is_found(signed: Ministry) -> None:
    """A print job's whole history gone, and the hash beside it: the head remembers it."""
    jobs = table(PrintJobHistory)
    run(signed, delete(jobs))
    run(signed, update(jobs.metadata.tables["print_jobs"]).values(history_hash=""))
    assert ("print_job_history", 1, "signed") in [
        (row.table, row.subject, row.kind) for row in verified(signed).rows
    ]


def test_a_past_rewritten_whole_is_found_after_later_heads(signed: Ministry) -> None:
    """A later head names the item's newest row, which follows from the rewritten one: the earlier head still tells."""
    rows = chain(signed, 2)
    rows[1]["actor_name"] = "nobody"
    rewrite(signed, 2, rows)
    signed.do("fail", [2], reason="Lost")
    signed.wait(days=1)
    signed.work()
    assert ("order_item_history", 2, len(rows)) in [entry[:3] for entry in head_of(signed, 3).entries]
    assert [(row.subject, row.seq, row.kind) for row in verified(signed).rows] == [
        (2, len(rows) - 1, "signed")
    ]


def test_a_database_that_was_rolled_back_is_found(signed: Ministry) -> None:
    """Heads say what came after the copy that was put back, also when later events took the place of what is gone."""
    before = chain(signed, 2)
    signed.do("fail", [2], reason="Lost")
    signed.wait(days=1)
    signed.work()
    rewrite(signed, 2, before)
    run(signed, update(_ITEMS).where(_ITEMS.c.id == 2).values(status_reason=None))
    assert [(row.subject, row.seq, row.kind) for row in verified(signed).rows] == [(2, len(before), "signed")]
    signed.do("deliver", [2])
    signed.wait(days=1)
    signed.work()
    assert [(row.subject, row.seq, row.kind) for row in verified(signed).rows] == [(2, len(before), "signed")]


def test_a_state_set_by_hand_is_found(signed: Ministry) -> None:
    """A state that no row of history leads to."""
    run(signed, update(_ITEMS).where(_ITEMS.c.id == 1).values(state="delivered"))
    assert [(row.subject, row.kind) for row in verified(signed).rows] == [(1, "state")]


def altered(data: bytes) -> bytes:
    """A head that says something else under the same signature."""
    read = json.loads(data)
    read["entries"][0][3] = "0" * 64
    return json.dumps(read, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


HEADS: dict[str, tuple[Callable[[Ministry], None], list[tuple[int, str]]]] = {
    "deleted": (lambda m: m.installation.heads.delete(file_name(1)), [(1, "missing")]),
    "newest deleted": (lambda m: m.installation.heads.delete(file_name(2)), [(2, "missing")]),
    "altered": (
        lambda m: m.installation.heads.write(
            file_name(1), altered(m.installation.heads.read(file_name(1)) or b"")
        ),
        [(1, "unsigned"), (2, "unchained")],
    ),
    "garbage": (
        lambda m: m.installation.heads.write(file_name(2), b"{}"),
        [(2, "unsigned")],
    ),
    "of another head": (
        lambda m: m.installation.heads.write(file_name(2), m.installation.heads.read(file_name(1)) or b""),
        [(2, "unsigned")],
    ),
}


@pytest.mark.parametrize("case", HEADS)
def test_a_tampered_head_is_named(signed: Ministry, case: str) -> None:
    """A head that is gone, altered or of another number is named by its number."""
    tamper, expected = HEADS[case]
    tamper(signed)
    assert [(each.number, each.kind.value) for each in verified(signed).head_faults] == expected


def test_a_head_that_the_database_lists_otherwise_is_named(signed: Ministry) -> None:
    """The list in the database was changed: the head is not the one that it names. What it says counts: the key signed it."""
    listed = _HISTORY.metadata.tables["signed_heads"]
    run(signed, update(listed).values(sha256="0" * 64))
    rows = chain(signed, 2)
    rows[1]["actor_name"] = "nobody"
    rewrite(signed, 2, rows)
    found = verified(signed)
    assert [(each.number, each.kind.value) for each in found.head_faults] == [(1, "altered"), (2, "altered")]
    assert [(row.subject, row.kind) for row in found.rows] == [(2, "signed")]


LISTED = (
    "at = '2099-01-01 00:00:00.000000'",
    "at = '2020-01-01 00:00:00.000000'",
    "occasion = 'day:2026-03-03'",
    "occasion = 'print_job:1'",
    "subjects = 9",
)


@pytest.mark.parametrize("change", LISTED)
def test_what_the_list_says_is_no_reason_to_sign_less(signed: Ministry, change: str) -> None:
    """Instants and occasions of the list are edited: the edit is named, and the days that follow are signed as they were."""
    with signed.installation.database.write() as session:
        session.connection().exec_driver_sql(f"UPDATE signed_heads SET {change} WHERE number = 2")
    assert [(each.number, each.kind.value) for each in verified(signed).head_faults] == [(2, "altered")]
    signed.do("fail", [2], reason="Lost")
    signed.wait(days=1)
    sign_day(signed.installation, signed.today)
    head = head_of(signed, 3)
    assert head.occasion == "day:2026-03-03"
    assert ("order_item_history", 2) in [entry[:2] for entry in head.entries]
    assert [(each.number, each.kind.value) for each in verified(signed).head_faults] == [(2, "altered")]


@pytest.mark.parametrize("number", [0, -1, 2**62])
def test_a_listed_head_that_never_was_stops_nothing(signed: Ministry, number: int) -> None:
    """A number that no head bears, or one far beyond all: it is named alone, and heads go on from the last that lies there."""
    with signed.installation.database.write() as session:
        session.connection().exec_driver_sql(
            "INSERT INTO signed_heads (number, occasion, at, subjects, sha256) "
            f"VALUES ({number}, 'day:2026-03-03', '2099-01-01 00:00:00.000000', 1, 'x')"
        )
    signed.wait(days=1)
    sign_day(signed.installation, signed.today)
    assert head_of(signed, 3).occasion == "day:2026-03-03"
    found = [(each.number, each.last, each.kind.value) for each in verified(signed).head_faults]
    assert found == ([(number, None, "unnumbered")] if number < 1 else [(4, number, "missing")])


def test_numbers_of_heads_that_are_gone_are_not_given_again(signed: Ministry) -> None:
    """All files gone: the next head takes the number after those that the database lists, and they stay missing."""
    for number in (1, 2):
        signed.installation.heads.delete(file_name(number))
    signed.wait(days=1)
    signed.work()
    assert head_of(signed, 3).occasion == "day:2026-03-03"
    faults = verified(signed).head_faults
    assert [(each.number, each.last, each.kind.value) for each in faults] == [(1, 2, "missing")]


def without_heads(signed: Ministry) -> None:
    """Every head gone, and the list of them too."""
    for name in list(signed.installation.heads.names()):
        signed.installation.heads.delete(name)
    run(signed, delete(_HISTORY.metadata.tables["signed_heads"]))


def days_of_work(ministry: Ministry, days: int) -> None:
    """So many days on which a clerk holds and releases an item while no worker runs."""
    (item,) = ministry.in_state(ItemState.CREATED)
    for _ in range(days):
        ministry.wait(days=1)
        ministry.do("hold", [item], reason="Investigation")
        ministry.do("release", [item])


def absent(ministry: Ministry) -> list[str]:
    """What has no head."""
    return [each.occasion for each in verified(ministry).head_faults if each.kind is HeadFaultKind.ABSENT]


def test_heads_that_are_gone_with_their_list_are_missed(signed: Ministry) -> None:
    """Nothing says that there were heads: the released job and the days with history do."""
    days_of_work(signed, 4)
    signed.work()
    assert verified(signed).whole
    without_heads(signed)
    expected = ["print_job:1", "day:2026-03-02/2026-03-06"]
    assert absent(signed) == expected
    signed.work()
    assert absent(signed) == ["day:2026-03-02/2026-03-05"], (
        "only the job, which is under way, is signed again"
    )


def test_days_that_nobody_signed_are_told(signed: Ministry) -> None:
    """More days with history than a worker may stand still, with no head of a day between them."""
    days_of_work(signed, 3)
    assert absent(signed) == []
    days_of_work(signed, 1)
    assert absent(signed) == ["day:2026-03-03/2026-03-06"]


def test_an_installation_that_stood_still_misses_nothing(signed: Ministry) -> None:
    """Months without history, and without a worker, are no days without a head."""
    signed.do("fail", [2], reason="Lost")
    signed.wait(days=100)
    assert verified(signed).whole
    signed.do("reorder", [2], reason="LostInMail")
    assert verified(signed).whole


def unlike_itself(signed: Ministry, **values: Any) -> bytes:
    """The first head with other values, written as heads are."""
    read = json.loads(signed.installation.heads.read(file_name(1)) or b"") | values
    return json.dumps(read, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


NO_HEADS: dict[str, Callable[[Ministry], bytes]] = {
    "no signature": lambda m: unlike_itself(m, signature=None),
    "a number as the signature": lambda m: unlike_itself(m, signature=5),
    "no entries": lambda m: unlike_itself(m, entries=None),
    "a number as text": lambda m: unlike_itself(m, number="1"),
    "a number beyond all": lambda _: b'{"entries":[["order_item_history",1e999,1,"x"]]}',
    "deep": lambda _: b"[" * 100_000,
    "half a character": lambda m: (m.installation.heads.read(file_name(1)) or b"").replace(
        b"print_job", b"\\ud800"
    ),
    "no text": lambda _: b"\xff\xfe",
    "nothing": lambda _: b"",
    "twice the same": lambda m: (m.installation.heads.read(file_name(1)) or b"").replace(
        b'{"at"', b'{"at":"x","at"'
    ),
}


@pytest.mark.parametrize("case", NO_HEADS)
def test_a_file_of_any_content_stops_nothing(signed: Ministry, case: str) -> None:
    """What is no head is named; all else is told."""
    signed.installation.heads.write(file_name(1), NO_HEADS[case](signed))
    found = [(each.number, each.kind.value) for each in verified(signed).head_faults]
    assert found == [(1, "unsigned"), (2, "unchained")]


def test_files_of_other_names_are_no_heads(signed: Ministry) -> None:
    """Digits of other scripts, fewer digits, folders; a number far beyond all is told as one range."""
    for name in ("²².json", "٣.json", "3.json", "notes.json", "x/0000000003.json"):
        signed.installation.heads.write(name, b"{}")
    assert verified(signed).whole
    signed.installation.heads.write(file_name(3_000_000), b"{}")
    signed.installation.heads.write(file_name(0), b"{}")
    found = [(each.number, each.last, each.kind.value) for each in verified(signed).head_faults]
    assert found == [
        (0, None, "unnumbered"),
        (3, 2_999_999, "missing"),
        (3_000_000, None, "unsigned"),
    ]


def test_a_file_that_is_no_head_is_not_taken_in(signed: Ministry) -> None:
    """What lies in the place of the next head, but is none, is put out of the way and kept."""
    signed.installation.heads.write(file_name(3), b"{}")
    signed.wait(days=1)
    signed.work()
    assert signed.installation.heads.read(f"{file_name(3)}.no-head") == b"{}"
    assert head_of(signed, 3).occasion == "day:2026-03-03"
    assert verified(signed).whole


def test_a_subject_that_vanished_whole_is_found(ministry: Ministry) -> None:
    """Row and history are gone: what was signed of the subject remembers it."""
    ministry.ordered()
    signed = Signed()
    signed.add([(_HISTORY.name, 999, 3, "a" * 64)])
    with ministry.installation.database.stream() as session:
        source = ministry.installation.source(session)
        (found,) = faults(source, ORDER_ITEM, signed)
    assert (found.subject, found.seq, found.kind) == (999, 3, FaultKind.SIGNED)


def test_subjects_without_history_are_whole(ministry: Ministry) -> None:
    """A credential that an import brought has no history yet, wherever it stands among the others."""
    ministry.credential(ministry.student(), CredentialType.CHSA)
    ministry.ordered()
    ministry.credential(ministry.student())
    assert verified(ministry).whole


def test_another_key_trusts_nothing(signed: Ministry) -> None:
    """Heads that another key signed prove nothing."""
    other = with_settings(signed.installation, signing_key="11" * 32)
    found = verify(signed.installation, public_key(other.settings))
    assert {each.kind.value for each in found.head_faults} == {"unsigned"}


def test_a_head_written_before_a_crash_is_taken_in(signed: Ministry) -> None:
    """The file was there and its record was not: the next head adopts it and goes on from it."""
    signed_heads = _HISTORY.metadata.tables["signed_heads"]
    run(signed, delete(signed_heads).where(signed_heads.c.number == 2))
    assert [each.kind.value for each in verified(signed).head_faults] == ["unrecorded"]
    signed.work()
    assert verified(signed).whole
    assert len(list(signed.installation.heads.names())) == 2


def late(signed: Ministry, monkeypatch: pytest.MonkeyPatch, times: int) -> list[int]:
    """Let the heads of another signer, whose record is lost, come first ``times`` times; gives their numbers, in time."""
    first, numbers = signed.installation.heads.write_new, list[int]()

    def write_new(_store: Store, name: str, data: bytes) -> None:
        if len(numbers) < times:
            ours = read_head(data)
            assert ours is not None
            theirs = replace(ours, occasion=f"day:2020-01-0{len(numbers) + 1}", entries=())
            key = signing_key(signed.installation.settings)
            first(name, replace(theirs, signature=key.sign(theirs.signed).hex()).as_bytes())
            numbers.append(ours.number)
        first(name, data)

    monkeypatch.setattr(Store, "write_new", write_new)
    return numbers


def test_a_head_is_never_written_over(signed: Ministry, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another's head lies there by the time that ours is written: it is taken in, and ours comes after it."""
    signed.wait(days=1)
    numbers = late(signed, monkeypatch, 2)
    sign_day(signed.installation, date(2026, 3, 3))
    assert numbers == [3, 4]
    assert [head_of(signed, each).occasion for each in (3, 4, 5)] == [
        "day:2020-01-01",
        "day:2020-01-02",
        "day:2026-03-03",
    ]
    assert verified(signed).whole


def test_two_signers_take_turns(signed: Ministry, monkeypatch: pytest.MonkeyPatch) -> None:
    """A head lies there and its record is not committed yet: another signer waits for it, and comes after it."""
    signed.wait(days=1)
    alone = Store.write_new
    with ThreadPoolExecutor(1) as pool:
        others = list[Future[None]]()

        def write_new(store: Store, name: str, data: bytes) -> None:
            alone(store, name, data)
            if not others:
                others.append(pool.submit(sign_day, signed.installation, date(2026, 3, 4)))
                wait(others, timeout=0.3)

        monkeypatch.setattr(Store, "write_new", write_new)
        sign_day(signed.installation, date(2026, 3, 3))
        others[0].result()
    assert [head_of(signed, each).occasion for each in (3, 4)] == ["day:2026-03-03", "day:2026-03-04"]
    assert verified(signed).whole


def test_honest_work_is_no_tampering(signed: Ministry, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is done between one look of a verification and its next, it sees one moment of the database."""
    (item,) = signed.ordered()
    events, alone = cycle([("hold", "Investigation"), ("release", None)]), rows.stream
    for place in count():
        looks, done = count(), list[int]()

        def meanwhile(session: Session, statement: str) -> Iterator[Any]:
            if next(looks) == place:
                done.append(place)
                event, reason = next(events)
                signed.do(event, [item], reason=reason)
            return alone(session, statement)

        monkeypatch.setattr(rows, "stream", meanwhile)
        found = verified(signed)
        monkeypatch.undo()
        assert found.whole, found
        if not done:
            break
    assert place > len(MACHINES)


def test_a_head_that_is_signed_meanwhile_is_no_tampering(
    signed: Ministry, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Recorded after the list was read, it is for the next verification, with the rows that it tells of."""
    signed.wait(days=1)
    alone = Store.names

    def names(store: Store) -> Any:
        monkeypatch.undo()
        signed.do("fail", [2], reason="Lost")
        sign_day(signed.installation, signed.today)
        return alone(store)

    monkeypatch.setattr(Store, "names", names)
    found = verified(signed)
    assert (found.whole, found.heads) == (True, 2)
    assert (verified(signed).whole, verified(signed).heads) == (True, 3)


def test_a_head_that_is_about_to_be_recorded_is_no_tampering(
    signed: Ministry, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It lies there and its record is not committed yet: the verification waits for its signer."""
    signed.wait(days=1)
    alone = Store.write_new
    with ThreadPoolExecutor(1) as pool:
        verifications = list[Future[Verified]]()

        def write_new(store: Store, name: str, data: bytes) -> None:
            alone(store, name, data)
            verifications.append(pool.submit(verified, signed))
            wait(verifications, timeout=0.3)

        monkeypatch.setattr(Store, "write_new", write_new)
        sign_day(signed.installation, signed.today)
        assert verifications[0].result().whole


def test_a_signer_that_is_always_late_waits_for_its_next_turn(
    signed: Ministry, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After three tries it says so and records nothing; what others wrote is taken in by the next."""
    signed.wait(days=1)
    late(signed, monkeypatch, 3)
    with pytest.raises(FileExistsError):
        sign_day(signed.installation, date(2026, 3, 3))
    monkeypatch.undo()
    sign_day(signed.installation, date(2026, 3, 3))
    assert head_of(signed, 6).occasion == "day:2026-03-03"
    assert verified(signed).whole
