"""Which of the ranked starts are offered."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from services.working_time.minutes import date_of

ALIKE = 15
"""A start that costs no more than so much more than another is as good."""


class Start(NamedTuple):
    """A minute at which the meeting may begin, and what it costs."""

    at: int
    cost: int


def on_each_day(ranked: Iterable[Start], per_day: int, zone: str) -> Iterator[Start]:
    """The same in their order, but only so many on one date in `zone`."""
    taken: Counter[object] = Counter()
    for start in ranked:
        on = date_of(start.at, zone)
        if taken[on] < per_day:
            taken[on] += 1
            yield start


def far_apart(ranked: Sequence[Start], limit: int, alike: int = ALIKE) -> list[Start]:
    """`limit` of them, those of like cost far apart, so that who is away for a week has a choice.

    Nothing is taken while something is left that is cheaper by more than `alike`. Of what is not,
    the first is taken, and then always what is farthest from all that is taken, which keeps them at
    least half as far apart as can be. They stay in their order.
    """
    taken: list[Start] = []
    left = list(ranked)
    while left and len(taken) < limit:
        group = [start for start in left if start.cost <= left[0].cost + alike]
        left = left[len(group) :]
        while group and len(taken) < limit:
            farthest = max(group, key=lambda start: distance(start, taken))
            group.remove(farthest)
            taken.append(farthest)
    return [start for start in ranked if start in taken]


def distance(start: Start, others: Iterable[Start]) -> int:
    """To the nearest of `others`; 0 where there are none."""
    return min((abs(start.at - other.at) for other in others), default=0)
