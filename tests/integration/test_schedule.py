"""When the clock releases print jobs: 06:00 and 14:00 in Edmonton on Alberta's working days (domain §6, "06:00 and 14:00 America/Edmonton")."""

from datetime import date, datetime

import pytest

from actors.steps.release_times import is_working_day, last_release_time
from models.codes import ItemState, PrintJobState
from models.print_jobs import PrintJob
from tests.ministry import Ministry
from workflows.calendar import EDMONTON


def edmonton(text: str) -> datetime:
    """A local time of Edmonton."""
    return datetime.fromisoformat(text).replace(tzinfo=EDMONTON)


@pytest.mark.parametrize(
    ("now", "expected", "why"),
    [
        ("2026-03-02T05:59", "2026-02-27T14:00", "before six on a Monday it was Friday afternoon"),
        ("2026-03-02T06:00", "2026-03-02T06:00", "at six sharp"),
        ("2026-03-02T13:59", "2026-03-02T06:00", "between the two"),
        ("2026-03-02T14:00", "2026-03-02T14:00", "at two sharp"),
        ("2026-03-07T12:00", "2026-03-06T14:00", "a Saturday"),
        ("2026-02-16T12:00", "2026-02-13T14:00", "Alberta Family Day, a Monday"),
        ("2026-04-05T12:00", "2026-04-02T14:00", "Good Friday and Easter"),
        ("2026-07-01T12:00", "2026-06-30T14:00", "Canada Day"),
        ("2026-12-25T12:00", "2026-12-24T14:00", "Christmas"),
        ("2026-03-09T06:30", "2026-03-09T06:00", "the Monday after the clocks went forward"),
        ("2026-11-02T06:30", "2026-11-02T06:00", "the Monday after the clocks went back"),
    ],
)
def test_the_last_release_time(now: str, expected: str, why: str) -> None:
    """The latest release time that has come, over weekends, holidays and changes of the clocks."""
    assert last_release_time(edmonton(now)) == edmonton(expected), why


def test_release_times_are_local(ministry: Ministry) -> None:
    """Six o'clock is 13:00Z in winter and 12:00Z in summer."""
    utc = ministry.now.tzinfo
    assert last_release_time(datetime(2026, 3, 6, 13, 0, tzinfo=utc)) == datetime(
        2026, 3, 6, 13, 0, tzinfo=utc
    )
    assert last_release_time(datetime(2026, 3, 9, 12, 0, tzinfo=utc)) == datetime(
        2026, 3, 9, 12, 0, tzinfo=utc
    )


def test_holidays_are_albertas() -> None:
    """Family Day is a holiday in Alberta; Quebec's day is not."""
    assert not is_working_day(date(2026, 2, 16))
    assert is_working_day(date(2026, 6, 24))
    assert not is_working_day(date(2026, 9, 7))


def test_a_job_is_released_at_the_next_time(ministry: Ministry) -> None:
    """A job that opened at ten is released at two, not a minute earlier."""
    (item,) = ministry.in_state(ItemState.IN_PRINT_JOB)
    ministry.at(edmonton("2026-03-02T13:59"))
    assert ministry.work() == []
    ministry.at(edmonton("2026-03-02T14:00"))
    ministry.work()
    assert ministry.states([item]) == ["sent"]
    assert ministry.rows(PrintJob)[0].released_at == ministry.now


def test_a_late_tick_does_no_harm(ministry: Ministry) -> None:
    """A clock that slept through release times releases the job once when it wakes."""
    (item,) = ministry.in_state(ItemState.IN_PRINT_JOB)
    ministry.at(edmonton("2026-03-06T03:00"))
    ministry.work()
    assert ministry.states([item]) == ["sent"]
    assert [each.state for each in ministry.rows(PrintJob)] == [PrintJobState.TRANSMITTED]


def test_a_job_of_friday_evening_waits_for_monday(ministry: Ministry) -> None:
    """Over a weekend nothing is released."""
    ministry.at(edmonton("2026-03-06T16:00"))
    (item,) = ministry.in_state(ItemState.IN_PRINT_JOB)
    ministry.at(edmonton("2026-03-08T14:30"))
    assert ministry.work() == []
    ministry.at(edmonton("2026-03-09T06:00"))
    ministry.work()
    assert ministry.states([item]) == ["sent"]
