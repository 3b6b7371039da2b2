"""When print jobs are released by the clock: at set times on Alberta's working days (domain §6)."""

from datetime import date, datetime, time, timedelta
from functools import lru_cache

import holidays

from workflows.command import EDMONTON

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


def is_working_day(day: date) -> bool:
    """Whether Alberta works on ``day``."""
    return _alberta().is_working_day(day)


@lru_cache(maxsize=1)
def _alberta() -> holidays.HolidayBase:
    return holidays.country_holidays("CA", subdiv="AB")
