"""``award-and-order``, ``award``, ``first-run`` and ``find``."""

import csv
from typing import Any

import pytest
from stdnum.iso7064 import mod_11_10

from models.typography import french
from tests.acceptance.command_line import Orders
from tests.acceptance.extracts import NO_ADDRESS, Row, credential, import_, student

_BOW, _RIVER = {"authority_code": "1010"}, {"authority_code": "1130", "authority_name": "River Valley"}
#: Students of two authorities and three schools, with whatever stops a bulk order.
STUDENTS = [
    student("200000009"),
    student("200000002", school_code="101002", **_BOW),
    student("200000003", school_code="113001", **_RIVER),
    student("200000004", deceased="true"),
    student("200000005", primary_asn="200000009", deceased="true"),
    student("200000006", **NO_ADDRESS),
    student("200000007"),
    student("200000008", first_name="Max ⚡️"),
]
CREDENTIALS = [
    credential("200000009"),
    credential("200000002", programme_language="fr"),
    credential("200000003", school_year="2024/2025"),
    credential("200000004"),
    credential("200000005", school_year=""),
    credential("200000006"),
    credential("200000006", "CHSA"),
    credential("200000007", status="awarded", credential_number="9000000029", awarded_on="2025-06-30"),
    credential("200000007", "HSED"),
    credential("200000008", "COSC"),
]
#: Every type of these, whatever order they are named in.
ALL = ["--type", "COSC", "--type", "AHSD", "--type", "HSED", "--type", "CHSA"]
#: Which rules refuse, by (ASN, type), when ``ALL`` are asked for.
REFUSED = {
    ("200000004", "AHSD"): ["CO-13"],
    ("200000005", "AHSD"): ["44008", "CO-07", "CO-13"],
    ("200000006", "CHSA"): ["CO-15"],
    ("200000007", "HSED"): ["CO-14"],
}


@pytest.fixture
def achieved(orders: Orders) -> Orders:
    """An installation with ``STUDENTS`` and ``CREDENTIALS``."""
    assert import_(orders, STUDENTS, CREDENTIALS).exit_code == 0
    return orders


def by_key(document: dict[str, Any]) -> dict[tuple[str, str], dict[str, Any]]:
    """The outcomes of a bulk run by ASN and type."""
    return {(row["asn"], row["credential_type"]): row for row in document["outcomes"]}


def codes(reasons: list[dict[str, Any]]) -> list[str]:
    """The codes of reasons."""
    return [reason["code"] for reason in reasons]


def test_bulk_award_and_order_credential(achieved: Orders) -> None:
    """The screen's three steps: search, confirm with a preview and its export, summary; then nothing is left to do."""
    search = ("--authority", "1130", "--school", "113001", "--type", "AHSD", "--school-year", "2024/2025")
    preview = achieved.ok("award-and-order", *search, "--preview", "--csv", achieved.folder / "preview.csv")
    assert (preview["selected"], preview["by_rule"]) == (1, {})
    assert achieved.items() == []
    done = achieved.ok("award-and-order", *search)
    assert [row["asn"] for row in done["outcomes"]] == ["200000003"]
    everybody = achieved.ok("award-and-order", *ALL, "--csv", achieved.folder / "summary.csv")
    assert (everybody["selected"], everybody["succeeded"], everybody["refused"]) == (8, 4, 4)
    assert {item["delivery_method"] for item in achieved.items()} == {"automated_cardboard"}
    for file, rows in (("preview.csv", 1), ("summary.csv", 8)):
        with (achieved.folder / file).open(encoding="utf-8-sig", newline="") as opened:
            assert len(list(csv.DictReader(opened))) == rows
    again = achieved.call("award-and-order", *ALL, "--json")
    assert (again.exit_code, again.json["succeeded"]) == (1, 0)


def test_a_summary_has_every_row_with_all_its_reasons(achieved: Orders) -> None:
    """The JSON document has selected, succeeded, refused, an outcome for every row with all reasons, and counts by rule."""
    result = achieved.run("award-and-order", *ALL, "--json")
    assert result.exit_code == 0
    document = result.json
    assert document.keys() == {"selected", "succeeded", "refused", "outcomes", "by_rule"}
    assert (document["selected"], document["succeeded"], document["refused"]) == (9, 5, 4)
    keys = {"asn", "credential_type", "outcome", "credential_number", "item", "reasons", "warnings"}
    assert all(row.keys() == keys for row in document["outcomes"])
    refused = {
        key: codes(row["reasons"]) for key, row in by_key(document).items() if row["outcome"] == "refused"
    }
    assert refused == REFUSED
    assert document["by_rule"] == {"44008": 1, "CO-07": 1, "CO-13": 2, "CO-14": 1, "CO-15": 1}


@pytest.mark.parametrize("preview", [["--preview"], []], ids=["preview", "run"])
def test_outcomes_are_exported_row_by_row(achieved: Orders, preview: list[str]) -> None:
    """--csv writes what became, or would become, of every row: its outcome, its reasons and its warnings, in French too."""
    file = achieved.folder / "outcomes.csv"
    rows = achieved.ok("award-and-order", *ALL, *preview, "--csv", file, "--lang", "fr")["outcomes"]
    with file.open(encoding="utf-8-sig", newline="") as opened:
        exported = list(csv.DictReader(opened))
    assert [
        (each["asn"], each["credential_type"], each["outcome"], each["codes"].split()) for each in exported
    ] == [(row["asn"], row["credential_type"], row["outcome"], codes(row["reasons"])) for row in rows]
    for each, row in zip(exported, rows, strict=True):
        assert each["reasons"] == " ".join(reason["message"]["fr"] for reason in row["reasons"])
        assert each["item"] == (row["item"] or "")


def test_what_will_hold_an_item_is_only_warned_of(achieved: Orders) -> None:
    """A missing address and a name that can't be set do not stop ordering; they are warnings of the row."""
    rows = by_key(achieved.ok("award-and-order", *ALL))
    assert {key: codes(row["warnings"]) for key, row in rows.items() if row["warnings"]} == {
        ("200000006", "AHSD"): ["60108"],
        ("200000008", "COSC"): ["CO-06"],
    }
    assert all(rows[key]["outcome"] == "ordered" for key in (("200000006", "AHSD"), ("200000008", "COSC")))


def test_numbers_rise_in_asn_order_with_a_check_digit(achieved: Orders) -> None:
    """Credential numbers are ten digits, follow each other in ASN order, and end in a check digit."""
    ordered = [row for row in achieved.ok("award-and-order", *ALL)["outcomes"] if row["outcome"] == "ordered"]
    assert [row["asn"] for row in ordered] == sorted(row["asn"] for row in ordered)
    numbers = [row["credential_number"] for row in ordered]
    values = [int(number[:9]) for number in numbers]
    assert values == list(range(values[0], values[0] + len(values)))
    assert all(len(number) == 10 and mod_11_10.is_valid(number) for number in numbers)


def test_items_are_first_runs_in_the_programmes_language(achieved: Orders) -> None:
    """Each ordered row is an item of its own: a first-run to the student, one copy, by the chosen method."""
    rows = achieved.ok("award-and-order", *ALL, "--delivery-method", "manual_mail")["outcomes"]
    items = {item["number"]: item for item in achieved.items()}
    assert items.keys() == {row["item"] for row in rows if row["item"]}
    for row in rows:
        if row["item"] is None:
            continue
        item = items[row["item"]]
        assert (item["asn"], item["credential_number"]) == (row["asn"], row["credential_number"])
        assert (item["kind"], item["copies"], item["state"]) == ("first_run", 1, "created")
        assert (item["recipient"]["kind"], item["delivery_method"]) == ("student", "manual_mail")
        assert item["language"] == ("fr" if row["asn"] == "200000002" else "en")


def test_preview_changes_nothing_and_is_what_the_run_does(achieved: Orders) -> None:
    """--preview leaves every table as it was and gives the same outcomes, reasons and warnings as the run after it."""
    before = achieved.dump()
    preview = achieved.run("award-and-order", *ALL, "--preview", "--json").json
    assert achieved.dump() == before
    done = achieved.ok("award-and-order", *ALL)
    unnumbered = [row | {"credential_number": None, "item": None} for row in done["outcomes"]]
    assert preview | {"outcomes": unnumbered} == preview
    assert preview["outcomes"] == unnumbered
    assert preview == done | {"outcomes": unnumbered}


@pytest.mark.parametrize(
    ("language", "words"), [("en", "Nothing was changed"), ("fr", french("Rien n'a été modifié"))]
)
def test_preview_counts_by_rule_for_people(achieved: Orders, language: str, words: str) -> None:
    """For people --preview prints totals and how many rows each rule stops."""
    shown = achieved.run("award-and-order", *ALL, "--preview", "--lang", language).out
    assert words in shown
    for code in ("44008", "CO-07", "CO-13", "CO-14", "CO-15", "60108", "CO-06"):
        assert code in shown


def test_a_second_run_finds_nothing_new(achieved: Orders) -> None:
    """Running again orders nothing twice: what was refused is refused again, with exit 1 as nothing succeeded."""
    achieved.ok("award-and-order", *ALL)
    before = achieved.dump()
    again = achieved.call("award-and-order", *ALL, "--json")
    assert again.exit_code == 1
    assert (again.json["selected"], again.json["succeeded"]) == (4, 0)
    refused = {key: codes(row["reasons"]) for key, row in by_key(again.json).items()}
    assert refused == REFUSED | {("200000006", "CHSA"): ["CO-14"]}
    assert achieved.dump() == before


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (["--authority", "1130"], {"200000003"}),
        (["--authority", "1010", "--school", "101002"], {"200000002"}),
        (["--school", "113001"], {"200000003"}),
        (["--school-year", "2024/2025"], {"200000003"}),
        (["--authority", "1130", "--school-year", "2025/2026"], set()),
        (["--authority", "9999"], set()),
        ([], {"200000009", "200000002", "200000003", "200000004", "200000005", "200000006"}),
    ],
)
def test_filters_select(achieved: Orders, filters: list[str], expected: set[str]) -> None:
    """Authority, school and school year narrow the selection to achieved credentials of the type that meet all."""
    document = achieved.call("award-and-order", "--type", "AHSD", *filters, "--preview", "--json").json
    assert {row["asn"] for row in document["outcomes"]} == expected
    assert document["selected"] == len(expected)


@pytest.mark.parametrize("kind", ["HONR", "ABCD", "ahsd", ""])
def test_unknown_and_honorary_types_are_a_matter_of_usage(achieved: Orders, kind: str) -> None:
    """An unknown type, or HONR, which is never ordered in bulk, is exit 2 even beside a good one, and orders nothing."""
    result = achieved.call("award-and-order", "--type", "AHSD", "--type", kind)
    assert result.exit_code == 2
    assert achieved.items() == []


@pytest.mark.parametrize(
    "options", [[], ["--type", "AHSD", "--school-year", "2025"], ["--type", "AHSD", "--delivery-method", "x"]]
)
def test_usage_of_bulk(achieved: Orders, options: list[str]) -> None:
    """At least one type, a school year of two consecutive years and a known method are needed."""
    assert achieved.call("award-and-order", *options).exit_code == 2


@pytest.mark.parametrize("preview", [[], ["--preview"]])
def test_only_student_records_orders(achieved: Orders, preview: list[str]) -> None:
    """Operational support may not award and order: permission, exit 1, nothing ordered."""
    result = achieved.call("award-and-order", *ALL, *preview, "--json", "--as", "operational_support")
    assert (result.exit_code, result.json["refused"]["kind"]) == (1, "permission")
    assert achieved.items() == []


def test_digital_first_runs_are_refused(achieved: Orders) -> None:
    """No first-run is digital (CO-03); where that refuses every row the exit code is 1 and nothing is awarded."""
    result = achieved.call("award-and-order", "--type", "COSC", "--delivery-method", "digital", "--json")
    assert (result.exit_code, result.json["by_rule"]) == (1, {"CO-03": 1})
    assert achieved.rows("SELECT count(*) FROM credentials WHERE state = 'awarded'") == [(1,)]


def test_award_then_first_run(achieved: Orders) -> None:
    """`award` gives a number to one achieved credential; `first-run` orders its document under that number, once."""
    done = achieved.run("award", "2000-0000-9", "AHSD", "--json")
    assert done.exit_code == 0
    assert done.json["done"]["state"] == "awarded"
    (number,) = achieved.rows(
        "SELECT number FROM credentials WHERE state = 'awarded' AND number <> '9000000029'"
    )[0]
    found = achieved.ok("find", number)["credentials"]
    assert [(each["asn"], each["state"], each["number"]) for each in found] == [
        ("200000009", "awarded", number)
    ]
    ordered = achieved.run("first-run", f"{number[:5]}-{number[5:]}", "--language", "fr", "--json").json
    assert ordered["warnings"] == []
    assert achieved.ok("item", "show", ordered["item"])["language"] == "fr"
    again = achieved.call("first-run", number, "--json")
    assert (again.exit_code, codes(again.json["refused"]["reasons"])) == (1, ["44017"])
    assert ordered["item"] in again.json["refused"]["reasons"][0]["message"]["en"]


def test_a_cancelled_first_run_may_be_ordered_again(achieved: Orders) -> None:
    """44017 counts no cancelled items."""
    first = achieved.ok("first-run", "9000000029")["item"]
    achieved.ok("item", "do", first, "cancel", "--reason", "DuplicateOrder")
    assert achieved.ok("first-run", "9000000029")["item"] != first


def test_award_without_a_school_year(achieved: Orders) -> None:
    """44008 refuses an award whose school year is unknown, and giving one by hand is how it is fixed."""
    refused = achieved.call("award", "200000005", "AHSD", "--json")
    assert (refused.exit_code, codes(refused.json["refused"]["reasons"])) == (1, ["44008"])
    assert "--school-year" in achieved.call("award", "200000005", "AHSD").err
    assert (
        achieved.ok("award", "200000005", "AHSD", "--school-year", "2023/2024")["done"]["state"] == "awarded"
    )
    assert achieved.call("award", "200000005", "AHSD", "--school-year", "2023/2025").exit_code == 2


def test_a_posthumous_award_is_made_singly(achieved: Orders) -> None:
    """What bulk refuses for a deceased student, a single award and order do."""
    assert achieved.ok("award", "200000004", "AHSD")["done"]["state"] == "awarded"
    (number,) = achieved.rows(
        "SELECT number FROM credentials c JOIN students s ON s.id = c.student_id WHERE asn = '200000004'"
    )[0]
    assert achieved.call("first-run", number, "--json").exit_code == 0


def test_awarding_twice_is_refused(achieved: Orders) -> None:
    """An awarded credential is not awarded again: no such transition, same number."""
    result = achieved.call("award", "200000007", "AHSD", "--json")
    assert (result.exit_code, result.json["refused"]["kind"]) == (1, "no_such_transition")
    assert achieved.ok("find", "9000000029")["credentials"][0]["state"] == "awarded"


def test_find_knows_legacy_numbers(orders: Orders) -> None:
    """`find` gives a legacy credential by its old number."""
    legacy: Row = credential("100000001", status="awarded", legacy_number="A77b", awarded_on="1990-06-30")
    import_(orders, [student("100000001")], [legacy])
    (found,) = orders.ok("find", "A77b")["credentials"]
    assert (found["legacy_number"], found["number"], found["awarded_on"]) == ("A77b", None, "1990-06-30")


@pytest.mark.parametrize("how", [["--delivery-method", "manual_mail"], ["--language", "fr"]])
def test_what_is_said_of_no_order_is_not_lost(achieved: Orders, how: list[str]) -> None:
    """An award without --order prints nothing: how it would travel is refused, and nobody is awarded."""
    before = achieved.dump()
    result = achieved.call("award", "200000009", "AHSD", *how, "--lang", "fr")
    assert result.exit_code == 2
    assert "omettez" in result.err
    assert achieved.dump() == before
