"""A problem as numbers: what the exact search and the local search both read.

Everything has a number: activities, places, series and clusters in the order of the problem. The
column after the last slot stands for being left out, the column after the last place for none.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import accumulate, chain, combinations, pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from services.planning.timetable.problem import Activity, Group, Problem

Numbers = NDArray[np.int64]

# Two activities, and from where to where the second may not start, counted from the first.
Arc = tuple[str, str, int, int]

FORBIDDEN = -1  # as the cost of a slot or place: not there


class Tables(NamedTuple):
    """The rows that belong to `i` in a list with a `first` run from `first[i]` to `first[i + 1]`.

    An arc of `i` says: with activity `i` in slot `t`, the `other` may not start in any slot from
    `t + low` to `t + high`. Each stands twice, once for either end.
    """

    slot_cost: Numbers  # [activity, slot]
    place_cost: Numbers  # [activity, place]
    must: Numbers  # [activity]: 1 if it may not be left out
    slot_first: Numbers
    slot_choices: Numbers
    place_first: Numbers
    place_choices: Numbers
    arc_first: Numbers
    arc_other: Numbers
    arc_low: Numbers
    arc_high: Numbers
    series_of: Numbers  # [activity]: its series, or -1
    days_wanted: Numbers  # [series]
    per_missing_day: Numbers  # [series]
    per_further_place: Numbers  # [series]
    day_of: Numbers  # [slot]
    column_of: Numbers  # [slot]: slots side by side, with a gap of one between two days
    cluster_first: Numbers
    clusters_of: Numbers
    per_lone: Numbers  # [cluster]
    hope: Numbers  # [activity]: the most that series and clusters gain if it moves


def tabulate(problem: Problem) -> Tables:
    """The numbers of a problem that does not contradict itself."""
    activities = problem.activities
    number = {activity.id: index for index, activity in enumerate(activities)}
    slot_cost = np.array([slot_costs(problem, each) for each in activities])
    place_cost = np.array([place_costs(problem, each) for each in activities])
    slot_first, slot_choices = rows(np.flatnonzero(costs >= 0) for costs in slot_cost)
    place_first, place_choices = rows(np.flatnonzero(costs >= 0) for costs in place_cost)
    arcs = sorted({end for arc in all_arcs(problem) for end in both_ends(arc, number)})
    owners = np.array([arc[0] for arc in arcs], np.int64)
    series = memberships(problem.series, number)
    clusters = memberships(problem.clusters, number)
    cluster_first, clusters_of = rows(clusters)
    series_of = np.array([of[0] if of else -1 for of in series])
    return Tables(
        slot_cost=slot_cost,
        place_cost=place_cost,
        must=np.array([int(must_be_held(each)) for each in activities]),
        slot_first=slot_first,
        slot_choices=slot_choices,
        place_first=place_first,
        place_choices=place_choices,
        arc_first=np.searchsorted(owners, np.arange(len(activities) + 1)),
        arc_other=np.array([other for _, other, _, _ in arcs], np.int64),
        arc_low=np.array([low for _, _, low, _ in arcs], np.int64),
        arc_high=np.array([high for _, _, _, high in arcs], np.int64),
        series_of=series_of,
        days_wanted=np.array([each.days for each in problem.series], np.int64),
        per_missing_day=np.array([each.per_missing_day for each in problem.series], np.int64),
        per_further_place=np.array([each.per_further_place for each in problem.series], np.int64),
        day_of=np.array(problem.days),
        column_of=columns(problem.days),
        cluster_first=cluster_first,
        clusters_of=clusters_of,
        per_lone=np.array([each.per_lone for each in problem.clusters], np.int64),
        hope=np.array([hope(problem, *of) for of in zip(series, clusters, strict=True)], np.int64),
    )


def columns(days: tuple[int, ...]) -> Numbers:
    """The slots side by side, from 2, with a gap of one between two days."""
    new_day = [0, *(later != earlier for earlier, later in pairwise(days))]
    return np.array([slot + gaps + 2 for slot, gaps in enumerate(accumulate(new_day))])


def rows(lists: Iterable[Sequence[int] | Numbers]) -> tuple[Numbers, Numbers]:
    """Where the list of each begins, and all lists one after another."""
    each = list(lists)
    starts = np.array([0, *accumulate(map(len, each))])
    return starts, np.fromiter(chain.from_iterable(each), np.int64)


def memberships(groups: Sequence[Group], number: Mapping[str, int]) -> list[list[int]]:
    """The groups that each activity is in."""
    of: list[list[int]] = [[] for _ in number]
    for index, group in enumerate(groups):
        for activity in group.activities:
            of[number[activity]].append(index)
    return of


def hope(problem: Problem, series: list[int], clusters: list[int]) -> int:
    """A day and a place won; and it and a neighbour on either side are no more alone."""
    won = sum(
        problem.series[each].per_missing_day + problem.series[each].per_further_place
        for each in series
    )
    return won + 3 * sum(problem.clusters[each].per_lone for each in clusters)


def must_be_held(activity: Activity) -> bool:
    return activity.left_out is None or activity.fixed is not None


def slot_costs(problem: Problem, activity: Activity) -> list[int]:
    """The penalty of each slot, and of being left out at the end."""
    slots = dict.fromkeys(range(len(problem.days)), 0) if activity.slots is None else activity.slots
    costs = [slots.get(slot, FORBIDDEN) for slot in range(len(problem.days))]
    if activity.fixed:
        at = activity.fixed.slot
        costs = [cost if slot == at else FORBIDDEN for slot, cost in enumerate(costs)]
    if activity.was:
        costs = [
            cost + activity.moved if cost >= 0 and slot != activity.was.slot else cost
            for slot, cost in enumerate(costs)
        ]
    out = FORBIDDEN if activity.left_out is None or activity.fixed else activity.left_out
    return [*costs, out]


def place_costs(problem: Problem, activity: Activity) -> list[int]:
    """The penalty of each place, and of needing none at the end."""
    fixed = activity.fixed.place if activity.fixed else None
    was = activity.was.place if activity.was else None
    costs = []
    for place in problem.places:
        if place.id not in activity.places or fixed not in {None, place.id}:
            costs.append(FORBIDDEN)
            continue
        missing = max(0, activity.people - place.seats)
        moved = activity.moved if was not in {None, place.id} else 0
        costs.append(missing * activity.per_missing_seat + moved)
    return [*costs, FORBIDDEN if activity.places else 0]


def arcs_of(problem: Problem) -> Iterator[Arc]:
    """What series, distances and orders forbid; besides, participants forbid the same slot."""
    far = len(problem.days)
    for series in problem.series:
        near = series.spacing - 1
        for first, second in combinations(series.activities, 2):
            yield first, second, -near, near
    for distance in problem.distances:
        back = distance.slots if distance.back is None else distance.back
        yield distance.first, distance.second, 1 - back, distance.slots - 1
    for order in problem.orders:
        yield order.before, order.after, -far, order.least - 1
        if order.most is not None:
            yield order.before, order.after, order.most + 1, far


def all_arcs(problem: Problem) -> Iterator[Arc]:
    yield from arcs_of(problem)
    for participant in problem.participants:
        for first, second in combinations(participant.activities, 2):
            yield first, second, 0, 0


def both_ends(arc: Arc, number: Mapping[str, int]) -> Iterator[tuple[int, int, int, int]]:
    first, second, low, high = arc
    if low <= high:
        yield number[first], number[second], low, high
        yield number[second], number[first], -high, -low
