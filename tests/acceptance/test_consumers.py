"""Digital document consumers: registered, activated, declined, reconsidered (domain §3, "DOD consumer")."""

import pytest

from tests.acceptance.command_line import Orders


def add(orders: Orders, name: str = "University of Bow River", domain: str = "bowriver.example") -> int:
    """A pending consumer."""
    made = orders.ok(
        "consumer", "add", "--name", name, "--email-domain", domain, "--email", f"registrar@{domain}"
    )
    return int(made["consumer"])


def test_a_consumer_lives_through_its_states(orders: Orders) -> None:
    """Pending → active → pending → declined → pending, each step recorded."""
    found = add(orders)
    states = [
        orders.ok("consumer", event, found)["done"]["state"]
        for event in ("activate", "reconsider", "decline", "reconsider")
    ]
    assert states == ["active", "pending", "declined", "pending"]
    refused = orders.call("consumer", "reconsider", found, "--json")
    assert refused.json["refused"]["kind"] == "no_such_transition"
    assert orders.ok("consumer", "show", found)["state"] == "pending"
    assert [each["id"] for each in orders.ok("consumers", "--state", "pending")["consumers"]] == [found]
    assert orders.ok("verify-history")["broken"]["consumer_history"] == []


def test_two_active_consumers_never_share_a_domain(orders: Orders) -> None:
    """82003: the domain alone says whose a user is, so a second one waits."""
    first, second = add(orders), add(orders, "Bow River Alumni")
    orders.ok("consumer", "activate", first)
    refused = orders.call("consumer", "activate", second, "--json")
    assert [reason["code"] for reason in refused.json["refused"]["reasons"]] == ["82003"]
    orders.ok("consumer", "reconsider", first)
    orders.ok("consumer", "activate", second)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_what_is_typed_wrong_is_said_all_at_once(orders: Orders, language: str) -> None:
    """Name, domain and e-mail are checked together, in the language of the call."""
    add(orders)
    result = orders.call(
        "consumer",
        "add",
        "--name",
        "University of Bow River",
        "--email-domain",
        "not a domain",
        "--email",
        "nobody",
        "--lang",
        language,
    )
    assert result.exit_code == 2
    assert len(result.err.strip().splitlines()) >= 3
    assert len(orders.ok("consumers")["consumers"]) == 1


def test_only_student_records_registers_and_an_unknown_one_is_not_found(orders: Orders) -> None:
    """CO-11, and exit 4."""
    found = add(orders)
    for call in (
        ("activate", found),
        ("add", "--name", "X", "--email-domain", "x.example", "--email", "a@x.example"),
    ):
        assert orders.call("consumer", *call, "--as", "operational_support").exit_code == 1
    for command in ("show", "activate", "decline", "reconsider"):
        assert orders.call("consumer", command, 999).exit_code == 4


def test_the_public_chooses_from_the_active_ones(orders: Orders) -> None:
    """Whoever waits for Student Records, or was declined, is not offered; downloads' users have no list at all."""
    found = {}
    for name in ("pending", "active", "declined"):
        call = ("consumer", "add", "--name", name, "--email-domain", f"{name}.example")
        found[name] = orders.ok(*call, "--email", f"registrar@{name}.example")["consumer"]
    orders.ok("consumer", "activate", found["active"])
    orders.ok("consumer", "decline", found["declined"])
    public = ("--as", "public:maya")
    for asked in ((), ("--state", "pending")):
        assert [each["name"] for each in orders.ok("consumers", *asked, *public)["consumers"]] == ["active"]
    assert orders.call("consumers", "--as", "dod_consumer:a@active.example").exit_code == 1
