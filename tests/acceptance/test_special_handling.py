"""The special-handling work list (domain §5, "around them"): courier, certification and manual mail."""

from pathlib import Path
from typing import Any

import pytest

from models.typography import french
from tests.acceptance.command_line import Orders, Result
from tests.acceptance.extracts import credential, import_, student
from tests.files import image, pdf

ASN = "100000001"
MAYA = "--as=public:maya"


def codes(result: Result) -> list[str]:
    """The codes of a refusal."""
    assert result.exit_code == 1, result
    return [reason["code"] for reason in result.json["refused"]["reasons"]]


def stored(orders: Orders, data: bytes, name: str = "waybill.bin") -> Path:
    """A file beside the installation."""
    file = orders.folder / name
    file.write_bytes(data)
    return file


@pytest.fixture
def courier(orders: Orders) -> Orders:
    """A reprint that maya ordered by courier, printed and sent; and one more in the same order."""
    import_(orders, [student(ASN)], [credential(ASN)])
    orders.ok("award-and-order", "--type", "AHSD")
    order = orders.ok("cart", "new", MAYA)["order"]
    for language in ("en", "fr"):
        orders.ok(
            "cart", "add", order, ASN, "AHSD", "--delivery-method", "courier", "--language", language, MAYA
        )  # fmt: skip
    orders.ok("cart", "place", order, MAYA)
    orders.ok("work", "--until-idle")
    for job in orders.ok("print-jobs")["print_jobs"]:
        orders.ok("print-job", "release", job["number"])
        orders.ok("print-job", "transmit", job["number"])
    return orders


def of_courier(orders: Orders) -> list[Any]:
    """The items by courier."""
    return [item for item in orders.items() if item["delivery_method"] == "courier"]


def test_courier_without_waybill(courier: Orders) -> None:
    """The life: outstanding, pending while the student is asked, CO-10 without waybill, complete with it, delivered."""
    one, two = (item["number"] for item in of_courier(courier))
    tasks = courier.ok("handling")["handling"]
    assert [(task["item"], task["state"], task["due_on"]) for task in tasks] == [
        (one, "outstanding", "2026-03-09"),
        (two, "outstanding", "2026-03-09"),
    ]
    assert courier.ok("handling", "start", one, "--as=student_records:ann")["done"]["state"] == "pending"
    assert [task["item"] for task in courier.ok("handling", "--owner", "ann")["handling"]] == [one]
    assert [task["item"] for task in courier.ok("handling", "--state", "pending")["handling"]] == [one]
    assert courier.ok("item", "show", one)["special_handling"] == "pending"
    assert codes(courier.call("handling", "complete", one, "--json")) == ["CO-10"]
    assert codes(courier.call("item", "do", one, "deliver", "--json")) == ["CO-24"]
    courier.ok("waybill", stored(courier, pdf()), one, two, MAYA)
    assert courier.ok("handling", "complete", one)["done"]["state"] == "complete"
    assert courier.ok("item", "do", one, "deliver")["done"]["state"] == "delivered"
    history = courier.ok("item", "history", one)["history"]
    (entry,) = [row for row in history if row["event"] == "waybill"]
    assert (entry["from_state"], entry["to_state"], entry["actor"]["name"]) == ("sent", "sent", "maya")
    assert courier.ok("verify-history")["broken"] == {
        name: [] for name in courier.ok("verify-history")["broken"]
    }


def test_the_public_reads_its_own_words(courier: Orders) -> None:
    """The public labels of domain §2, "Public label": in progress, then waiting for information; nothing of who holds, handles or prints."""
    one = of_courier(courier)[0]["number"]

    def read(*options: str) -> str:
        return " ".join(courier.call("item", "show", one, *options).out.split())

    assert "Sent for Printing" in read()
    assert "In Progress" in read(MAYA)
    assert "État En cours" in read(MAYA, "--lang", "fr")
    courier.ok("handling", "start", one)
    assert "Waiting for Information" in read(MAYA)
    assert "Waiting for Information" in courier.call("items", MAYA).out
    assert "Special handling" in read()
    assert "Print job" in read()
    assert not [hidden for hidden in ("Special handling", "Print job", "SHA-256") if hidden in read(MAYA)]


def test_the_public_never_hears_of_the_system(courier: Orders) -> None:
    """An item that software holds is on hold, wherever its orderer looks."""
    order = courier.ok("cart", "new", MAYA)["order"]
    courier.ok(
        "cart", "add", order, ASN, "AHSD", "--recipient-kind", "other", "--recipient", "Ada Okafor", MAYA
    )
    courier.ok("cart", "place", order, MAYA)
    courier.ok("work", "--until-idle")
    (held,) = courier.items("--state", "system_hold")
    for call in (
        ("items",), ("item", "show", held["number"]), ("item", "can", held["number"]),
        ("item", "do", held["number"], "hold"), ("item", "do", held["number"], "cancel", "--version", "1"),
    ):  # fmt: skip
        said = courier.call(*call, MAYA)
        assert "System Hold" not in said.out + said.err, call
    assert "On Hold" in courier.call("items", MAYA).out
    assert "System Hold" in courier.call("items").out


def test_a_failed_item_closes_its_task(courier: Orders) -> None:
    """`fail` closes an open task, and nothing is left to do for it."""
    one, two = (item["number"] for item in of_courier(courier))
    courier.ok("item", "do", one, "fail", "--reason", "Lost")
    assert courier.ok("item", "show", one)["special_handling"] == "complete"
    assert [task["item"] for task in courier.ok("handling")["handling"]] == [two]


def test_tasks_are_assigned(courier: Orders) -> None:
    """Owner and due date are set without a change of state; a second look shows them."""
    one = of_courier(courier)[0]["number"]
    courier.ok("handling", "assign", one, "--owner", "Ben", "--due-on", "2026-03-04")
    (task,) = courier.ok("handling", "--owner", "Ben")["handling"]
    assert (task["item"], task["due_on"], task["state"]) == (one, "2026-03-04", "outstanding")
    assert courier.call("handling", "assign", one).exit_code == 2
    assert courier.call("handling", "assign", one, "--due-on", "tomorrow").exit_code == 2
    assert courier.call("handling", "assign", "0000000099-01", "--owner", "Ben").exit_code == 4
    listed = courier.call("handling", "--lang", "fr").out
    assert "Ben" in listed
    assert "Messagerie" in listed


@pytest.mark.parametrize("role", ["public:maya", "auditor", "print_provider"])
def test_others_do_not_handle(courier: Orders, role: str) -> None:
    """CO-11: special handling is the ministry's; only auditors read its list besides."""
    one = of_courier(courier)[0]["number"]
    for event in ("start", "complete"):
        assert codes(courier.call("handling", event, one, "--json", "--as", role)) == ["CO-11"]
    result = courier.call("handling", "--json", "--as", role)
    assert result.exit_code == (0 if role == "auditor" else 1)


def test_an_item_without_special_handling_has_none(courier: Orders) -> None:
    """Automated mail is not on the list, and says why it can't be started."""
    (first_run,) = [item for item in courier.items() if item["kind"] == "first_run"]
    assert first_run["special_handling"] == "not_required"
    result = courier.call("handling", "start", first_run["number"], "--json")
    assert (result.exit_code, result.json["refused"]["kind"]) == (1, "no_such_transition")


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"GIF89a", ("no PDF, PNG or JPEG", "ni un PDF")),
        (b"", ("no PDF, PNG or JPEG", "ni un PDF")),
        (pdf(2), ("exactly one page", "exactement une page")),
        (pdf(0), ("exactly one page", "exactement une page")),
        (b"%PDF-1.7 broken", ("can't be opened", "ne s'ouvre pas")),
        (image("PNG")[:40], ("can't be opened", "ne s'ouvre pas")),
        (b"%PDF-" + bytes(5 * 1024 * 1024), ("larger than 5 MB", "dépasse 5 Mo")),
    ],
    ids=["gif", "empty", "two pages", "no page", "broken pdf", "broken png", "too large"],
)
def test_a_bad_waybill_is_refused_by_what_is_wrong(
    courier: Orders, data: bytes, words: tuple[str, str]
) -> None:
    """65060 names the fault in both languages, and no item gets the file."""
    one = of_courier(courier)[0]["number"]
    before = courier.dump()
    result = courier.call("waybill", stored(courier, data), one, MAYA, "--json")
    assert codes(result) == ["65060"]
    message = result.json["refused"]["reasons"][0]["message"]
    assert words[0] in message["en"]
    assert french(words[1]) in message["fr"]
    assert courier.dump() == before


@pytest.mark.parametrize("data", [pdf(), image("PNG"), image("JPEG")], ids=["pdf", "png", "jpeg"])
def test_one_waybill_serves_several_items(courier: Orders, data: bytes) -> None:
    """PDF, PNG and JPEG are told by content, whatever the file is called, and stored once."""
    numbers = [item["number"] for item in of_courier(courier)]
    answer = courier.ok("waybill", stored(courier, data, "scan.txt"), *numbers, MAYA)
    assert answer["items"] == numbers
    assert (courier.folder / "documents" / answer["waybill"]).read_bytes() == data
    assert courier.rows("SELECT DISTINCT waybill FROM order_items WHERE waybill IS NOT NULL") == [
        (answer["waybill"],)
    ]


def test_a_waybill_is_for_ones_own_courier_items(courier: Orders) -> None:
    """CO-11 for others' items; 65060 for what does not go by courier; all of them or none."""
    one = of_courier(courier)[0]["number"]
    (first_run,) = [item["number"] for item in courier.items() if item["kind"] == "first_run"]
    file = stored(courier, pdf())
    assert codes(courier.call("waybill", file, one, "--as=public:noah", "--json")) == ["CO-11"]
    assert codes(courier.call("waybill", file, one, first_run, MAYA, "--json")) == ["CO-11"]
    assert codes(courier.call("waybill", file, one, first_run, "--json")) == ["65060"]
    assert courier.call("waybill", courier.folder / "none.pdf", one).exit_code == 4
    assert courier.call("waybill", file, "0000000099-01").exit_code == 4
    assert courier.rows("SELECT 1 FROM order_items WHERE waybill IS NOT NULL") == []


def test_a_cart_line_brings_its_waybill(courier: Orders) -> None:
    """A waybill given while ordering is on the item at once."""
    order = courier.ok("cart", "new", MAYA)["order"]
    line = ["AHSD", "--delivery-method", "courier", "--waybill", stored(courier, image("PNG"))]
    courier.ok("cart", "add", order, ASN, *line, MAYA)
    courier.ok("cart", "place", order, MAYA)
    assert courier.rows("SELECT waybill IS NOT NULL FROM order_items WHERE order_id = ?", int(order)) == [
        (1,)
    ]
