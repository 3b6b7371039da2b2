"""Every change once: the words of its command and the call of the client, with what may be given to both."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy
from orders_client import Orders

from models.codes import (
    DeleteReason,
    DeliveryMethod,
    DiscardReason,
    Language,
    ReorderReason,
    Role,
    StatusReason,
)
from tests.acceptance.same_world import World
from tests.files import pdf

#: What comes first in a choice is what a case begins with: together, these are done and not refused.
PLACE = {
    "lines": ["800 Macleod Trail SE"],
    "city": "Calgary",
    "province": "AB",
    "postal_code": "T2P 2M5",
    "country": "CA",
}
NO_PLACE = {**PLACE, "country": "Canada"}
LONG_AGO, SOON = date(2020, 1, 1), date(2026, 12, 24)
YEARS = st.sampled_from([None, "2024/2025", "2024/2027"])
METHODS = st.sampled_from([DeliveryMethod.AUTOMATED_CARDBOARD, *DeliveryMethod])
LANGUAGES = st.sampled_from([None, *Language])
NOTES = st.sampled_from([None, "As asked.", "x" * 501])


@dataclass(frozen=True)
class File:
    """What stands in a file that a command is given."""

    data: bytes


@dataclass(frozen=True)
class Operation:
    """One change on both ways; each argument is named in ``given`` with the values that it may have in a world."""

    words: Callable[..., Sequence[object]]
    call: Callable[..., object]
    given: Callable[[World], Mapping[str, SearchStrategy[Any]]]
    #: Who may do it; others are tried too.
    role: Role = Role.STUDENT_RECORDS
    #: Names of outcomes that a first case has instead of ``done``.
    first: str = field(default="done")


def named(things: Mapping[str, Any], first: str) -> SearchStrategy[Any]:
    """Any of these things, before all the one of that name."""
    return st.sampled_from([things[first], *things.values()])


def option(name: str, value: object) -> list[object]:
    """An option of a command, left out where it has no value."""
    return [] if value is None else [f"--{name}", value]


def place(address: Mapping[str, Any], line: str = "line") -> list[object]:
    """The options of an address."""
    lines = [part for each in address["lines"] for part in (f"--{line}", each)]
    parts = ("city", "province", "postal_code", "country")
    return lines + [part for name in parts for part in (f"--{name.replace('_', '-')}", address[name])]


def _body(**fields: Any) -> dict[str, Any]:
    return {name: each for name, each in fields.items() if each is not None}


def _job(event: str, first: str, role: Role = Role.STUDENT_RECORDS) -> Operation:
    return Operation(
        lambda job: ("print-job", event, job),
        lambda client, job: client.print_jobs.do(job, event),
        lambda world: {"job": named(world.jobs, first)},
        role,
    )


def _credential(event: str, first: str) -> Operation:
    return Operation(
        lambda number: ("credential", event, number),
        lambda client, number: getattr(client.credentials, event.replace("-", "_"))(number),
        lambda world: {"number": named(world.credentials, first)},
    )


def _cart(event: str, first: str, role: Role = Role.PUBLIC, words: Sequence[str] | None = None) -> Operation:
    said = words or (event,)
    return Operation(
        lambda order: ("cart", said[0], order, *said[1:]),
        lambda client, order: client.carts.do(order, event),
        lambda world: {"order": named(world.carts, first)},
        role,
    )


def _consumer(event: str, first: str) -> Operation:
    return Operation(
        lambda number: ("consumer", event, number),
        lambda client, number: client.people.consumer(number, event),
        lambda world: {"number": named(world.consumers, first)},
    )


def _amended(word: Sequence[str], call: str, first: str) -> Operation:
    return Operation(
        lambda number: (*word, number),
        lambda client, number: getattr(client.items, call)(number),
        lambda world: {"number": named(world.items, first)},
    )


def _address(world: World) -> SearchStrategy[Any]:
    return st.sampled_from([PLACE, {**PLACE, "city": ""}, NO_PLACE])


def _days(*first: date | None) -> SearchStrategy[Any]:
    return st.sampled_from([*first, SOON, LONG_AGO])


def _line(language: Any, copies: int, method: DeliveryMethod) -> list[object]:
    return ["--copies", copies, "--delivery-method", method, *option("language", language)]


_RECEIPTS = [
    "sequence,outcome,date\n1,mailed,2026-03-02\n",
    "sequence,outcome,date\n1,pulled,2026-03-02\n2,mailed,2026-03-02\n",
    "sequence,outcome,date\n1,lost,2026-03-02\n",
    "sequence,outcome,date\n9,mailed,2026-03-02\n",
]
_WAYBILLS = [pdf(), pdf(2), b"no page"]

OPERATIONS: dict[str, Operation] = {
    "order_items.transition": Operation(
        lambda number, event, reason, note, version: (
            "item", "do", number, event, *option("reason", reason), *option("note", note), "--version", version,
        ),
        lambda client, number, event, reason, note, version: client.items.do(
            number, event, reason=reason, note=note, version=version
        ),
        lambda world: {
            "number": named(world.items, "created"),
            "event": st.sampled_from(["hold", "cancel", "release", "fail", "deliver", "misdeliver", "retry", "nonsense"]),
            "reason": st.sampled_from(["Investigation", None, "Nonsense", *StatusReason]),
            "note": NOTES,
            "version": st.sampled_from([1, 0, 3, 99]),
        },
    ),
    "order_items.edit": Operation(
        lambda number, version, address, method, day: (
            "item", "edit", number, "--version", version, *(place(address) if address else ()),
            *option("delivery-method", method), *option("control-date", day),
        ),
        lambda client, number, version, address, method, day: client.items.edit(
            number, version=version, **_body(address=address, delivery_method=method, control_date=day and day.isoformat())
        ),
        lambda world: {
            "number": named(world.items, "created"),
            "version": st.sampled_from([1, 0, 3, 99]),
            "address": st.sampled_from([PLACE, NO_PLACE, None]),
            "method": st.sampled_from([None, *DeliveryMethod]),
            "day": _days(None),
        },
    ),
    "order_items.reorder": Operation(
        lambda number, reason, note, address: (
            "reorder", number, *option("reason", reason), *option("note", note), *place(address),
        ),
        lambda client, number, reason, note, address: client.items.reorder(number, reason, **_body(note=note, address=address)),
        lambda world: {
            "number": named(world.items, "failed"),
            "reason": st.sampled_from(["ReturnedBadAddress", None, "Nonsense", *ReorderReason]),
            "note": NOTES,
            "address": _address(world),
        },
    ),
    "order_items.new_link": _amended(("item", "new-link"), "new_link", "digital"),
    "order_items.refund": _amended(("refund",), "refund", "refundable"),
    "handling.change": Operation(
        lambda event, number, owner, day: ("handling", event, number, *option("owner", owner), *option("due", day)),
        lambda client, event, number, owner, day: client.items.handle(
            number, event, **_body(owner=owner, due_on=day and day.isoformat())
        ),
        lambda world: {
            "event": st.sampled_from(["start", "assign"]),
            "number": named(world.items, "without_waybill"),
            "owner": st.sampled_from(["ann", None, "x" * 300]),
            "day": _days(SOON),
        },
    ),
    "handling.change complete": Operation(
        lambda number: ("handling", "complete", number),
        lambda client, number: client.items.handle(number, "complete"),
        lambda world: {"number": named(world.items, "courier")},
    ),
    "waybills.attach": Operation(
        lambda numbers, data: ("waybill", File(data), *numbers),
        lambda client, numbers, data: client.items.attach_waybill(data, *numbers),
        lambda world: {
            "numbers": st.lists(named(world.items, "without_waybill"), min_size=1, max_size=2, unique=True),
            "data": st.sampled_from(_WAYBILLS),
        },
    ),
    "credentials.award": Operation(
        lambda asn, kind, year, order, method, language: (
            "award", asn, kind, *option("school-year", year), *(["--order"] if order else []), "--delivery-method", method,
            *option("language", language),
        ),
        lambda client, asn, kind, year, order, method, language: client.credentials.award(
            asn, kind, **_body(school_year=year, order=order, delivery_method=method, language=language)
        ),
        lambda world: {
            "asn": named(world.asns, "achieved"),
            "kind": st.sampled_from(["AHSD", "CHSA", "NONE"]),
            "year": YEARS,
            "order": st.booleans(),
            "method": METHODS,
            "language": LANGUAGES,
        },
    ),
    "credentials.first_run": Operation(
        lambda number, method, language: ("first-run", number, "--delivery-method", method, *option("language", language)),
        lambda client, number, method, language: client.credentials.first_run(
            number, **_body(delivery_method=method, language=language)
        ),
        lambda world: {"number": named(world.credentials, "renamed"), "method": METHODS, "language": LANGUAGES},
    ),
    "credentials.reprint": Operation(
        lambda number, language, copies, method, current: (
            "reprint", number, *_line(language, copies, method), *(["--current-name"] if current else []),
        ),
        lambda client, number, language, copies, method, current: client.credentials.reprint(
            number, **_body(language=language, copies=copies, delivery_method=method, current_name=current)
        ),
        lambda world: {
            "number": named(world.credentials, "printed"),
            "language": LANGUAGES,
            "copies": st.sampled_from([1, 0, 10, 11]),
            "method": METHODS,
            "current": st.booleans(),
        },
    ),
    "credentials.reissue": Operation(
        lambda number, year, note: ("credential", "reissue", number, *option("school-year", year), *option("note", note)),
        lambda client, number, year, note: client.credentials.reissue(number, **_body(school_year=year, note=note)),
        lambda world: {"number": named(world.credentials, "renamed"), "year": YEARS, "note": NOTES},
    ),
    "credentials.delete": Operation(
        lambda number, reason, note: ("credential", "delete", number, *option("reason", reason), *option("note", note)),
        lambda client, number, reason, note: client.credentials.delete(number, reason, note),
        lambda world: {
            "number": named(world.credentials, "renamed"),
            "reason": st.sampled_from(["AwardedInError", None, "Nonsense", *DeleteReason]),
            "note": NOTES,
        },
    ),
    "credentials.undelete": _credential("undelete", "deleted"),
    "credentials.undo_supersession": _credential("undo-supersession", "superseded"),
    "print_jobs.release": _job("release", "open"),
    "print_jobs.transmit": _job("transmit", "released"),
    "print_jobs.reconcile": _job("reconcile", "told"),
    "print_jobs.resend": _job("resend", "failed"),
    "print_jobs.discard": Operation(
        lambda job, reason, note, sure: (
            "print-job", "discard", job, *option("reason", reason), *option("note", note), *(["--no-copy"] if sure else []),
        ),
        lambda client, job, reason, note, sure: client.print_jobs.do(
            job, "discard", **_body(reason=reason, note=note, no_copy=sure)
        ),
        lambda world: {
            "job": named(world.jobs, "failed"),
            "reason": st.sampled_from(["WrongContent", None, "Nonsense", *DiscardReason]),
            "note": NOTES,
            "sure": st.sampled_from([True, False]),
        },
    ),
    "print_jobs.acknowledge": Operation(
        lambda job, told: ("print-job", "acknowledge", job, File(told.encode())),
        lambda client, job, told: client.print_jobs.acknowledge_csv(job, told),
        lambda world: {"job": named(world.jobs, "transmitted"), "told": st.sampled_from(_RECEIPTS)},
        Role.PRINT_PROVIDER,
    ),
    "students.hold": Operation(
        lambda asn, day: ("student", "hold", asn, *option("until", day)),
        lambda client, asn, day: client.people.student(asn, "hold", **_body(until=day and day.isoformat())),
        lambda world: {"asn": named(world.asns, "printed"), "day": _days(None)},
    ),
    "students.end_hold": Operation(
        lambda asn: ("student", "end-hold", asn),
        lambda client, asn: client.people.student(asn, "end-hold"),
        lambda world: {"asn": named(world.asns, "held")},
    ),
    "students.deceased": Operation(
        lambda asn, dead: ("student", "deceased", asn, *([] if dead else ["--undo"])),
        lambda client, asn, dead: client.people.student(asn, "deceased", deceased=dead),
        lambda world: {"asn": named(world.asns, "printed"), "dead": st.sampled_from([True, False])},
    ),
    "students.move": Operation(
        lambda asn, address, day: ("student", "move", asn, *place(address), *option("expires", day)),
        lambda client, asn, address, day: client.people.student(
            asn, "move", **_body(address=address, expires_on=day and day.isoformat())
        ),
        lambda world: {"asn": named(world.asns, "held"), "address": _address(world), "day": _days(None)},
    ),
    "consumers.register": Operation(
        lambda name, domain, email: ("consumer", "add", "--name", name, "--domain", domain, "--email", email),
        lambda client, name, domain, email: client.people.register(name=name, email_domain=domain, email=email),
        lambda world: {
            "name": st.sampled_from(["University of Bow River", "", "active"]),
            "domain": st.sampled_from(["bowriver.example", "no domain", "active.example"]),
            "email": st.sampled_from(["registrar@bowriver.example", "nobody"]),
        },
    ),
    "consumers.activate": _consumer("activate", "pending"),
    "consumers.decline": _consumer("decline", "pending"),
    "consumers.reconsider": _consumer("reconsider", "active"),
    "orders.begin": Operation(
        lambda behalf, email: ("cart", "new", *option("for", behalf), *option("email", email)),
        lambda client, behalf, email: client.carts.begin(**_body(on_behalf_of=behalf, email=email)),
        lambda world: {
            "behalf": st.sampled_from(["Maya", None, "x" * 300]),
            "email": st.sampled_from([None, "maya@example.org", "nobody"]),
        },
    ),
    "orders.add": Operation(
        lambda order, asn, credential, language, copies, method: (
            "cart", "add", order, asn, credential, *_line(language, copies, method),
        ),
        lambda client, order, asn, credential, language, copies, method: client.carts.add(
            order, asn, credential, **_body(language=language, copies=copies, delivery_method=method)
        ),
        lambda world: {
            "order": named(world.carts, "building"),
            "asn": named(world.asns, "printed"),
            "credential": st.sampled_from(["AHSD", "HSED", world.credentials["printed"]]),
            "language": LANGUAGES,
            "copies": st.sampled_from([1, 0, 10, 11]),
            "method": METHODS,
        },
        Role.PUBLIC,
    ),
    "orders.edit": Operation(
        lambda order, line, copies, method: ("cart", "edit", order, line, *_line(None, copies, method)),
        lambda client, order, line, copies, method: client.carts.edit(order, line, copies=copies, delivery_method=method),
        lambda world: {
            "order": named(world.carts, "building"),
            "line": st.sampled_from([1, 2]),
            "copies": st.sampled_from([2, 0, 11]),
            "method": METHODS,
        },
        Role.PUBLIC,
    ),
    "orders.remove": Operation(
        lambda order, line: ("cart", "remove", order, line),
        lambda client, order, line: client.carts.remove(order, line),
        lambda world: {"order": named(world.carts, "building"), "line": st.sampled_from([1, 2])},
        Role.PUBLIC,
    ),
    "orders.waybill": Operation(
        lambda order, line, data: ("cart", "edit", order, line, "--waybill", File(data)),
        lambda client, order, line, data: client.carts.waybill(order, line, data),
        lambda world: {
            "order": named(world.carts, "building"), "line": st.sampled_from([1, 2]), "data": st.sampled_from(_WAYBILLS),
        },
        Role.PUBLIC,
    ),
    "orders.place": _cart("place", "building"),
    "orders.pay": _cart("pay", "pending"),
    "orders.retry_payment": _cart("retry-payment", "unpaid", words=("retry",)),
    "orders.reopen": _cart("reopen", "unpaid"),
    "orders.abandon": _cart("abandon", "building"),
    "orders.fail_payment": _cart("fail-payment", "pending", Role.STUDENT_RECORDS, ("pay", "--not-received")),
}  # fmt: skip

#: Changes that are not compared here, and why.
ELSEWHERE = {
    "bulk.transition": "a run of the background; its rows are compared in test_http_parity.py",
    "bulk.award_and_order": "a run of the background: tests/http/test_bulk_runs.py",
    "downloads.download": "a command takes many and answers for each: test_digital_delivery.py",
}


def arguments_of(operation: Operation, world: World) -> SearchStrategy[dict[str, Any]]:
    """A value for each argument."""
    return st.fixed_dictionaries(dict(operation.given(world)))


def roles_for(operation: Operation) -> SearchStrategy[Role]:
    """Whoever may act over either way, before all who may do it."""
    others = [role for role in Role if role not in {Role.SYSTEM, Role.DOD_CONSUMER}]
    return st.sampled_from([operation.role, operation.role, *others])


def carried_out(operation: Operation, client: Orders, arguments: Mapping[str, Any]) -> object:
    """The call of the client."""
    return operation.call(client, **arguments)
