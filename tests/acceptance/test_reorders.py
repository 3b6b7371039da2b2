"""domain §5, "Add Credential Reorder Item": reorders, chains of reorders, and edits."""

from typing import Any

import pypdfium2
import pytest

from tests.acceptance.command_line import AFTERNOON, Orders
from tests.acceptance.extracts import NO_ADDRESS, credential, import_, student

ASN = "100000001"
TUESDAY = "2026-03-03T22:00:00Z"
NEW_ADDRESS = (
    "--line",
    "800 Macleod Trail SE",
    "--city",
    "Calgary",
    "--province",
    "AB",
    "--postal-code",
    "T2P 2M5",
)
CALGARY = (*NEW_ADDRESS, "--country", "CA")


@pytest.fixture
def sent(orders: Orders) -> Orders:
    """One first-run that was sent."""
    import_(orders, [student(ASN)], [credential(ASN)])
    orders.ok("award-and-order", "--type", "AHSD")
    deliver(orders)
    return orders


def deliver(orders: Orders) -> None:
    """Process what is due and hand it over in the afternoon of the next day."""
    orders.ok("work", "--until-idle")
    for job in orders.ok("print-jobs")["print_jobs"]:
        if job["state"] == "open":
            orders.ok("print-job", "release", job["number"])
    orders.with_(ORDERS_CLOCK=AFTERNOON).ok("work", "--until-idle")


def items(orders: Orders) -> list[dict[str, Any]]:
    """The student's items, oldest first."""
    return orders.items("--asn", ASN)


def ordered_by_maya(orders: Orders, *line: str) -> str:
    """A reprint that a member of the public ordered for herself."""
    maya = ("--as", "public:maya")
    order = orders.ok("cart", "new", *maya)["order"]
    orders.ok("cart", "add", order, ASN, "AHSD", *line, *maya)
    return str(orders.ok("cart", "place", order, *maya)["items"][0])


def codes(orders: Orders, *call: str) -> list[str]:
    """The codes of the rules that refuse a call."""
    result = orders.call(*call, "--json")
    assert result.exit_code == 1, result
    return [reason["code"] for reason in result.json["refused"]["reasons"]]


def test_returned_reorder_cancelled_reorder_again(sent: Orders) -> None:
    """The life *returned → reorder → reorder cancelled → reorder again*, each link knowing its source and its root."""
    (first,) = items(sent)
    sent.ok("item", "do", first["number"], "fail", "--reason", "ReturnedBadAddress")
    second = sent.ok("reorder", first["number"], "--reason", "ReturnedBadAddress", *CALGARY)
    assert [reason["code"] for reason in second["warnings"]] == []
    assert codes(sent, "reorder", first["number"], "--reason", "LostInMail") == ["CO-16"]
    sent.ok("item", "do", second["item"], "cancel", "--reason", "OrderedInError")
    third = sent.ok("reorder", first["number"], "--reason", "ReturnedBadAddress", *CALGARY)
    deliver(sent)
    sent.ok("item", "do", third["item"], "fail", "--reason", "Unclaimed")
    fourth = sent.ok("reorder", third["item"], "--reason", "LostInMail")
    chain = {each["number"]: each for each in items(sent)}
    assert [each["state"] for each in chain.values()] == ["reordered", "cancelled", "reordered", "created"]
    assert chain[fourth["item"]]["reorder_of"] == third["item"]
    assert {chain[each]["reorder_root"] for each in (second["item"], third["item"], fourth["item"])} == {
        first["number"]
    }
    assert {each["root_kind"] for each in chain.values()} == {"first_run"}
    assert {each["letter"] for each in chain.values()} == {"first_run"}
    assert chain[third["item"]]["address"]["city"] == chain[fourth["item"]]["address"]["city"] == "Calgary"
    assert not any(sent.ok("verify-history")["broken"].values())


def test_a_returned_address_is_no_address_any_more(sent: Orders) -> None:
    """A reorder that follows the student warns that the address on file came back, and is held until another comes."""
    (first,) = items(sent)
    sent.ok("item", "do", first["number"], "fail", "--reason", "ReturnedBadAddress")
    again = sent.ok("reorder", first["number"], "--reason", "ReturnedBadAddress")
    assert [reason["code"] for reason in again["warnings"]] == ["60108"]
    sent.ok("work", "--until-idle")
    assert items(sent)[1]["state"] == "system_hold"
    sent.ok("student", "move", ASN, *CALGARY)
    sent.ok("work", "--until-idle")
    assert items(sent)[1]["state"] == "in_print_job"


def test_returned_renamed_reissued(sent: Orders) -> None:
    """The life *returned, renamed, re-issued*: the reorder says that the name differs; after re-issue it names the new number."""
    (first,) = items(sent)
    sent.ok("item", "do", first["number"], "fail", "--reason", "Unclaimed")
    import_(sent, [student(ASN, last_name="Nguyễn")], [])
    second = sent.ok("reorder", first["number"], "--reason", "LostInMail")
    assert second["name_differs"]
    number = items(sent)[0]["credential_number"]
    assert codes(sent, "credential", "reissue", number) == ["44015"]
    sent.ok("item", "do", second["item"], "cancel", "--reason", "OrderedInError")
    new = sent.ok("credential", "reissue", number)["number"]
    refused = sent.call("reorder", first["number"], "--reason", "LostInMail", "--json").json["refused"][
        "reasons"
    ]
    assert [(reason["code"], reason["params"]) for reason in refused] == [("CO-12", {"number": new})]
    assert items(sent)[0]["state"] == "reordered"


def test_what_stops_a_reorder_is_told_all_at_once(sent: Orders) -> None:
    """Reason and line are judged together, nothing is saved, and what did not fail is not reordered."""
    (first,) = items(sent)
    result = sent.call("reorder", first["number"], "--reason", "LostInMail", "--json")
    assert result.json["refused"]["kind"] == "no_such_transition"
    sent.ok("item", "do", first["number"], "deliver")
    faults = codes(sent, "reorder", first["number"], "--reason", "LostInMail", "--delivery-method", "digital")
    assert faults == ["60118", "CO-03"]
    assert codes(sent, "reorder", first["number"]) == ["60105", "60118"]
    assert codes(sent, "reorder", first["number"], "--reason", "Other") == ["60118"]
    assert len(items(sent)) == 1
    assert sent.ok("reorder", first["number"], "--reason", "Other", "--note", "Coffee.")["item"]


def test_a_repeated_reorder_makes_one_item(sent: Orders) -> None:
    """The same command id gives the first answer again."""
    (first,) = items(sent)
    sent.ok("item", "do", first["number"], "fail", "--reason", "Lost")
    call = ("reorder", first["number"], "--reason", "LostInMail", "--command-id", "abc")
    made = [sent.ok(*call) for _ in range(2)]
    assert [each["item"] for each in made] == [items(sent)[1]["number"]] * 2
    assert [each["already_done"] for each in made] == [False, True]


def test_an_edit_is_recorded_and_its_address_stays(orders: Orders) -> None:
    """An item on hold is given an address of its own: it is released by itself and goes there, wherever the student moves."""
    import_(orders, [student(ASN, **NO_ADDRESS)], [credential(ASN)])
    orders.ok("award-and-order", "--type", "AHSD")
    orders.ok("work", "--until-idle")
    (held,) = items(orders)
    assert held["state"] == "system_hold"
    orders.ok("item", "edit", held["number"], *CALGARY, "--language", "fr", "--version", held["version"])
    orders.ok(
        "student",
        "move",
        ASN,
        "--line",
        "1 Elm",
        "--city",
        "Edmonton",
        "--province",
        "AB",
        "--country",
        "CA",
        "--postal-code",
        "T5J 2Z2",
    )
    orders.ok("work", "--until-idle")
    (item,) = items(orders)
    assert (item["state"], item["language"], item["address"]["city"]) == ("in_print_job", "fr", "Calgary")
    (edit,) = [
        row for row in orders.ok("item", "history", held["number"])["history"] if row["event"] == "edit"
    ]
    assert edit["detail"]["edited"]["language"] == {"from": "en", "to": "fr"}
    assert edit["from_state"] == edit["to_state"] == "system_hold"
    assert not any(orders.ok("verify-history")["broken"].values())


def test_when_what_may_be_edited(orders: Orders) -> None:
    """60120 and 60121: created and held items; once rendered the way on paper only; then nothing. A stale edit conflicts."""
    import_(orders, [student(ASN)], [credential(ASN)])
    orders.ok("award-and-order", "--type", "AHSD")
    (created,) = items(orders)
    edit = ("item", "edit", created["number"])
    assert codes(orders, *edit, "--recipient-kind", "other", "--recipient", "Ada") == ["CO-01"]
    assert orders.call(*edit, "--language", "fr", "--version", "7").exit_code == 3
    assert codes(orders, *edit, "--language", "fr", "--as", "public:maya") == ["CO-11"]  # not her own order
    orders.ok(*edit, "--language", "fr")
    orders.ok(*edit, "--control-date", "2026-04-01")
    assert orders.ok("work", "--until-idle")["items"] == {"created": 1}
    orders.ok(*edit, "--control-date", "now")
    orders.ok("work", "--until-idle")
    assert codes(orders, *edit, "--language", "en") == ["60121"]
    assert codes(orders, *edit, "--delivery-method", "manual_mail") == ["60121"]
    assert orders.call(*edit).exit_code == 2


def test_a_reader_cannot_edit_or_reorder(sent: Orders) -> None:
    """CO-11 binds both."""
    (first,) = items(sent)
    for call in (
        ("item", "edit", first["number"], "--language", "fr"),
        ("reorder", first["number"], "--reason", "Other"),
    ):
        result = sent.call(*call, "--as", "auditor", "--json")
        assert (result.exit_code, result.json["refused"]["kind"]) == (1, "permission")


def test_a_rendered_items_way_changes_with_its_manual_work(sent: Orders) -> None:
    """60121: before it is in a job, the way on paper changes and special handling is set anew; digital it never becomes."""
    off = sent.with_(ORDERS_JOB_CREATION="false")
    again = ordered_by_maya(sent, "--delivery-method", "courier")
    off.ok("work", "--until-idle")
    assert sent.ok("item", "show", again)["special_handling"] == "outstanding"
    edit = ("item", "edit", again)
    sent.ok(*edit, "--delivery-method", "automated_cardboard")
    assert sent.ok("item", "show", again)["special_handling"] == "not_required"
    sent.ok(*edit, "--delivery-method", "manual_mail")
    assert sent.ok("item", "show", again)["special_handling"] == "outstanding"
    assert codes(sent, *edit, "--delivery-method", "digital") == ["60121", "CO-03"]
    assert codes(sent, *edit, "--delivery-method", "courier", "--as", "public:maya") == ["60121"]


def test_the_public_edits_what_is_just_ordered(orders: Orders) -> None:
    """A held item is for Student Records, one that is worked on for later (domain §2, "the public edits created only")."""
    import_(orders, [student(ASN)], [credential(ASN)])
    orders.ok("award-and-order", "--type", "AHSD")
    created = ordered_by_maya(orders)
    edit = ("item", "edit", created, "--language", "fr")
    orders.ok("item", "do", created, "hold", "--reason", "Investigation")
    refused = orders.call(*edit, "--as", "public:maya", "--json").json["refused"]["reasons"]
    assert [(reason["code"], reason["params"]["when"]) for reason in refused] == [("60120", "while_held")]
    orders.ok(*edit)
    assert orders.ok("item", "history", created)["history"][-1]["detail"]["edited"]["language"]["to"] == "fr"
    orders.ok(*edit)
    assert orders.ok("item", "history", created)["history"][-1]["detail"] == {"edited": {}}


def test_add_credential_reorder_item(sent: Orders) -> None:
    """The source's values are taken over, the address may change, the reason is mandatory, and a new name is told."""
    (first,) = items(sent)
    sent.ok("item", "do", first["number"], "fail", "--reason", "Damaged")
    assert codes(sent, "reorder", first["number"]) == ["60105", "60118"]
    import_(sent, [student(ASN, last_name="Nguyễn")], [])
    done = sent.ok("reorder", first["number"], "--reason", "DamagedInMail", "--note", "Torn.", *CALGARY)
    again = sent.ok("item", "show", done["item"])
    same = ("asn", "credential_number", "credential_type", "language", "copies", "delivery_method", "letter")
    assert {name: again[name] for name in same} == {name: first[name] for name in same}
    assert (again["kind"], again["root_kind"]) == ("reorder", "first_run")
    assert (again["reorder_of"], again["reorder_root"]) == (first["number"], first["number"])
    assert (again["address"]["city"], done["name_differs"]) == ("Calgary", True)
    deliver(sent)
    assert items(sent)[1]["printed_name"] == first["printed_name"]


def test_a_reorder_after_new_titles_has_the_old_ones(sent: Orders) -> None:
    """A new minister's title changes every page from then on, but not the document that is ordered again."""
    (first,) = items(sent)
    other = sent.with_(ORDERS_FIRST_SIGNATORY_EN="Minister of Learning")
    import_(other, [student("100000002")], [credential("100000002")])
    other.ok("award-and-order", "--type", "AHSD")
    other.ok("item", "do", first["number"], "fail", "--reason", "ReturnedBadAddress")
    second = other.ok("reorder", first["number"], "--reason", "ReturnedBadAddress", *CALGARY)["item"]
    other.ok("work", "--until-idle")
    (new,) = other.items("--asn", "100000002")
    masters = [
        other.ok("item", "show", each)["document"]["master"]
        for each in (first["number"], second, new["number"])
    ]
    assert masters[0] == masters[1] != masters[2]
    assert "Minister of Education" in page_of(other, second)
    assert "Minister of Learning" in page_of(other, new["number"])


def test_a_reorder_waits_for_a_master_that_was_lost(sent: Orders) -> None:
    """CO-08 says what is missing and what to do; once it is there again the item goes on."""
    (first,) = items(sent)
    lost = sent.folder / "documents" / "masters" / f"{first['document']['master']}.json"
    backup = lost.rename(sent.folder / "backup.json")
    sent.ok("item", "do", first["number"], "fail", "--reason", "Unclaimed")
    second = sent.ok("reorder", first["number"], "--reason", "LostInMail")["item"]
    sent.ok("work", "--until-idle")
    held = sent.ok("item", "show", second)
    assert (held["state"], [each["code"] for each in held["errors"]]) == ("system_hold", ["CO-08"])
    assert "missing from the document store" in held["errors"][0]["message"]["en"]
    assert "absent du dépôt" in held["errors"][0]["message"]["fr"]
    backup.rename(lost)
    later = sent.with_(ORDERS_CLOCK="2026-03-10T16:00:00Z")
    later.ok("work", "--until-idle")
    assert later.ok("item", "show", second)["document"]["master"] == first["document"]["master"]


def page_of(orders: Orders, item: str) -> str:
    """What the credential page of an item says."""
    path = orders.rows(
        "SELECT d.path FROM documents d JOIN order_items i ON i.id = d.item_id WHERE i.order_id = ? AND d.deleted_at IS NULL",
        int(item.partition("-")[0]),
    )[0][0]
    document = pypdfium2.PdfDocument((orders.folder / "documents" / path).read_bytes())
    try:
        return str(document[len(document) - 1].get_textpage().get_text_bounded())
    finally:
        document.close()
