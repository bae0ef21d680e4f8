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
    for other in search.engagements:
        both = tuple([chosen[name] for name in other.delegates if name in chosen])
        if other.host == search.host:
            close = Near(other, search.host_gap_days)
            yield Rule.HOST_GAP, search.host, windows(search, leg, close)
        if both or other.related:
            close = Near(other, search.people_gap_days, both)
            yield Rule.PEOPLE_GAP, None, windows(search, leg, close)


def windows(search: Search, leg: Leg, close: Near) -> list[Window]:
    zone = search.home.zone
    first, last = close.other.dates_in(zone)
    low, high = too_near((last - first).days + 1, search.days, close.gap)
    begins, past = (midnight(first + timedelta(days=n), zone) for n in (low, high + 1))
    return [Window(*starts, close) for starts in clipped(leg, [(begins, past)])]
