"""What the events of an order item change (domain §2, "Side effects")."""

from collections.abc import Callable, Sequence
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import update

from models.codes import (
    BY_COURIER,
    CERTIFIED,
    DeliveredHow,
    DeliveryMethod,
    MessageKind,
    Role,
    SpecialHandling,
    StatusReason,
)
from models.documents import Document
from models.history import OrderItemHistory
from models.orders import ItemError, OrderItem
from models.sql.in_values import in_values
from models.sql.many_rows import append
from models.students import Address
from workflows.calendar import EDMONTON
from workflows.command import Command
from workflows.effects.lease import NO_LEASE
from workflows.effects.messages import NEVER_LEFT, tell_consumer, tell_student_and_orderer
from workflows.effects.special_handling import close_handling, require_handling, waive_handling
from workflows.facts.items import ItemFacts, needs_handling
from workflows.machines import order_item
from workflows.machines.machine import Case, Change, Consequence, Machine
from workflows.rules.digital_link import last_day_of_link
from workflows.rules.holding import MAX_ATTEMPTS
from workflows.rules.rule import plain
from workflows.source import Source, table

_FRESH: dict[str, Any] = NO_LEASE | {"attempts": 0, "lapses": 0, "next_attempt_at": None, "last_error": None}
#: No link opens the document any more.
_NO_LINK: dict[str, Any] = {"link_expires_on": None}
_IN_NO_JOB: dict[str, Any] = {"print_job_id": None, "sequence": None}
_UNPROCESSED: dict[str, Any] = {
    "status_reason": None,
    "processed_at": None,
    "printed_name": None,
    "name_format": None,
}
_RELEASED_AS_EDITED: dict[str, Any] = _FRESH | _NO_LINK | _UNPROCESSED
_RELEASED: dict[str, Any] = _RELEASED_AS_EDITED | {"recipient": None, "address": None}


def _process(case: Case) -> Change:
    lease = case.given
    started = case.row.processed_at or case.facts.command.at
    return Change({"processed_at": started, "lease_owner": lease["owner"], "lease_until": lease["until"]})


def _render(case: Case) -> Change:
    rendered = case.given
    columns = {
        "printed_name": rendered["printed_name"],
        "name_format": rendered["name_format"],
        "recipient": rendered["recipient"],
        "address": rendered["address"],
    }
    if case.row.delivery_method is DeliveryMethod.DIGITAL:
        columns |= link_columns(case)
    return Change(_FRESH | columns, {"sha256": rendered["document"]["sha256"]})


def link_columns(case: Case) -> dict[str, Any]:
    """One more link to a digital document, with its last day."""
    last_day = last_day_of_link(case.facts.today, case.facts.settings)
    return {"link_no": case.row.link_no + 1, "link_expires_on": last_day}


def _store_documents(source: Source, won: Sequence[Case], command: Command) -> None:
    rows = [
        {
            **case.given["document"],
            "item_id": case.row.id,
            "rendered_at": command.at,
            "deleted_at": None,
        }
        for case in won
    ]
    append(source.session, table(Document), rows)
    require_handling(
        source, [case.row.id for case in won if needs_handling(case.row.delivery_method)], command
    )


def _hold_by_system(case: Case) -> Change:
    reasons = case.given
    detail = {"errors": [{"code": reason.code, "params": plain(reason.params)} for reason in reasons]}
    exhausted = [reason.params for reason in reasons if reason.code == "CO-90"]
    technical = {"attempts": MAX_ATTEMPTS, "last_error": exhausted[0]} if exhausted else {}
    again = {"next_attempt_at": recheck_at(case.facts.student_hold, case.facts.command.at)}
    return Change(
        _FRESH | _IN_NO_JOB | _NO_LINK | technical | again | {"status_reason": reasons[0].code}, detail
    )


#: A held item is looked at again this often at the least, whether or not a change of its facts was noticed.
LOOK_AGAIN = timedelta(days=1)


def recheck_at(student_hold: Any, now: datetime) -> datetime:
    """When a held item may be releasable by the passing of time: the day after the student's hold, or tomorrow."""
    if student_hold is None or student_hold.until is None:
        return now + LOOK_AGAIN
    return min(datetime.combine(student_hold.until + timedelta(days=1), time(), EDMONTON), now + LOOK_AGAIN)


def _store_errors(source: Source, won: Sequence[Case], command: Command) -> None:
    rows = [
        {"item_id": case.row.id, "code": reason.code, "params": plain(reason.params), "found_at": command.at}
        for case in won
        for reason in case.given
    ]
    append(source.session, table(ItemError), rows)


def _requeue(case: Case) -> Change:
    """Give the item back to the queue: count a lapse where the lease ran out, a failed attempt where the step failed."""
    failed = (case.given or {}).get("failed")
    if failed is None:
        return Change(NO_LEASE | {"lapses": case.row.lapses + 1})
    return Change(NO_LEASE | failed, {"attempt": failed["attempts"]} if failed else None)


def _hold(case: Case) -> Change:
    return Change(_IN_NO_JOB | _NO_LINK | {"status_reason": case.facts.command.reason})


def _release(case: Case) -> Change:
    """Have the item processed from the start; where it follows the student, recipient and address are found anew."""
    again = _RELEASED if case.row.follows_student else _RELEASED_AS_EDITED
    return Change({**again, "release_count": case.row.release_count + 1})


def _clear(source: Source, won: Sequence[Case], command: Command) -> None:
    """Mark errors as cleared and documents as deleted, and waive special handling, of items that are released.

    Only items that were processed have errors or documents.
    """
    _waive(source, won, command)
    ids = [case.row.id for case in won if case.row.processed_at is not None]
    if not ids:
        return
    errors, documents = table(ItemError), table(Document)
    connection = source.session.connection()
    connection.execute(
        update(errors)
        .where(in_values(errors.c.item_id, ids), errors.c.cleared_at.is_(None))
        .values(cleared_at=command.at)
    )
    connection.execute(
        update(documents)
        .where(in_values(documents.c.item_id, ids), documents.c.deleted_at.is_(None))
        .values(deleted_at=command.at)
    )


def _waive(source: Source, won: Sequence[Case], command: Command) -> None:
    waive_handling(source, _handled(won), command)


def _close(source: Source, won: Sequence[Case], command: Command) -> None:
    close_handling(source, _handled(won), command)


def _handled(won: Sequence[Case]) -> list[int]:
    """The items with special handling, so that the others cost no statement."""
    return [case.row.id for case in won if case.facts.special_handling is not SpecialHandling.NOT_REQUIRED]


def _fail_handling_and_address(source: Source, won: Sequence[Case], command: Command) -> None:
    _close(source, won, command)
    _expire_addresses(source, won, command)


def _cancel(case: Case) -> Change:
    return Change({"status_reason": case.facts.command.reason, "next_attempt_at": None})


def _add_to_print_job(case: Case) -> Change:
    job = case.given["job"]
    return Change({"print_job_id": job}, {"print_job": job})


def _remove_from_print_job(case: Case) -> Change:
    return Change(_IN_NO_JOB)


def _dispatch(case: Case) -> Change:
    return Change({"sent_at": case.facts.command.at}, {"sequence": case.row.sequence})


def _deliver(case: Case) -> Change:
    command = case.facts.command
    how = DeliveredHow.CONFIRMED
    if command.actor.role is Role.DOD_CONSUMER:
        how = DeliveredHow.DOWNLOADED
    elif command.actor.role is Role.SYSTEM:
        how = DeliveredHow((case.given or {}).get("how", DeliveredHow.PRESUMED))
    return Change(
        {"delivered_at": command.at, "delivered_how": how, "status_reason": None}, {"how": how.value}
    )


def _fail(case: Case) -> Change:
    facts: ItemFacts = case.facts
    detail = {"address_expired": _returned_to_current(case)} if _is_bad_address(facts.command) else None
    columns = {"delivered_at": None, "delivered_how": None}
    return Change(columns | {"status_reason": facts.command.reason}, detail)


def _is_bad_address(command: Command) -> bool:
    return command.reason == StatusReason.RETURNED_BAD_ADDRESS


def _returned_to_current(case: Case) -> bool:
    """Whether the envelope came back from the address at which the student is still on file."""
    return case.row.address is not None and case.row.address == case.facts.current_address


def _expire_addresses(source: Source, won: Sequence[Case], command: Command) -> None:
    """Expire the address from which an envelope came back (ReturnedBadAddress), where it is still the student's current one."""
    if not _is_bad_address(command):
        return
    students = [case.row.student_id for case in won if _returned_to_current(case)]
    addresses = table(Address)
    current = addresses.c.student_id.in_(students) & addresses.c.replaced_at.is_(None)
    source.session.connection().execute(
        update(addresses).where(current).values(expires_on=command.today - timedelta(days=1))
    )


def _reasoned(case: Case) -> Change:
    return Change({"status_reason": case.facts.command.reason})


def _misdeliver(case: Case) -> Change:
    return Change(_NO_LINK | {"status_reason": case.facts.command.reason})


def _all(*consequences: Consequence) -> Consequence:
    """A consequence that carries out ``consequences`` one after the other."""

    def together(source: Source, won: Sequence[Case], command: Command) -> None:
        for each in consequences:
            each(source, won, command)

    return together


def _tell(kind: MessageKind) -> Consequence:
    return lambda source, won, command: tell_student_and_orderer(source, kind, won, command)


def _tell_undeliverable(source: Source, won: Sequence[Case], command: Command) -> None:
    if command.reason not in NEVER_LEFT:
        tell_student_and_orderer(source, MessageKind.UNDELIVERABLE, won, command)


def _tell_of_download(source: Source, won: Sequence[Case], command: Command) -> None:
    if command.actor.role is Role.DOD_CONSUMER:
        tell_student_and_orderer(source, MessageKind.DOWNLOADED, won, command)


def _tell_what_rendering_asks(source: Source, won: Sequence[Case], command: Command) -> None:
    """Write to the consumers of digital items, and to student and orderer about certification and missing waybills."""

    def those(wanted: Callable[[Any], bool]) -> list[Case]:
        return [case for case in won if wanted(case.row)]

    if digital := those(lambda row: row.delivery_method is DeliveryMethod.DIGITAL):
        tell_consumer(source, MessageKind.LINK_AVAILABLE, digital, command)
    if certified := those(lambda row: row.delivery_method in CERTIFIED):
        tell_student_and_orderer(source, MessageKind.CERTIFICATION_INSTRUCTIONS, certified, command)
    if waiting := those(lambda row: row.delivery_method in BY_COURIER and row.waybill is None):
        tell_student_and_orderer(source, MessageKind.WAYBILL_REQUIRED, waiting, command)


#: The facts that messages need, and those that ending special handling needs.
_TOLD, _HANDLED = ("student", "credential"), ("special_handling",)

ORDER_ITEM = Machine(
    plan=order_item.PLAN,
    table=table(OrderItem),
    history=table(OrderItemHistory),
    facts=ItemFacts,
    effects={
        "process": _process,
        "render": _render,
        "hold_by_system": _hold_by_system,
        "requeue": _requeue,
        "hold": _hold,
        "pull": _hold,
        "release": _release,
        "cancel": _cancel,
        "add_to_print_job": _add_to_print_job,
        "remove_from_print_job": _remove_from_print_job,
        "dispatch": _dispatch,
        "deliver": _deliver,
        "fail": _fail,
        "misdeliver": _misdeliver,
        "reorder": _reasoned,
    },
    consequences={
        "render": _all(_store_documents, _tell_what_rendering_asks),
        "new_link": lambda source, won, command: tell_consumer(
            source, MessageKind.LINK_AVAILABLE, won, command
        ),
        "hold_by_system": _store_errors,
        "release": _clear,
        "cancel": _waive,
        "dispatch": _tell(MessageKind.CREDENTIAL_ISSUED),
        "deliver": _tell_of_download,
        "expire": _tell(MessageKind.NOT_DOWNLOADED),
        "fail": _all(_fail_handling_and_address, _tell_undeliverable),
        "misdeliver": _all(_close, _tell(MessageKind.DELIVERED_IN_ERROR)),
        "remind": lambda source, won, command: tell_consumer(
            source, MessageKind.ABOUT_TO_EXPIRE, won, command
        ),
    },
    looks_at={
        "render": lambda _command: _TOLD,
        "new_link": lambda _command: _TOLD,
        "release": lambda _command: _HANDLED,
        "cancel": lambda _command: _HANDLED,
        "dispatch": lambda _command: _TOLD,
        "deliver": lambda command: _TOLD if command.actor.role is Role.DOD_CONSUMER else (),
        "expire": lambda _command: _TOLD,
        "fail": lambda command: (
            *_TOLD,
            *_HANDLED,
            *(("current_address",) if _is_bad_address(command) else ()),
        ),
        "misdeliver": lambda _command: (*_TOLD, *_HANDLED),
        "remind": lambda _command: _TOLD,
    },
    alone=frozenset({"process", "requeue", "hold", "release", "cancel", "deliver"}),
)
