"""From a cart to placed items: all or nothing, at once where nothing is to be paid, else once the payment is there.

The payment port is asked while no transaction is open. What was read before is judged again under lock.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, update

from models.codes import OrderState
from models.orders import DocumentOrder, DraftLine, item_number, order_number
from workflows.command import SYSTEM, Actor, Command
from workflows.effects.document_order import DOCUMENT_ORDER
from workflows.effects.order_item import ORDER_ITEM
from workflows.engine.engine import apply
from workflows.facts.orders import OrderFacts
from workflows.history.decided import Decided, keep
from workflows.installation import Installation
from workflows.machines import document_order
from workflows.machines.decision import Decision, Kind, Outcome
from workflows.machines.follows import begun
from workflows.machines.plan import decide
from workflows.operations.access.permission import WHO_SEES_ORDERS, require_standing
from workflows.operations.carts.cart import AS_IT_IS, Review, Versions, require_own, reviewed
from workflows.operations.carts.payment import Answer, port_of
from workflows.operations.ordering.place import place_items
from workflows.operations.ordering.reprint_line import keep_answers
from workflows.rules.rule import Reason
from workflows.source import Source, table


@dataclass(frozen=True, slots=True)
class Checkout:
    """What became of an order: the outcome of its event, the items that were made, and its lines as judged."""

    outcome: Outcome
    items: tuple[str, ...] = ()
    review: Review = field(default_factory=lambda: Review((), (), 0))

    @property
    def decision(self) -> Decision | None:
        """The refusal, if it is one: every failing rule of the order and of all its lines."""
        return None if self.outcome.done else self.outcome.decision


def place(installation: Installation, order: int, actor: Actor, versions: Versions = AS_IT_IS) -> Checkout:
    """Place the cart: every failing rule of every line, or all lines as items; what costs money waits for payment.

    Raises :class:`StaleError`, as do paying and paying again.
    """
    command = Command("place", actor, installation.now(), versions=versions)
    with installation.database.read() as session:
        first = _judged(installation.source(session), order, command, paid=True)
    if not first.allowed:
        return _refused_at_first(installation, first)
    amount, port = first.review.amount_cents, port_of(installation.settings)
    transaction = port.start(order_number(order), first.row.version, amount) if amount else None
    with installation.database.write() as session:
        source = installation.source(session)
        source.locked(DocumentOrder, table(DocumentOrder).c.id == order)
        again = _judged(source, order, command, transaction=transaction)
        if not again.allowed:
            return _refused_and_kept(source, again)
        if (
            again.review.amount_cents != amount
        ):  # a line changed meanwhile, and the payment would not be its price
            decision = Decision(again.decision.event, again.row.state, kind="conflict")
            return _refused(replace(again, decision=decision))
        return _carry_out(source, again)


def retry_payment(
    installation: Installation, order: int, actor: Actor, versions: Versions = AS_IT_IS
) -> Checkout:
    """Pay again what was not received; a payment that came late after all is taken instead."""
    command = Command("retry_payment", actor, installation.now(), versions=versions)
    with installation.database.read() as session:
        first = _judged(installation.source(session), order, command, paid=True)
    port, earlier = port_of(installation.settings), first.row.payment_id
    arrived = first.decision.allowed and earlier is not None and port.ask(earlier) == "paid"
    if not first.decision.allowed or (first.review.refused and not arrived):
        return _refused_at_first(installation, first)
    amount = first.row.amount_cents
    transaction = earlier if arrived else port.start(order_number(order), first.row.version, amount)
    with installation.database.write() as session:
        source = installation.source(session)
        source.locked(DocumentOrder, table(DocumentOrder).c.id == order)
        again = _judged(source, order, command, transaction=transaction)
        if not again.decision.allowed or (again.review.refused and not arrived):
            return _refused_and_kept(source, again)
        checkout = _carry_out(source, again)
    return (settle_payment(installation, order) or checkout) if arrived else checkout


def pay(
    installation: Installation, order: int, actor: Actor, versions: Versions = AS_IT_IS
) -> Checkout | None:
    """The payer is back: ask what became of the payment. ``None`` while nobody knows yet."""
    command = Command("pay", actor, installation.now(), versions=versions)
    with installation.database.read() as session:
        require_own(installation.source(session), order, command)
    return settle_payment(installation, order)


def settle_payment(installation: Installation, order: int, *, give_up: bool = False) -> Checkout | None:
    """Ask what became of the order's payment and act on it; ``None`` while that is unknown and worth waiting for.

    Paid: the rules are asked again, and all lines become items; where one refuses, nothing changes, and Student
    Records has to mend it or to refund.
    """
    now = installation.now()
    with installation.database.read() as session:
        rows = installation.source(session).rows(DocumentOrder, table(DocumentOrder).c.id == order)
    pending = rows[0].state is OrderState.PAYMENT_PENDING
    answer: Answer = port_of(installation.settings).ask(rows[0].payment_id) if pending else "paid"
    if answer == "unknown" and not give_up:
        return None
    event = "confirm_payment" if answer == "paid" else "fail_payment"
    command = Command(event, SYSTEM, now, versions={order: rows[0].version})
    with installation.database.write() as session:
        source = installation.source(session)
        source.locked(DocumentOrder, table(DocumentOrder).c.id == order)
        if event == "fail_payment" or not pending:
            return Checkout(apply(source, DOCUMENT_ORDER, [order], command)[0])
        return _confirm(source, order, command)


def give_payment_up(installation: Installation, order: int, command: Command) -> Outcome:
    """Student Records: what was paid can't be ordered and is refunded, or the payment will not come.

    Raises :class:`NotPermittedError`.
    """
    require_standing(DOCUMENT_ORDER.plan, command, WHO_SEES_ORDERS)
    with installation.database.write() as session:
        return apply(installation.source(session), DOCUMENT_ORDER, [order], command)[0]


# The clock


def idle_since(installation: Installation) -> datetime:
    """Carts untouched since then are abandoned."""
    return installation.now() - timedelta(days=installation.settings.cart_days)


def abandon_idle(installation: Installation, orders: list[int]) -> list[Outcome]:
    """Abandon the carts that still are idle."""
    rows, command = table(DocumentOrder).c, Command("abandon", SYSTEM, installation.now())
    with installation.database.write() as session:
        source = installation.source(session)
        idle = rows.touched_at <= idle_since(installation)
        ids = [row.id for row in source.locked(DocumentOrder, rows.id.in_(orders), idle)]
        return apply(source, DOCUMENT_ORDER, ids, command)


def settle_unanswered(installation: Installation, orders: list[int]) -> None:
    """Ask for the answers that never came; without one the payment was not received.

    A port that can't be asked is no answer: the order keeps waiting and is asked again after as long a time.
    """
    for order in orders:
        try:
            settle_payment(installation, order, give_up=True)
        except Exception:
            with installation.database.write() as session:
                _touch(installation.source(session), order, installation.now())


# Plumbing


@dataclass(frozen=True, slots=True)
class _Judged:
    """An order with its lines as judged, the command that would carry it on, and whether it may."""

    row: Any
    review: Review
    command: Command
    decision: Decision
    facts: Any

    @property
    def allowed(self) -> bool:
        return self.decision.allowed and not self.review.refused


def _judged(
    source: Source, order: int, command: Command, *, transaction: str | None = None, paid: bool = False
) -> _Judged:
    """The order's own rules and those of every line. With ``paid`` the transaction that is not there yet is assumed."""
    row = require_own(source, order, command)
    review = reviewed(source, order, command)
    retrying = command.event == "retry_payment"
    amount = row.amount_cents if retrying else review.amount_cents
    event = command.event if retrying or not amount else "start_payment"
    given = {"amount_cents": amount, "transaction": order_number(order) if paid else transaction}
    wanted = replace(command, event=event, given={order: given}, versions={order: row.version})
    facts = OrderFacts.of(source, [row], wanted)[order]
    decision = decide(document_order.PLAN, row.state, event, facts)
    return _Judged(row, review, wanted, decision, facts)


def _refused_at_first(installation: Installation, judged: _Judged) -> Checkout:
    """The refusal of a judgement that was made outside a transaction; what it was refused on is kept in one of its own."""
    with installation.database.write() as session:
        return _refused_and_kept(installation.source(session), judged)


def _refused_and_kept(source: Source, judged: _Judged) -> Checkout:
    """The refusal; what the order and its lines were refused on is kept."""
    known = Decided(judged.row, judged.facts, judged.decision)
    keep(source, DOCUMENT_ORDER.table.name, judged.command, [known])
    keep_answers(source, judged.review.judged, judged.command)
    return _refused(judged)


def _refused(judged: _Judged) -> Checkout:
    """Every failing rule at once, the order's and its lines', each told once."""
    row, decision = judged.row, judged.decision
    if decision.kind in (None, "rule"):
        reasons: dict[tuple[str, str], Reason] = {}
        for reason in (*decision.reasons, *(r for each in judged.review.judged for r in each.reasons)):
            reasons.setdefault((reason.code, reason.message("en")), reason)
        decision = replace(decision, target=None, kind="rule", reasons=tuple(reasons.values()))
    kind: Kind = "conflict" if decision.kind == "conflict" else "refused"
    outcome = Outcome(row.id, kind, decision.event, row.state, row.state, row.version, decision)
    return Checkout(outcome, review=judged.review)


def _carry_out(source: Source, judged: _Judged) -> Checkout:
    (outcome,) = apply(source, DOCUMENT_ORDER, [judged.row.id], judged.command)
    if outcome.state != OrderState.ORDERED or not outcome.done:
        return Checkout(outcome, review=judged.review)
    return Checkout(outcome, _become_items(source, judged.row, judged.review, judged.command), judged.review)


def _confirm(source: Source, order: int, command: Command) -> Checkout:
    (row,) = source.rows(DocumentOrder, table(DocumentOrder).c.id == order)
    facts = OrderFacts.of(source, [row], command)[order]
    review = reviewed(source, order, command)
    decision = decide(document_order.PLAN, row.state, command.event, facts)
    judged = _Judged(row, review, command, decision, facts)
    if row.version == command.versions[order] and decision.allowed and review.refused:
        _touch(source, order, command.at)
        return _refused_and_kept(source, judged)
    return _carry_out(source, judged)


def _touch(source: Source, order: int, at: datetime) -> None:
    """Put off the clock's next look. Nothing that anybody decides on changes, so the version stays and no history tells of it."""
    orders = table(DocumentOrder)
    source.session.connection().execute(update(orders).where(orders.c.id == order).values(touched_at=at))


def _become_items(source: Source, order: Any, review: Review, command: Command) -> tuple[str, ...]:
    """All lines as items in ``created``; the drafts are gone."""
    keep_answers(source, review.judged, command)
    items = [each.item for each in review.judged]
    placing = replace(begun(DOCUMENT_ORDER.plan, command, ORDER_ITEM.plan), given={})
    place_items(source.session, items, [order.id] * len(items), placing)
    lines = table(DraftLine)
    source.session.connection().execute(delete(lines).where(lines.c.order_id == order.id))
    return tuple(item_number(order.id, item.item_no) for item in items)
