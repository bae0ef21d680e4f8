"""The starts that leave too few whole days to another meeting of the host, or of the same people.

A plan of the year keeps these days (`services/gaps.py`), whether or not anybody travels.
"""

from collections.abc import Iterator
from datetime import timedelta

from services.gaps import too_near
from services.scheduling.rules.slots.engaged import clipped
from services.scheduling.rules.slots.legs import Leg
from services.scheduling.rules.slots.rule import Rule
from services.scheduling.rules.slots.search import Search
from services.scheduling.rules.slots.window import Near, Window
from services.working_time.minutes import midnight

ONE_DAY = timedelta(days=1)


def near(search: Search, leg: Leg) -> Iterator[tuple[Rule, str | None, list[Window]]]:
    """Once for each other meeting, however many people are in both."""
    chosen = {delegate.id: delegate for delegate in search.delegates}
    zone, days = search.home.zone, search.days
    of_host, of_people = search.host_gap_days, search.people_gap_days
    for other in search.engagements:
        both = tuple([chosen[name] for name in other.delegates if name in chosen])
        for host in search.holding_both(other):
            yield Rule.HOST_GAP, host, windows(Near(other, of_host), days, zone, leg)
        if both or other.related:
            yield Rule.PEOPLE_GAP, None, windows(Near(other, of_people, both), days, zone, leg)


def windows(close: Near, days: int, zone: str, leg: Leg) -> list[Window]:
    """The starts of a meeting of so many `days` that are too near."""
    first, last = close.other.dates_in(zone)
    low, high = too_near((last - first).days + 1, days, close.gap)
    begins = midnight(first + timedelta(days=low), zone)
    past = midnight(first + timedelta(days=high + 1), zone)
    return [Window(*starts, close) for starts in clipped(leg, [(begins, past)])]
