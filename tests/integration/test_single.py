"""One event for one subject without a transaction, and its plain twin: ``apply`` in one."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from psycopg.pq import TransactionStatus
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from models.codes import DeliveryMethod, ItemState, Role
from models.orders import item_number
from models.sql.database import Database
from models.sql.one_row import OneRow, one_row
from models.sql.unit_of_work import UnitOfWork
from tests.installations import PostgreSQL
from tests.ministry import AUDITOR, CITIZEN, CLERK, Ministry
from workflows.command import SYSTEM, Actor, Command
from workflows.effects.order_item import ORDER_ITEM
from workflows.engine import one as fast_path
from workflows.machines.decision import Outcome
from workflows.operations.printing.leases import lease_of

ACTORS = (CLERK, SYSTEM, AUDITOR, CITIZEN, Actor(Role.DOD_CONSUMER, "someone@example.org"))
STATES = (
    ItemState.CREATED,
    ItemState.PROCESSING,
    ItemState.USER_HOLD,
    ItemState.SYSTEM_HOLD,
    ItemState.RENDERED,
    ItemState.SENT,
)
REASONS = {"hold": "Investigation", "cancel": "OrderedInError"}
#: What differs between two items that were treated alike.
OWN = {"id", "subject_id", "order_id", "student_id", "credential_id", "command_id", "sequence"}
OWN |= {"history_hash", "hash", "previous_hash"}


def alike(row: Any) -> dict[str, Any]:
    """A row without what is its own."""
    return {name: value for name, value in row._asdict().items() if name not in OWN}


def told(outcome: Outcome) -> Any:
    """An outcome without its subject's id, and its reasons as they are shown."""
    decision = outcome.decision
    assert decision is not None
    reasons = [reason.as_json() for reason in decision.reasons]
    return outcome._replace(subject_id=0, decision=None), replace(decision, reasons=()), reasons


def given(ministry: Ministry, event: str, item: int) -> dict[int, Any]:
    """What an event needs for an item."""
    return {item: lease_of(ministry.installation, "w") if event == "process" else {}}


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("method", [DeliveryMethod.AUTOMATED_CARDBOARD, DeliveryMethod.COURIER])
def test_one_equals_its_plain_twin(on_postgresql: Ministry, state: ItemState, method: DeliveryMethod) -> None:
    """Whatever is asked of an item in whichever state, by whomever: answer, row and history are those of ``apply``."""
    ministry = on_postgresql
    wanted = [(event, actor) for event in sorted(ORDER_ITEM.alone) for actor in ACTORS]
    items = ministry.in_state(state, 2 * len(wanted), method=method)
    for (event, actor), one, many in zip(wanted, items[::2], items[1::2], strict=True):
        told_before = len(ministry.history(one))
        said = {"reason": REASONS.get(event), "note": "why"}
        fast = ministry.do_one(event, one, actor, **said, given=given(ministry, event, one))
        (plain,) = ministry.do(event, [many], actor, **said, given=given(ministry, event, many))
        assert told(fast) == told(plain), (event, actor)
        assert alike(ministry.item(one)) == alike(ministry.item(many)), (event, actor)
        histories = [[alike(row) for row in ministry.history(item)[told_before:]] for item in (one, many)]
        assert histories[0] == histories[1], (event, actor)
    assert ministry.broken_history() == []


def test_what_needs_only_the_row_opens_no_transaction(
    on_postgresql: Ministry, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A clerk's hold, release and cancellation and an agent's claim are done without one."""
    item, other = on_postgresql.ordered(2)
    lease = given(on_postgresql, "process", other)

    def refuse(*_: object) -> None:
        raise AssertionError("a transaction was opened")

    with monkeypatch.context() as patch:
        patch.setattr(Database, "write", refuse)
        for event, reason in (("hold", "Investigation"), ("release", None), ("cancel", "OrderedInError")):
            assert on_postgresql.do_one(event, item, reason=reason).kind == "done"
        assert on_postgresql.do_one("process", other, SYSTEM, given=lease).done
    assert [row.event for row in on_postgresql.history(item)] == ["place", "hold", "release", "cancel"]
    assert on_postgresql.broken_history() == []


def test_nobody_and_the_wrong_version(ministry: Ministry) -> None:
    """An item that is not there is not found; a version that has passed is a conflict."""
    (item,) = ministry.ordered()
    assert ministry.do_one("hold", 999_999, reason="Investigation").kind == "not_found"
    assert ministry.do_one("hold", item, reason="Investigation", versions={item: 7}).kind == "conflict"
    assert ministry.do_one("hold", item, reason="Investigation", versions={item: 1}).kind == "done"


def test_a_repeat_is_already_done(ministry: Ministry) -> None:
    """The same command again gets its first answer, whatever became of the item since."""
    (item,) = ministry.ordered()
    assert ministry.do_one("hold", item, reason="Investigation", command_id="same").kind == "done"
    assert ministry.do_one("hold", item, reason="Investigation", command_id="same").kind == "already_done"
    assert ministry.do_one("release", item).kind == "done"
    repeated = ministry.do_one("hold", item, reason="Investigation", command_id="same")
    assert (repeated.kind, repeated.state, repeated.version) == ("already_done", "user_hold", 2)
    assert len(ministry.history(item)) == 3


def test_identical_commands_at_once(ministry: Ministry) -> None:
    """Of eight deliveries of one command at the same moment one does it; every other hears that it is done."""
    line = threading.Barrier(8)

    def deliver(item: int) -> str:
        line.wait()
        return ministry.do_one("hold", item, reason="Investigation", command_id=f"hold {item}").kind

    with ThreadPoolExecutor(8) as pool:
        for item in ministry.ordered(10):
            kinds = sorted(pool.map(deliver, [item] * 8))
            assert kinds == ["already_done"] * 7 + ["done"]
            assert len(ministry.history(item)) == 2
    assert ministry.broken_history() == []


def test_a_lease_renewed_meanwhile_is_respected(
    on_postgresql: Ministry, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A renewal raises no version; the item that was lapsed when it was read is still not taken from its worker."""
    ministry = on_postgresql
    (item,) = ministry.ordered()
    ministry.claim([item], "slow")
    ministry.wait(minutes=5)
    read = OneRow.row

    def then_renewed(self: OneRow, *arguments: Any) -> Any:
        found = read(self, *arguments)
        with ministry.installation.database.write() as session:
            session.connection().execute(
                text("UPDATE order_items SET lease_until = :until"),
                {"until": ministry.now + timedelta(days=1)},
            )
        return found

    monkeypatch.setattr(OneRow, "row", then_renewed)
    assert ministry.do_one("requeue", item, SYSTEM).kind == "refused"
    assert ministry.item(item).state is ItemState.PROCESSING


def test_in_a_unit_of_work_it_is_undone_with_the_rest(ministry: Ministry) -> None:
    """Where a request is one transaction, a single event is part of it."""
    (item,) = ministry.ordered()
    command = Command("hold", CLERK, ministry.now, reason="Investigation")

    def fail() -> None:
        with UnitOfWork(ministry.installation.database) as unit:
            within = replace(ministry.installation, database=unit)
            assert fast_path.apply_one(within, ORDER_ITEM, item, command).kind == "done"
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert ministry.item(item).state is ItemState.CREATED


def test_a_lost_connection_is_an_error_once(on_postgresql: Ministry, postgresql_server: PostgreSQL) -> None:
    """The server that goes away is told of as everywhere; the next command finds it again."""
    (item,) = on_postgresql.ordered()
    database = on_postgresql.installation.database
    assert on_postgresql.do_one("hold", item, reason="Investigation").kind == "done"
    postgresql_server.disconnect(database.engine.url.render_as_string(hide_password=False))
    with pytest.raises(OperationalError) as caught:
        on_postgresql.do_one("release", item)
    assert caught.value.connection_invalidated
    assert on_postgresql.do_one("release", item).kind == "done"


def test_waiting_for_a_lock_ends_as_everywhere(on_postgresql: Ministry) -> None:
    """Whoever waits too long for an item is told so, and the item is as it was."""
    (item,) = on_postgresql.ordered()
    database = on_postgresql.installation.database
    with database.write() as session:
        session.connection().execute(text("UPDATE order_items SET copies = copies"))
        with one_row(database.engine) as connection:
            connection._prepared.connection.pgconn.exec_(b"SET lock_timeout = '50ms'")
        with pytest.raises(OperationalError, match="lock timeout"):
            on_postgresql.do_one("hold", item, reason="Investigation")
    assert on_postgresql.do_one("hold", item, reason="Investigation").kind == "done"


def left(ministry: Ministry, statement: str) -> None:
    """Whoever works on a connection straight, and fails after ``statement``."""
    with one_row(ministry.installation.database.engine) as connection:
        connection._prepared.connection.pgconn.exec_(statement.encode())
        raise KeyError


def undone(ministry: Ministry) -> None:
    """A transaction that fails."""
    with ministry.installation.database.write() as session:
        session.connection().execute(text("UPDATE order_items SET copies = 2"))
        driver: Any = session.connection().connection.driver_connection
        assert driver.info.transaction_status is TransactionStatus.INTRANS
        raise KeyError


@pytest.mark.parametrize("statement", ["SELECT 1", "BEGIN"])
def test_a_connection_is_given_back_as_it_was(on_postgresql: Ministry, statement: str) -> None:
    """Whatever happens meanwhile, who has the connection next works in transactions."""
    (item,) = on_postgresql.ordered()
    with pytest.raises(KeyError):
        left(on_postgresql, statement)
    with pytest.raises(KeyError):
        undone(on_postgresql)
    assert on_postgresql.item(item).copies == 1


def test_the_log_tells_of_it_as_of_any_other(
    on_postgresql: Ministry, caplog: pytest.LogCaptureFixture
) -> None:
    """One line with the item's number, the command and the role, whichever way it was done."""
    one, many = on_postgresql.ordered(2)
    with caplog.at_level("INFO", logger="orders.transitions"):
        on_postgresql.do_one("hold", one, reason="Investigation", command_id="c")
        on_postgresql.do("hold", [many], reason="Investigation", command_id="c")
    fast, plain = caplog.records
    assert fast.getMessage() == plain.getMessage() == "order_items hold"
    said = [{name: vars(each)[name] for name in ("command", "role")} for each in (fast, plain)]
    assert said == [{"command": "c", "role": "student_records"}] * 2
    numbers = [item_number(on_postgresql.item(item).order_id, 1) for item in (one, many)]
    assert [vars(each)["done"] for each in (fast, plain)] == [[number] for number in numbers]
