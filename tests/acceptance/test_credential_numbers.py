"""Credential numbers: listed, found, re-issued, deleted and restored."""

import pytest

from tests.acceptance.command_line import AFTERNOON, Orders
from tests.acceptance.extracts import credential, import_, student

ASN = "100000001"


@pytest.fixture
def awarded(orders: Orders) -> Orders:
    """One student with a diploma that is awarded and not ordered."""
    import_(orders, [student(ASN)], [credential(ASN)])
    orders.ok("award", ASN, "AHSD")
    return orders


def number(orders: Orders) -> str:
    """The student's awarded number."""
    (found,) = orders.ok("credentials", "--asn", ASN, "--status", "awarded")["credentials"]
    return str(found["number"])


def codes(orders: Orders, *call: str) -> list[str]:
    """The codes of the rules that refuse a call."""
    result = orders.call(*call, "--json")
    assert result.exit_code == 1, result
    return [reason["code"] for reason in result.json["refused"]["reasons"]]


def test_list_credentials(orders: Orders) -> None:
    """Every filter narrows, and what bulk does not catch is found and ordered by its number (domain §5, "List Credentials")."""
    students = [
        student(ASN, last_name="Thériault"),
        student("100000002", school_code="101009", school_name="Larch Grove"),
        student("100000003", authority_code="2020", school_code="202001", school_name="Aspen Hill"),
    ]
    import_(
        orders,
        students,
        [
            credential(ASN),
            credential("100000002", "COSC", school_year="2024/2025"),
            credential(
                "100000003", "HSED", status="awarded", credential_number="1000000013", awarded_on="2020-06-30"
            ),
            credential("100000003", "GHSD", status="awarded", legacy_number="A77", awarded_on="1990-06-30"),
        ],
    )
    orders.ok("award-and-order", "--type", "AHSD")

    def found(*filters: str) -> list[tuple[str, str]]:
        page = orders.ok("credentials", *filters)["credentials"]
        return [(each["asn"], each["credential_type"]) for each in page]

    third = [("100000003", "HSED"), ("100000003", "GHSD")]
    assert len(found()) == 4
    assert found("--asn", "1000-0000-1") == found("--name", "thér") == found("--ordered") == [(ASN, "AHSD")]
    assert found("--type", "COSC") == found("--school", "101009") == [("100000002", "COSC")]
    assert found("--school-year", "2024/2025") == found("--status", "achieved") == [("100000002", "COSC")]
    assert found("--number", "10000-00013") == found(
        "--awarded-from", "2000-01-01", "--awarded-to", "2021-01-01"
    )
    assert found("--authority", "2020") == third
    assert found("--number", "A77") == [third[1]]
    assert found("--not-ordered", "--status", "awarded") == third
    import_(orders, [student(ASN, last_name="Roy")], [])
    assert found("--name-differs") == [(ASN, "AHSD")]
    first = orders.ok("credentials", "--limit", "3")
    assert len(orders.ok("credentials", "--after", first["next"])["credentials"]) == 1
    assert f"--after {first['next']}" in orders.call("credentials", "--limit", 3).out
    assert orders.ok("first-run", "1000000013")["item"]
    assert ("100000003", "HSED") in found("--ordered")


def test_a_changed_name_is_reissued(awarded: Orders) -> None:
    """The old number is superseded, the new one bears the new name; both are found, and only the new one is ordered."""
    old = number(awarded)
    assert codes(awarded, "credential", "reissue", old) == ["44005"]
    import_(awarded, [student(ASN, last_name="Nguyễn")], [])
    new = awarded.ok("credential", "reissue", old)["number"]
    states = {
        each["number"]: (each["state"], each["awarded_name"]["last_name"])
        for each in awarded.ok("credentials", "--asn", ASN)["credentials"]
    }
    assert states == {old: ("superseded", "Cardinal"), new: ("awarded", "Nguyễn")}
    assert awarded.ok("find", old)["credentials"][0]["state"] == "superseded"
    refused = awarded.call("first-run", old, "--json").json["refused"]["reasons"]
    assert {reason["code"]: reason["params"] for reason in refused}["CO-12"] == {"number": new}
    assert awarded.ok("first-run", new)["item"]
    assert not any(awarded.ok("verify-history")["broken"].values())


def test_a_changed_school_year_is_reissued(awarded: Orders) -> None:
    """44005: the awarded school year may be what changed."""
    new = awarded.ok("credential", "reissue", number(awarded), "--school-year", "2024/2025")["number"]
    (found,) = awarded.ok("find", new)["credentials"]
    assert found["school_year"] == "2024/2025"


def test_an_order_under_way_keeps_its_number(awarded: Orders) -> None:
    """44015: neither re-issue nor deletion while an item is under way; once it is sent, either."""
    old = number(awarded)
    item = awarded.ok("first-run", old)["item"]
    import_(awarded, [student(ASN, last_name="Roy")], [])
    assert codes(awarded, "credential", "reissue", old) == ["44015"]
    assert codes(awarded, "credential", "delete", old) == ["44015", "60118"]
    awarded.ok("work", "--until-idle")
    awarded.with_(ORDERS_CLOCK=AFTERNOON).ok("work", "--until-idle")
    assert awarded.ok("item", "show", item)["state"] == "sent"
    assert awarded.ok("credential", "reissue", old)["number"] != old


def test_a_supersession_is_undone(awarded: Orders) -> None:
    """The newer number becomes deleted and the old one active again; the newer one comes back only in its stead."""
    old = number(awarded)
    import_(awarded, [student(ASN, last_name="Roy")], [])
    new = awarded.ok("credential", "reissue", old)["number"]
    item = awarded.ok("first-run", new)["item"]
    assert codes(awarded, "credential", "undo-supersession", old) == ["44015"]
    awarded.ok("item", "do", item, "cancel", "--reason", "OrderedInError")
    assert awarded.ok("credential", "undo-supersession", old)["done"]["state"] == "awarded"
    assert awarded.ok("find", new)["credentials"][0]["state"] == "deleted"
    assert codes(awarded, "credential", "undelete", new) == ["CO-37"]
    assert not any(awarded.ok("verify-history")["broken"].values())


def test_a_number_is_deleted_and_restored(awarded: Orders) -> None:
    """Deleting needs a reason of its own; a deleted number is neither ordered nor active until it is restored."""
    old = number(awarded)
    assert codes(awarded, "credential", "delete", old, "--reason", "LostInMail") == ["60118"]
    assert codes(awarded, "credential", "delete", old, "--reason", "Other") == ["60118"]
    awarded.ok("credential", "delete", old, "--reason", "Other", "--note", "Two students were mixed up.")
    assert "44016" in codes(awarded, "first-run", old)
    awarded.ok("credential", "undelete", old)
    assert awarded.ok("first-run", old)["item"]
    assert [row["event"] for row in awarded.ok("credential", "history", old)["history"]] == [
        "award",
        "delete",
        "undelete",
    ]


@pytest.mark.parametrize("role", ["operational_support", "auditor", "public", "print_provider", "service"])
def test_only_student_records_touches_numbers(awarded: Orders, role: str) -> None:
    """CO-11: re-issue and delete are Student Records' own; others are told who may."""
    result = awarded.call(
        "credential", "delete", number(awarded), "--reason", "Duplicate", "--as", role, "--json"
    )
    assert result.exit_code == 1
    assert result.json["refused"]["kind"] == "permission"


def test_a_legacy_credential_has_no_new_number(orders: Orders) -> None:
    """A credential of the retired mainframe is not ordered for the first time (domain §1, "only be reprinted")."""
    legacy = credential(ASN, "GHSD", status="awarded", legacy_number="A77", awarded_on="1990-06-30")
    import_(orders, [student(ASN)], [legacy])
    import_(orders, [student(ASN, last_name="Roy")], [])
    assert "44018" in codes(orders, "credential", "reissue", "A77")


def test_an_unknown_number_is_not_found(orders: Orders) -> None:
    """Exit 4 with a message for every command about a number."""
    for command in ("can", "history", "reissue", "delete", "undelete", "undo-supersession"):
        assert orders.call("credential", command, "9999999999").exit_code == 4
