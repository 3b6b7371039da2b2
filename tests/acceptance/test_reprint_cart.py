"""Ordering a Credential Reprint (domain §5, "Ordering a Credential Reprint"): the public's cart from its first line to placed items, and its payment."""

import json
from typing import Any

import pytest
from PIL import Image

from models.typography import french
from tests.acceptance.command_line import Orders, Result
from tests.acceptance.extracts import credential, import_, student

MAYA, NOAH = "--as=public:maya", "--as=public:noah"
FIRST, SECOND = "100000001", "100000002"
FEE = {"ORDERS_REPRINT_FEE_CENTS": "1500", "ORDERS_PAYMENT": "fake"}


def codes(result: Result) -> list[str]:
    """The codes of a refusal."""
    assert result.exit_code == 1, result
    return [reason["code"] for reason in result.json["refused"]["reasons"]]


def refused(orders: Orders, *arguments: object) -> list[str]:
    """The codes that refuse a call."""
    return codes(orders.call(*arguments, "--json"))


def cart_of(orders: Orders, who: str = MAYA) -> str:
    """A new cart."""
    return str(orders.ok("cart", "new", who)["order"])


def shown(orders: Orders, order: str) -> Any:
    """The order as Student Records sees it."""
    return orders.ok("cart", "show", order)


@pytest.fixture
def printed(orders: Orders) -> Orders:
    """Two students with a diploma of which the first-run was ordered."""
    asns = (FIRST, SECOND)
    assert import_(orders, [student(asn) for asn in asns], [credential(asn) for asn in asns]).exit_code == 0
    orders.ok("award-and-order", "--type", "AHSD")
    return orders


def filled(orders: Orders, *line: object, who: str = MAYA) -> str:
    """A cart with one line."""
    order = cart_of(orders, who)
    orders.ok("cart", "add", order, FIRST, "AHSD", *line, who)
    return order


def test_ordering_a_credential_reprint(printed: Orders) -> None:
    """Free reprints: review, place, and every line is an item of its own kind, letter and recipient."""
    order = filled(printed, "--copies", 2, "--language", "fr")
    printed.ok(
        "cart", "add", order, SECOND, "AHSD", "--recipient-kind", "organisation", "--recipient", "University of Bow River",
        "--line", "1 College Road", "--city", "Calgary", "--province", "AB", "--postal-code", "T2A 1B3",
        "--country", "CA", MAYA,
    )  # fmt: skip
    review = printed.ok("cart", "review", order, MAYA)
    assert (review["amount_cents"], [line["reasons"] for line in review["lines"]]) == (0, [[], []])
    done = printed.ok("cart", "place", order, MAYA)
    assert (done["done"]["state"], done["items"]) == ("ordered", [f"{order}-01", f"{order}-02"])
    one, two = (printed.ok("item", "show", number) for number in done["items"])
    assert (one["kind"], one["root_kind"], one["letter"], one["copies"], one["language"], one["state"]) == (
        "reprint", "reprint", "reprint", 2, "fr", "created",
    )  # fmt: skip
    assert two["recipient"] == {"kind": "organisation", "name": "University of Bow River"}
    assert two["address"]["lines"] == ["1 College Road"]
    assert shown(printed, order)["lines"] == []
    printed.ok("work", "--until-idle")
    assert {item["state"] for item in printed.items("--asn", SECOND)} == {"in_print_job"}
    assert printed.ok("verify-history")["broken"]["document_order_history"] == []


def test_the_cart_in_one_sitting(printed: Orders) -> None:
    """The same screen to its end: paid with a waybill for two, confirmed, seen in the history, edited and cancelled."""
    orders = printed.with_(**FEE)
    order = filled(orders, "--delivery-method", "courier")
    orders.ok("cart", "add", order, SECOND, "AHSD", "--delivery-method", "courier", MAYA)
    orders.ok("cart", "add", order, SECOND, "AHSD", "--language", "fr", MAYA)
    assert orders.ok("cart", "review", order, MAYA)["amount_cents"] == 4500
    orders.ok("cart", "place", order, MAYA)
    one, two, three = orders.ok("cart", "pay", order, MAYA)["items"]
    waybill = orders.folder / "waybill.png"
    Image.new("RGB", (8, 8)).save(waybill)
    assert orders.ok("waybill", waybill, one, two, MAYA)["items"] == [one, two]
    (mine,) = orders.ok("orders", "--mine", MAYA)["orders"]
    assert (mine["number"], mine["items"]) == (order, [one, two, three])
    orders.ok("item", "edit", three, "--language", "en", MAYA)
    orders.ok("item", "do", three, "cancel", "--reason", "RequestedByStudent", MAYA)
    states = {each["number"]: each["state"] for each in orders.items(MAYA)}
    assert states == {one: "created", two: "created", three: "cancelled"}
    assert [each["item"] for each in orders.ok("work-list", "refunds")["items"]] == [three]


def test_every_failing_rule_of_every_line_is_told_and_nothing_is_saved(printed: Orders) -> None:
    """All or nothing: two bad lines, three rules; after mending, both are placed."""
    order = filled(printed, "--copies", 11, "--certification-country", "DE")
    printed.ok("cart", "add", order, SECOND, "AHSD", "--delivery-method", "certification", MAYA)
    result = printed.call("cart", "place", order, MAYA, "--json")
    assert codes(result) == ["60109", "CO-02", "CO-09"]
    by_line = {line["line"]: [one["code"] for one in line["reasons"]] for line in result.json["lines"]}
    assert by_line == {1: ["60109", "CO-02"], 2: ["CO-09"]}
    assert (shown(printed, order)["state"], shown(printed, order)["items"]) == ("under_construction", [])
    for language, word in (("en", "Line 2"), ("fr", "Ligne 2")):
        assert word in printed.call("cart", "place", order, MAYA, "--lang", language).err
    printed.ok("cart", "edit", order, 1, "--copies", 10, "--without", "certification-country", MAYA)
    printed.ok("cart", "edit", order, 2, "--certification-country", "DE", MAYA)
    assert len(printed.ok("cart", "place", order, MAYA)["items"]) == 2


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (["--delivery-method", "digital"], "CO-03"),
        (["--delivery-method", "digital", "--copies", "2"], "CO-02"),
        (["--copies", "0"], "CO-02"),
        (["--delivery-method", "certification", "--certification-country", "US"], "CO-09"),
        (["--delivery-method", "certification_courier"], "CO-09"),
    ],
)
def test_a_line_is_refused(printed: Orders, line: list[str], code: str) -> None:
    """One bad line is refused by its rule."""
    assert code in refused(printed, "cart", "place", filled(printed, *line), MAYA)


def test_what_was_never_printed_is_not_reprinted(orders: Orders) -> None:
    """CO-04: awarded without first-run; 44016 and 60128 where it is only achieved."""
    import_(
        orders,
        [student(FIRST), student(SECOND)],
        [
            credential(FIRST, status="awarded", credential_number="1000000013", awarded_on="2026-01-31"),
            credential(SECOND),
        ],
    )
    assert refused(orders, "cart", "place", filled(orders), MAYA) == ["CO-04"]
    order = cart_of(orders)
    orders.ok("cart", "add", order, SECOND, "AHSD", MAYA)
    assert refused(orders, "cart", "place", order, MAYA) == ["44016", "60128", "CO-04"]


def test_warnings_do_not_refuse(printed: Orders) -> None:
    """60108 and CO-17 are told at review and at placing, and the order is placed."""
    printed.ok("cart", "place", filled(printed), MAYA)
    order = filled(printed, "--recipient-kind", "other", "--recipient", "Ada Okafor")
    printed.ok("cart", "add", order, FIRST, "AHSD", MAYA)
    lines = printed.ok("cart", "review", order, MAYA)["lines"]
    assert [[one["code"] for one in line["warnings"]] for line in lines] == [["60108"], ["CO-17"]]
    assert printed.ok("cart", "place", order, MAYA)["done"]["state"] == "ordered"


def test_an_empty_cart_is_not_placed(printed: Orders) -> None:
    """60130; a line that was left out counts for nothing."""
    order = filled(printed)
    printed.ok("cart", "remove", order, 1, MAYA)
    assert refused(printed, "cart", "place", order, MAYA) == ["60130"]


def test_what_is_typed_is_refused_never_repaired(printed: Orders) -> None:
    """Malformed input is exit 2, in both languages, and nothing is stored."""
    order = cart_of(printed)
    result = printed.call(
        "cart", "add", order, FIRST, "AHSD", "--recipient-kind", "other", "--recipient", " Ada", "--country", "XX", MAYA, "--json"
    )  # fmt: skip
    assert result.exit_code == 2
    message = result.json["error"]["message"]
    assert "Recipient" in message["en"]
    assert "Destinataire" in message["fr"]
    assert "XX" in message["en"]
    assert shown(printed, order)["lines"] == []


def test_a_person_acts_on_its_own_only(printed: Orders) -> None:
    """CO-11: others' carts and items are not touched, and others' orders are not seen."""
    order = filled(printed)
    before = printed.dump()
    for call in (
        ["show", order], ["review", order], ["place", order], ["remove", order, 1], ["abandon", order],
        ["add", order, SECOND, "AHSD"], ["edit", order, 1, "--copies", 2], ["pay", order],
    ):  # fmt: skip
        assert refused(printed, "cart", *call, NOAH) == ["CO-11"], call
    assert refused(printed, "cart", "place", order, "--as=auditor") == ["CO-11"]
    assert refused(printed, "orders", "--as=print_provider") == ["CO-11"]
    assert printed.dump() == before
    (item,) = printed.ok("cart", "place", order, MAYA)["items"]
    cancel = ["item", "do", item, "cancel", "--reason", "RequestedByStudent"]
    assert refused(printed, *cancel, NOAH) == ["CO-11"]
    assert refused(printed, *cancel, "--as=public") == ["CO-11"]
    assert refused(printed, "item", "edit", item, "--language", "fr", NOAH) == ["CO-11"]
    printed.ok("item", "edit", item, "--language", "fr", MAYA)
    assert printed.ok(*cancel, MAYA)["done"]["state"] == "cancelled"
    mine = printed.ok("orders", "--mine", MAYA)["orders"]
    assert [(each["number"], each["state"], each["items"]) for each in mine] == [(order, "ordered", [item])]
    assert printed.ok("orders", NOAH)["orders"] == []
    assert printed.ok("orders", "--as=public")["orders"] == []


def test_the_public_does_not_cancel_what_the_ministry_ordered(printed: Orders) -> None:
    """A first-run is nobody's own order, whatever the clerk is called."""
    number = printed.items("--asn", FIRST)[0]["number"]
    assert refused(printed, "item", "do", number, "cancel", "--reason", "RequestedByStudent", MAYA) == [
        "CO-11"
    ]


def test_student_records_fills_a_cart_on_behalf(printed: Orders) -> None:
    """Who telephones gets a cart of its own, and may go on with it."""
    order = printed.ok("cart", "new", "--on-behalf-of", "maya", "--email", "maya@example.org")["order"]
    printed.ok("cart", "add", order, FIRST, "AHSD")
    assert printed.ok("cart", "place", order, MAYA)["done"]["state"] == "ordered"


# Payment


def test_a_paid_cart_becomes_items_when_the_payment_is_there(printed: Orders) -> None:
    """Fee × copies; pending nothing changes (60112) and nothing is abandoned (60114); paid, the items are there."""
    orders = printed.with_(**FEE)
    order = filled(orders, "--copies", 2)
    done = orders.ok("cart", "place", order, MAYA)
    assert (done["done"]["state"], done["amount_cents"], done["items"]) == ("payment_pending", 3000, [])
    view = shown(orders, order)
    assert view["payment"]["id"].startswith("fake-")
    assert refused(orders, "cart", "edit", order, 1, "--copies", 3, MAYA) == ["60112"]
    assert refused(orders, "cart", "abandon", order, MAYA) == ["60114"]
    assert orders.items("--asn", FIRST, "--state", "created") == [
        item for item in orders.items("--asn", FIRST) if item["kind"] == "first_run"
    ]
    unknown = orders.with_(ORDERS_PAYMENT_ANSWER="unknown").ok("cart", "pay", order, MAYA)
    assert unknown["answer"] == "unknown"
    paid = orders.ok("cart", "pay", order, MAYA)
    assert (paid["done"]["state"], paid["items"]) == ("ordered", [f"{order}-01"])
    assert refused(orders, "cart", "add", order, SECOND, "AHSD", MAYA) == ["60113"]
    assert orders.ok("item", "show", f"{order}-01")["copies"] == 2


def test_failed_payment_keeps_everything(printed: Orders) -> None:
    """The lines stand; the payment is retried, or the order reopened, changed and placed again."""
    orders = printed.with_(**FEE, ORDERS_PAYMENT_ANSWER="failed")
    order = filled(orders)
    orders.ok("cart", "place", order, MAYA)
    first = shown(orders, order)
    assert orders.ok("cart", "pay", order, MAYA)["done"]["state"] == "payment_not_received"
    kept = shown(orders, order)
    assert (kept["lines"], kept["items"], kept["amount_cents"]) == (first["lines"], [], 1500)
    assert refused(orders, "cart", "edit", order, 1, "--copies", 3, MAYA) == ["60113"]
    assert orders.ok("cart", "retry", order, MAYA)["done"]["state"] == "payment_pending"
    assert shown(orders, order)["payment"]["id"] != first["payment"]["id"]
    orders.ok("cart", "pay", order, MAYA)
    assert orders.ok("cart", "reopen", order, MAYA)["done"]["state"] == "under_construction"
    orders.ok("cart", "edit", order, 1, "--copies", 3, MAYA)
    again = orders.with_(ORDERS_PAYMENT_ANSWER="paid")
    assert again.ok("cart", "place", order, MAYA)["amount_cents"] == 4500
    assert again.ok("cart", "pay", order, MAYA)["items"] == [f"{order}-01"]
    assert again.ok("verify-history")["broken"]["document_order_history"] == []


def test_a_payment_that_comes_late_is_taken(printed: Orders) -> None:
    """Retrying asks what became of the first transaction before it opens another."""
    orders = printed.with_(**FEE, ORDERS_PAYMENT_ANSWER="failed")
    order = filled(orders)
    orders.ok("cart", "place", order, MAYA)
    paid_id = shown(orders, order)["payment"]["id"]
    orders.ok("cart", "pay", order, MAYA)
    done = orders.with_(ORDERS_PAYMENT_ANSWER="paid").ok("cart", "retry", order, MAYA)
    assert (done["done"]["state"], len(done["items"])) == ("ordered", 1)
    assert shown(orders, order)["payment"]["id"] == paid_id


def test_rules_are_asked_again_when_the_payment_is_there(printed: Orders) -> None:
    """What became wrong meanwhile keeps the order waiting, with every reason; Student Records may give it up."""
    orders = printed.with_(**FEE)
    order = filled(orders)
    orders.ok("cart", "place", order, MAYA)
    (first_run,) = orders.items("--asn", FIRST)
    orders.ok("item", "do", first_run["number"], "cancel", "--reason", "OrderedInError")
    assert refused(orders, "cart", "pay", order, MAYA) == ["CO-04"]
    assert shown(orders, order)["state"] == "payment_pending"
    assert refused(orders, "cart", "pay", order, "--not-received", MAYA) == ["CO-11"]
    assert orders.ok("cart", "pay", order, "--not-received")["done"]["state"] == "payment_not_received"


def test_without_a_payment_service_nothing_is_sold(printed: Orders) -> None:
    """60111: a fee without a port; 60125: more than can be paid. Nothing changes."""
    orders = printed.with_(ORDERS_REPRINT_FEE_CENTS="1500")
    order = filled(orders)
    assert refused(orders, "cart", "place", order, MAYA) == ["60111"]
    dear = printed.with_(**FEE | {"ORDERS_REPRINT_FEE_CENTS": "10000000"})
    assert refused(dear, "cart", "place", order, MAYA) == ["60125"]
    assert shown(orders, order)["state"] == "under_construction"


# The clock


def test_cart_abandoned(printed: Orders) -> None:
    """30 days without a touch: abandoned, for good; one touched in between stays."""
    alone, touched = filled(printed), filled(printed)
    printed.with_(ORDERS_CLOCK="2026-03-20T16:00:00Z").ok("cart", "edit", touched, 1, "--copies", 2, MAYA)
    printed.with_(ORDERS_CLOCK="2026-04-01T15:59:00Z").ok("work", "--until-idle")
    assert shown(printed, alone)["state"] == "under_construction"
    later = printed.with_(ORDERS_CLOCK="2026-04-01T16:00:00Z")
    later.ok("work", "--until-idle")
    assert (shown(printed, alone)["state"], shown(printed, touched)["state"]) == (
        "abandoned",
        "under_construction",
    )
    assert refused(later, "cart", "edit", alone, 1, "--copies", 2, MAYA) == ["60113"]
    assert refused(later, "cart", "abandon", alone, MAYA) == ["60114"]


@pytest.mark.parametrize(
    ("answer", "state"),
    [("paid", "ordered"), ("failed", "payment_not_received"), ("unknown", "payment_not_received")],
)
def test_the_clock_asks_for_an_answer_that_never_came(printed: Orders, answer: str, state: str) -> None:
    """After 24 hours the port is asked; without an answer the payment was not received."""
    orders = printed.with_(**FEE, ORDERS_PAYMENT_ANSWER=answer)
    order = filled(orders)
    orders.ok("cart", "place", order, MAYA)
    orders.with_(ORDERS_CLOCK="2026-03-03T15:59:00Z").ok("work", "--until-idle")
    assert shown(orders, order)["state"] == "payment_pending"
    orders.with_(ORDERS_CLOCK="2026-03-03T16:00:00Z").ok("work", "--until-idle")
    assert shown(orders, order)["state"] == state


def test_unknown_orders_and_lines_are_not_found(printed: Orders) -> None:
    """Exit 4, whatever is typed."""
    order = filled(printed)
    for call in (["show", "99"], ["show", "abc"], ["place", "99"], ["edit", order, 9], ["abandon", "99"]):
        assert printed.call("cart", *call, "--json").exit_code == 4, call
    assert printed.call("cart", "add", order, "999999999", "AHSD", MAYA).exit_code == 4


def test_people_read_it_in_their_language(printed: Orders) -> None:
    """A cart, its review and the list of orders, in words."""
    order = filled(printed)
    text = " ".join(
        printed.call(*call, MAYA, "--lang", "fr").out
        for call in (["cart", "show", order], ["cart", "review", order], ["orders"], ["cart", "place", order])
    )
    for word in ("En préparation", french("Montant : 0,00 $"), "Demandée", "Commandée"):
        assert word in text
    json.dumps(shown(printed, order))


def test_a_person_sees_the_own_items_and_no_others(printed: Orders) -> None:
    """CO-11 holds for looking too: nobody reads of others' documents, and a consumer has its downloads."""
    order = filled(printed)
    (mine,) = printed.ok("cart", "place", order, MAYA)["items"]
    (theirs,) = {each["number"] for each in printed.items("--asn", SECOND)}
    assert [each["number"] for each in printed.ok("items", MAYA)["items"]] == [mine]
    assert printed.ok("items", NOAH)["items"] == printed.ok("items", "--as=public")["items"] == []
    assert printed.ok("item", "show", mine, MAYA)["number"] == mine
    for look in ("show", "history"):
        assert refused(printed, "item", look, theirs, MAYA) == ["CO-11"]
        assert refused(printed, "item", look, mine, "--as=dod_consumer:a@u.example") == ["CO-11"]
    assert refused(printed, "items", "--as=dod_consumer:a@u.example") == ["CO-11"]
    assert printed.ok("item", "history", theirs, "--as=auditor")["history"]
