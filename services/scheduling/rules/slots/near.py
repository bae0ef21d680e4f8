"""The starts that leave too few days to another meeting of the host, the same people or the body.

A plan of the year keeps these days (`services/gaps.py`), whether or not anybody travels.
"""

from collections.abc import Iterator
from datetime import date, timedelta

from services.gaps import too_near, too_soon
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
        if other.same_body:
            yield Rule.BODY_GAP, None, of_body(Near(other, search.body_gap_days), zone, leg)
        elif both or other.related:
            yield Rule.PEOPLE_GAP, None, windows(Near(other, of_people, both), days, zone, leg)


def windows(close: Near, days: int, zone: str, leg: Leg) -> list[Window]:
    """The starts of a meeting of so many `days` that are too near."""
    first, last = close.other.dates_in(zone)
    starts = about(first, too_near((last - first).days + 1, days, close.gap), zone)
    return [Window(*kept, close) for kept in clipped(leg, [starts])]


def of_body(close: Near, zone: str, leg: Leg) -> list[Window]:
    """The starts at which the body would meet again too soon, or out of order."""
    first, _ = close.other.dates_in(zone)
    begins, past = about(first, too_soon(close.gap), zone)
    match close.other.this_comes:
        case "after":
            begins = leg.first
        case "before":
            past = leg.past
    return [Window(*kept, close) for kept in clipped(leg, [(begins, past)])]


def about(first: date, days: tuple[int, int], zone: str) -> tuple[int, int]:
    """The minutes from so many to so many `days` after the date `first`, up to before the last."""
    low, high = days
    return (
        midnight(first + low * ONE_DAY, zone),
        midnight(first + (high + 1) * ONE_DAY, zone),
    )
