"""The public's cart (domain §5, "Ordering a Credential Reprint"): begun, filled, looked through; Student Records' too.

Placing it and paying for it is in :mod:`workflows.operations.carts.checkout`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

from sqlalchemy import delete, insert, select, update

from models.codes import Language, OrderOrigin, OrderState, RecipientKind, Role
from models.consumers import Consumer
from models.credentials import Credential, has_number
from models.edges.faults import Fault, fault
from models.edges.text import check_email, check_text
from models.history import DocumentOrderHistory
from models.orders import DocumentOrder, DraftLine, order_number
from models.students import Student
from workflows.command import Actor, Command
from workflows.effects.amendments import AMENDMENTS
from workflows.effects.document_order import DOCUMENT_ORDER
from workflows.engine.engine import amend, apply
from workflows.facts.orders import OrderFacts
from workflows.facts.ownership import is_own_order
from workflows.history import refusals
from workflows.installation import Installation
from workflows.machines.decision import Outcome
from workflows.machines.machine import Case, Change
from workflows.missing import MissingError
from workflows.operations.access.as_seen import require_as_seen
from workflows.operations.access.permission import (
    WHO_FILLS_CARTS,
    WHO_FILLS_THIS_CART,
    WHO_SEES_ORDERS,
    require,
    require_standing,
)
from workflows.operations.delivery.waybill import take
from workflows.operations.ordering.place import begin_history
from workflows.operations.ordering.reprint_line import (
    Judged,
    ReprintDetails,
    ReprintLine,
    check_details,
    judge,
)
from workflows.rules.order import order_may_be_abandoned
from workflows.rules.rule import Reason, failing
from workflows.source import Source, table

#: The version that a change of an order is based on, by its id; without one it is taken as it is.
Versions = Mapping[int, int]
AS_IT_IS: Versions = MappingProxyType({})

#: An item number has two digits for the item (domain §1, "Order item number").
MOST_LINES = 99


@dataclass(frozen=True, slots=True)
class CartLine:
    """A line of a cart: its number, the student it is for, and what is wanted."""

    number: int
    asn: str
    wanted: ReprintLine


@dataclass(frozen=True, slots=True)
class Changed:
    """The result of a change of lines: the line, or why the change was not made."""

    line: int | None
    reasons: tuple[Reason, ...] = ()
    faults: tuple[Fault, ...] = ()
    #: The order's version after it.
    version: int | None = None


@dataclass(frozen=True, slots=True)
class Review:
    """A cart as it would be placed: every line judged, and what it costs."""

    lines: tuple[CartLine, ...]
    judged: tuple[Judged, ...]
    amount_cents: int

    @property
    def refused(self) -> bool:
        """Whether a rule refuses one of the lines."""
        return any(each.reasons for each in self.judged)


def begin(
    installation: Installation,
    actor: Actor,
    *,
    on_behalf_of: str = "",
    email: str = "",
    language: Language = Language.EN,
) -> int | list[Fault]:
    """A new, empty cart: the public's own, or Student Records' on behalf of a person; or what is wrong with it."""
    command = Command("begin", actor, installation.now())
    require(WHO_FILLS_CARTS, command)
    public = actor.role is Role.PUBLIC
    owner = actor.name if public else on_behalf_of
    faults = check_text("requested_by", owner, required=public) + check_email(email)
    if public and on_behalf_of:
        faults.append(fault("for_nobody_else", "requested_by"))
    if faults:
        return faults
    values = {
        "state": OrderState.UNDER_CONSTRUCTION,
        "origin": OrderOrigin.PUBLIC,
        "version": 0,
        "history_hash": "",
        "requested_by": owner,
        "email": email,
        "language": language,
        "touched_at": command.at,
        "amount_cents": 0,
    }
    orders = table(DocumentOrder)
    with installation.database.write() as session:
        statement = insert(orders).values(values).returning(orders.c.id)
        order = int(session.connection().execute(statement).scalar_one())
        state = OrderState.UNDER_CONSTRUCTION
        begin_history(session, DocumentOrder, DocumentOrderHistory, [order], state, command)
    return order


def add_line_of(
    installation: Installation,
    order: int,
    asn: str,
    wanted: str,
    details: ReprintDetails,
    actor: Actor,
    versions: Versions = AS_IT_IS,
    waybill: bytes | None = None,
) -> Changed | None:
    """Put a reprint of a student's credential, by its number or type, into the cart; ``None`` where there is none such.

    Raises :class:`StaleError`, as every change of lines, and :class:`UnusableWaybillError`.
    """
    command = Command("add_line", actor, installation.now())
    with installation.database.read() as session:
        source = installation.source(session)
        require_own(source, order, command)
        found = _find_credential(source, asn, wanted)
    if found is None:
        return None
    if waybill is not None:
        details = replace(details, waybill=take(installation, waybill))
    return add_line(installation, order, found, details, actor, versions)


def add_line(
    installation: Installation,
    order: int,
    credential: int,
    details: ReprintDetails,
    actor: Actor,
    versions: Versions = AS_IT_IS,
) -> Changed:
    """Put a reprint of the credential into the cart. Raises :class:`StaleError`, as every change of lines."""
    command = Command("add_line", actor, installation.now(), versions=versions)
    with installation.database.write() as session:
        source = installation.source(session)
        row, refused = _open_cart(source, order, command)
        if refused:
            return Changed(None, refused)
        faults = check_details(details) + _for_others(row, details.requested_by, actor)
        taken = [line.line_no for line in _draft_lines(source, order)]
        if len(taken) >= MOST_LINES:
            faults.append(fault("too_many_lines", "row", limit=MOST_LINES))
        if faults:
            return Changed(None, (), tuple(faults))
        number = max(taken, default=0) + 1
        (found,) = source.rows(Credential, table(Credential).c.id == credential)
        stored = _named(source, details, row).stored()
        values = {"order_id": order, "line_no": number, "student_id": found.student_id}
        values |= {"credential_id": credential, "details": stored}
        session.connection().execute(insert(table(DraftLine)).values(values))
        return _recorded(source, order, number, command, added=stored | {"credential": credential})


def edit_line(
    installation: Installation,
    order: int,
    line: int,
    changes: Mapping[str, Any],
    actor: Actor,
    versions: Versions = AS_IT_IS,
    waybill: bytes | None = None,
) -> Changed:
    """Set fields of :class:`ReprintDetails` on a line; its student and credential stay.

    Values that are set already change nothing. Raises :class:`UnusableWaybillError`.
    """
    command = Command("edit_line", actor, installation.now(), versions=versions)
    if waybill is not None:
        with installation.database.read() as session:
            require_own(installation.source(session), order, command)  # before its file is stored
        changes = {**changes, "waybill": take(installation, waybill)}
    with installation.database.write() as session:
        source = installation.source(session)
        row, refused = _open_cart(source, order, command)
        if refused:
            return Changed(line, refused)
        draft = _draft_line(source, order, line)
        details = replace(ReprintDetails.restored(draft.details), **changes)
        faults = check_details(details) + _for_others(row, changes.get("requested_by", ""), actor)
        if faults:
            return Changed(line, (), tuple(faults))
        stored = _named(source, details, row).stored()
        edited = {
            name: {"from": draft.details.get(name), "to": value}
            for name, value in stored.items()
            if draft.details.get(name) != value
        }
        if not edited:
            return Changed(line, version=row.version)
        lines = table(DraftLine)
        session.connection().execute(update(lines).where(lines.c.id == draft.id).values(details=stored))
        return _recorded(source, order, line, command, edited=edited)


def remove_line(
    installation: Installation, order: int, line: int, actor: Actor, versions: Versions = AS_IT_IS
) -> Changed:
    """Remove a line from the cart."""
    command = Command("remove_line", actor, installation.now(), versions=versions)
    with installation.database.write() as session:
        source = installation.source(session)
        _, refused = _open_cart(source, order, command)
        if refused:
            return Changed(line, refused)
        draft = _draft_line(source, order, line)
        session.connection().execute(delete(table(DraftLine)).where(table(DraftLine).c.id == draft.id))
        removed = draft.details | {"credential": draft.credential_id}
        return _recorded(source, order, line, command, removed=removed)


def review(installation: Installation, order: int, actor: Actor) -> Review:
    """The cart as it would be placed now. Changes nothing."""
    command = Command("review", actor, installation.now())
    with installation.database.read() as session:
        source = installation.source(session)
        seen(source, order, command)
        return reviewed(source, order, command)


def change(installation: Installation, order: int, command: Command) -> Outcome:
    """``reopen`` or ``abandon`` the order. Raises :class:`NotPermittedError`."""
    require_standing(DOCUMENT_ORDER.plan, command, WHO_SEES_ORDERS)
    with installation.database.write() as session:
        source = installation.source(session)
        savepoint = session.begin_nested()
        (outcome,) = apply(source, DOCUMENT_ORDER, [order], command)
        decision = outcome.decision
        if command.event != "abandon" or decision is None or decision.kind != "no_such_transition":
            return outcome
        # domain §3, "60114", names the rule behind this refusal, so it is answered, and recorded, as a rule's.
        savepoint.rollback()
        (row,) = source.rows(DocumentOrder, table(DocumentOrder).c.id == order)
        facts = OrderFacts.of(source, [row], command)[order]
        reasons = tuple(failing([order_may_be_abandoned], facts))
        told = outcome._replace(decision=replace(decision, kind="rule", reasons=reasons))
        refusals.record(session, DOCUMENT_ORDER.table.name, command, [told])
        return told


def require_own(source: Source, order: int, command: Command) -> Any:
    """The order's row; raises where there is none, where the actor may not fill it (CO-11), or where it changed since.

    A role that fills no cart is refused before the order is looked up, and so can't tell whether it is there.
    """
    require(WHO_FILLS_THIS_CART, command, is_own=True)
    rows = source.rows(DocumentOrder, table(DocumentOrder).c.id == order)
    if not rows:
        raise MissingError("order", order_number(order))
    (row,) = rows
    require(WHO_FILLS_THIS_CART, command, is_own=is_own_order(row, command.actor))
    require_as_seen(row, command)
    return row


def seen(source: Source, order: int, command: Command) -> Any:
    """The order's row, for those who may look at it: the public at its own, the ministry and auditors at any."""
    require(WHO_SEES_ORDERS, command, is_own=True)
    rows = source.rows(DocumentOrder, table(DocumentOrder).c.id == order)
    if not rows:
        raise MissingError("order", order_number(order))
    require(WHO_SEES_ORDERS, command, is_own=is_own_order(rows[0], command.actor))
    return rows[0]


def reviewed(source: Source, order: int, command: Command) -> Review:
    """Every line of the order judged, and what they cost: copies at the fee of the settings."""
    lines = lines_of(source, order)
    judged = judge(source, [line.wanted for line in lines], command)
    for number, each in enumerate(judged, start=1):
        each.item.item_no = number
    copies = sum(line.wanted.details.copies for line in lines)
    return Review(tuple(lines), tuple(judged), copies * source.settings.reprint_fee_cents)


def lines_of(source: Source, order: int) -> list[CartLine]:
    """The lines of an order in their order."""
    rows = _draft_lines(source, order)
    credentials, students = table(Credential).c, table(Student).c
    chosen = credentials.id.in_([row.credential_id for row in rows])
    by_id = {row.id: row for row in source.rows(Credential, chosen)}
    named = source.rows(Student, students.id.in_([row.student_id for row in rows]))
    asns = {row.id: row.asn for row in named}
    return [
        CartLine(
            row.line_no,
            asns[row.student_id],
            ReprintLine(by_id[row.credential_id], ReprintDetails.restored(row.details)),
        )
        for row in rows
    ]


def _find_credential(source: Source, asn: str, wanted: str) -> int | None:
    """A student's credential by its number, or the newest undeleted one by its type."""
    credentials, students = table(Credential).c, table(Student)
    owner = select(students.c.id).where(students.c.asn == asn).scalar_subquery()
    rows = source.rows(Credential, credentials.student_id == owner)
    by_number = source.rows(Credential, credentials.student_id == owner, has_number(credentials, wanted))
    by_type = [row for row in rows if row.credential_type == wanted and row.state != "deleted"]
    found = [*by_number, *reversed(by_type)]
    return found[0].id if found else None


def _open_cart(source: Source, order: int, command: Command) -> tuple[Any, tuple[Reason, ...]]:
    """The order under lock, and the reasons why its lines may not change; a refusal is recorded."""
    source.locked(DocumentOrder, table(DocumentOrder).c.id == order)
    row = require_own(source, order, command)
    amendment = AMENDMENTS[command.event]
    _, reasons = amendment.judge(OrderFacts.of(source, [row], command)[order])
    if reasons:
        amend(source, DOCUMENT_ORDER, order, command, amendment, _touched)
    return row, tuple(reasons)


def _recorded(source: Source, order: int, line: int, command: Command, **what: Any) -> Changed:
    """Record the change of a line as a change of the order: its version moves, its history holds the change."""
    detail = {"line": line} | what

    def touch(case: Case) -> Change:
        return Change(_touched(case).columns, detail)

    outcome = amend(source, DOCUMENT_ORDER, order, command, AMENDMENTS[command.event], touch)
    return Changed(line, version=outcome.version)


def _touched(case: Case) -> Change:
    return Change({"touched_at": case.facts.command.at})


def _draft_lines(source: Source, order: int) -> list[Any]:
    rows = source.rows(DraftLine, table(DraftLine).c.order_id == order)
    return sorted(rows, key=lambda row: row.line_no)


def _draft_line(source: Source, order: int, line: int) -> Any:
    rows: Sequence[Any] = [row for row in _draft_lines(source, order) if row.line_no == line]
    if not rows:
        raise MissingError("line", line, order=order_number(order))
    return rows[0]


def _for_others(order: Any, requested_by: str, actor: Actor) -> list[Fault]:
    """A fault where the public names somebody other than the owner of the cart as the one who asks for a line."""
    others = actor.role is Role.PUBLIC and requested_by not in {"", order.requested_by}
    return [fault("for_nobody_else", "requested_by")] if others else []


def _named(source: Source, details: ReprintDetails, order: Any) -> ReprintDetails:
    """The details with the cart's requester where none is named, and with the name of the consumer."""
    asked = details if details.requested_by else replace(details, requested_by=order.requested_by)
    if details.recipient_kind is not RecipientKind.CONSUMER:
        return asked
    rows = source.rows(Consumer, table(Consumer).c.id == details.consumer_id)
    return replace(asked, recipient=rows[0].name if rows else details.recipient)
