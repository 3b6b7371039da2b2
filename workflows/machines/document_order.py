"""The document order's machine (domain §3, "Document order"): the public's cart and its payment."""

from statemachine import State

from models.codes import Label, OrderState, Role
from workflows.machines.chart import Chart
from workflows.machines.plan import compile_plan
from workflows.rules.may import may, may_own
from workflows.rules.order import (
    amount_is_in_bounds,
    order_has_item,
    order_may_be_abandoned,
    payment_has_transaction,
)
from workflows.rules.rule import guards

_S = OrderState
_SYSTEM = may(Role.SYSTEM)
#: Ordering is Student Records' and, for its own, the public's.
_WHO_ORDERS = may_own(Role.STUDENT_RECORDS, Role.PUBLIC)
#: The clock abandons what nobody touches.
_WHO_ABANDONS = may_own(Role.STUDENT_RECORDS, Role.PUBLIC, Role.SYSTEM)
#: Student Records, too, where what was paid can't be ordered any more and is refunded.
_WHO_FAILS = may(Role.STUDENT_RECORDS, Role.SYSTEM)

_PAYABLE = [order_has_item, payment_has_transaction, amount_is_in_bounds]


class DocumentOrderMachine(Chart):
    """under construction → (payment pending →) ordered; or payment not received, or abandoned."""

    under_construction = State(value=_S.UNDER_CONSTRUCTION, initial=True)
    payment_pending = State(value=_S.PAYMENT_PENDING)
    payment_not_received = State(value=_S.PAYMENT_NOT_RECEIVED)
    ordered = State(value=_S.ORDERED, final=True)
    abandoned = State(value=_S.ABANDONED, final=True)

    place = under_construction.to(ordered, cond=guards(_WHO_ORDERS, *_PAYABLE))
    start_payment = under_construction.to(payment_pending, cond=guards(_WHO_ORDERS, *_PAYABLE))
    confirm_payment = payment_pending.to(ordered, cond=guards(_SYSTEM, payment_has_transaction))
    fail_payment = payment_pending.to(payment_not_received, cond=guards(_WHO_FAILS))
    retry_payment = payment_not_received.to(payment_pending, cond=guards(_WHO_ORDERS, *_PAYABLE))
    reopen = payment_not_received.to(under_construction, cond=guards(_WHO_ORDERS))
    abandon = under_construction.to(
        abandoned, cond=guards(_WHO_ABANDONS, order_may_be_abandoned)
    ) | payment_not_received.to(abandoned, cond=guards(_WHO_ABANDONS, order_may_be_abandoned))


EVENTS: dict[str, Label] = {
    "place": Label("Place", "Commander"),
    "start_payment": Label("Start payment", "Commencer le paiement"),
    "confirm_payment": Label("Confirm payment", "Confirmer le paiement"),
    "fail_payment": Label("Payment not received", "Paiement non reçu"),
    "retry_payment": Label("Retry payment", "Réessayer le paiement"),
    "reopen": Label("Reopen", "Rouvrir"),
    "abandon": Label("Abandon", "Abandonner"),
}

PLAN = compile_plan(DocumentOrderMachine, OrderState, EVENTS)
