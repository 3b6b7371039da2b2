"""When print jobs are released by the clock: at set times on Alberta's working days (domain §6, "06:00 and 14:00 America/Edmonton")."""

from datetime import datetime, time, timedelta

from workflows.calendar import EDMONTON, is_working_day

__all__ = ["RELEASE_TIMES", "is_working_day", "last_release_time"]

#: Release times on working days, America/Edmonton.
RELEASE_TIMES = (time(6, 0), time(14, 0))


def last_release_time(now: datetime) -> datetime:
    """The latest release time that is not after ``now``."""
    day = now.astimezone(EDMONTON).date()
    while True:
        for at in reversed(RELEASE_TIMES):
            moment = datetime.combine(day, at, EDMONTON)
            if moment <= now and is_working_day(day):
                return moment
        day -= timedelta(days=1)
