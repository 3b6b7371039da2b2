"""The payment port: whoever takes the public's money stands behind it, and can be replaced by a setting.

``ORDERS_PAYMENT`` names it: ``none`` (nothing can be paid, right where reprints are free), ``fake`` (answers what
``ORDERS_PAYMENT_ANSWER`` says, for tests and demonstrations), or ``package.module:function``, which is called with
the settings and gives the port.
"""

from dataclasses import dataclass
from importlib import import_module
from typing import Any, Literal, Protocol, TypeAlias, cast

from models.settings import Settings

Answer: TypeAlias = Literal["paid", "failed", "unknown"]


class PaymentPort(Protocol):
    """What ordering asks of a payment service."""

    def start(self, order: str, attempt: int, amount_cents: int) -> str | None:
        """Open a transaction over the amount and give its id, or ``None`` where nothing can be paid.

        Asked again for the same attempt, as after a crash, it must give the same transaction.
        """

    def ask(self, transaction: str) -> Answer:
        """What has become of a transaction."""


class NoPayment:
    """Nothing can be paid."""

    def start(self, order: str, attempt: int, amount_cents: int) -> str | None:
        """No transaction."""
        return None

    def ask(self, transaction: str) -> Answer:
        """*unknown*, for every transaction."""
        return "unknown"


@dataclass(frozen=True, slots=True)
class FakePayment:
    """Deterministic: a transaction's id says what it is for, and each has the same answer."""

    answer: Answer

    def start(self, order: str, attempt: int, amount_cents: int) -> str | None:
        """A transaction id made of order, attempt and amount, so that a repeat gives it again."""
        return f"fake-{order}-{attempt}-{amount_cents}"

    def ask(self, transaction: str) -> Answer:
        """The answer that the settings give for every transaction."""
        return self.answer


def port_of(settings: Settings) -> PaymentPort:
    """The port that the settings name."""
    if settings.payment == "none":
        return NoPayment()
    if settings.payment == "fake":
        return FakePayment(settings.payment_answer)
    module, _, function = settings.payment.partition(":")
    made: Any = getattr(import_module(module), function)(settings)
    return cast(PaymentPort, made)
