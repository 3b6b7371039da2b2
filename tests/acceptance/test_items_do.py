"""``items-do``: one event for many items, chosen by state or by what holds them."""

import pytest

from tests.acceptance.command_line import Orders
from tests.acceptance.extracts import NO_ADDRESS, credential, import_, student

#: Students without an address, a student on hold, one with both faults, one with none.
NO_ADDRESS_ASNS, HELD, BOTH, FINE = (
    ["100000001", "100000002", "100000003"],
    "100000004",
    "100000005",
    "100000006",
)


@pytest.fixture
def held(orders: Orders) -> Orders:
    """Three items held by 60108, one by CO-05, one by both; one waits in a print job."""
    students = [student(asn, **NO_ADDRESS) for asn in NO_ADDRESS_ASNS]
    hold = {"hold_until": "2026-12-31"}
    students += [student(HELD, **hold), student(BOTH, **NO_ADDRESS, **hold), student(FINE)]
    import_(orders, students, [credential(row["asn"]) for row in students])
    orders.ok("award-and-order", "--type", "AHSD")
    orders.ok("work", "--until-idle")
    return orders


def test_items_are_listed_by_error_code(held: Orders) -> None:
    """`items --error CODE` gives every item held by that rule, also beside other errors."""
    assert [item["asn"] for item in held.items("--error", "60108")] == [*NO_ADDRESS_ASNS, BOTH]
    assert [item["asn"] for item in held.items("--error", "CO-05")] == [HELD, BOTH]
    assert held.items("--error", "CO-06") == []


def test_release_in_bulk_by_error_code(held: Orders) -> None:
    """`items-do release --error CODE` releases those and no others; their errors are gone from the items."""
    result = held.run("items-do", "release", "--error", "60108", "--json")
    assert (result.exit_code, result.json["by_outcome"]) == (0, {"done": 4})
    assert [item["asn"] for item in held.items("--state", "created")] == [*NO_ADDRESS_ASNS, BOTH]
    assert all(
        item["errors"] == [] and item["status_reason"] is None for item in held.items("--state", "created")
    )
    assert [item["asn"] for item in held.items("--state", "system_hold")] == [HELD]


def test_released_without_a_remedy_they_are_held_again(held: Orders) -> None:
    """Released items are validated anew: whatever is still wrong holds them again with fresh errors."""
    held.ok("items-do", "release", "--error", "60108")
    assert held.ok("work", "--until-idle")["items"] == {"system_hold": 5, "in_print_job": 1}
    assert len(held.items("--error", "60108")) == 4
    assert held.ok("verify-history")["broken"] is not None


def test_new_addresses_release_by_themselves(held: Orders) -> None:
    """An import that brings addresses releases the items all of whose causes are gone, and no others."""
    result = import_(held, [student(asn) for asn in (*NO_ADDRESS_ASNS, BOTH)], [], "--json")
    assert result.json["students"]["changed"] == 4
    import_(held, [student(BOTH, hold_until="2026-12-31")], [])
    assert held.ok("work", "--until-idle")["items"] == {"system_hold": 2, "in_print_job": 4}
    assert [item["asn"] for item in held.items("--state", "system_hold")] == [HELD, BOTH]


def test_dry_run_decides_everything_and_changes_nothing(held: Orders) -> None:
    """--dry-run gives the outcome and the rules as the run would, and leaves every table as it was."""
    before = held.dump()
    dry = held.run("items-do", "release", "--error", "60108", "--dry-run", "--json")
    assert (dry.exit_code, dry.json["dry_run"]) == (0, True)
    assert held.dump() == before
    wet = held.ok("items-do", "release", "--error", "60108")
    assert {name: value for name, value in wet.items() if name != "dry_run"} == {
        name: value for name, value in dry.json.items() if name != "dry_run"
    }


def test_nothing_succeeded_is_exit_1(held: Orders) -> None:
    """Where every item refuses, the exit code is 1 and each rule is counted."""
    result = held.call("items-do", "cancel", "--state", "system_hold", "--json")
    assert (result.exit_code, result.json["by_outcome"], result.json["by_rule"]) == (
        1,
        {"refused": 5},
        {"60118": 5},
    )
    assert len(held.items("--state", "system_hold")) == 5


def test_some_succeeded_is_exit_0(held: Orders) -> None:
    """State and error together narrow the choice."""
    chosen = ["--state", "system_hold", "--error", "CO-05", "--reason", "RequestedByStudent"]
    assert held.ok("items-do", "cancel", *chosen)["by_outcome"] == {"done": 2}
    assert [item["status_reason"] for item in held.items("--state", "cancelled")] == [
        "RequestedByStudent"
    ] * 2


@pytest.mark.parametrize("role", ["auditor", "public"])
def test_roles_are_asked_of_every_item(held: Orders, role: str) -> None:
    """A role without the right is refused item by item, counted under CO-11, with exit 1."""
    result = held.call("items-do", "release", "--state", "system_hold", "--as", role, "--json")
    assert (result.exit_code, result.json["by_rule"]) == (1, {"CO-11": 5})


@pytest.mark.parametrize(
    ("language", "words"), [("en", "The change carries a reason"), ("fr", "porte un motif")]
)
def test_people_read_counts_by_rule(held: Orders, language: str, words: str) -> None:
    """For people the rules are counted with their sentence in the language asked for."""
    result = held.call("items-do", "cancel", "--state", "system_hold", "--lang", language)
    assert words in result.out


def test_operational_support_releases_too(held: Orders) -> None:
    """Operational support may release, and history names who it was."""
    held.ok("items-do", "release", "--error", "CO-05", "--as", "operational_support:Olga")
    number = held.items("--asn", HELD)[0]["number"]
    last = held.ok("item", "history", number)["history"][-1]
    assert (last["event"], last["actor"]) == ("release", {"role": "operational_support", "name": "Olga"})
