"""Alberta's working days."""

from datetime import date, timedelta
from functools import lru_cache

import holidays


def is_working_day(day: date) -> bool:
    """Whether Alberta works on ``day``."""
    return _alberta().is_working_day(day)


def working_days_after(day: date, number: int) -> date:
    """The working day that comes ``number`` working days after ``day``."""
    while number > 0:
        day += timedelta(days=1)
        number -= is_working_day(day)
    return day


@lru_cache(maxsize=1)
def _alberta() -> holidays.HolidayBase:
    return holidays.country_holidays("CA", subdiv="AB")
