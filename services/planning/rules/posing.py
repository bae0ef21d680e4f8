"""From a brief to a problem of the timetable: a slot a day, an activity a meeting.

Three things weigh in this order: no meeting is left out, no confirmed date moves, no wish breaks.
"""

from services.planning.rules.bonds import Bond, bonds
from services.planning.rules.brief import Brief, Meeting
from services.planning.rules.dates import Year, length_of, slot_of, week_of
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


def pose(brief: Brief) -> Problem:
    """The problem whose cheapest timetable is the plan."""
    year = Year(brief)
    slots = {meeting.id: priced(year, meeting) for meeting in brief.meetings}
    weights = brief.settings.weights
    most = sum(
        max(prices.values(), default=0) + weights.week + weights.steadiness
        for prices in slots.values()
    )
    move = most + 1
    out = (len(brief.meetings) + 1) * move
    tied = bonds(brief)
    return Problem(
        days=tuple(week_of(brief.year, slot) for slot in range(year.length)),
        activities=tuple(
            activity(brief, meeting, slots[meeting.id], move, out) for meeting in brief.meetings
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


def priced(year: Year, meeting: Meeting) -> dict[int, int]:
    """The slots that a meeting may begin in, with what each costs."""
    return {
        slot: sum(one.cost for one in broken(year, meeting, year.dates[slot]))
        for slot in year.allowed(meeting)
    }


def activity(
    brief: Brief, meeting: Meeting, slots: dict[int, int], move: int, out: int
) -> Activity:
    settled = Held(slot_of(meeting.settled)) if meeting.settled else None
    was = Held(slot_of(meeting.on)) if meeting.on and not settled else None
    moved = move if meeting.confirmed else brief.settings.weights.steadiness
    return Activity(
        id=meeting.id,
        slots=slots,
        fixed=settled,
        left_out=None if settled else out + (moved if was else 0),  # it has moved, too: to nowhere
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
