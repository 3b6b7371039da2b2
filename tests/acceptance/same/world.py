"""An installation in which every change that people and services make may be done to something, and refused to something."""

from dataclasses import dataclass
from typing import Any

from tests.acceptance.command_line import Orders
from tests.acceptance.extracts import credential, import_, student
from tests.acceptance.wave import (
    CANCELLED,
    CREATED,
    IN_OPEN_JOB,
    IN_RELEASED_JOB,
    SENT,
    SYSTEM_HOLD,
    USER_HOLD,
    item_of,
)
from tests.files import pdf

#: What the ministry would be paid with, on either side.
SETTINGS = {"ORDERS_REPRINT_FEE_CENTS": "1500", "ORDERS_PAYMENT": "fake"}
#: Students besides those of the wave: one whose diploma is not awarded yet, …
ACHIEVED, RENAMED, REPLACED, DELETED, PRINTED = (f"10000001{n}" for n in range(1, 6))
ADA = "--as=public:ada"


@dataclass(frozen=True)
class World:
    """The numbers of everything by what it is there for; ``nowhere`` is where each kind has nothing."""

    asns: dict[str, str]
    items: dict[str, str]
    jobs: dict[str, str]
    credentials: dict[str, str]
    carts: dict[str, str]
    consumers: dict[str, int]


def make_world(wave: Orders) -> World:
    """Bring a wave to where all of this is there."""
    orders = wave.with_(**SETTINGS)
    consumers = _consumers(orders)
    credentials = _credentials(orders)
    items = _reprints(orders, credentials["printed"], consumers["active"])
    jobs = _jobs(orders, items)
    carts = _carts(orders, items)
    items |= {"created": _ordered(orders, ACHIEVED, "CHSA"), "nowhere": "0000009999-01"}
    asns = {
        "achieved": ACHIEVED,
        "held": SYSTEM_HOLD,
        "printed": PRINTED,
        "nowhere": "999999999",
        "malformed": "12",
    }
    return World(asns, items, jobs, credentials, carts, consumers)


def _consumers(orders: Orders) -> dict[str, int]:
    found: dict[str, int] = {}
    for name in ("pending", "active", "declined"):
        call = ("consumer", "add", "--name", name, "--email-domain", f"{name}.example")
        found[name] = int(orders.ok(*call, "--email", f"registrar@{name}.example")["consumer"])
    orders.ok("consumer", "activate", found["active"])
    orders.ok("consumer", "decline", found["declined"])
    return found | {"nowhere": 99}


def _credentials(orders: Orders) -> dict[str, str]:
    asns = (ACHIEVED, RENAMED, REPLACED, DELETED, PRINTED)
    rows = [*map(credential, asns), credential(ACHIEVED, "CHSA")]
    assert import_(orders, [student(each) for each in asns], rows).exit_code == 0
    for each in (RENAMED, REPLACED, DELETED):
        orders.ok("award", each, "AHSD")
    orders.ok("award", PRINTED, "AHSD", "--order")
    names = {"renamed": RENAMED, "superseded": REPLACED, "deleted": DELETED, "printed": PRINTED}
    numbers = {name: _number(orders, asn) for name, asn in names.items()}
    married = [student(each, last_name="Okafor") for each in (RENAMED, REPLACED)]
    assert import_(orders, married, [credential(each) for each in (RENAMED, REPLACED)]).exit_code == 0
    orders.ok("credential", "reissue", numbers["superseded"])
    orders.ok("credential", "delete", numbers["deleted"], "--reason", "AwardedInError")
    return numbers | {"nowhere": "9999999999"}


def _number(orders: Orders, asn: str) -> str:
    (found,) = orders.ok("credentials", "--asn", asn)["credentials"]
    return str(found["number"])


def _reprints(orders: Orders, number: str, consumer: int) -> dict[str, str]:
    ways: dict[str, tuple[Any, ...]] = {
        "courier": ("--delivery-method", "courier"),
        "without_waybill": ("--delivery-method", "courier", "--language", "fr"),
        "digital": ("--delivery-method", "digital", "--consumer", consumer),
    }
    items = {name: str(orders.ok("reprint", number, *way)["item"]) for name, way in ways.items()}
    orders.ok("work", "--until-idle")
    (orders.folder / "waybill.pdf").write_bytes(pdf())
    orders.ok("waybill", orders.folder / "waybill.pdf", items["courier"])
    wave = {
        "failed": SENT, "in_open_job": IN_OPEN_JOB, "in_released_job": IN_RELEASED_JOB, "system_hold": SYSTEM_HOLD,
        "user_hold": USER_HOLD, "cancelled": CANCELLED,
    }  # fmt: skip
    items |= {name: item_of(orders, asn)["number"] for name, asn in wave.items()}
    orders.ok("item", "do", items["failed"], "fail", "--reason", "ReturnedBadAddress")
    return items


def _jobs(orders: Orders, items: dict[str, str]) -> dict[str, str]:
    """A job in every state; no envelope of the transmitted one is known yet, and all of the reconcilable one."""
    places = {
        "open": "in_open_job", "released": "in_released_job", "transmitted": "without_waybill", "told": "courier",
        "failed": "created",
    }  # fmt: skip
    items["created"] = item_of(orders, CREATED)["number"]
    jobs = {job: orders.ok("item", "show", items[name])["print_job"] for job, name in places.items()}
    for name in ("transmitted", "told", "failed"):
        orders.ok("print-job", "release", jobs[name])
    for name in ("transmitted", "told"):
        orders.ok("print-job", "transmit", jobs[name])
    (orders.folder / "receipts.csv").write_text("sequence,outcome,date\n1,mailed,2026-03-02\n")
    orders.ok("print-job", "acknowledge", jobs["told"], orders.folder / "receipts.csv")
    (orders.folder / "blocked").write_text("a file where the drop should be")
    broken = orders.with_(ORDERS_PRINT_URL=str(orders.folder / "blocked" / "drop"))
    for _ in range(4):
        assert broken.call("print-job", "transmit", jobs["failed"]).exit_code == 5
    return jobs | {"nowhere": "999"}


def _carts(orders: Orders, items: dict[str, str]) -> dict[str, str]:
    carts = {}
    for name in ("building", "pending", "unpaid", "paid"):
        carts[name] = str(orders.ok("cart", "new", ADA)["order"])
        orders.ok("cart", "add", carts[name], PRINTED, "AHSD", ADA)
    for name in ("pending", "unpaid", "paid"):
        orders.ok("cart", "place", carts[name], ADA)
    orders.with_(ORDERS_PAYMENT_ANSWER="failed").call("cart", "pay", carts["unpaid"], ADA)
    (items["refundable"],) = orders.ok("cart", "pay", carts["paid"], ADA)["items"]
    orders.ok("item", "do", items["refundable"], "cancel", "--reason", "OrderedInError")
    return carts | {"nowhere": "0000009999"}


def _ordered(orders: Orders, asn: str, kind: str) -> str:
    return str(orders.ok("award", asn, kind, "--order")["item"])
