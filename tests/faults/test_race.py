"""Two processes want the same items at the same time."""

from collections import Counter
from pathlib import Path

import pytest

from tests.acceptance.command_line import Orders, Result, finished
from tests.acceptance.extracts import credential, import_, student

NUMBER = 300


@pytest.fixture
def wanted(tmp_path: Path) -> Orders:
    """So many items that have just been ordered."""
    orders = Orders(tmp_path)
    orders.ok("init")
    asns = [f"{100_000_000 + place}" for place in range(NUMBER)]
    import_(orders, [student(asn) for asn in asns], [credential(asn) for asn in asns])
    assert orders.ok("award-and-order", "--type", "AHSD")["succeeded"] == NUMBER
    return orders


def race(orders: Orders, *calls: tuple[str, ...]) -> list[Result]:
    """Start all calls at once and wait for each."""
    return [finished(racer) for racer in [orders.start(*call, "--json") for call in calls]]


def test_each_item_has_one_winner(wanted: Orders) -> None:
    """Both cancel all items: each is cancelled once, by the one that says so; the other is told that it is too late."""
    reasons = ("OrderedInError", "DuplicateOrder")
    first, second = race(
        wanted, *[("items-do", "cancel", "--state", "created", "--reason", reason) for reason in reasons]
    )
    done = [result.json["by_outcome"].get("done", 0) for result in (first, second)]
    assert sum(done) == NUMBER
    assert not {*first.json["by_outcome"], *second.json["by_outcome"]} - {"done", "refused"}
    recorded = wanted.rows("SELECT status_reason, count(*) FROM order_items GROUP BY status_reason")
    assert dict(recorded) == {reason: n for reason, n in zip(reasons, done, strict=True) if n}
    assert wanted.rows("SELECT DISTINCT state, version FROM order_items") == [("cancelled", 2)]
    assert not any(wanted.ok("verify-history")["broken"].values())


def test_what_follows_a_race_is_a_lawful_life(wanted: Orders) -> None:
    """One holds while the other cancels: a held item may still be cancelled, a cancelled one never be held."""
    race(
        wanted,
        ("items-do", "hold", "--state", "created", "--reason", "Investigation"),
        ("items-do", "cancel", "--state", "created", "--reason", "DuplicateOrder"),
    )
    events = wanted.rows("SELECT subject_id, event FROM order_item_history ORDER BY subject_id, seq")
    lives = Counter(
        tuple(event for subject, event in events if subject == item)
        for (item,) in wanted.rows("SELECT id FROM order_items")
    )
    assert set(lives) <= {("place", "hold"), ("place", "cancel"), ("place", "hold", "cancel")}
    assert sum(lives.values()) == NUMBER
    assert not any(wanted.ok("verify-history")["broken"].values())


def test_two_workers_share_the_wave(wanted: Orders) -> None:
    """Two workers over the same items: every item arrives in one print job once."""
    full = wanted.with_(ORDERS_JOB_MAX_ENVELOPES="20")
    first, second = race(full, *[("work", "--until-idle")] * 2)
    assert (first.exit_code, second.exit_code) == (0, 0), (first, second)
    full.ok("work", "--until-idle")
    assert wanted.rows("SELECT DISTINCT state FROM order_items") == [("sent",)]
    assert wanted.rows("SELECT count(*), count(DISTINCT item_id) FROM envelopes") == [(NUMBER, NUMBER)]
    events = "SELECT event, count(*), count(DISTINCT subject_id) FROM order_item_history GROUP BY event"
    assert all(times == items == NUMBER for event, times, items in wanted.rows(events) if event != "process")
    assert not any(wanted.ok("verify-history")["broken"].values())
