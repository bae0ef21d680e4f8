"""Where a walk stands, and what is counted there, so that a change is priced by what it changes.

What a change costs is the sum of what it costs to take each activity out of the counts and to put
it into them elsewhere. So one function, `worth`, knows every wish.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from services.planning.timetable.compiling import inlined
from services.planning.timetable.tables import Numbers, Tables


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
    chain: Numbers  # the activities of a chain, while it is tried
    from_slot: Numbers  # where each of them was
    from_place: Numbers
    linked: Numbers  # [activity]: 1 while it is in the chain


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
        chain=np.zeros(activities, np.int64),
        from_slot=np.zeros(activities, np.int64),
        from_place=np.zeros(activities, np.int64),
        linked=np.zeros(activities, np.int64),
    )


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
    hold(tables, walk, activity, slot, place)


@inlined
def hold(tables: Tables, walk: Walk, activity: int, slot: int, place: int) -> None:
    walk.slot[activity] = slot
    walk.place[activity] = place
    if slot < len(tables.day_of) and place < walk.holds.shape[1] - 1:
        walk.holds[slot, place] = activity


@inlined
def seated(tables: Tables, activity: int, slot: int, place: int) -> int:
    """What the slot and the place cost the activity by themselves."""
    cost: int = max(tables.slot_cost[activity, slot], 0)
    return cost if slot == len(tables.day_of) else cost + tables.place_cost[activity, place]
