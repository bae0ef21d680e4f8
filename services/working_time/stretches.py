"""A party's dates cut into stretches: in the office, at lunch, before, after, or the day off."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from itertools import pairwise

from events.moments import Moment
from services.working_time.days import Day, Override, days_of
from services.working_time.hours import Office
from services.working_time.minutes import midnight, minute_of


class Use(StrEnum):
    OFFICE = "office"
    LUNCH = "lunch"
    BEFORE = "before"
    AFTER = "after"
    OFF = "off"


@dataclass(frozen=True, slots=True)
class Stretch:
    """From the minute `starts` to before the minute `ends` (since 1970 in UTC), on `day`."""

    starts: int
    ends: int
    use: Use
    day: Day


@lru_cache(maxsize=1024)
def stretches_of(
    office: Office, overrides: tuple[Override, ...], year: int
) -> tuple[tuple[Stretch, ...], ...]:
    """The stretches of every date of `year`, 1 January first; together they leave no gap.

    Raises ValueError where an hour of the office does not exist on a date or exists twice.
    """
    return tuple(cut(office, day) for day in days_of(office, overrides, year))


def cut(office: Office, day: Day) -> tuple[Stretch, ...]:
    begins = midnight(day.on, office.zone)
    ends = midnight(day.on + timedelta(days=1), office.zone)
    return hours(office, day) if day.works else (Stretch(begins, ends, Use.OFF, day),)


def hours(office: Office, day: Day) -> tuple[Stretch, ...]:
    """The date cut by office hours, as if it were worked."""
    begins = midnight(day.on, office.zone)
    ends = midnight(day.on + timedelta(days=1), office.zone)
    walls = (office.opens, *(office.lunch or ()), office.closes)
    inside = (Use.OFFICE, Use.LUNCH, Use.OFFICE) if office.lunch else (Use.OFFICE,)
    bounds = (begins, *(at_wall(office, day, wall) for wall in walls), ends)
    return tuple(
        Stretch(first, last, use, day)
        for (first, last), use in zip(
            pairwise(bounds), (Use.BEFORE, *inside, Use.AFTER), strict=True
        )
        if first < last
    )


def at_wall(office: Office, day: Day, wall: time) -> int:
    try:
        moment = Moment.at_wall(datetime.combine(day.on, wall), office.zone)
    except ValueError as error:
        raise ValueError(f"the office of {office.party} keeps hours that fail: {error}") from error
    return minute_of(moment.at)
