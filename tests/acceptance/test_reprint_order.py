"""domain §5, "Award and Order Credential", and domain §5, "Add Credential Reprint Order": one student at a time, by a clerk."""

from typing import Any

import pytest

from tests.acceptance.command_line import AFTERNOON, Orders
from tests.acceptance.extracts import credential, import_, student

ASN = "100000001"


@pytest.fixture
def known(orders: Orders) -> Orders:
    """A student with a preferred name and an achieved diploma, in a French programme."""
    import_(orders, [student(ASN, preferred_name="Mimi")], [credential(ASN, programme_language="fr")])
    return orders


@pytest.fixture
def sent(known: Orders) -> Orders:
    """The diploma's first-run was sent."""
    known.ok("award", ASN, "AHSD", "--order")
    known.ok("work", "--until-idle")
    known.with_(ORDERS_CLOCK=AFTERNOON).ok("work", "--until-idle")
    return known


def number(orders: Orders) -> str:
    """The student's awarded number."""
    (found,) = orders.ok("credentials", "--asn", ASN, "--status", "awarded")["credentials"]
    return str(found["number"])


def reasons(orders: Orders, *call: str) -> list[str]:
    """The codes of the rules that refuse a call."""
    result = orders.call(*call, "--json")
    assert result.exit_code == 1, result
    return [reason["code"] for reason in result.json["refused"]["reasons"]]


def last(orders: Orders) -> dict[str, Any]:
    """The student's newest item."""
    return orders.items("--asn", ASN)[-1]


def test_award_and_order_credential(known: Orders) -> None:
    """What is shown, one call that awards and orders, in the programme's language; the school year is adjustable."""
    (shown,) = known.ok("credentials", "--asn", ASN, "--status", "achieved")["credentials"]
    assert (shown["asn"], shown["credential_type"], shown["school_year"]) == (ASN, "AHSD", "2025/2026")
    assert set(shown["legal_name"]) == {"last_name", "first_name", "middle_name", "suffix"}
    placed = known.ok(
        "award",
        "1000-0000-1",
        "AHSD",
        "--order",
        "--school-year",
        "2024/2025",
        "--delivery-method",
        "manual_mail",
    )
    item = last(known)
    assert (item["number"], item["language"], item["delivery_method"]) == (
        placed["item"],
        "fr",
        "manual_mail",
    )
    assert known.ok("find", number(known))["credentials"][0]["school_year"] == "2024/2025"


def test_award_and_order_is_one(known: Orders) -> None:
    """What cannot be ordered is not awarded either."""
    assert reasons(known, "award", ASN, "AHSD", "--order", "--delivery-method", "digital") == ["CO-03"]
    assert known.ok("credentials", "--asn", ASN)["credentials"][0]["state"] == "achieved"


def test_add_credential_reprint_order(sent: Orders) -> None:
    """Copies, language, recipient, method and address are chosen; the letter is a reprint's; who asked is remembered."""
    call = (
        "reprint", number(sent), "--copies", "3", "--language", "en", "--recipient-kind", "organisation", "--recipient",
        "University of Lethbridge", "--line", "4401 University Drive", "--city", "Lethbridge", "--province", "AB",
        "--postal-code", "T1K 3M4", "--country", "CA",
    )  # fmt: skip
    placed = sent.ok(*call, "--requested-by", "A registrar")
    assert placed["warnings"] == []
    sent.ok("work", "--until-idle")
    item = last(sent)
    assert (item["kind"], item["letter"], item["copies"], item["state"]) == (
        "reprint",
        "reprint",
        3,
        "in_print_job",
    )
    assert item["recipient"] == {"kind": "organisation", "name": "University of Lethbridge"}
    assert item["printed_name"] == "Maya Cardinal"
    assert item["document"]["pages"] == 2
    assert [each["code"] for each in sent.ok(*call)["warnings"]] == ["CO-17"]
    # Left alone, it is one copy in English to the student's address on file, asked for by the preferred name.
    plain = sent.ok("item", "show", sent.ok("reprint", number(sent))["item"])
    assert (plain["copies"], plain["language"], plain["recipient"]["kind"]) == (1, "en", "student")
    asked = sent.rows("SELECT requested_by FROM order_items WHERE kind = 'reprint' ORDER BY id")
    assert asked == [("A registrar",), ("Mimi",), ("Mimi",)]


def test_a_reprint_in_the_current_name(sent: Orders) -> None:
    """--current-name re-issues first and prints under the new number; without a new name there is nothing to re-issue."""
    old = number(sent)
    assert reasons(sent, "reprint", old, "--current-name") == ["44005"]
    import_(sent, [student(ASN, last_name="Thériault")], [])
    placed = sent.ok("reprint", old, "--current-name")
    sent.ok("work", "--until-idle")
    item = last(sent)
    assert (item["number"], item["printed_name"]) == (placed["item"], "Maya Thériault")
    assert item["credential_number"] == placed["credential_number"] == number(sent) != old
    assert reasons(sent, "reprint", old) == ["CO-12"]


def test_a_refused_reprint_reissues_nothing(sent: Orders) -> None:
    """Re-issue and reprint happen both or neither."""
    import_(sent, [student(ASN, last_name="Thériault")], [])
    old = number(sent)
    assert reasons(sent, "reprint", old, "--current-name", "--copies", "11") == ["CO-02"]
    assert number(sent) == old


def test_every_rule_of_a_reprint_line(known: Orders) -> None:
    """All failing rules at once: never printed, digital for nobody, certified for no country."""
    known.ok("award", ASN, "AHSD")
    one = number(known)
    assert reasons(known, "reprint", one, "--delivery-method", "digital", "--copies", "2") == [
        "CO-02",
        "CO-03",
        "CO-04",
    ]
    assert reasons(
        known, "reprint", one, "--delivery-method", "certification", "--certification-country", "US"
    ) == [
        "CO-04",
        "CO-09",
    ]
    assert reasons(known, "reprint", one, "--certification-country", "FR") == ["60109", "CO-04"]
    assert known.call("reprint", "9999999999").exit_code == 4
    assert known.call("reprint", one, "--as", "operational_support").exit_code == 1


def test_first_run_made_elsewhere(orders: Orders) -> None:
    """The life *first-run made elsewhere*: it is not printed again as a first-run, and may be reprinted."""
    elsewhere = credential(
        ASN,
        status="awarded",
        credential_number="1000000013",
        awarded_on="2020-06-30",
        first_run_on="2020-08-01",
    )
    import_(orders, [student(ASN)], [elsewhere])
    assert reasons(orders, "first-run", "1000000013") == ["44017"]
    assert orders.ok("reprint", "1000000013")["item"]


def test_a_legacy_credential_is_reprinted(orders: Orders) -> None:
    """A number of the retired mainframe is printed as it is."""
    legacy = credential(ASN, "GHSD", status="awarded", legacy_number="A77", awarded_on="1990-06-30")
    import_(orders, [student(ASN)], [legacy])
    assert "44018" in reasons(orders, "first-run", "A77")
    orders.ok("reprint", "A77")
    orders.ok("work", "--until-idle")
    assert last(orders)["state"] == "in_print_job"
    assert last(orders)["credential_number"] == "A77"
