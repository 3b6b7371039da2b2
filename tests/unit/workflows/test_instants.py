"""How the interfaces show an instant."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from workflows.shapes import instant

EAST = timezone(timedelta(hours=3, minutes=30))


@pytest.mark.parametrize(
    ("moment", "shown"),
    [
        (None, None),
        (datetime(2026, 3, 2, 17, tzinfo=UTC), "2026-03-02T17:00:00Z"),
        (datetime(2026, 3, 2, 17, 0, 0, 120_000, tzinfo=UTC), "2026-03-02T17:00:00.120000Z"),
        (datetime(2026, 3, 3, 1, 15, tzinfo=EAST), "2026-03-02T21:45:00Z"),
        (datetime(2026, 3, 2, 17, tzinfo=timezone(timedelta(0), "GMT")), "2026-03-02T17:00:00Z"),
    ],
)
def test_an_instant_is_shown_in_utc(moment: datetime | None, shown: str | None) -> None:
    """RFC 3339, with Z, whatever the offset it came with."""
    assert instant(moment) == shown
