"""Two processes want the same items at once."""

import sqlite3
from datetime import date
from pathlib import Path

from cli.demo.extract import write_extract
from tests.faults.test_kill_work import TYPES, orders, start


def test_two_processes_racing_300_items_have_one_winner_each(tmp_path: Path) -> None:
    """Holding and cancelling the same 300 items at once: each item is held or cancelled, once, and says by whom."""
    students, credentials = write_extract(tmp_path, 340, 3, date(2026, 3, 11))
    orders(tmp_path, "init")
    orders(tmp_path, "import", str(students), str(credentials))
    orders(tmp_path, "award-and-order", *TYPES)
    racers = [
        start(tmp_path, "items-do", "hold", "--state", "created", "--reason", "Investigation"),
        start(tmp_path, "items-do", "cancel", "--state", "created", "--reason", "DuplicateOrder"),
    ]
    for racer in racers:
        racer.wait(120)
    connection = sqlite3.connect(tmp_path / "orders.db")
    states = connection.execute("SELECT state, version FROM order_items").fetchall()
    assert len(states) >= 300
    assert {state for state, _ in states} <= {"user_hold", "cancelled"}
    history = "SELECT subject_id, event FROM order_item_history WHERE event <> 'place'"
    events = connection.execute(history).fetchall()
    lost = {subject for subject, event in events if event == "hold"}
    # A cancel may follow a hold, since a held item may be cancelled; no event happens to an item twice.
    assert len(events) == len(set(events))
    assert all(
        version == 2 + (number in lost and state == "cancelled")
        for number, (state, version) in enumerate(states, 1)
    )
    connection.close()
    orders(tmp_path, "verify-history")
