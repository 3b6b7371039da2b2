"""Changes of document orders: a cart, its lines, its payment."""

from collections.abc import Mapping, Sequence
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from models.codes import Role
from tests.acceptance.same.case import LANGUAGES, NAMES, WAYBILLS, File, Operation, body, line, named, typed
from tests.acceptance.same.world import World

_LINES = st.sampled_from([1, 2, 0, 100])


def _cart(event: str, first: str, role: Role = Role.PUBLIC, words: Sequence[str] = ()) -> Operation:
    said, *more = words or (event,)
    return Operation(
        lambda order: ("cart", said, order, *more),
        lambda client, order: client.carts.do(order, event),
        lambda world: {"order": named(world.carts, first)},
        role,
    )


def _details(world: World) -> SearchStrategy[Mapping[str, Any]]:
    """What is wanted of a line."""
    digital = st.fixed_dictionaries(
        {"delivery_method": st.just("digital"), "consumer": named(world.consumers, "active")}
    )
    return body(consumer=st.sampled_from([*world.consumers.values(), 0]), **line()) | digital


OPERATIONS = {
    "orders.begin": Operation(
        lambda how: ("cart", "new", *typed(how)),
        lambda client, how: client.carts.begin(**how),
        lambda world: {
            "how": body(
                on_behalf_of=NAMES,
                email=st.sampled_from(["maya@example.org", "nobody", ""]),
                language=LANGUAGES,
            )
        },
    ),
    "orders.add": Operation(
        lambda order, asn, credential, details: ("cart", "add", order, asn, credential, *typed(details)),
        lambda client, order, asn, credential, details: client.carts.add(order, asn, credential, **details),
        lambda world: {
            "order": named(world.carts, "building"),
            "asn": named(world.asns, "printed"),
            "credential": st.sampled_from(["AHSD", "HSED", world.credentials["printed"]]),
            "details": _details(world),
        },
        Role.PUBLIC,
    ),
    "orders.edit": Operation(
        lambda order, line, details: ("cart", "edit", order, line, *typed(details)),
        lambda client, order, line, details: client.carts.edit(order, line, **details),
        lambda world: {"order": named(world.carts, "building"), "line": _LINES, "details": _details(world)},
        Role.PUBLIC,
    ),
    "orders.remove": Operation(
        lambda order, line: ("cart", "remove", order, line),
        lambda client, order, line: client.carts.remove(order, line),
        lambda world: {"order": named(world.carts, "building"), "line": _LINES},
        Role.PUBLIC,
    ),
    "orders.waybill": Operation(
        lambda order, line, data: ("cart", "edit", order, line, "--waybill", File(data)),
        lambda client, order, line, data: client.carts.waybill(order, line, data),
        lambda world: {"order": named(world.carts, "building"), "line": _LINES, "data": WAYBILLS},
        Role.PUBLIC,
    ),
    "orders.place": _cart("place", "building"),
    "orders.pay": _cart("pay", "pending"),
    "orders.retry_payment": _cart("retry-payment", "unpaid", words=("retry",)),
    "orders.reopen": _cart("reopen", "unpaid"),
    "orders.abandon": _cart("abandon", "building"),
    "orders.fail_payment": _cart("fail-payment", "pending", Role.STUDENT_RECORDS, ("pay", "--not-received")),
}
