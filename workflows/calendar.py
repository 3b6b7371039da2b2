"""Days: those of the ministry, which are days in Edmonton, and Alberta's working days."""

from datetime import date, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from holidays import HolidayBase

#: Dates of the ministry are dates in Edmonton.
EDMONTON = ZoneInfo("America/Edmonton")


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
def _alberta() -> "HolidayBase":
    from holidays import country_holidays  # noqa: PLC0415 - needed by few commands

    return country_holidays("CA", subdiv="AB")
