"""The payment port is what the settings name."""

import pytest

from models.settings import Settings
from workflows.operations.carts import payment
from workflows.operations.carts.payment import FakePayment, NoPayment, port_of


def settings(**chosen: str) -> Settings:
    """Settings of nothing but payment."""
    return Settings(_env_file=None, **chosen)


def other_port(_settings: Settings) -> FakePayment:
    """A port that somebody else provides."""
    return FakePayment("failed")


def test_without_a_service_nothing_is_paid() -> None:
    """``none`` starts no transaction, and knows nothing of any."""
    port = port_of(settings())
    assert isinstance(port, NoPayment)
    assert (port.start("0000000012", 1, 1500), port.ask("fake-1")) == (None, "unknown")


def test_the_fake_gives_one_transaction_for_one_attempt() -> None:
    """Asked again for the same attempt it gives the same transaction; its answer is the settings'."""
    port = port_of(settings(payment="fake", payment_answer="unknown"))
    assert port.start("0000000012", 1, 1500) == port.start("0000000012", 1, 1500)
    assert port.start("0000000012", 1, 1500) != port.start("0000000012", 2, 1500)
    assert port.ask("any") == "unknown"


def test_another_service_is_named_by_its_function(monkeypatch: pytest.MonkeyPatch) -> None:
    """``module:function`` is called with the settings and gives the port."""
    monkeypatch.setattr(payment, "other_port", other_port, raising=False)
    port = port_of(settings(payment="workflows.operations.carts.payment:other_port"))
    assert port.ask("any") == "failed"
