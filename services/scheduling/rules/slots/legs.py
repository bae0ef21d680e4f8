"""When the sessions of a meeting are, seen from its start.

A meeting of several days keeps its wall time at the host's, so across a change of clocks its
sessions are not 24 hours apart. What counts is the offset from UTC at noon of each date.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from events.moments import MINUTE
from services.scheduling.rules.slots.search import Search
from services.working_time.minutes import DAY, date_of, instant_of, midnight, minute_of

NOON = time(12)


@dataclass(frozen=True, slots=True)
class Leg:
    """Possible starts, `first` to before `past`, whose sessions begin `sessions` later. Minutes."""

    first: int
    past: int
    sessions: tuple[int, ...]
    duration: int

    @property
    def length(self) -> int:
        """From the start of the first session to the end of the last."""
        return self.sessions[-1] + self.duration


def legs_of(search: Search) -> tuple[Leg, ...]:
    """The range of `search`, cut where the distances between sessions change."""
    zone = search.home.zone
    first, last = range_of(search)
    dates = [
        date_of(first, zone) + timedelta(days=n)
        for n in range((date_of(last, zone) - date_of(first, zone)).days + 1)
    ]
    duration = search.duration // MINUTE
    return tuple(leg for leg in cut(search, dates, first, last, duration) if leg.first < leg.past)


def cut(search: Search, dates: list[date], first: int, last: int, duration: int) -> Iterator[Leg]:
    zone = search.home.zone
    for sessions, group in groupby(dates, lambda on: distances(on, search.days, zone)):
        alike = list(group)
        yield Leg(
            max(first, midnight(alike[0], zone)),
            min(last - sessions[-1] - duration + 1, midnight(alike[-1] + timedelta(days=1), zone)),
            sessions,
            duration,
        )


def distances(on: date, days: int, zone: str) -> tuple[int, ...]:
    """How long after a session on `on` each of `days` sessions begins, in minutes."""
    offsets = [offset(on + timedelta(days=n), zone) for n in range(days)] if days > 1 else [0]
    return tuple(n * DAY + offsets[0] - later for n, later in enumerate(offsets))


def taken(search: Search, start: int) -> list[tuple[int, int]]:
    """When a meeting that starts in the minute `start` takes its delegates, in minutes.

    In person from the first session to the last, online in each of them.
    """
    duration = search.duration // MINUTE
    sessions = distances(date_of(start, search.home.zone), search.days, search.home.zone)
    if search.place is None:
        return [(start + after, start + after + duration) for after in sessions]
    return [(start, start + sessions[-1] + duration)]


def offset(on: date, zone: str) -> int:
    """Minutes east of UTC at noon."""
    east = datetime.combine(on, NOON, ZoneInfo(zone)).utcoffset()
    assert east is not None
    return east // MINUTE


def range_of(search: Search) -> tuple[int, int]:
    """The first whole minute of the range, and the last one that a meeting may end at."""
    return minute_up(search.starts), minute_of(search.ends)


def minute_up(instant: datetime) -> int:
    """The first whole minute at or after `instant`."""
    minute = minute_of(instant)
    return minute if instant_of(minute) == instant else minute + 1
