"""domain §5, "around them": what a clerk looks at and does between the big screens, walked through once from end to end."""

import pytest

from models.typography import french
from tests.acceptance.command_line import AFTERNOON, Orders
from tests.acceptance.extracts import NO_ADDRESS, credential, import_, student

ASN, HOMELESS, THIRD = "100000001", "100000002", "100000003"
CALGARY = (
    "--line", "800 Macleod Trail SE", "--city", "Calgary", "--province", "AB", "--postal-code", "T2P 2M5", "--country", "CA",
)  # fmt: skip


@pytest.fixture
def busy(orders: Orders) -> Orders:
    """Three students with a diploma each, processed; one has no address."""
    students = [student(ASN), student(HOMELESS, **NO_ADDRESS), student(THIRD)]
    import_(orders, students, [credential(each["asn"]) for each in students])
    orders.ok("award-and-order", "--type", "AHSD")
    orders.ok("work", "--until-idle")
    return orders


def number(orders: Orders, asn: str) -> str:
    """The number of a student's first item."""
    return str(orders.items("--asn", asn)[0]["number"])


def test_around_them(busy: Orders) -> None:
    """Items with reasons, errors, history and document; why not; statuses; bulk release; jobs; work lists; numbers."""
    first, homeless, third = (number(busy, asn) for asn in (ASN, HOMELESS, THIRD))
    # List and view, with why not beside every action.
    assert [each["number"] for each in busy.items("--state", "system_hold")] == [homeless]
    assert busy.ok("item", "show", homeless)["errors"][0]["code"] == "60108"
    for event in busy.ok("item", "can", homeless)["events"]:
        assert event["allowed"] or event["kind"] == "no_such_transition" or event["reasons"]
    assert [row["event"] for row in busy.ok("item", "history", first)["history"]][:3] == [
        "place",
        "process",
        "render",
    ]
    busy.ok("item", "document", first, "--to", busy.folder / "document.pdf")
    # Change a status; release in bulk by error code.
    busy.ok("item", "edit", homeless, *CALGARY)
    busy.ok("items-do", "release", "--error", "60108")
    busy.ok("work", "--until-idle")
    # Print jobs: pull an envelope, release now, resend nothing, acknowledge, reconcile.
    busy.ok("item", "do", third, "pull", "--reason", "AwaitingStudent")
    (job,) = busy.ok("print-jobs")["print_jobs"]
    busy.ok("print-job", "release", job["number"])
    busy.with_(ORDERS_CLOCK=AFTERNOON).ok("work", "--until-idle")
    assert busy.call("print-job", "resend", job["number"]).exit_code == 1
    receipt = busy.folder / "receipt.csv"
    receipt.write_text("sequence,outcome,date\n1,mailed,2026-03-02\n2,pulled,2026-03-02\n")
    busy.ok("print-job", "acknowledge", job["number"], receipt, "--as=print_provider")
    assert busy.ok("print-job", "reconcile", job["number"])["done"]["state"] == "reconciled"
    states = {each["number"]: each["state"] for each in busy.items()}
    assert sorted(states[each] for each in (first, homeless)) == ["failed", "sent"]
    # Work lists and numbers.
    busy.ok("item", "do", third, "release")
    busy.ok("work", "--until-idle")
    busy.ok("student", "deceased", THIRD)
    assert [each["item"] for each in busy.ok("work-list", "deceased")["items"]] == [third]
    assert busy.ok("work-list", "refunds")["items"] == []
    assert busy.ok("handling")["handling"] == []
    assert busy.ok("consumers")["consumers"] == []
    found = busy.ok("find", busy.items("--asn", ASN)[0]["credential_number"])["credentials"]
    assert [(each["asn"], each["state"]) for each in found] == [(ASN, "awarded")]


@pytest.mark.parametrize(
    ("lang", "said"), [("en", "the envelope's window"), ("fr", french("la fenêtre de l'enveloppe"))]
)
def test_a_mark_in_the_window_is_refused_at_the_start(orders: Orders, lang: str, said: str) -> None:
    """A position on what a letter says ends any program that would print with it, in the caller's language."""
    result = orders.with_(ORDERS_SEQUENCE_NUMBER_AT="300,600").call("items", "--lang", lang)
    assert result.exit_code == 2
    assert "ORDERS_SEQUENCE_NUMBER_AT" in result.err
    assert said in " ".join(result.err.split())
