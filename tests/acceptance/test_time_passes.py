"""What only time brings about: presumed delivery and the end of old print files; and what waits for a person."""

import pytest

from tests.acceptance.command_line import AFTERNOON, Orders
from tests.acceptance.extracts import credential, import_, student

ASN, ABROAD = "100000001", "100000002"
FEE = {"ORDERS_REPRINT_FEE_CENTS": "1500", "ORDERS_PAYMENT": "fake"}


@pytest.fixture
def sent(orders: Orders) -> Orders:
    """Two first-runs, one to Canada and one to France, sent on the second of March."""
    france = {
        "address_lines": "3 rue de la Paix",
        "city": "Paris",
        "province": "",
        "postal_code": "75002",
        "country": "FR",
    }
    import_(orders, [student(ASN), student(ABROAD, **france)], [credential(ASN), credential(ABROAD)])
    orders.ok("award-and-order", "--type", "AHSD")
    orders.ok("work", "--until-idle")
    orders.with_(ORDERS_CLOCK=AFTERNOON).ok("work", "--until-idle")
    return orders


def on(orders: Orders, day: str) -> dict[str, tuple[str, str | None]]:
    """Let the worker work in the evening of a day; states and how a delivery is known, by ASN."""
    orders.with_(ORDERS_CLOCK=f"{day}T23:00:00Z").ok("work", "--until-idle")
    return {each["asn"]: (each["state"], each["delivered_how"]) for each in orders.items()}


def test_presumed_delivered_after_thirty_days_and_abroad_after_forty_five(sent: Orders) -> None:
    """Counted from the latest of sent-on and mailed date, by the country of the address (domain §2, "Presumed delivered")."""
    assert set(on(sent, "2026-03-31").values()) == {("sent", None)}
    assert on(sent, "2026-04-01") == {ASN: ("delivered", "presumed"), ABROAD: ("sent", None)}
    assert on(sent, "2026-04-15")[ABROAD] == ("sent", None)
    assert on(sent, "2026-04-16")[ABROAD] == ("delivered", "presumed")
    item = next(each["number"] for each in sent.items("--asn", ASN))
    sent.ok("item", "do", item, "fail", "--reason", "Lost")


def test_the_mailed_date_counts(sent: Orders) -> None:
    """What the provider mailed later is presumed delivered later."""
    receipt = sent.folder / "receipt.csv"
    receipt.write_text("sequence,outcome,date\n1,mailed,2026-03-10\n2,mailed,2026-03-10\n")
    job = sent.ok("print-jobs")["print_jobs"][0]["number"]
    sent.with_(ORDERS_CLOCK="2026-03-11T16:00:00Z").ok("print-job", "acknowledge", job, receipt)
    assert on(sent, "2026-04-08")[ASN] == ("sent", None)
    assert on(sent, "2026-04-09")[ASN] == ("delivered", "presumed")


def test_what_waits_for_manual_work_is_not_presumed(orders: Orders) -> None:
    """CO-24: while special handling is open nothing arrives; the days count from its completion."""
    import_(orders, [student(ASN)], [credential(ASN)])
    orders.ok("award", ASN, "AHSD", "--order", "--delivery-method", "manual_mail")
    orders.ok("work", "--until-idle")
    orders.with_(ORDERS_CLOCK=AFTERNOON).ok("work", "--until-idle")
    assert on(orders, "2026-06-01")[ASN] == ("sent", None)
    item = orders.items("--asn", ASN)[0]["number"]
    orders.with_(ORDERS_CLOCK="2026-06-01T23:30:00Z").ok("handling", "complete", item)
    assert on(orders, "2026-07-01")[ASN] == ("sent", None)
    assert on(orders, "2026-07-02")[ASN] == ("delivered", "presumed")


def test_old_print_files_are_deleted_and_remembered(sent: Orders) -> None:
    """Thirty days after its reconciliation a job's files are gone from drop and store; its figures stay.

    A drop that can't be reached then stops nothing else, and is tried again a day later.
    """
    receipt = sent.folder / "receipt.csv"
    receipt.write_text("sequence,outcome,date\n1,mailed,2026-03-03\n2,mailed,2026-03-03\n")
    (job,) = sent.ok("print-jobs")["print_jobs"]
    next_day = sent.with_(ORDERS_CLOCK="2026-03-03T23:00:00Z")
    next_day.ok("print-job", "acknowledge", job["number"], receipt)
    next_day.ok("print-job", "reconcile", job["number"])
    on(sent, "2026-04-02")
    assert len(list(sent.drop.rglob("*.pdf"))) == 1
    (sent.folder / "blocked").write_text("a file where the drop should be")
    blocked = sent.with_(
        ORDERS_PRINT_URL=str(sent.folder / "blocked" / "drop"), ORDERS_CLOCK="2026-04-03T17:00:00Z"
    )
    blocked.ok("work", "--until-idle")
    assert sent.ok("print-job", "show", job["number"])["last_error"]["step"] == "purge_print_files"
    on(sent, "2026-04-03")
    assert len(list(sent.drop.rglob("*.pdf"))) == 1
    on(sent, "2026-04-05")
    assert list(sent.drop.rglob("*.*")) == []
    assert list((sent.folder / "documents" / "print-files").rglob("*.*")) == []
    (after,) = sent.ok("print-jobs")["print_jobs"]
    assert (after["sha256"], after["pages"]) == (job["sha256"], job["pages"])
    assert len(list((sent.folder / "documents" / "documents").rglob("*.pdf"))) == 2


def test_the_deceaseds_documents_under_way_are_listed(orders: Orders) -> None:
    """What is in a job waits on a list for a person's decision (domain §2, "Deceased")."""
    import_(orders, [student(ASN)], [credential(ASN)])
    orders.ok("award-and-order", "--type", "AHSD")
    orders.ok("work", "--until-idle")
    assert orders.ok("work-list", "deceased")["items"] == []
    orders.ok("student", "deceased", ASN)
    (listed,) = orders.ok("work-list", "deceased")["items"]
    assert (listed["asn"], listed["state"]) == (ASN, "in_print_job")
    orders.ok("item", "do", listed["item"], "pull", "--reason", "Investigation")
    assert orders.ok("work-list", "deceased")["items"] == []


def test_a_paid_item_that_is_cancelled_is_refunded_once(orders: Orders) -> None:
    """Only the refund that is due may be recorded, else CO-38 (domain §2, "a paid item goes to the refund due list")."""
    paying = orders.with_(**FEE)
    import_(orders, [student(ASN)], [credential(ASN)])
    orders.ok("award-and-order", "--type", "AHSD")
    order = str(paying.ok("cart", "new", "--as=public:maya")["order"])
    paying.ok("cart", "add", order, ASN, "AHSD", "--copies", 2, "--as=public:maya")
    paying.ok("cart", "place", order, "--as=public:maya")
    paying.ok("cart", "pay", order, "--as=public:maya")
    item = f"{order}-01"
    assert orders.call("refund", item).exit_code == 1
    paying.ok("item", "do", item, "cancel", "--reason", "RequestedByStudent", "--as=public:maya")
    (due,) = paying.ok("work-list", "refunds")["items"]
    assert (due["item"], due["payer"], due["amount_cents"]) == (item, "maya", 3000)
    assert orders.call("refund", item, "--as", "operational_support").exit_code == 1
    paying.ok("refund", item)
    assert paying.ok("work-list", "refunds")["items"] == []
    refused = orders.call("refund", item, "--json").json["refused"]["reasons"]
    assert [reason["code"] for reason in refused] == ["CO-38"]
    assert not any(orders.ok("verify-history")["broken"].values())
