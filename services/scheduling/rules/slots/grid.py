"""The starts that are tried, and for each of them how many hard rules it breaks and what it costs.

A year of half hours is 17,520 starts. All arithmetic is on runs of them: one byte a start, so that
adding two integers adds all of them at once, and lists that `map` walks.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from operator import add

from events.moments import MINUTE
from services.scheduling.rules.slots.legs import Leg
from services.scheduling.rules.slots.rule import Rule
from services.scheduling.rules.slots.search import Search
from services.scheduling.rules.slots.window import Obstacle, Window, shared
from services.working_time.minutes import date_of, midnight
from services.working_time.stretches import Stretch, Use

OUTSIDE = 255
DEARER = 1 << 24
"""More than how far from office hours any start can be, so that nearness decides between equals."""


@dataclass(frozen=True, slots=True)
class Grid:
    """Starts every `step` minutes from `origin`, counted from 0. All windows lie within them."""

    origin: int
    step: int
    count: int

    def minute(self, index: int) -> int:
        return self.origin + index * self.step

    def index(self, minute: int) -> int:
        """The first start at or after `minute`."""
        return -((self.origin - minute) // self.step)


def grid_of(search: Search, legs: tuple[Leg, ...]) -> Grid:
    """Starts at multiples of the step, counted from midnight of the first date at the host's."""
    step = search.step // MINUTE
    first = min(leg.first for leg in legs)
    past = max(leg.past for leg in legs)
    begin = midnight(date_of(first, search.home.zone), search.home.zone)
    origin = begin - ((begin - first) // step) * step
    return Grid(origin, step, max(-((origin - past) // step), 0))


def broken(grid: Grid, legs: tuple[Leg, ...], obstacles: Iterable[Obstacle]) -> bytes:
    """For each start, how many hard rules it breaks, counted for each party; or OUTSIDE.

    No start reaches OUTSIDE by breaking rules: 27 parties have nine each, the meeting ten.
    """
    outside = bytearray([OUTSIDE]) * grid.count
    for leg in legs:
        first, past = grid.index(leg.first), grid.index(leg.past)
        outside[first:past] = bytes(past - first)
    total = int.from_bytes(outside, "little")
    for obstacle in obstacles:
        if obstacle.hard:
            breaks = bytearray(grid.count)
            for window in obstacle.windows:
                first, past = grid.index(window.first), grid.index(window.past)
                breaks[first:past] = b"\1" * (past - first)
            total += int.from_bytes(breaks, "little")
    return total.to_bytes(grid.count, "little")


def ranks(
    grid: Grid, duration: int, obstacles: Iterable[Obstacle], breaks: bytes, fewest: int
) -> list[int]:
    """For each start, what all its breaches cost; among as cheap ones, how far it is from hours.

    How far is summed over sessions and the parties that keep hours: from the start of a session to
    the opening that it comes before, and from the closing that it outlasts to its end. `duration`
    is a session's; all in minutes. Only starts that break the `fewest` hard rules are ranked.
    """
    price = [0] * grid.count
    for obstacle in obstacles:
        if obstacle.cost or obstacle.rule is Rule.OFFICE_HOURS:
            for window in obstacle.windows:
                past = grid.index(window.past)
                first = breaks.find(fewest, grid.index(window.first), past)
                if first >= 0:
                    past = breaks.rfind(fewest, first, past) + 1
                    costs = run(grid, window, first, past - first, duration, obstacle)
                    price[first:past] = map(add, price[first:past], costs)
    return price


def run(
    grid: Grid, window: Window, first: int, count: int, duration: int, obstacle: Obstacle
) -> tuple[int, ...]:
    """What each of `count` starts from the one numbered `first` pays for being in `window`."""
    stretch = window.subject
    start = grid.minute(first)
    cost = obstacle.cost * DEARER
    if isinstance(stretch, Stretch) and stretch.use is not Use.OFF:
        length = stretch.ends - stretch.starts
        away = stretch.use if obstacle.rule is Rule.OFFICE_HOURS else None
        return by_minutes(length, window.lead(start), duration, grid.step, count, cost, away)
    return (window.amount(start, duration) * cost,) * count


@lru_cache(maxsize=4096)
def by_minutes(
    length: int, lead: int, duration: int, step: int, count: int, cost: int, away: Use | None
) -> tuple[int, ...]:
    """The same for a stretch of `length`; the first session begins `lead` after its beginning.

    Where the stretch is outside office hours, it counts too how far `away` from them that is.
    """
    leads = range(lead, lead + count * step, step)
    paid = (shared(length, each, duration) * cost for each in leads)
    match away:
        case Use.BEFORE:
            return tuple(price + length - each for price, each in zip(paid, leads, strict=True))
        case Use.AFTER:
            return tuple(price + each + duration for price, each in zip(paid, leads, strict=True))
    return tuple(paid)
