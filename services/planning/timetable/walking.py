"""A walk from timetable to timetable by small changes, compiled to machine code.

A step moves one activity to another slot, place or both, and another that is held there to where it
was; or it exchanges between two slots all that hinder one another. So a place never holds two at
once. Any other hard rule may be broken on the way: each breach (two activities too near each other,
one left out that must be held) costs a weight.
"""

from math import log
from typing import Any

import numpy as np
from numpy.typing import NDArray

from services.planning.timetable.chains import chained
from services.planning.timetable.changes import exchanged, moved
from services.planning.timetable.compiling import compiled, inlined
from services.planning.timetable.counting import Walk
from services.planning.timetable.tables import Tables

CHAINS = 16  # one step in so many tries a chain


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
def remember(walk: Walk) -> None:
    """Keep the timetable if it is the best without a breach."""
    if walk.breaches[0] == 0 and (walk.best_cost[0] < 0 or walk.cost[0] < walk.best_cost[0]):
        walk.best_cost[0] = walk.cost[0]
        for activity in range(len(walk.slot)):
            walk.best_slot[activity] = walk.slot[activity]
            walk.best_place[activity] = walk.place[activity]


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
        limit = -temperature * log((draw(walk.random, 1 << 30) + 1) / (1 << 30))
        if draw(walk.random, CHAINS) == 0:
            done = chained(tables, walk, one, slot, weight, limit)
        else:
            kind = draw(walk.random, 4)
            if kind == 0:
                place = walk.place[one]
            elif kind == 1:
                slot = walk.slot[one]
            if slot == walk.slot[one] and place == walk.place[one]:
                continue
            other = walk.holds[slot, place]
            if other >= 0:
                done = exchanged(tables, walk, one, other, weight, limit)
            else:
                done = moved(tables, walk, one, slot, place, weight, limit)
        if done:
            changed += 1
            remember(walk)
    return changed
