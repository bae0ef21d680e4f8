"""What came of looking for a timetable."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from services.planning.timetable.problem import Held


class Verdict(StrEnum):
    """How much is known about a problem."""

    BEST = "best"  # the timetable keeps the hard rules, and none costs less: this is proven
    FOUND = "found"  # the timetable keeps the hard rules; a better one may exist
    IMPOSSIBLE = "impossible"  # no timetable keeps the hard rules: this is proven
    UNKNOWN = "unknown"  # none was found in the time given, and one may exist


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The best timetable found. An activity that was left out is not in `timetable`.

    `cost` is what the timetable costs (none without one), `bound` what any must cost at least.
    """

    verdict: Verdict
    timetable: Mapping[str, Held]
    cost: int | None
    bound: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far the search is: the best cost so far (none: no timetable yet) and the bound."""

    cost: int | None
    bound: int
