"""Payments of carts, on both databases (domain §3, "payment_pending", and domain §5, "Failed payment keeps everything"): begun once, answered late or never."""

from dataclasses import dataclass, field

import pytest

from models.codes import (
    OrderState,
    Role,
)
from models.settings import Settings
from tests.carts import MAYA, filled, items, state
from tests.ministry import Ministry
from workflows.command import Command
from workflows.effects.document_order import DOCUMENT_ORDER
from workflows.operations.carts import cart, checkout
from workflows.operations.carts.payment import Answer
from workflows.operations.ordering.reprint_line import ReprintDetails


@dataclass
class Till:
    """A payment service that answers what the test says, and remembers what it was asked."""

    answer: Answer = "paid"
    started: list[tuple[str, int, int]] = field(default_factory=list)
    raises: bool = False

    def start(self, order: str, attempt: int, amount_cents: int) -> str:
        """A transaction for each attempt."""
        self.started.append((order, attempt, amount_cents))
        return f"till-{order}-{attempt}"

    def ask(self, _transaction: str) -> Answer:
        """The answer."""
        if self.raises:
            raise OSError("the till is closed")
        return self.answer


TILL = Till()


def make_till(_settings: Settings) -> Till:
    """What ``ORDERS_PAYMENT`` names."""
    return TILL


@pytest.fixture
def till(ministry: Ministry) -> Till:
    """A fresh till of this installation, and 15.00 a copy."""
    TILL.answer, TILL.started, TILL.raises = "paid", [], False
    ministry.set(reprint_fee_cents=1500, payment=f"{__name__}:make_till")
    return TILL


@pytest.fixture
def patched(monkeypatch: pytest.MonkeyPatch) -> None:
    """The till by its port, since a test's module can't be imported by name."""
    monkeypatch.setattr(checkout, "port_of", make_till)


def test_a_paid_cart(ministry: Ministry, till: Till, patched: None) -> None:
    """The port is asked for the amount of all copies; its answer makes the items."""
    order = filled(ministry, ReprintDetails(copies=2), ReprintDetails())
    assert checkout.place(ministry.installation, order, MAYA).outcome.state == OrderState.PAYMENT_PENDING
    assert till.started == [(f"{order:010d}", 3, 4500)]
    assert items(ministry, order) == []
    till.answer = "unknown"
    assert checkout.pay(ministry.installation, order, MAYA) is None
    till.answer = "paid"
    done = checkout.pay(ministry.installation, order, MAYA)
    assert done is not None
    assert (done.outcome.state, len(done.items)) == (OrderState.ORDERED, 2)
    again = checkout.pay(ministry.installation, order, MAYA)
    assert again is not None
    assert again.decision is not None
    assert (again.decision.kind, len(items(ministry, order))) == ("no_such_transition", 2)
    assert ministry.broken_history() == []


def test_a_refused_cart_never_reaches_the_till(ministry: Ministry, till: Till, patched: None) -> None:
    """Nobody pays for what is not sold."""
    order = filled(ministry, ReprintDetails(copies=11))
    assert checkout.place(ministry.installation, order, MAYA).decision
    assert till.started == []


def test_a_line_that_changes_while_the_payment_begins_is_a_conflict(
    ministry: Ministry, till: Till, patched: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The transaction would not be the price, so the order stays a cart."""
    order = filled(ministry)

    def start(_order: str, _attempt: int, _amount: int) -> str:
        cart.edit_line(ministry.installation, order, 1, {"copies": 3}, MAYA)
        return "till-1"

    monkeypatch.setattr(till, "start", start)
    done = checkout.place(ministry.installation, order, MAYA)
    assert done.decision is not None
    assert done.decision.kind == "conflict"
    assert state(ministry, order) is OrderState.UNDER_CONSTRUCTION


def test_the_clock_settles_what_was_never_answered(ministry: Ministry, till: Till, patched: None) -> None:
    """One order whose answer can't be asked for does not stop the others, and is asked again a day later."""
    first, second = filled(ministry), filled(ministry)
    for order in (first, second):
        checkout.place(ministry.installation, order, MAYA)
    ministry.wait(hours=24)
    till.raises = True
    checkout.settle_unanswered(ministry.installation, [first])
    assert state(ministry, first) is OrderState.PAYMENT_PENDING
    till.raises, till.answer = False, "unknown"
    assert ("ask_for_payments", 1) in ministry.work()
    assert state(ministry, second) is OrderState.PAYMENT_NOT_RECEIVED
    ministry.wait(hours=24)
    till.answer = "paid"
    ministry.work()
    assert state(ministry, first) is OrderState.ORDERED
    assert ministry.broken_history() == []


def test_idle_carts_are_abandoned_once(ministry: Ministry, till: Till, patched: None) -> None:
    """Carts and unpaid orders alike; what was placed stays, and a second sweep finds nothing."""
    idle, unpaid, placed = filled(ministry), filled(ministry), filled(ministry)
    till.answer = "failed"
    for order in (unpaid, placed):
        checkout.place(ministry.installation, order, MAYA)
    checkout.pay(ministry.installation, unpaid, MAYA)
    till.answer = "paid"
    checkout.pay(ministry.installation, placed, MAYA)
    ministry.wait(days=30)
    assert [step for step in ministry.work() if step[0] == "abandon_carts"] == [("abandon_carts", 2)]
    states = [state(ministry, order).value for order in (idle, unpaid, placed)]
    assert states == ["abandoned", "abandoned", "ordered"]
    assert [step for step in ministry.work() if step[0] == "abandon_carts"] == []
    actor = ministry.history(idle, DOCUMENT_ORDER)[-1].actor_role
    assert actor is Role.SYSTEM


def test_what_was_never_failed_is_not_paid_again(ministry: Ministry, till: Till, patched: None) -> None:
    """A retry needs a payment that did not come; the till is not asked for another."""
    order = filled(ministry)
    done = checkout.retry_payment(ministry.installation, order, MAYA)
    assert done.decision is not None
    assert (done.decision.kind, till.started) == ("no_such_transition", [])


def test_an_order_abandoned_while_a_retry_begins_stays_abandoned(
    ministry: Ministry, till: Till, patched: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was read before the till was asked is judged again: nobody revives what somebody gave up."""
    order = filled(ministry)
    till.answer = "failed"
    checkout.place(ministry.installation, order, MAYA)
    checkout.pay(ministry.installation, order, MAYA)
    assert state(ministry, order) is OrderState.PAYMENT_NOT_RECEIVED

    def start(_order: str, _attempt: int, _amount: int) -> str:
        cart.change(ministry.installation, order, Command("abandon", MAYA, ministry.now))
        return "till-2"

    monkeypatch.setattr(till, "start", start)
    assert checkout.retry_payment(ministry.installation, order, MAYA).decision is not None
    assert state(ministry, order) is OrderState.ABANDONED


def test_a_payment_that_was_begun_before_a_crash_is_begun_once(
    ministry: Ministry, till: Till, patched: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody knew its answer, so it is asked for again as the same attempt; what was refused is tried as another."""
    order = filled(ministry)
    with monkeypatch.context() as crashing:
        crashing.setattr(checkout, "_carry_out", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            checkout.place(ministry.installation, order, MAYA)
    assert state(ministry, order) is OrderState.UNDER_CONSTRUCTION
    assert checkout.place(ministry.installation, order, MAYA).outcome.done
    first, second = till.started
    assert first == second
    till.answer = "failed"
    checkout.pay(ministry.installation, order, MAYA)
    checkout.retry_payment(ministry.installation, order, MAYA)
    assert till.started[2][0] == first[0]
    assert till.started[2][1] > first[1]
