"""What stands as evidence: refused attempts."""

from tests.acceptance.command_line import Orders
from tests.acceptance.extracts import credential, import_, student

ASN = "100000001"


def ordered(orders: Orders) -> str:
    """The number of a first-run item just ordered."""
    import_(orders, [student(ASN)], [credential(ASN)])
    orders.ok("award-and-order", "--type", "AHSD")
    return str(orders.items()[0]["number"])


def test_refused_attempts_are_listed(orders: Orders) -> None:
    """Whoever was refused something is found under `refusals`, whatever door the refusal came from."""
    item = ordered(orders)
    assert orders.call("item", "do", item, "pull", "--reason", "Investigation").exit_code == 1
    assert orders.call("item", "do", item, "hold", "--as", "auditor:Ana", "--reason", "x").exit_code == 1
    number = orders.items()[0]["credential_number"]
    assert orders.call("first-run", number).exit_code == 1
    assert orders.call("award", ASN, "AHSD", "--as", "public:p@example.org").exit_code == 1
    assert orders.call("refusals", "--as", "public:p@example.org").exit_code == 1
    shown = orders.ok("refusals", "--as", "auditor")["refusals"]
    assert [(row["event"], row["kind"], row["codes"]) for row in shown] == [
        ("pull", "no_such_transition", []),
        ("hold", "permission", ["CO-11"]),
        ("place", "rule", ["44017"]),
        ("award", "permission", ["CO-11"]),
        ("refusals", "permission", ["CO-11"]),
    ]
    assert [row["actor"]["name"] for row in shown] == ["", "Ana", "", "p@example.org", "p@example.org"]


def test_refused_attempts_are_filtered_and_paged(orders: Orders) -> None:
    """By item, by role and by day; a page at a time."""
    item = ordered(orders)
    orders.call("item", "do", item, "pull")
    orders.call("award", ASN, "AHSD", "--as", "auditor")
    assert [row["event"] for row in orders.ok("refusals", "--item", item)["refusals"]] == ["pull"]
    assert [row["event"] for row in orders.ok("refusals", "--role", "auditor")["refusals"]] == ["award"]
    assert orders.ok("refusals", "--since", "2999-01-01")["refusals"] == []
    first = orders.ok("refusals", "--limit", "1")
    assert [row["event"] for row in orders.ok("refusals", "--after", first["next"])["refusals"]] == ["award"]
    assert "pull" in orders.call("refusals", "--lang", "fr").out
