"""domain §5, "Verification": what anybody who scans the QR code of a document is told."""

from typing import Any

import pytest
from zxingcpp import read_barcodes

from tests.acceptance.command_line import AFTERNOON, Orders
from tests.acceptance.extracts import credential, import_, student

ASN = "100000001"
ANYBODY = "--as=public"


@pytest.fixture
def sent(orders: Orders) -> Orders:
    """A first-run that was sent."""
    import_(orders, [student(ASN, first_name="Ève Marie", last_name="Roy")], [credential(ASN)])
    orders.ok("award", ASN, "AHSD", "--order")
    orders.ok("work", "--until-idle")
    orders.with_(ORDERS_CLOCK=AFTERNOON).ok("work", "--until-idle")
    return orders


def item(orders: Orders) -> str:
    """The student's first item."""
    return str(orders.items("--asn", ASN)[0]["number"])


def scanned(orders: Orders, number: str) -> str:
    """What the QR code on an item's stored document says."""
    import pypdfium2

    file = orders.folder / "scanned.pdf"
    orders.ok("item", "document", number, "--to", file)
    with pypdfium2.PdfDocument(file) as pdf:
        (found,) = read_barcodes(pdf[len(pdf) - 1].render(scale=150 / 72).to_pil())
    return str(found.text)


def told(orders: Orders, link: str) -> Any:
    """What verification answers."""
    return orders.ok("verify", link, ANYBODY)


def test_verification(sent: Orders) -> None:
    """The printed code gives *valid* with type, award date and initials and nothing more; an unknown one nothing."""
    link = scanned(sent, item(sent))
    assert told(sent, link) == {
        "status": "valid",
        "credential_type": "AHSD",
        "awarded_on": "2026-03-02",
        "initials": told(sent, link)["initials"],
    }
    assert told(sent, link)["initials"].split()[0] == "È."
    unknown = sent.call("verify", "0" * 32, ANYBODY, "--json")
    assert unknown.exit_code == 4
    assert set(unknown.json.values()) == {"unknown", None}
    assert "Roy" not in sent.call("verify", link, ANYBODY, "--lang", "fr").out
    assert "Valide" in sent.call("verify", link, ANYBODY, "--lang", "fr").out


def test_a_superseded_number_is_said_to_be(sent: Orders) -> None:
    """After a re-issue the old document is *superseded*."""
    link, number = scanned(sent, item(sent)), sent.items()[0]["credential_number"]
    import_(sent, [student(ASN, last_name="Nguyễn")], [])
    sent.ok("credential", "reissue", number)
    assert told(sent, link)["status"] == "superseded"


def test_a_deleted_number_is_revoked(sent: Orders) -> None:
    """So is the document of a number that was deleted, until it is restored."""
    link, number = scanned(sent, item(sent)), sent.items()[0]["credential_number"]
    sent.ok("credential", "delete", number, "--reason", "AwardedInError")
    assert told(sent, link)["status"] == "revoked"
    sent.ok("credential", "undelete", number)
    assert told(sent, link)["status"] == "valid"


def test_what_went_to_the_wrong_person_is_revoked(sent: Orders) -> None:
    """A document delivered in error no longer holds."""
    link = scanned(sent, item(sent))
    sent.ok("item", "do", item(sent), "misdeliver", "--reason", "IncorrectRecipient")
    assert told(sent, link)["status"] == "revoked"


@pytest.mark.parametrize(
    ("failed", "reason", "status"),
    [
        ("Lost", "Other", "revoked"),
        ("Unclaimed", "LostInMail", "revoked"),
        ("Unclaimed", "MinistryError", "valid"),
    ],
)
def test_a_lost_print_is_revoked_once_it_is_replaced(
    sent: Orders, failed: str, reason: str, status: str
) -> None:
    """A lost document is revoked with its reorder and not before; one that came back is not lost."""
    link = scanned(sent, item(sent))
    sent.ok("item", "do", item(sent), "fail", "--reason", failed)
    assert told(sent, link)["status"] == "valid"
    sent.ok("reorder", item(sent), "--reason", reason, "--note", "as the carrier says")
    assert told(sent, link)["status"] == status


def test_a_document_rendered_anew_ends_the_old_one(orders: Orders) -> None:
    """Held and released, an item is rendered anew: the first code is revoked, the second holds."""
    import_(orders, [student(ASN)], [credential(ASN)])
    orders.ok("award", ASN, "AHSD", "--order")
    orders.ok("work", "--until-idle")
    first = scanned(orders, item(orders))
    orders.ok("item", "do", item(orders), "pull", "--reason", "Investigation")
    orders.ok("item", "do", item(orders), "release")
    assert told(orders, first)["status"] == "revoked"
    orders.ok("work", "--until-idle")
    second = scanned(orders, item(orders))
    assert first != second
    assert [told(orders, each)["status"] for each in (first, second)] == ["revoked", "valid"]
    orders.ok("item", "do", item(orders), "pull", "--reason", "Investigation")
    orders.ok("item", "do", item(orders), "cancel", "--reason", "OrderedInError")
    assert told(orders, second)["status"] == "revoked"
