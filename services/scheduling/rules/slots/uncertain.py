"""The starts beside a holiday that may yet move onto the meeting, as a plan counts them."""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache

from services.scheduling.rules.slots.engaged import clipped
from services.scheduling.rules.slots.legs import Leg
from services.scheduling.rules.slots.rule import Rule
from services.scheduling.rules.slots.search import Search
from services.scheduling.rules.slots.window import Beside, Window
from services.working_time.calendar import Calendar
from services.working_time.days import DayKind
from services.working_time.minutes import date_of, midnight

ONE_DAY = timedelta(days=1)


def uncertain(search: Search, leg: Leg) -> Iterator[tuple[Rule, str | None, list[Window]]]:
    """Once for each such date, however many parties have it."""
    zone, length = search.home.zone, timedelta(days=search.days)
    first, last = date_of(leg.first, zone), date_of(leg.past - 1, zone)
    for holiday in provisional(search.calendar, first - ONE_DAY, last + length):
        for begins in (holiday.on + ONE_DAY, holiday.on - length):
            starts = midnight(begins, zone), midnight(begins + ONE_DAY, zone)
            yield Rule.UNCERTAIN, None, [Window(*kept, holiday) for kept in clipped(leg, [starts])]


@lru_cache(maxsize=256)
def provisional(calendar: Calendar, first: date, last: date) -> tuple[Beside, ...]:
    """The dates from `first` to `last` that may yet be days off, and of which parties."""
    found = []
    for number in range((last - first).days + 1):
        on = first + number * ONE_DAY
        days = [(office, calendar.day(office.party, on)) for office in calendar.offices]
        off = [each for each in days if each[1].kind is DayKind.HOLIDAY and each[1].provisional]
        if off:
            names = tuple(office.name for office, _ in off)
            found.append(Beside(on, names, off[0][1].name or ""))
    return tuple(found)
