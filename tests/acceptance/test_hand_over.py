"""Lives that end badly for machines: a drop that can't be reached, a step that always raises."""

from typing import Any

from tests.acceptance.command_line import AFTERNOON, Orders
from tests.acceptance.extracts import credential, import_, student

ASN = "100000001"


def ordered(orders: Orders) -> str:
    """The number of a new first-run."""
    import_(orders, [student(ASN)], [credential(ASN)])
    return str(orders.ok("award", ASN, "AHSD", "--order")["item"])


def shown(orders: Orders, item: str) -> dict[str, Any]:
    """The item as it is now."""
    return dict(orders.ok("item", "show", item))


def test_hand_over_fails_three_times_then_discard(orders: Orders) -> None:
    """Retried after 1, 5 and 15 minutes, then given up and told; discarded, its items go out with another job."""
    item = ordered(orders)
    orders.ok("work", "--until-idle")
    (orders.folder / "blocked").write_text("a file where the drop should be")
    blocked = orders.with_(ORDERS_PRINT_URL=str(orders.folder / "blocked" / "drop"))
    states = []
    for clock in ("22:00:00", "22:01:01", "22:06:02", "22:21:03"):
        blocked.with_(ORDERS_CLOCK=f"2026-03-02T{clock}Z").ok("work", "--until-idle")
        states.append(orders.ok("print-job", "show", "1")["state"])
    assert states == ["released", "released", "released", "failed"]
    told = [each["kind"] for each in orders.ok("messages")["messages"]]
    assert told.count("transmission_failed") == 2  # to the provider and to Student Records
    document = shown(orders, item)["document"]
    orders.ok("print-job", "discard", "1", "--reason", "ProviderUnavailable", "--no-copy")
    assert shown(orders, item)["state"] == "rendered"
    next_day = orders.with_(ORDERS_CLOCK="2026-03-03T22:00:00Z")
    next_day.ok("work", "--until-idle")
    orders.with_(ORDERS_CLOCK="2026-03-04T22:00:00Z").ok("work", "--until-idle")
    after = shown(orders, item)
    assert (after["state"], after["print_job"], after["document"]) == ("sent", "000002", document)
    assert not any(orders.ok("verify-history")["broken"].values())


def test_a_step_that_always_raises(orders: Orders) -> None:
    """After three attempts the item is held with CO-90; only a person's release lets the mended step be tried again."""
    item = ordered(orders)
    (orders.folder / "no-store").write_text("a file where the document store should be")
    broken = orders.with_(ORDERS_STORE_URL=str(orders.folder / "no-store" / "documents"))
    for clock in ("16:00:00", "16:30:00", "17:30:00"):
        broken.with_(ORDERS_CLOCK=f"2026-03-02T{clock}Z").ok("work", "--until-idle")
    held = shown(orders, item)
    assert (held["state"], held["status_reason"]) == ("system_hold", "CO-90")
    (error,) = held["errors"]
    assert error["params"]["step"] == "render"
    assert set(error["params"]) == {"step", "error", "reference"}
    afternoon = orders.with_(ORDERS_CLOCK=AFTERNOON)
    afternoon.ok("work", "--until-idle")
    assert shown(orders, item)["state"] == "system_hold"
    afternoon.ok("items-do", "release", "--error", "CO-90")
    afternoon.ok("work", "--until-idle")
    assert shown(orders, item)["state"] in {"in_print_job", "sent"}
