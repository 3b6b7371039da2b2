"""Digital documents: made available by link, downloaded by the consumer's users, expired, ordered again (domain §6, "Digital")."""

import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.command_line import Orders, Result
from tests.acceptance.extracts import credential, import_, student

ASN = "100000001"
USER = "--as=dod_consumer:ada@bowriver.example"
#: Sixty days after the tests' morning, in the evening and on the next morning in Edmonton.
LAST_EVENING, DAY_AFTER = "2026-05-02T05:00:00Z", "2026-05-02T07:00:00Z"


@pytest.fixture
def consumer(orders: Orders) -> int:
    """An active consumer."""
    call = ("consumer", "add", "--name", "University of Bow River", "--email-domain", "bowriver.example")
    made = int(orders.ok(*call, "--email", "registrar@bowriver.example")["consumer"])
    orders.ok("consumer", "activate", made)
    return made


@pytest.fixture
def digital(orders: Orders, consumer: int) -> str:
    """A digital reprint that is ready for its consumer."""
    import_(orders, [student(ASN)], [credential(ASN)])
    orders.ok("award", ASN, "AHSD", "--order")
    (found,) = orders.ok("credentials", "--asn", ASN)["credentials"]
    call = ("reprint", found["number"], "--delivery-method", "digital", "--consumer", consumer)
    item = str(orders.ok(*call)["item"])
    orders.ok("work", "--until-idle")
    assert shown(orders, item)["state"] == "rendered"
    return item


def shown(orders: Orders, item: str) -> dict[str, Any]:
    """The item as Student Records sees it."""
    found: dict[str, Any] = orders.ok("item", "show", item)
    return found


def get(orders: Orders, item: str, *options: str, user: str = USER) -> Result:
    """An attempt to download."""
    return orders.call("download", item, "--to", orders.folder / "got", user, *options, "--json")


def codes(result: Result) -> list[str]:
    """Why nothing was downloaded."""
    assert result.exit_code == 1, result
    (one,) = result.json["downloads"]
    return [reason["code"] for reason in one["reasons"]]


def text_of(file: Path) -> str:
    """What the page says."""
    program = shutil.which("pdftotext")
    assert program
    return subprocess.run(
        [program, "-layout", file, "-"], capture_output=True, check=True, encoding="utf-8"
    ).stdout


def test_the_first_download_delivers_and_later_ones_change_nothing(orders: Orders, digital: str) -> None:
    """A document without letter, marked as digital official; delivered once, as downloaded; the same bytes each time."""
    (listed,) = orders.ok("downloads", USER)["downloads"]
    assert (listed["item"], listed["expires_on"], listed["expired"]) == (digital, "2026-05-01", False)
    assert get(orders, digital).exit_code == 0
    first = (orders.folder / "got" / f"{digital}.pdf").read_bytes()
    item = shown(orders, digital)
    assert (item["state"], item["delivered_how"], item["letter"]) == ("delivered", "downloaded", "none")
    assert get(orders, digital).exit_code == 0
    assert (orders.folder / "got" / f"{digital}.pdf").read_bytes() == first
    assert shown(orders, digital)["version"] == item["version"]
    said = text_of(orders.folder / "got" / f"{digital}.pdf")
    assert "Digital official document" in said
    assert "Maya Cardinal" in said
    assert item["document"]["pages"] == 1


def test_a_consumer_is_named_by_its_id_or_by_its_name(orders: Orders, digital: str, consumer: int) -> None:
    """In a reprint as in a cart; what is neither is said to be none."""
    number = shown(orders, digital)["credential_number"]
    order = orders.ok("cart", "new", "--on-behalf-of", "Maya")["order"]
    for called in (consumer, "University of Bow River"):
        way = ("--delivery-method", "digital", "--consumer", called)
        assert orders.ok("reprint", number, *way)["item"]
        assert orders.ok("cart", "add", order, ASN, number, *way, "--control-date", "now")["line"]
    lines = orders.ok("cart", "show", order)["lines"]
    assert {(line["consumer_id"], line["recipient"], line["control_date"]) for line in lines} == {
        (consumer, "University of Bow River", None)
    }
    for called, told in (("University of Bow", 4), ("0", 2), ("9" * 5000, 2)):
        assert orders.call("reprint", number, "--consumer", called).exit_code == told
        assert orders.call("cart", "add", order, ASN, number, "--consumer", called).exit_code == told


@pytest.mark.parametrize("contents", [b"not a pdf", None])
def test_an_altered_document_goes_to_nobody(orders: Orders, digital: str, contents: bytes | None) -> None:
    """CO-91 refuses it to the consumer by its link and to the ministry in any form; it is never said that there is none."""
    ((path,),) = orders.rows(
        "SELECT path FROM documents WHERE item_id = (SELECT max(item_id) FROM documents)"
    )
    file = orders.folder / "documents" / path
    if contents is None:
        file.unlink()
    else:
        file.write_bytes(contents)
    for form in ((), ("--unofficial",)):
        result = orders.call("item", "document", digital, "--to", orders.folder / "got.pdf", *form, "--json")
        assert result.exit_code == 1
        (reason,) = result.json["refused"]["reasons"]
        assert (reason["code"], reason["params"]["fault"]) == ("CO-91", "altered" if contents else "missing")
    assert not (orders.folder / "got.pdf").exists()
    assert codes(get(orders, digital)) == ["CO-91"]
    assert shown(orders, digital)["state"] == "system_hold"


def test_digital_to_the_wrong_consumer(orders: Orders, digital: str) -> None:
    """The life *digital to the wrong consumer*: others get nothing; a misdelivered one is closed to the first too."""
    orders.ok(
        "consumer", "add", "--name", "Other", "--email-domain", "other.example", "--email", "a@other.example"
    )
    assert codes(get(orders, digital, user="--as=dod_consumer:eve@other.example")) == ["CO-11"]
    assert codes(get(orders, digital, user="--as=public:eve")) == ["CO-11"]
    assert orders.ok("downloads", "--as=dod_consumer:eve@other.example")["downloads"] == []
    assert orders.call("item", "do", digital, "deliver", "--as=dod_consumer:eve@other.example").exit_code == 1
    assert get(orders, digital).exit_code == 0
    orders.ok("item", "do", digital, "misdeliver", "--reason", "IncorrectRecipient")
    assert codes(get(orders, digital)) == ["CO-25"]
    again = orders.ok("reorder", digital, "--reason", "WrongRecipient")
    assert shown(orders, again["item"])["delivery_method"] == "digital"


def test_digital_expires_reorder(orders: Orders, digital: str) -> None:
    """The life *digital expires → reorder*: the last day still works; the day after it expires and goes again, 60 days anew."""
    orders.with_(ORDERS_CLOCK=LAST_EVENING).ok("work", "--until-idle")
    assert shown(orders, digital)["state"] == "rendered"
    late = orders.with_(ORDERS_CLOCK=DAY_AFTER)
    assert codes(get(late, digital)) == ["CO-25"]
    late.ok("work", "--until-idle")
    assert shown(orders, digital)["state"] == "expired"
    assert codes(get(late, digital)) == ["CO-25"]
    assert late.ok("downloads", USER)["downloads"][0]["expired"]
    again = late.ok("reorder", digital, "--reason", "Other", "--note", "They were late.")["item"]
    late.ok("work", "--until-idle")
    assert get(late, again).exit_code == 0
    assert shown(orders, digital)["state"] == "reordered"


def test_a_held_document_is_released_to_no_one(orders: Orders, digital: str) -> None:
    """60406 with the errors; a student's hold is found at the download and holds the item; its end makes a new link."""
    orders.ok("student", "hold", ASN)
    assert codes(get(orders, digital)) == ["CO-05"]
    item = shown(orders, digital)
    assert (item["state"], item["status_reason"]) == ("system_hold", "CO-05")
    assert codes(get(orders, digital)) == ["60406", "CO-05", "CO-25"]
    orders.ok("student", "end-hold", ASN)
    orders.ok("work", "--until-idle")
    assert get(orders, digital).exit_code == 0


def test_an_inactive_consumer_gets_nothing(orders: Orders, digital: str, consumer: int) -> None:
    """CO-25, and CO-03 for a new order; the clock goes on."""
    orders.ok("consumer", "reconsider", consumer)
    assert codes(get(orders, digital)) == ["CO-25"]
    assert shown(orders, digital)["state"] == "rendered"
    orders.with_(ORDERS_CLOCK=DAY_AFTER).ok("work", "--until-idle")
    assert shown(orders, digital)["state"] == "expired"


def test_an_altered_link_is_unknown_and_a_new_one_ends_the_old(orders: Orders, digital: str) -> None:
    """A token that is not the link's is exit 4; a clerk's new link works for 60 days from then."""
    assert get(orders, digital, "--link", "0" * 32).exit_code == 4
    later = orders.with_(ORDERS_CLOCK="2026-04-30T16:00:00Z")
    later.ok("item", "new-link", digital)
    assert get(orders.with_(ORDERS_CLOCK=DAY_AFTER), digital).exit_code == 0
    assert orders.call("item", "new-link", digital, "--as", "auditor").exit_code == 1
    assert not any(orders.ok("verify-history")["broken"].values())


def test_the_ministrys_copy_is_unofficial(orders: Orders, digital: str) -> None:
    """A clerk or auditor gets the stored document, or a copy that says that it is none; others get neither."""
    file = orders.folder / "copy.pdf"
    orders.ok("item", "document", digital, "--to", file, "--unofficial")
    assert "Unofficial copy" in text_of(file)
    orders.ok("item", "document", digital, "--to", file)
    assert "Unofficial copy" not in text_of(file)
    orders.ok("item", "document", digital, "--to", file, "--as", "auditor")
    assert orders.call("item", "document", digital, "--to", file, "--as", "print_provider").exit_code == 1


def test_every_refused_download_is_kept(orders: Orders, digital: str) -> None:
    """Somebody else's document, an altered link and a rule, each with the item and why."""
    assert get(orders, digital, user="--as=dod_consumer:eve@elsewhere.example").exit_code == 1
    assert get(orders, digital, "--link", "0" * 32).exit_code == 4
    assert orders.call("item", "do", digital, "hold", "--reason", "Investigation").exit_code == 0
    assert get(orders, digital).exit_code == 1
    rows = orders.ok("refusals", "--item", digital)["refusals"]
    assert [(row["event"], row["kind"], row["actor"]["name"].partition("@")[0]) for row in rows] == [
        ("download", "permission", "eve"),
        ("download", "not_found", "ada"),
        ("download", "rule", "ada"),
    ]
    assert [row["codes"] for row in rows[:2]] == [["CO-11"], []]
    assert "60406" in rows[2]["codes"]
    assert {row["about"] for row in rows} == {f"download {digital}"}
