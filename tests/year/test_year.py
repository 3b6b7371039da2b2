"""A simulated ministry year: whatever its seed brings, nothing is stuck and every sentence holds at the end of each day."""

import os
import time
from datetime import date
from pathlib import Path
from shutil import rmtree

import pytest

from models.codes import ItemState
from models.orders import OrderItem
from renderers.masters.master import Masters
from tests.installations import open_installation, sqlite_copy
from tests.ministry import Ministry
from tests.year import invariants
from tests.year.year import SWITCHED_OFF, Year

#: Where an item rests when nobody does anything more.
RESTING = {
    ItemState.DELIVERED, ItemState.FAILED, ItemState.DELIVERED_IN_ERROR, ItemState.EXPIRED, ItemState.CANCELLED,
    ItemState.REORDERED, ItemState.SYSTEM_HOLD,
}  # fmt: skip
#: What a year always brings, whatever its seed.
PROMISED = (
    "ordered", "reprint", "reprint_by_courier", "certify", "reprint_digitally", "fill_cart", "return", "reorder",
    "confirm", "hold_student", "end_student_hold", "die", "rename", "reissued", "find_address", "download", "reconciled",
    "waybill", "handled", "job_creation", "transmission", "unreachable drop", "discard",
)  # fmt: skip


@pytest.mark.parametrize(
    ("wave", "days"),
    [pytest.param(30, 220, id="small"), pytest.param(2000, 365, id="full", marks=pytest.mark.long)],
)
def test_a_year(wave: int, days: int, tmp_path: Path, sqlite_template: Path, shared_masters: Masters) -> None:
    """Two waves, weekly equivalencies, reprints, returns, holds, deaths and new names; then quiet until all is settled.

    The small one ends with the second wave's second week.
    """
    seed = int(os.environ.get("ORDERS_TEST_SEED", "2026"))
    installation = open_installation(sqlite_copy(sqlite_template, tmp_path), tmp_path, shared_masters)
    ministry, began = Ministry(installation), time.monotonic()
    year = Year(ministry, tmp_path, seed, wave)

    def check(today: date) -> None:
        off = SWITCHED_OFF.get(today)
        wrong = invariants.broken(ministry) | invariants.stuck(
            ministry, creating=off != "job_creation", transmitting=off != "transmission"
        )
        assert not wrong, f"seed {seed}, {today}: {wrong}"
        if today.day == 1:
            assert ministry.broken_history() == [], f"seed {seed}, {today}"
        for folder in (tmp_path / "mail").glob("*"):
            rmtree(folder) if folder.is_dir() else folder.unlink()

    year.live(check, days)
    year.settle(check)
    assert ministry.broken_history() == []
    states = [each.state for each in ministry.rows(OrderItem)]
    assert set(states) <= RESTING
    missing = [each for each in PROMISED if not year.happened[each]]
    assert not missing, f"seed {seed}: {missing}"
    print(f"seed {seed}, wave {wave}: {time.monotonic() - began:.0f} s, {len(states)} items")
    print({state.value: states.count(state) for state in ItemState if state in states})
    print(dict(year.happened))
    installation.database.close()
