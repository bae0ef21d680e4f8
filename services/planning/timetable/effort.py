"""How long a search may take, and who looks on meanwhile."""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from services.planning.timetable.answer import Progress


@dataclass(frozen=True, slots=True, kw_only=True)
class Effort:
    """Either `seconds` of wall time, or `work`, after which the answer is always the same.

    A unit of work is, very roughly, a second of every core. `cores`: threads that search.
    """

    seconds: float | None = None
    work: float | None = None
    cores: int = 2

    def __post_init__(self) -> None:
        if (self.seconds is None) == (self.work is None):
            raise ValueError("say either how many seconds to look or how much work to do")

    def part(self, share: float) -> "Effort":
        """A share, from 0 to 1, of this effort."""
        if self.seconds is not None:
            return replace(self, seconds=self.seconds * share)
        return replace(self, work=(self.work or 0) * share)

    def less(self, *, seconds: float, share: float) -> "Effort":
        """What is left of it after so many seconds, or this share of the work."""
        if self.seconds is not None:
            return replace(self, seconds=max(0.0, self.seconds - seconds))
        return self.part(1 - share)


def never() -> bool:
    return False


def unheard(_: Progress) -> None:
    """Nobody listens."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """Who looks on: told of progress, asked whether to stop, asked the time (in seconds)."""

    progress: Callable[[Progress], None] = unheard
    stop: Callable[[], bool] = never
    clock: Callable[[], float] = time.monotonic


def so_far(watch: Watch) -> Watch:
    """The same, but told of what is better than all before; several searches begin anew."""
    best = Progress(cost=None, bound=0)

    def hear(now: Progress) -> None:
        nonlocal best
        costs = [each.cost for each in (best, now) if each.cost is not None]
        better = Progress(cost=min(costs, default=None), bound=max(best.bound, now.bound))
        if better != best:
            best = better
            watch.progress(best)

    return replace(watch, progress=hear)
