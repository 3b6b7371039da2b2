"""The steps of orders that nobody finishes: payments without answer, carts left alone (domain §3, "carts idle 30 days")."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import Select, and_, select

from actors.steps.step import Moment, Worker
from models.codes import OrderState
from models.orders import DocumentOrder
from workflows.operations.carts import checkout
from workflows.source import table

_ORDERS = table(DocumentOrder)


def idle_carts(moment: Moment) -> Select[Any]:
    """Carts, and orders whose payment failed, that nobody touched for a month."""
    idle = _ORDERS.c.touched_at <= moment.now - timedelta(days=moment.settings.cart_days)
    waiting = _ORDERS.c.state.in_((OrderState.UNDER_CONSTRUCTION, OrderState.PAYMENT_NOT_RECEIVED))
    return select(_ORDERS.c.id).where(waiting, idle).order_by(_ORDERS.c.id)


def abandon_carts(worker: Worker, ids: Sequence[int]) -> None:
    """Abandon them."""
    checkout.abandon_idle(worker.installation, list(ids))


def unanswered_payments(moment: Moment) -> Select[Any]:
    """Payments without an answer for longer than the settings say."""
    silent = _ORDERS.c.touched_at <= moment.now - timedelta(hours=moment.settings.payment_hours)
    due = and_(_ORDERS.c.state == OrderState.PAYMENT_PENDING, silent)
    return select(_ORDERS.c.id).where(due).order_by(_ORDERS.c.id)


def ask_for_payments(worker: Worker, ids: Sequence[int]) -> None:
    """Ask the payment port, and settle the orders by what it says."""
    checkout.settle_unanswered(worker.installation, list(ids))
