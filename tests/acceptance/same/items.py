"""Changes of order items: transitions, edits, reorders, special handling and waybills."""

from hypothesis import strategies as st

from models.codes import ReorderReason, StatusReason
from tests.acceptance.same.case import (
    DAYS,
    NAMES,
    NOTES,
    WAYBILLS,
    File,
    Operation,
    body,
    destination,
    named,
    of_one,
    reasons,
    typed,
)

_EVENTS = ("hold", "cancel", "release", "fail", "deliver", "misdeliver", "retry", "nonsense")
_VERSIONS = st.sampled_from([1, 0, 3, 99, -1, 10**9])

OPERATIONS = {
    "order_items.transition": Operation(
        lambda number, event, version, reason, why: (
            "item", "do", number, event, "--version", version, *typed({"reason": reason} if reason else {}), *typed(why),
        ),
        lambda client, number, event, version, reason, why: client.items.do(
            number, event, version=version, reason=reason, **why
        ),
        lambda world: {
            "number": named(world.items, "created"),
            "event": st.sampled_from(_EVENTS),
            "version": _VERSIONS,
            "reason": reasons("Investigation", list(StatusReason)),
            "why": body(note=NOTES),
        },
    ),
    "order_items.edit": Operation(
        lambda number, version, where: ("item", "edit", number, "--version", version, *typed(where)),
        lambda client, number, version, where: client.items.edit(number, version=version, **where),
        lambda world: {
            "number": named(world.items, "created"),
            "version": _VERSIONS,
            "where": st.just({"language": "fr"}) | body(**destination()),
        },
    ),
    "order_items.reorder": Operation(
        lambda number, reason, where: (
            "reorder", number, *typed({"reason": reason} if reason else {}), *typed(where),
        ),
        lambda client, number, reason, where: client.items.reorder(number, reason, **where),
        lambda world: {
            "number": named(world.items, "failed"),
            "reason": reasons("ReturnedBadAddress", list(ReorderReason)),
            "where": body(note=NOTES, **destination()),
        },
    ),
    "order_items.new_link": of_one(("item", "new-link"), lambda client: client.items.new_link, lambda world: world.items, "digital"),
    "order_items.refund": of_one(("refund",), lambda client: client.items.refund, lambda world: world.items, "refundable"),
    "handling.change": Operation(
        lambda event, number, who: ("handling", event, number, *typed(who)),
        lambda client, event, number, who: client.items.handle(number, event, **who),
        lambda world: {
            "event": st.sampled_from(["start", "assign"]),
            "number": named(world.items, "without_waybill"),
            "who": body(owner=NAMES, due_on=DAYS),
        },
    ),
    "handling.change complete": of_one(
        ("handling", "complete"),
        lambda client: lambda number: client.items.handle(number, "complete"),
        lambda world: world.items,
        "courier",
    ),
    "waybills.attach": Operation(
        lambda numbers, data: ("waybill", File(data), *numbers),
        lambda client, numbers, data: client.items.attach_waybill(data, *numbers),
        lambda world: {
            "numbers": st.lists(named(world.items, "without_waybill"), min_size=1, max_size=2, unique=True),
            "data": WAYBILLS,
        },
    ),
}  # fmt: skip
