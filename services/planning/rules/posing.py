"""From a brief to a problem of the timetable: a slot a day, an activity a meeting.

Three things weigh in this order: no meeting is left out, no confirmed date moves, no wish breaks.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from services.planning.rules.bonds import Bond, bonds
from services.planning.rules.brief import Brief, Meeting
from services.planning.rules.dates import Year, length_of, slot_of, week_of
from services.planning.rules.headway import Scale
from services.planning.rules.wishes import broken
from services.planning.timetable.problem import (
    Activity,
    Distance,
    Held,
    Order,
    Problem,
    Series,
)

YEAR = "year"
Slots = Mapping[str, Mapping[int, int]]


@dataclass(frozen=True, slots=True)
class Choice:
    """What is made of rules that were waived: `stay` keep their dates, `tied` keep the rules."""

    stay: frozenset[str] = frozenset()
    tied: frozenset[frozenset[str]] = frozenset()


AS_CALLED = Choice()


@dataclass(frozen=True, slots=True)
class Posed:
    """The problem, and what its costs mean."""

    problem: Problem
    scale: Scale


def pose(brief: Brief, choice: Choice = AS_CALLED) -> Posed:
    """The problem whose cheapest timetable is the plan.

    A rule that two meetings broke as they were convoked is left out of it, unless they are `tied`
    or one of them must move: `waiving` sees to the rest. Costs mean the same whatever the choice.
    """
    year = Year(brief)
    every = {meeting.id: priced(year, meeting) for meeting in brief.meetings}
    scale = scale_of(brief, every)
    slots = {
        meeting.id: where_it_was(meeting, every[meeting.id])
        if meeting.id in choice.stay
        else every[meeting.id]
        for meeting in brief.meetings
    }
    weights = brief.settings.weights
    tied = [bond for bond in bonds(brief) if must_hold(bond, slots, choice)]
    problem = Problem(
        days=tuple(week_of(brief.year, slot) for slot in range(year.length)),
        activities=tuple(
            activity(brief, meeting, slots[meeting.id], scale) for meeting in brief.meetings
        ),
        distances=tuple(distance(bond) for bond in tied if not one_way(brief, bond)),
        orders=tuple(order(bond) for bond in tied if one_way(brief, bond)),
        series=(
            Series(
                id=YEAR,
                activities=tuple(meeting.id for meeting in brief.meetings),
                spacing=0,
                days=len(brief.meetings),
                per_missing_day=weights.week,
            ),
        ),
    )
    return Posed(problem, scale)


def scale_of(brief: Brief, slots: Slots) -> Scale:
    """A move costs more than all wishes, and a meeting left out more than all moves."""
    weights = brief.settings.weights
    most = sum(
        max(prices.values(), default=0) + weights.week + weights.steadiness
        for prices in slots.values()
    )
    move = most + 1
    return Scale(
        move=move,
        out=(len(brief.meetings) + 1) * move,
        standing=weights.week * standing_together(brief),
    )


def standing_together(brief: Brief) -> int:
    """How many meetings stand in a week in which another one stands."""
    weeks = [
        week_of(brief.year, slot_of(meeting.confirmed_on))
        for meeting in brief.meetings
        if meeting.confirmed_on and meeting.fixed in {None, meeting.on}
    ]
    return len(weeks) - len(set(weeks))


def must_hold(bond: Bond, slots: Slots, choice: Choice) -> bool:
    """Whether it is to be kept: unless it was waived for two dates, and neither has to change."""
    if bond.waived_for is None or bond.ids in choice.tied:
        return True
    first, second = bond.waived_for
    return first not in slots[bond.first.id] or second not in slots[bond.second.id]


def priced(year: Year, meeting: Meeting) -> dict[int, int]:
    """The slots that a meeting may begin in, with what each costs: nothing if it stands there."""
    had = slot_of(meeting.on) if meeting.on else None
    return {
        slot: 0
        if meeting.confirmed and slot == had
        else sum(one.cost for one in broken(year, meeting, year.dates[slot]))
        for slot in year.allowed(meeting)
    }


def where_it_was(meeting: Meeting, slots: Mapping[int, int]) -> dict[int, int]:
    return {
        slot: cost for slot, cost in slots.items() if meeting.on and slot == slot_of(meeting.on)
    }


def activity(brief: Brief, meeting: Meeting, slots: Mapping[int, int], scale: Scale) -> Activity:
    settled = Held(slot_of(meeting.settled)) if meeting.settled else None
    was = Held(slot_of(meeting.on)) if meeting.on and not settled else None
    moved = scale.move if meeting.confirmed else brief.settings.weights.steadiness
    return Activity(
        id=meeting.id,
        slots=slots,
        fixed=settled,
        left_out=None
        if settled
        else scale.out + (moved if was else 0),  # it has moved, too: to nowhere
        was=was,
        moved=moved,
    )


def one_way(brief: Brief, bond: Bond) -> bool:
    return bond.low == -length_of(brief.year)


def order(bond: Bond) -> Order:
    return Order(before=bond.first.id, after=bond.second.id, least=bond.high + 1)


def distance(bond: Bond) -> Distance:
    return Distance(
        first=bond.first.id, second=bond.second.id, slots=bond.high + 1, back=1 - bond.low
    )
