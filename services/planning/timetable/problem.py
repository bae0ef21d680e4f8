"""What is to be put into a timetable: activities, slots and places, hard rules and wishes.

Slots are numbered from 0 in the order of time, and every distance is counted in slots, from start
to start. Slots in which nothing may be held (a weekend) count too: an activity leaves them out of
what it allows. Penalties are whole numbers from 0; the cost of a timetable is their sum.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Held:
    """When an activity is held, and where; `place` is none if it needs no place."""

    slot: int
    place: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Holds one activity at a time. `seats`: how many people it takes without a penalty."""

    id: str
    seats: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity:
    """One thing to be held, in one slot.

    `slots` are those it may be held in, each with its penalty; none: every slot, at no penalty.
    `places` are those it may be held in; empty: it needs none. It costs `per_missing_seat` for each
    of its `people` beyond the seats of its place. `fixed` is where it must be. Without `left_out`
    it must be held; with it, leaving it out costs that much. `moved` is the penalty for another
    slot than it `was` in, and once more for another place.
    """

    id: str
    slots: Mapping[int, int] | None = None
    places: tuple[str, ...] = ()
    people: int = 0
    per_missing_seat: int = 1
    fixed: Held | None = None
    left_out: int | None = None
    was: Held | None = None
    moved: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Participant:
    """Whoever takes part in several activities, and so cannot have two of them in one slot."""

    id: str
    activities: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Distance:
    """At least `slots` from the start of one activity to the start of the other, either way round.

    `back` is the distance where `second` comes first, if it is another (a longer activity).
    """

    first: str
    second: str
    slots: int
    back: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """`after` starts at least `least` slots later than `before`, and at most `most` if given."""

    before: str
    after: str
    least: int = 1
    most: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """Activities of one kind: no two within fewer than `spacing` slots; one series an activity.

    They should fall on `days` different days (`per_missing_day` for each fewer) and stay in one
    place (`per_further_place` for each place after the first).
    """

    id: str
    activities: tuple[str, ...]
    spacing: int = 1
    days: int = 0
    per_missing_day: int = 0
    per_further_place: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """Activities that should adjoin: `per_lone` for each that has no other of them beside it.

    Beside means in the slot just before or after, on the same day.
    """

    id: str
    activities: tuple[str, ...]
    per_lone: int


Group = Participant | Series | Cluster


class Objective(StrEnum):
    """What makes one timetable better than another."""

    COST = "cost"  # the sum of the penalties
    SPAN = "span"  # the slots from the earliest activity to the latest, both included


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """All that a timetable must and should be. `days[slot]` is the day, from 0, of each slot.

    Where the objective is `SPAN`, penalties count for nothing, and every activity must be held.
    """

    days: tuple[int, ...]
    activities: tuple[Activity, ...]
    places: tuple[Place, ...] = ()
    participants: tuple[Participant, ...] = ()
    distances: tuple[Distance, ...] = ()
    orders: tuple[Order, ...] = ()
    series: tuple[Series, ...] = ()
    clusters: tuple[Cluster, ...] = ()
    objective: Objective = Objective.COST
