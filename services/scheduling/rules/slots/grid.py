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
from services.scheduling.rules.slots.search import Search
from services.scheduling.rules.slots.window import Obstacle, Window, shared
from services.working_time.minutes import date_of, midnight
from services.working_time.stretches import Stretch, Use

OUTSIDE = 255


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

    No start reaches OUTSIDE by breaking rules: 32 parties have seven each, the meeting five.
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


def prices(grid: Grid, duration: int, obstacles: Iterable[Obstacle]) -> list[int]:
    """For each start, what all its breaches cost; `duration` is a session's, in minutes."""
    price = [0] * grid.count
    for obstacle in obstacles:
        if obstacle.cost:
            for window in obstacle.windows:
                first, past = grid.index(window.first), grid.index(window.past)
                if first < past:
                    costs = run(grid, window, first, past - first, duration, obstacle.cost)
                    price[first:past] = map(add, price[first:past], costs)
    return price


def run(
    grid: Grid, window: Window, first: int, count: int, duration: int, cost: int
) -> tuple[int, ...]:
    """What each of `count` starts from the one numbered `first` pays for being in `window`."""
    stretch = window.subject
    start = grid.minute(first)
    if isinstance(stretch, Stretch) and stretch.use is not Use.OFF:
        length = stretch.ends - stretch.starts
        return by_minutes(length, window.lead(start), duration, grid.step, count, cost)
    return (window.amount(start, duration) * cost,) * count


@lru_cache(maxsize=4096)
def by_minutes(
    length: int, lead: int, duration: int, step: int, count: int, cost: int
) -> tuple[int, ...]:
    """The same for a stretch of `length`; the first session begins `lead` after its beginning."""
    leads = range(lead, lead + count * step, step)
    return tuple(shared(length, each, duration) * cost for each in leads)
