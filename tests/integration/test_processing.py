"""The Credential Processing Agent: claiming, lapsing, failing, and never printing what is no longer so (domain §6, "Credential Processing Agent")."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from actors.steps import every_step
from actors.steps.step import Moment, Worker, due_ids
from models.codes import CredentialType, DeliveryMethod, ItemState
from models.credentials import Credential
from models.orders import ItemError
from tests.ministry import CALGARY_ADDRESS, EDMONTON_ADDRESS, SUPPORT, Ministry
from workflows.command import SYSTEM
from workflows.operations.printing import processing
from workflows.operations.printing.processing import ALONE_AFTER_LAPSES
from workflows.views.counts import counts_by_reason, counts_by_state

OTHER = "worker-2"


def due(ministry: Ministry, name: str, stopped: Sequence[str] = ()) -> list[int]:
    """The ids that are due for a step."""
    (step,) = (each for each in every_step.STEPS if each.name == name)
    moment = Moment(ministry.now, ministry.installation.settings, frozenset(stopped))
    with ministry.installation.database.read() as session:
        return due_ids(session, step, moment)


def raising(times: int, then: Callable[..., Any], only: str | None = None) -> Callable[..., Any]:
    """``render`` that raises at its first ``times`` calls, or at each whose content names ``only``."""
    calls = 0

    def render(content: Any, masters: Any) -> Any:
        nonlocal calls
        if only is None or content.name.last == only:
            calls += 1
            if calls <= times:
                raise ZeroDivisionError
        return then(content, masters)

    return render


# Leases


def test_a_claimed_item_is_nobody_elses(ministry: Ministry) -> None:
    """What one worker has claimed a second can neither claim nor render."""
    items = ministry.ordered(2)
    assert ministry.claim(items[:1]) == items[:1]
    assert ministry.claim(items, OTHER) == items[1:]
    assert processing.render_claimed(ministry.installation, items[:1], OTHER) == []
    assert ministry.states(items) == ["processing", "processing"]


def test_a_live_lease_is_respected(ministry: Ministry) -> None:
    """Until its lease lapses an item is not requeued, and after it is: exactly at its end."""
    (item,) = ministry.in_state(ItemState.PROCESSING)
    ministry.wait(seconds=29)
    assert due(ministry, "requeue_items") == []
    (refused,) = processing.requeue(ministry.installation, [item], frozenset())
    assert refused.decision is not None
    assert [each.code for each in refused.decision.reasons] == ["CO-26"]
    ministry.wait(seconds=1)
    assert due(ministry, "requeue_items") == [item]
    processing.requeue(ministry.installation, [item], frozenset())
    assert ministry.states([item]) == ["created"]


def test_a_stopped_workers_lease_need_not_lapse(ministry: Ministry) -> None:
    """The items of a worker that is known to have stopped are due at once; those of others are not."""
    first, second = ministry.ordered(2)
    ministry.claim([first])
    ministry.claim([second], OTHER)
    assert due(ministry, "requeue_items", [OTHER]) == [second]
    processing.requeue(ministry.installation, [first, second], frozenset({OTHER}))
    assert ministry.states([first, second]) == ["processing", "created"]


def test_a_worker_that_comes_back_too_late_records_nothing(ministry: Ministry) -> None:
    """A worker whose item was given to another meanwhile neither renders nor holds it."""
    (item,) = ministry.in_state(ItemState.PROCESSING)
    ministry.wait(minutes=1)
    ministry.do("requeue", [item], SYSTEM)
    ministry.claim([item], OTHER)
    assert processing.render_claimed(ministry.installation, [item], "worker-1") == []
    assert ministry.item(item).lease_owner == OTHER


def test_an_item_that_lapsed_twice_goes_alone(ministry: Ministry, monkeypatch: pytest.MonkeyPatch) -> None:
    """After two lapses an item may be what kills its worker: it is claimed in a batch of its own, after the others."""
    items = ministry.ordered(4)
    for _ in range(ALONE_AFTER_LAPSES):
        ministry.claim(items[1:2])
        ministry.wait(minutes=1)
        ministry.do("requeue", items[1:2], SYSTEM)
    batches: list[list[int]] = []
    claim = processing.claim

    def noted(installation: Any, ids: Sequence[int], worker: str) -> list[int]:
        batches.append(list(ids))
        return claim(installation, ids, worker)

    monkeypatch.setattr(processing, "claim", noted)
    (step,) = (each for each in every_step.STEPS if each.name == "process_items")
    step.run(Worker(ministry.installation, "w"), items)
    assert batches == [[items[0], items[2], items[3]], [items[1]]]
    assert set(ministry.states(items)) == {"rendered"}
    assert ministry.item(items[1]).lapses == 0


def test_a_control_date_is_waited_for(ministry: Ministry) -> None:
    """An item with a control date is due on that day and not before; a claim before it is refused (CO-18)."""
    (first,) = ministry.in_state(ItemState.SENT)
    item = ministry.reprint(first, control_date=ministry.today + timedelta(days=2))
    ministry.wait(days=1)
    assert due(ministry, "process_items") == []
    (refused,) = ministry.do("process", [item], SYSTEM, given={item: {"owner": "w", "until": ministry.now}})
    assert refused.decision is not None
    assert [each.code for each in refused.decision.reasons] == ["CO-18"]
    ministry.wait(days=1)
    assert due(ministry, "process_items") == [item]


# Failing


def test_a_step_that_raises_is_tried_again_later(ministry: Ministry, monkeypatch: pytest.MonkeyPatch) -> None:
    """A rendering that raises is tried again after 30 seconds, then 5 minutes; the third time the item is held (CO-90)."""
    (item,) = ministry.ordered()
    monkeypatch.setattr(processing, "render", raising(99, processing.render))
    waits = []
    for attempt in (1, 2):
        ministry.work()
        row = ministry.item(item)
        assert (row.state, row.attempts, row.lapses) == (ItemState.CREATED, attempt, 0)
        assert (row.last_error["step"], row.last_error["error"]) == ("render", "ZeroDivisionError")
        assert due(ministry, "process_items") == []
        waits.append(row.next_attempt_at - ministry.now)
        ministry.at(row.next_attempt_at)
        assert due(ministry, "process_items") == [item]
    assert waits == [timedelta(seconds=30), timedelta(minutes=5)]
    ministry.work()
    row = ministry.item(item)
    assert (row.state, row.status_reason, ministry.errors(item)) == (
        ItemState.SYSTEM_HOLD,
        "CO-90",
        ["CO-90"],
    )
    (error,) = ministry.rows(ItemError)
    assert set(error.params) == {"step", "error", "reference"}
    assert ministry.broken_history() == []


def test_a_step_that_recovers_renders(ministry: Ministry, monkeypatch: pytest.MonkeyPatch) -> None:
    """An item whose third attempt succeeds is rendered, and its failures are forgotten."""
    (item,) = ministry.ordered()
    monkeypatch.setattr(processing, "render", raising(2, processing.render))
    for _ in range(3):
        ministry.work()
        ministry.wait(minutes=5)
    row = ministry.item(item)
    assert row.state is ItemState.IN_PRINT_JOB
    assert (row.attempts, row.last_error, row.next_attempt_at) == (0, None, None)


def test_a_technical_hold_is_released_by_a_person_only(
    ministry: Ministry, monkeypatch: pytest.MonkeyPatch
) -> None:
    """CO-90 never goes away by itself; a person's release gives the step three new attempts."""
    (item,) = ministry.ordered()
    with monkeypatch.context() as broken:
        broken.setattr(processing, "render", raising(99, processing.render))
        for _ in range(3):
            ministry.work()
            ministry.wait(minutes=5)
    assert ministry.errors(item) == ["CO-90"]
    ministry.move(ministry.item(item).student_id, CALGARY_ADDRESS)
    ministry.work()
    assert ministry.states([item]) == ["system_hold"]
    ministry.do("release", [item], SUPPORT)
    assert ministry.item(item).attempts == 0
    ministry.work()
    assert ministry.states([item]) == ["in_print_job"]


def test_one_that_raises_never_blocks_others(ministry: Ministry, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a batch only the item that raised is given back; the others are rendered."""
    items = ministry.ordered(3)
    bad = ministry.ordered(last_name="Nemesis")
    monkeypatch.setattr(processing, "render", raising(99, processing.render, only="Nemesis"))
    ministry.render([*items, *bad])
    assert ministry.states([*items, *bad]) == ["rendered"] * 3 + ["created"]


def test_one_unprintable_name_never_blocks_others(ministry: Ministry) -> None:
    """A name that no face of ours can set is held (CO-06), naming the character; its neighbours are rendered."""
    before, bad, after = (*ministry.ordered(), *ministry.ordered(last_name="Zoé 🌸"), *ministry.ordered())
    ministry.render([before, bad, after])
    assert ministry.states([before, bad, after]) == ["rendered", "system_hold", "rendered"]
    (error,) = ministry.rows(ItemError)
    assert (error.code, error.params["code_point"]) == ("CO-06", "U+1F338")


def test_a_technical_error_hides_no_rule(ministry: Ministry, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where rendering raised and the address went meanwhile, the item is held for the address."""
    (item,) = ministry.in_state(ItemState.PROCESSING)

    def move_and_raise(*_: object) -> None:
        ministry.move(ministry.item(item).student_id, None)
        raise ZeroDivisionError

    monkeypatch.setattr(processing, "render", move_and_raise)
    processing.render_claimed(ministry.installation, [item], "worker-1")
    assert ministry.errors(item) == ["60108"]


def test_a_store_that_is_full_is_a_failed_attempt(
    ministry: Ministry, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A document that can't be stored is no document: the item is given back with the error's class."""
    (item,) = ministry.ordered()

    def full(*_: object) -> None:
        raise OSError

    monkeypatch.setattr(type(ministry.installation.store), "put", full)
    ministry.render([item])
    assert ministry.states([item]) == ["created"]
    assert ministry.item(item).last_error["error"] == "OSError"


# What changed meanwhile


def meanwhile(
    ministry: Ministry, monkeypatch: pytest.MonkeyPatch, item: int, change: Callable[[], object]
) -> None:
    """Claim and render ``item`` while ``change`` happens after it was read and before it is recorded."""
    render = processing.render

    def overtaken(content: Any, masters: Any) -> Any:
        change()
        return render(content, masters)

    with monkeypatch.context() as patch:
        patch.setattr(processing, "render", overtaken)
        ministry.render([item])


def test_an_address_that_changed_is_never_printed_in_its_old_form(
    ministry: Ministry, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An address that changes while the item is rendered sends it back; it is rendered again with the new one."""
    (item,) = ministry.ordered()
    student = ministry.item(item).student_id
    meanwhile(ministry, monkeypatch, item, lambda: ministry.move(student, CALGARY_ADDRESS))
    row = ministry.item(item)
    assert (row.state, row.attempts, row.address) == (ItemState.CREATED, 0, None)
    assert ministry.document(item) is None
    ministry.work()
    assert ministry.item(item).address == CALGARY_ADDRESS


def test_an_equal_address_that_arrives_changes_nothing(
    ministry: Ministry, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A new row with the same address is the same address: the item is rendered."""
    (item,) = ministry.ordered()
    student = ministry.item(item).student_id
    meanwhile(ministry, monkeypatch, item, lambda: ministry.move(student, EDMONTON_ADDRESS))
    assert ministry.states([item]) == ["rendered"]


@pytest.mark.parametrize("code", ["CO-05", "CO-07", "CO-12", "44016", "60108"])
def test_a_cause_that_came_meanwhile_holds(
    ministry: Ministry, monkeypatch: pytest.MonkeyPatch, code: str
) -> None:
    """Student hold, secondary ASN, new number, deletion or lost address between reading and recording hold the item."""
    (item,) = ministry.ordered()
    row = ministry.item(item)
    change: dict[str, Callable[[], object]] = {
        "CO-05": lambda: ministry.hold_student(row.student_id),
        "CO-07": lambda: ministry.change_student(row.student_id, primary_id=ministry.student()),
        "CO-12": lambda: ministry.supersede(row.credential_id, "9999999999"),
        "44016": lambda: ministry.change_credential(row.credential_id, state="deleted"),
        "60108": lambda: ministry.move(row.student_id, None),
    }
    meanwhile(ministry, monkeypatch, item, change[code])
    assert (ministry.states([item]), ministry.errors(item)) == (["system_hold"], [code])
    assert ministry.document(item) is None


# Validation and what becomes of it


def test_a_superseded_number_names_the_new_one(ministry: Ministry) -> None:
    """CO-12 names the number that is active now, in its parameters."""
    (item,) = ministry.ordered()
    ministry.supersede(ministry.item(item).credential_id, "9999999999")
    ministry.render([item])
    (error,) = ministry.rows(ItemError)
    assert (error.code, error.params) == ("CO-12", {"number": "9999999999"})


def test_an_honorary_diploma_has_pages_too(ministry: Ministry) -> None:
    """Every type that can be ordered can be rendered in both languages, or is held for its missing master (CO-08)."""
    (first,) = ministry.in_state(ItemState.SENT)
    credential = ministry.row(Credential, ministry.item(first).credential_id)
    for each in CredentialType:
        ministry.change_credential(credential.id, credential_type=each)
        for language in ("en", "fr"):
            item = ministry.reprint(first, language=language)
            ministry.render([item])
            assert ministry.states([item]) == ["rendered"] or ministry.errors(item) == ["CO-08"]


def test_a_digital_item_waits_for_consumers(ministry: Ministry) -> None:
    """A digital reprint is held while its consumer is not active (CO-03); it needs no address."""
    (first,) = ministry.in_state(ItemState.SENT)
    ministry.move(ministry.item(first).student_id, None)
    item = ministry.to_consumer(first)
    ministry.render([item])
    assert ministry.errors(item) == ["CO-03"]


def test_rendering_twice_gives_the_same_bytes(ministry: Ministry) -> None:
    """An item that is taken again after its worker died gets byte for byte the same document."""
    (item,) = ministry.ordered()
    ministry.render([item])
    first = ministry.installation.store.read(ministry.document(item).path)
    with ministry.installation.database.write() as session:
        session.connection().exec_driver_sql("DELETE FROM documents")
        session.connection().exec_driver_sql(
            f"UPDATE order_items SET state = 'created', recipient = NULL, address = NULL WHERE id = {item}"
        )
    ministry.wait(hours=1)
    ministry.render([item])
    document = ministry.document(item)
    assert ministry.installation.store.read(document.path) == first
    assert first is not None
    assert document.sha256 == hashlib.sha256(first).hexdigest()


def test_held_items_can_be_found_by_their_error(ministry: Ministry) -> None:
    """Items are released in bulk by error code, by a person, and are processed again from the start."""
    held = ministry.in_state(ItemState.SYSTEM_HOLD, 3)
    for each in held:
        ministry.move(ministry.item(each).student_id, EDMONTON_ADDRESS)
    outcomes = ministry.do("release", held, SUPPORT)
    assert [each.kind for each in outcomes] == ["done"] * 3
    ministry.work()
    assert set(ministry.states(held)) == {"in_print_job"}


def test_work_ends_with_nothing_due(ministry: Ministry) -> None:
    """The embedded worker drains every step of a mixed lot, and is idle then."""
    ministry.ordered(3)
    ministry.ordered(2, address=None)
    ministry.ordered(2, method=DeliveryMethod.COURIER)
    ministry.work()
    assert ministry.work() == []
    for name in ("process_items", "release_items", "gather_items", "release_print_jobs", "requeue_items"):
        assert due(ministry, name) == []


def test_counts_by_reason_name_every_error(ministry: Ministry) -> None:
    """Held items count once for each of their errors; others by their status reason, which may be none."""
    ministry.ordered(2, address=None)
    ministry.ordered(held=True, address=None)
    ministry.work()
    (cancelled,) = ministry.ordered()
    ministry.do("cancel", [cancelled], reason="OrderedInError")
    ministry.ordered()
    with ministry.installation.database.read() as session:
        source = ministry.installation.source(session)
        assert counts_by_state(source) == {"created": 1, "system_hold": 3, "cancelled": 1}
        assert counts_by_reason(source, ItemState.SYSTEM_HOLD) == {"60108": 3, "CO-05": 1}
        assert counts_by_reason(source, ItemState.CANCELLED) == {"OrderedInError": 1}
        assert counts_by_reason(source, ItemState.CREATED) == {"": 1}


def test_a_step_that_the_network_stops_does_not_stop_the_others(
    ministry: Ministry, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The rest of what is due is done first; then the error is raised, so that nobody takes the work for finished."""
    items = ministry.ordered(2)

    def unreachable(_worker: Worker, _ids: Sequence[int]) -> None:
        raise ConnectionResetError("the store is gone")

    broken = [
        replace(step, run=unreachable) if step.name == "requeue_items" else step for step in every_step.STEPS
    ]
    monkeypatch.setattr("actors.embedded.STEPS", broken)
    monkeypatch.setattr("actors.broker.STEPS", broken)
    (lost,) = ministry.ordered()
    ministry.claim([lost], "dead")
    ministry.wait(minutes=5)
    with pytest.raises(ConnectionResetError):
        ministry.work()
    assert set(ministry.states(items)) == {"in_print_job"}
    assert ministry.states([lost]) == ["processing"]
