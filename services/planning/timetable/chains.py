"""A chain (Kempe): two slots exchange all activities that would hinder one another.

It leads from one timetable without clashes to another that single moves reach only through clashes.
"""

from services.planning.timetable.compiling import inlined
from services.planning.timetable.counting import (
    Walk,
    count,
    enter,
    hold,
    leave,
    seated,
    warn,
    worth_of_place,
)
from services.planning.timetable.tables import Tables


@inlined
def chained(tables: Tables, walk: Walk, one: int, slot: int, weight: float, limit: float) -> bool:
    """Move an activity to a slot, and whoever hinders it there the other way, and so on.

    Whether it was done: not if it would cost more than `limit`, breaches at `weight`, or one of
    them finds no place.
    """
    here, end = walk.slot[one], len(tables.day_of)
    if end in (here, slot) or here == slot:
        return False
    length = link(tables, walk, one, slot)
    if length == 0:
        return False
    cost = take_out(tables, walk, length)
    entered, more = put_in(tables, walk, length, here + slot)
    cost += more
    if entered == length and cost <= limit:
        breaches = change(tables, walk, length)
        if cost + weight * breaches <= limit:
            walk.cost[0] += cost
            walk.breaches[0] += breaches
            return True
        for index in range(length):
            each = walk.chain[index]
            warn(tables, walk, each, walk.slot[each], -1)
            warn(tables, walk, each, walk.from_slot[index], 1)
    put_back(tables, walk, length, entered)
    return False


@inlined
def link(tables: Tables, walk: Walk, one: int, slot: int) -> int:
    """Gather who is in the chain; how many, or 0 if one of them may not be where it would go."""
    both = walk.slot[one] + slot
    walk.chain[0] = one
    walk.linked[one] = 1
    length = 1
    index = 0
    while index < length:
        each = walk.chain[index]
        to = both - walk.slot[each]
        if tables.slot_cost[each, to] < 0:
            break
        for arc in range(tables.arc_first[each], tables.arc_first[each + 1]):
            other = tables.arc_other[arc]
            if (
                walk.slot[other] == to
                and walk.linked[other] == 0
                and tables.arc_low[arc] <= 0 <= tables.arc_high[arc]
            ):
                walk.linked[other] = 1
                walk.chain[length] = other
                length += 1
        index += 1
    for each in range(length):
        walk.linked[walk.chain[each]] = 0
    return length if index == length else 0


@inlined
def take_out(tables: Tables, walk: Walk, length: int) -> int:
    """Take the chain out of the counts and of its places, and keep where each was; the cost."""
    cost = 0
    for index in range(length):
        each = walk.chain[index]
        slot, place = walk.slot[each], walk.place[each]
        walk.from_slot[index], walk.from_place[index] = slot, place
        cost += leave(tables, walk, each, slot, place, True) - seated(tables, each, slot, place)
        walk.holds[slot, place] = -1
    return cost


@inlined
def put_in(tables: Tables, walk: Walk, length: int, both: int) -> tuple[int, int]:
    """Put each into the other slot, as far as there are places: how many, and the cost.

    `both` is the sum of the two slots.
    """
    cost = 0
    for index in range(length):
        each = walk.chain[index]
        slot = both - walk.from_slot[index]
        place = free_place(tables, walk, each, slot)
        if place < 0:
            return index, cost
        cost += enter(tables, walk, each, slot, place, True) + seated(tables, each, slot, place)
        hold(tables, walk, each, slot, place)
    return length, cost


@inlined
def put_back(tables: Tables, walk: Walk, length: int, entered: int) -> None:
    """Undo `take_out` for the chain, and `put_in` for those that have entered."""
    for index in range(entered):
        each = walk.chain[index]
        count(tables, walk, each, walk.slot[each], walk.place[each], -1, True)
        walk.holds[walk.slot[each], walk.place[each]] = -1
    for index in range(length):
        each = walk.chain[index]
        slot, place = walk.from_slot[index], walk.from_place[index]
        count(tables, walk, each, slot, place, 1, True)
        hold(tables, walk, each, slot, place)


@inlined
def change(tables: Tables, walk: Walk, length: int) -> int:
    """Let the others know of the change; how many breaches more there are."""
    breaches = 0
    for index in range(length):
        each = walk.chain[index]
        breaches -= walk.clashes[each, walk.from_slot[index]]
        warn(tables, walk, each, walk.from_slot[index], -1)
    for index in range(length):
        each = walk.chain[index]
        breaches += walk.clashes[each, walk.slot[each]]
        warn(tables, walk, each, walk.slot[each], 1)
    return breaches


@inlined
def free_place(tables: Tables, walk: Walk, activity: int, slot: int) -> int:
    """The place it has, if that is free in the slot; else the cheapest that is; else -1."""
    place: int = walk.place[activity]
    none = walk.holds.shape[1] - 1
    if place == none or walk.holds[slot, place] < 0:
        return place
    best: int = -1
    least = 0
    for index in range(tables.place_first[activity], tables.place_first[activity + 1]):
        place = tables.place_choices[index]
        if walk.holds[slot, place] < 0:
            cost: int = tables.place_cost[activity, place]
            cost += worth_of_place(tables, walk, activity, place)
            if best < 0 or cost < least:
                best, least = place, cost
    return best
