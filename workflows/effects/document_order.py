"""What the events of a document order change (domain §3, "Document order")."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from models.history import DocumentOrderHistory
from models.orders import DocumentOrder
from workflows.command import Command
from workflows.facts.kinds import OrderFacts
from workflows.facts.loading import load_order_facts
from workflows.machines import document_order
from workflows.machines.machine import Case, Change, Machine
from workflows.source import Source, table


def _place(case: Case) -> Change:
    facts: OrderFacts = case.facts
    at = facts.command.at
    columns = {"placed_at": at, "touched_at": at, "amount_cents": facts.amount_cents}
    return Change(columns, {"amount_cents": facts.amount_cents, "transaction": facts.transaction})


def _start_payment(case: Case) -> Change:
    facts: OrderFacts = case.facts
    at = facts.command.at
    payment = {"amount_cents": facts.amount_cents, "payment_id": facts.transaction}
    detail = {"amount_cents": facts.amount_cents, "transaction": facts.transaction}
    return Change(payment | {"payment_started_at": at, "touched_at": at}, detail)


def _fail_payment(case: Case) -> Change:
    return Change({"touched_at": case.facts.command.at}, {"transaction": case.row.payment_id})


def _reopen(case: Case) -> Change:
    """A cart again: what it costs is reckoned anew, and the payment that failed stands in the history."""
    unpaid = {"amount_cents": 0, "payment_id": None, "payment_started_at": None}
    return Change(unpaid | {"touched_at": case.facts.command.at})


def _touched(case: Case) -> Change:
    return Change({"touched_at": case.facts.command.at})


def _order_facts(
    source: Source, orders: Sequence[Any], command: Command, _events: Mapping[int, Iterable[str]]
) -> Mapping[int, OrderFacts]:
    return load_order_facts(source, orders, command)


DOCUMENT_ORDER = Machine(
    plan=document_order.PLAN,
    table=table(DocumentOrder),
    history=table(DocumentOrderHistory),
    load_facts=_order_facts,
    effects={
        "place": _place,
        "start_payment": _start_payment,
        "confirm_payment": _place,
        "fail_payment": _fail_payment,
        "retry_payment": _start_payment,
        "reopen": _reopen,
        "abandon": _touched,
    },
    consequences={},
)
