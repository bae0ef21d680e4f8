"""Deadlines that would fall on another day, since days off were announced or taken back.

The hour of a deadline stands where a zone has other rules by now, as that of a date does.
"""

from collections.abc import Mapping
from datetime import datetime

from events.event import Event
from events.mechanisms import MilestoneKind
from events.meetings import Milestone, Shift
from events.moments import Moment, written
from events.vocabulary import Actor
from services import rights
from services.icalendar.clocks import on_clocks
from services.refusals import UnacceptableError
from services.scheduling.rules import backward
from services.scheduling.rules.meeting import Meeting
from services.working_time.calendar import Calendar

Dues = Mapping[MilestoneKind, Moment]


def shifts(
    meeting: Meeting, calendar: Calendar, let_stand: Dues, *, now: datetime
) -> tuple[Shift, ...]:
    """The deadlines ahead that were set for another moment; not those that were `let_stand`."""
    fresh = {one.kind: one.due for one in backward.milestones(meeting, calendar, now=now)}
    stand = {kind: on_clocks(due) for kind, due in let_stand.items()}
    return tuple(
        shift(meeting, calendar, known, fresh[known.kind])
        for known in meeting.milestones
        if known.met is None and max(known.due.at, fresh[known.kind].at) > now
        if fresh[known.kind] not in {on_clocks(known.due), stand.get(known.kind)}
    )


def shift(meeting: Meeting, calendar: Calendar, known: Milestone, due: Moment) -> Shift:
    assert meeting.rules is not None
    what = known.kind.replace("_", " ")
    before, after = known.due.wall, due.wall
    if before.date() == after.date():
        counted = f"{written(after)}, {after:%H:%M}, no longer {before:%H:%M}"
    else:
        counted = f"{written(after)}, no longer {written(before)}"
    host = calendar.office(meeting.turn.host).name
    by = f"the days that {host} works" if meeting.rules.working_days else f"clocks in {due.zone}"
    return Shift(
        kind=known.kind,
        due=known.due,
        now=due,
        found=f"{what}: by {by}, the deadline is {counted}",
        action="count the deadlines again, or let them stand",
    )


def recount(
    meeting: Meeting, calendar: Calendar, *, reason: str, actor: Actor, now: datetime
) -> list[Event]:
    """Set the deadlines anew, for `reason`; those that were met stay."""
    rights.secretary(actor, "count deadlines again")
    if not shifts(meeting, calendar, {}, now=now):
        raise UnacceptableError(f"the deadlines of {meeting.id} are as they would be counted now")
    return backward.plan(meeting, calendar, now=now, reason=reason)
