"""The changes of one activity: to a place that is free, or with another that is held there.

Each says whether it was made; it is not if it would cost more than `limit`, breaches at `weight`.
"""

from services.planning.timetable.compiling import inlined
from services.planning.timetable.counting import (
    Walk,
    count,
    enter,
    leave,
    seated,
    settle,
)
from services.planning.timetable.tables import Tables


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
