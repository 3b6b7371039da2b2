"""Messages (domain §6, "Messages"): once per kind and item, in the reader's language, to a folder; and the notices of transmissions."""

from email import message_from_bytes, policy
from typing import Any

import pytest

from tests.acceptance.command_line import AFTERNOON, Orders
from tests.acceptance.extracts import credential, import_, student

ASN = "100000001"


@pytest.fixture
def sent(orders: Orders) -> Orders:
    """One first-run of a French-speaking student, sent in the afternoon."""
    import_(orders, [student(ASN, language="fr")], [credential(ASN)])
    orders.ok("award-and-order", "--type", "AHSD")
    orders.ok("work", "--until-idle")
    orders.with_(ORDERS_CLOCK=AFTERNOON).ok("work", "--until-idle")
    return orders


def kinds(orders: Orders, *options: str) -> list[str]:
    """The kinds of the messages, oldest first."""
    return [each["kind"] for each in orders.ok("messages", *options)["messages"]][::-1]


def number(orders: Orders) -> str:
    """The number of the student's item."""
    return str(orders.items("--asn", ASN)[0]["number"])


def emails(orders: Orders) -> list[Any]:
    """The messages in the mail folder."""
    files = sorted((orders.folder / "mail").glob("*.eml"))
    return [message_from_bytes(file.read_bytes(), policy=policy.default) for file in files]


def test_the_student_is_told_in_the_own_language_and_notices_go_out(sent: Orders) -> None:
    """Dispatch tells the student; acceptance tells provider and Student Records, with counts and the last number."""
    assert sorted(kinds(sent)) == ["credential_issued", "transmission_done", "transmission_done"]
    assert kinds(sent, "--unsent") == []
    issued, *notices = sorted(emails(sent), key=lambda each: "maya" not in each["To"])
    assert (issued["To"], issued["Subject"]) == ("maya@example.org", "Votre document est en route")
    assert number(sent) in issued.get_content()
    assert {each["To"] for each in notices} == {"print-provider@example.org", "student-records@example.org"}
    assert "Canada: 1" in notices[0].get_content()
    assert "Last sequence number: 1" in notices[0].get_content()


def test_what_went_wrong_is_told_once(sent: Orders) -> None:
    """Undeliverable and delivered in error once each, whatever happens later; a defect that never left is not told."""
    item = number(sent)
    sent.ok("item", "do", item, "misdeliver", "--reason", "IncorrectRecipient")
    sent.ok("item", "do", item, "fail", "--reason", "Unclaimed")
    sent.ok("item", "do", item, "misdeliver", "--reason", "IncorrectStudent")
    about = kinds(sent, "--item", item)
    assert about == ["credential_issued", "delivered_in_error", "undeliverable"]
    (shown,) = list(sent.ok("messages", "--kind", "undeliverable")["messages"])
    assert "Non réclamée" in sent.ok("message", "show", shown["id"])["body"]


@pytest.mark.parametrize("reason", ["PrintDefect", "NotSupplied"])
def test_defect_found_at_the_ministrys_desk(orders: Orders, reason: str) -> None:
    """The life *defect found at the ministry's desk*: it fails without a word to the student, and goes again."""
    import_(orders, [student(ASN)], [credential(ASN)])
    orders.ok("award", ASN, "AHSD", "--order", "--delivery-method", "manual_mail")
    orders.ok("work", "--until-idle")
    orders.with_(ORDERS_CLOCK=AFTERNOON).ok("work", "--until-idle")
    item = number(orders)
    assert orders.ok("item", "show", item)["special_handling"] == "outstanding"
    orders.ok("item", "do", item, "fail", "--reason", reason)
    assert "undeliverable" not in kinds(orders)
    assert orders.ok("item", "show", item)["special_handling"] == "complete"
    assert orders.ok("reorder", item, "--reason", "PrintDefect")["item"]


def test_the_dead_are_written_to_no_more(sent: Orders) -> None:
    """Messages to a deceased student are suppressed."""
    sent.ok("student", "deceased", ASN)
    sent.ok("item", "do", number(sent), "fail", "--reason", "Refused")
    assert kinds(sent, "--item", number(sent)) == ["credential_issued"]


def test_a_mail_server_that_is_down_is_tried_again(orders: Orders) -> None:
    """Nothing waits for the mail: the error stays on the message, which goes out later."""
    import_(orders, [student(ASN)], [credential(ASN)])
    orders.ok("award-and-order", "--type", "AHSD")
    orders.ok("work", "--until-idle")
    down = orders.with_(ORDERS_CLOCK=AFTERNOON, ORDERS_MAIL_URL="smtp://127.0.0.1:1")
    assert down.ok("work", "--until-idle")["items"] == {"sent": 1}
    waiting = orders.ok("messages", "--unsent")["messages"]
    assert len(waiting) == 3
    assert {each["last_error"]["error"] for each in waiting} == {"ConnectionRefusedError"}
    orders.with_(ORDERS_CLOCK="2026-03-02T22:00:30Z").ok("work", "--until-idle")
    assert len(orders.ok("messages", "--unsent")["messages"]) == 3
    orders.with_(ORDERS_CLOCK="2026-03-02T22:01:01Z").ok("work", "--until-idle")
    assert orders.ok("messages", "--unsent")["messages"] == []
    assert len(emails(orders)) == 3


def test_digital_messages(orders: Orders) -> None:
    """Available and about to expire to the consumer, with the link; downloaded and not downloaded to the student."""
    call = (
        "consumer",
        "add",
        "--name",
        "University",
        "--email-domain",
        "u.example",
        "--email",
        "registrar@u.example",
    )
    consumer = orders.ok(*call)["consumer"]
    orders.ok("consumer", "activate", consumer)
    import_(orders, [student(ASN)], [credential(ASN)])
    orders.ok("award", ASN, "AHSD", "--order")
    credential_number = orders.items("--asn", ASN)[0]["credential_number"]
    digital = ("reprint", credential_number, "--delivery-method", "digital", "--consumer", consumer)
    first, second = (orders.ok(*digital)["item"] for _ in range(2))
    orders.ok("work", "--until-idle")
    orders.ok("download", first, "--to", orders.folder / "got", "--as=dod_consumer:a@u.example")
    assert kinds(orders, "--item", first) == ["link_available", "downloaded"]
    reminding, late = (orders.with_(ORDERS_CLOCK=f"{day}T18:00:00Z") for day in ("2026-04-24", "2026-05-02"))
    for _ in range(2):
        reminding.ok("work", "--until-idle")
    late.ok("work", "--until-idle")
    assert kinds(orders, "--item", second) == ["link_available", "about_to_expire", "not_downloaded"]
    available = next(each for each in orders.ok("messages", "--kind", "link_available")["messages"])
    assert available["address"] == "registrar@u.example"
    body = orders.ok("message", "show", available["id"])["body"]
    token = next(line for line in body.splitlines() if line.startswith("https://")).rpartition("/")[2]
    assert len(token) == 32
    assert not any(orders.ok("verify-history")["broken"].values())


def test_the_outbox_is_the_ministrys(sent: Orders) -> None:
    """Addresses are personal: the provider and the public read no messages; an unknown one is not found."""
    assert sent.call("messages", "--as", "print_provider").exit_code == 1
    assert sent.call("message", "show", 1, "--as", "public:eve").exit_code == 1
    assert sent.call("message", "show", 999).exit_code == 4
