"""A walk from timetable to timetable by small changes, compiled to machine code.

A step moves one activity to another slot, place or both; if another is held there, the two change
seats. So a place never holds two at once. Any other hard rule may be broken on the way: each
breach (two activities too near each other, one left out that must be held) costs a weight.

What a change costs is the sum of what it costs to take each activity out of the counts and to put
it into them elsewhere. So one function, `worth`, knows every wish.
"""

from collections.abc import Callable
from math import log
from typing import Any, NamedTuple, TypeVar, cast

import numba
import numpy as np
from numpy.typing import NDArray

from services.planning.timetable.tables import Numbers, Tables

F = TypeVar("F", bound=Callable[..., Any])
# Nothing is allocated on the way, so arrays need no reference counts (`_nrt`): that alone makes it
# five times as fast.
OPTIONS: dict[str, Any] = {"nogil": True, "error_model": "numpy", "_nrt": False}
compiled = cast(Callable[[F], F], numba.njit(cache=True, **OPTIONS))
inlined = cast(Callable[[F], F], numba.njit(forceinline=True, **OPTIONS))


class Walk(NamedTuple):
    """Where a walk stands: a timetable, what was counted in it, and the best without a breach."""

    slot: Numbers  # [activity]
    place: Numbers  # [activity]
    clashes: Numbers  # [activity, slot]: breaches, were it there; left out: 1 if it must be held
    holds: Numbers  # [slot, place]: the activity held there, or -1
    on_day: Numbers  # [series, day]: activities
    days: Numbers  # [series]: days with any
    in_place: Numbers  # [series, place]: activities
    places: Numbers  # [series]: places with any
    in_column: Numbers  # [cluster, column]: activities
    cost: Numbers  # [0]
    breaches: Numbers  # [0]
    best_cost: Numbers  # [0]; -1: none yet
    best_slot: Numbers
    best_place: Numbers
    random: NDArray[np.uint64]  # [0]: the state of xorshift64*


def begin(tables: Tables, seed: int) -> Walk:
    """A walk that has not put any activity anywhere yet."""
    activities, slots = tables.slot_cost.shape[0], len(tables.day_of)
    series, places = len(tables.days_wanted), tables.place_cost.shape[1]
    clashes = np.zeros((activities, slots + 1), np.int64)
    clashes[:, slots] = tables.must
    out = np.maximum(tables.slot_cost[:, slots], 0).sum()
    return Walk(
        slot=np.full(activities, slots),
        place=tables.place_choices[tables.place_first[:-1]],
        clashes=clashes,
        holds=np.full((slots + 1, places), -1),
        on_day=np.zeros((series, tables.day_of[-1] + 1), np.int64),
        days=np.zeros(series, np.int64),
        in_place=np.zeros((series, places - 1), np.int64),
        places=np.zeros(series, np.int64),
        in_column=np.zeros((len(tables.per_lone), tables.column_of[-1] + 3), np.int64),
        cost=np.array([out + tables.days_wanted @ tables.per_missing_day]),
        breaches=np.array([tables.must.sum()]),
        best_cost=np.array([-1]),
        best_slot=np.full(activities, slots),
        best_place=np.zeros(activities, np.int64),
        random=np.array([(seed * 2 + 1) * 0x9E3779B97F4A7C15 % 2**64], np.uint64),
    )


@inlined
def draw(random: NDArray[np.uint64], below: int) -> Any:
    """A number from 0 to `below` - 1."""
    state = random[0]
    state ^= state >> np.uint64(12)
    state ^= state << np.uint64(25)
    state ^= state >> np.uint64(27)
    random[0] = state
    high = (state * np.uint64(2685821657736338717)) >> np.uint64(32)
    return np.int64((high * np.uint64(below)) >> np.uint64(32))


@inlined
def lone(counts: Numbers, row: int, column: int) -> int:
    """How many more would stand alone in a cluster with one more in this column."""
    left, right = counts[row, column - 1], counts[row, column + 1]
    more: int = 1 if left == 0 and right == 0 else 0
    if counts[row, column] == 0:
        if left > 0 and counts[row, column - 2] == 0:
            more -= left
        if right > 0 and counts[row, column + 2] == 0:
            more -= right
    return more


@inlined
def worth_of_place(tables: Tables, walk: Walk, activity: int, place: int) -> int:
    """What an activity that is not counted would add to the cost of its series in a place."""
    series = tables.series_of[activity]
    if series < 0 or place == walk.in_place.shape[1]:
        return 0
    further = walk.in_place[series, place] == 0 and walk.places[series] > 0
    cost: int = tables.per_further_place[series] if further else 0
    return cost


@inlined
def worth_of_slot(tables: Tables, walk: Walk, activity: int, slot: int) -> int:
    """What it would add to the cost of its series and clusters in a slot."""
    cost = 0
    series = tables.series_of[activity]
    if (
        series >= 0
        and walk.on_day[series, tables.day_of[slot]] == 0
        and walk.days[series] < tables.days_wanted[series]
    ):
        cost -= tables.per_missing_day[series]
    column = tables.column_of[slot]
    for index in range(tables.cluster_first[activity], tables.cluster_first[activity + 1]):
        cluster = tables.clusters_of[index]
        cost += tables.per_lone[cluster] * lone(walk.in_column, cluster, column)
    return cost


@inlined
def count_in_place(tables: Tables, walk: Walk, activity: int, place: int, by: int) -> None:
    """Put an activity into the counts of a place (`by` 1), or take it out (-1)."""
    series = tables.series_of[activity]
    if series >= 0 and place < walk.in_place.shape[1]:
        before = walk.in_place[series, place]
        walk.in_place[series, place] = before + by
        walk.places[series] += (before + by > 0) - (before > 0)


@inlined
def count_in_slot(tables: Tables, walk: Walk, activity: int, slot: int, by: int) -> None:
    """Put an activity into the counts of a slot (`by` 1), or take it out (-1)."""
    series = tables.series_of[activity]
    if series >= 0:
        before = walk.on_day[series, tables.day_of[slot]]
        walk.on_day[series, tables.day_of[slot]] = before + by
        walk.days[series] += (before + by > 0) - (before > 0)
    column = tables.column_of[slot]
    for index in range(tables.cluster_first[activity], tables.cluster_first[activity + 1]):
        walk.in_column[tables.clusters_of[index], column] += by


@inlined
def count(
    tables: Tables, walk: Walk, activity: int, slot: int, place: int, by: int, timed: bool
) -> None:
    if slot < len(tables.day_of):
        count_in_place(tables, walk, activity, place, by)
        if timed:
            count_in_slot(tables, walk, activity, slot, by)


@inlined
def worth(tables: Tables, walk: Walk, activity: int, slot: int, place: int, timed: bool) -> int:
    if slot == len(tables.day_of):
        return 0
    cost = worth_of_place(tables, walk, activity, place)
    return cost + worth_of_slot(tables, walk, activity, slot) if timed else cost


@inlined
def enter(tables: Tables, walk: Walk, activity: int, slot: int, place: int, timed: bool) -> int:
    cost = worth(tables, walk, activity, slot, place, timed)
    count(tables, walk, activity, slot, place, 1, timed)
    return cost


@inlined
def leave(tables: Tables, walk: Walk, activity: int, slot: int, place: int, timed: bool) -> int:
    count(tables, walk, activity, slot, place, -1, timed)
    return -worth(tables, walk, activity, slot, place, timed)


@inlined
def warn(tables: Tables, walk: Walk, activity: int, slot: int, by: int) -> None:
    """Let those that must keep away from an activity know of it (`by` 1), or forget it (-1)."""
    end = len(tables.day_of)
    if slot == end:
        return
    for arc in range(tables.arc_first[activity], tables.arc_first[activity + 1]):
        other = tables.arc_other[arc]
        low = max(0, slot + tables.arc_low[arc])
        high = min(end - 1, slot + tables.arc_high[arc])
        for near in range(low, high + 1):
            walk.clashes[other, near] += by


@inlined
def settle(tables: Tables, walk: Walk, activity: int, slot: int, place: int) -> None:
    """Hold an activity, which the counts already have there, in another slot and place."""
    before = walk.slot[activity]
    if before != slot:
        warn(tables, walk, activity, before, -1)
        warn(tables, walk, activity, slot, 1)
    if walk.holds[before, walk.place[activity]] == activity:
        walk.holds[before, walk.place[activity]] = -1
    walk.slot[activity] = slot
    walk.place[activity] = place
    if slot < len(tables.day_of) and place < walk.holds.shape[1] - 1:
        walk.holds[slot, place] = activity


@inlined
def swapped(tables: Tables, walk: Walk, one: int, other: int) -> int:
    """How many more breaches there are once two activities have changed slots."""
    here, there = walk.slot[one], walk.slot[other]
    more: int = walk.clashes[one, there] - walk.clashes[one, here]
    more += walk.clashes[other, here] - walk.clashes[other, there]
    out = here == len(tables.day_of)
    arc, last = tables.arc_first[one], tables.arc_first[one + 1]
    while arc < last:  # arcs are in the order of the other
        middle = (arc + last) // 2
        if tables.arc_other[middle] < other:
            arc = middle + 1
        else:
            last = middle
    while arc < tables.arc_first[one + 1] and tables.arc_other[arc] == other:
        low, high = tables.arc_low[arc], tables.arc_high[arc]
        gap = there - here
        more -= low <= 0 <= high
        if not out:
            more += (low <= gap <= high) + (low <= -gap <= high) - (low <= 0 <= high)
        arc += 1
    return more


@inlined
def remember(walk: Walk) -> None:
    """Keep the timetable if it is the best without a breach."""
    if walk.breaches[0] == 0 and (walk.best_cost[0] < 0 or walk.cost[0] < walk.best_cost[0]):
        walk.best_cost[0] = walk.cost[0]
        for activity in range(len(walk.slot)):
            walk.best_slot[activity] = walk.slot[activity]
            walk.best_place[activity] = walk.place[activity]


@inlined
def seated(tables: Tables, activity: int, slot: int, place: int) -> int:
    """What the slot and the place cost the activity by themselves."""
    cost: int = max(tables.slot_cost[activity, slot], 0)
    return cost if slot == len(tables.day_of) else cost + tables.place_cost[activity, place]


@inlined
def moved(
    tables: Tables, walk: Walk, one: int, slot: int, place: int, weight: float, limit: float
) -> bool:
    """Move an activity where nothing is held, unless that costs more than `limit`."""
    here, seat = walk.slot[one], walk.place[one]
    breaches = walk.clashes[one, slot] - walk.clashes[one, here]
    cost = seated(tables, one, slot, place) - seated(tables, one, here, seat)
    if weight * breaches > limit or cost > limit + tables.hope[one]:
        return False
    timed = here != slot
    cost += leave(tables, walk, one, here, seat, timed) + enter(
        tables, walk, one, slot, place, timed
    )
    if cost + weight * breaches > limit:
        count(tables, walk, one, slot, place, -1, timed)
        count(tables, walk, one, here, seat, 1, timed)
        return False
    settle(tables, walk, one, slot, place)
    walk.cost[0] += cost
    walk.breaches[0] += breaches
    return True


@inlined
def exchanged(
    tables: Tables, walk: Walk, one: int, other: int, weight: float, limit: float
) -> bool:
    """Let two activities change slots and places, unless that costs more than `limit`."""
    here, seat = walk.slot[one], walk.place[one]
    there, its = walk.slot[other], walk.place[other]
    if here == len(tables.day_of):
        seat = its
    elif tables.slot_cost[other, here] < 0 or tables.place_cost[other, seat] < 0:
        return False
    cost = seated(tables, one, there, its) - seated(tables, one, here, seat)
    cost += seated(tables, other, here, seat) - seated(tables, other, there, its)
    if cost > limit + tables.hope[one] + tables.hope[other]:
        return False
    timed = here != there
    breaches = swapped(tables, walk, one, other) if timed else 0
    if weight * breaches > limit:
        return False
    cost += leave(tables, walk, one, here, seat, timed) + leave(
        tables, walk, other, there, its, timed
    )
    cost += enter(tables, walk, one, there, its, timed) + enter(
        tables, walk, other, here, seat, timed
    )
    if cost + weight * breaches > limit:
        count(tables, walk, one, there, its, -1, timed)
        count(tables, walk, other, here, seat, -1, timed)
        count(tables, walk, one, here, seat, 1, timed)
        count(tables, walk, other, there, its, 1, timed)
        return False
    settle(tables, walk, one, there, its)
    settle(tables, walk, other, here, seat)
    walk.cost[0] += cost
    walk.breaches[0] += breaches
    return True


@compiled
def walk_on(tables: Tables, walk: Walk, steps: int, temperature: float, weight: float) -> int:
    """Take steps, with the usual law of annealing; how many changed something."""
    changed = 0
    for _ in range(steps):
        one = draw(walk.random, len(walk.slot))
        first, last = tables.slot_first[one], tables.slot_first[one + 1]
        slot = tables.slot_choices[first + draw(walk.random, last - first)]
        first, last = tables.place_first[one], tables.place_first[one + 1]
        place = tables.place_choices[first + draw(walk.random, last - first)]
        kind = draw(walk.random, 4)
        if kind == 0:
            place = walk.place[one]
        elif kind == 1:
            slot = walk.slot[one]
        if slot == walk.slot[one] and place == walk.place[one]:
            continue
        limit = -temperature * log((draw(walk.random, 1 << 30) + 1) / (1 << 30))
        other = walk.holds[slot, place]
        if other >= 0:
            done = exchanged(tables, walk, one, other, weight, limit)
        else:
            done = moved(tables, walk, one, slot, place, weight, limit)
        if done:
            changed += 1
            remember(walk)
    return changed
