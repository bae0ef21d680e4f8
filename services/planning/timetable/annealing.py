"""The local search: walks that begin hot, where they go anywhere, and cool until only gains count.

Walks run side by side, one a core. Each cools down many times, every time half as slowly again as
before: so a good timetable is there early, the slowest run has a third of the time, and a walk that
cooled into a poor region has others beside it.
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import numpy as np

from services.planning.timetable.answer import Answer, Progress, Verdict
from services.planning.timetable.counting import Walk, begin
from services.planning.timetable.effort import Effort, Watch
from services.planning.timetable.problem import Held, Problem
from services.planning.timetable.tables import Tables
from services.planning.timetable.walking import walk_on

# The parts of the effort at which one cooling ends and another begins.
RUNS = tuple((1.5**run - 1) / (1.5**10 - 1) for run in range(11))
STRIDE = 100_000  # steps at one temperature
STEPS = 10_000_000  # that one core takes for a unit of work
HOT, COLD = 2.0, 0.1  # temperatures, as multiples of the largest and smallest penalty
BREACH = 20.0  # weight of a breach at first, as a multiple of the highest temperature
DEARER = 1.01  # how much it grows with each stride that ends with a breach


def search(
    problem: Problem, tables: Tables, effort: Effort, seed: int, watch: Watch, bound: int = 0
) -> Answer:
    """The best timetable that walks find with this effort; none costs less than `bound`."""
    walks = [begin(tables, seed * effort.cores + number) for number in range(effort.cores)]
    hottest, coldest = temperatures(tables)
    walk_on(tables, walks[0], 0, hottest, BREACH)  # compiled before the clock is read
    weights: list[float] = []
    best: int | None = None
    run: float | None = None
    with ThreadPoolExecutor(effort.cores) as pool:
        for done in parts(effort, watch):
            begun, end = next(part for part in pairwise(RUNS) if done < part[1])
            if begun != run:
                run, weights = begun, [BREACH * hottest] * len(walks)
            temperature = hottest * (coldest / hottest) ** ((done - begun) / (end - begun))
            strides = [
                pool.submit(walk_on, tables, walk, STRIDE, temperature, weight)
                for walk, weight in zip(walks, weights, strict=True)
            ]
            for stride in strides:
                stride.result()
            weights = [
                weight * (DEARER if walk.breaches[0] else 1)
                for walk, weight in zip(walks, weights, strict=True)
            ]
            last, best = best, cheapest(walks)
            if best is not None and best != last:
                watch.progress(Progress(cost=best, bound=bound))
                if best <= bound:
                    break
    return answer(problem, walks, bound)


def cheapest(walks: list[Walk]) -> int | None:
    """The lowest cost of a timetable without a breach."""
    costs = [int(walk.best_cost[0]) for walk in walks]
    return min((cost for cost in costs if cost >= 0), default=None)


def parts(effort: Effort, watch: Watch) -> Iterator[float]:
    """Which part of the effort has been spent, before each stride, until all is."""
    if effort.seconds == 0:
        return
    began, strides = watch.clock(), 0
    while not watch.stop():
        if effort.seconds is not None:
            done = (watch.clock() - began) / effort.seconds
        else:
            done = strides * STRIDE / (STEPS * (effort.work or 0))
        if done >= 1:
            return
        yield done
        strides += 1


def temperatures(tables: Tables) -> tuple[float, float]:
    """The highest, at which every wish is given up easily, and the lowest, at which none is."""
    penalties = np.concatenate(
        [
            tables.slot_cost.ravel(),
            tables.per_missing_day,
            tables.per_further_place,
            tables.per_lone,
        ]
    )
    given = penalties[penalties > 0]
    if not len(given):
        return HOT, COLD
    return HOT * float(given.max()), COLD * float(given.min())


def answer(problem: Problem, walks: list[Walk], bound: int) -> Answer:
    """The cheapest timetable that any walk found."""
    cost = cheapest(walks)
    if cost is None:
        return Answer(verdict=Verdict.UNKNOWN, timetable={}, cost=None, bound=bound)
    best = next(walk for walk in walks if walk.best_cost[0] == cost)
    places = [*(place.id for place in problem.places), None]
    seats = zip(problem.activities, best.best_slot, best.best_place, strict=True)
    timetable = {
        activity.id: Held(int(slot), places[place])
        for activity, slot, place in seats
        if slot < len(problem.days)
    }
    verdict = Verdict.BEST if cost <= bound else Verdict.FOUND
    return Answer(verdict=verdict, timetable=timetable, cost=cost, bound=bound)
