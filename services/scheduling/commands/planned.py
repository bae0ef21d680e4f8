"""A year was planned, and the dates of a body accepted: its delegations are asked about them."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlmodel import col

from events.moments import Moment, Span, written
from events.plans import PlanDateDropped, Planned, PlanPartAccepted
from events.polls import OfPlan
from events.road.transaction import Transaction
from services import directory
from services.refusals import UnacceptableError
from services.scheduling.commands import asking, meetings
from services.scheduling.commands.clashes import reader_in
from services.scheduling.commands.lengths import usual_sessions
from services.scheduling.commands.slots import rules_of, slots_for
from services.scheduling.commands.wanted import Wanted
from services.scheduling.commands.withdrawing import withdraw_polls
from services.scheduling.queries import calendar_of
from services.scheduling.rules import meeting as rules
from services.scheduling.rules.meeting import Meeting
from services.scheduling.rules.overtaken import overtaken, refused_by_all, too_late
from services.scheduling.rules.poll import Instead
from services.scheduling.rules.slots.rule import Rule
from services.scheduling.tables import MEETINGS, POLLS, ROTATIONS, PollRow
from services.working_time.calendar import Calendar
from services.working_time.counting import TO_ASK, last_asking, last_call
from services.working_time.hours import Office
from services.working_time.minutes import instant_of, midnight

AROUND = timedelta(days=3)
USUAL_START = time(10)
MOST_ASKED = 5
ANSWERING = timedelta(days=21)
LEAST_ANSWERING = CONVOKING = timedelta(days=1)


async def ask_about(work: Transaction, accepted: PlanPartAccepted, planned: Planned) -> None:
    """Open a poll of dates around the planned one, instead of any other about the meeting.

    No poll where the date holds no more; that is said instead.
    """
    known = await MEETINGS.find(work.session, planned.meeting)
    if because := await hindrance(work, accepted.year, planned, known):
        dropped = PlanDateDropped(
            mechanism=planned.mechanism,
            plan=accepted.plan,
            meeting=planned.meeting,
            because=because,
        )
        work.publish(dropped)
        return
    meeting = known or await intended(work, accepted.year, planned)
    instead = f"{Instead.PLANNED}: {written(planned.first)}"
    await withdraw_polls(work, meeting, instead)
    calendar = await calendar_of(work.session, meeting.parties)
    host = calendar.office(meeting.turn.host)
    spans, unprepared = await spans_around(work, meeting, planned, host)
    known_rules = await rules_of(work.session, meeting)
    calls = [last_call(span.starts, known_rules, calendar, host.party).at for span in spans]
    closes = closing(work.now, min(calls), calendar, host)
    reason = instead if meeting.span else None
    await asking.ask(
        work,
        meeting,
        spans,
        closes,
        again=True,
        unprepared=unprepared,
        reason=reason,
        of_plan=OfPlan(plan=accepted.plan, on=planned.first),
    )


async def hindrance(
    work: Transaction, year: int, planned: Planned, meeting: Meeting | None
) -> str | None:
    """Why nobody is asked about the date; `meeting` is none while it is not even intended."""
    turns = await ROTATIONS.get(work.session, planned.mechanism)
    today = work.now.date()
    if because := overtaken(planned, year, meeting, turns, today):
        return because
    if meeting and planned.first in await refused(work, meeting):
        return f"every party has refused {written(planned.first)}"
    calendar = await calendar_of(work.session, (planned.host,))
    body = await directory.find(work.session, planned.mechanism)
    known = (meeting and meeting.rules) or body.rules
    latest = last_asking(planned.first, known, calendar, planned.host)
    return too_late(planned, latest, known, today)


async def refused(work: Transaction, meeting: Meeting) -> set[date]:
    """The dates that every party has refused in polls of the meeting."""
    asked = await POLLS.all(work.session, col(PollRow.meeting) == meeting.id)
    return refused_by_all(asked, meeting.parties)


async def intended(work: Transaction, year: int, planned: Planned) -> Meeting:
    """The meeting, intended now, with those before it that have no date in the plan."""
    plan = meetings.Plan(mechanism=planned.mechanism, year=year, extraordinary=True)
    meeting = await meetings.plan_meeting(work, plan)
    while meeting.id != planned.meeting:
        meeting = await meetings.plan_meeting(work, plan)
    return meeting


async def spans_around(
    work: Transaction, meeting: Meeting, planned: Planned, host: Office
) -> tuple[list[Span], bool]:
    """The best times near the planned date that can be convoked when delegations have answered.

    Not dates that all of them have refused. At the least, the date itself in the morning. Whether
    it may be unprepared: only where the planned date is, for what prepares what is the plan's to
    say.
    """
    spans, unprepared = await times_around(work, meeting, planned, host), False
    if not among(spans, planned):
        late = await times_around(work, meeting, planned, host, Rule.PREPARATION)
        if among(late, planned):
            spans, unprepared = late, True
    if spans:
        return spans[:MOST_ASKED], unprepared
    starts = datetime.combine(planned.first, USUAL_START, ZoneInfo(host.zone))
    _, session = await usual_sessions(work.session, meeting)
    length = session + (planned.last - planned.first)
    return [rules.lasting(Moment.of(starts, host.zone), length)], False


async def times_around(
    work: Transaction, meeting: Meeting, planned: Planned, host: Office, *relax: Rule
) -> list[Span]:
    """The same, one on each date, the best first; none where none is free or can be searched."""
    days = (planned.last - planned.first).days + 1
    wanted = Wanted(
        first=max(planned.first - AROUND, work.now.date()),
        last=planned.last + AROUND,
        days=days,
        limit=2 * AROUND.days + days,
        relax=relax,
    )
    called = instant_of(midnight(work.now.date() + TO_ASK, host.zone))
    try:
        found = await slots_for(await reader_in(work), meeting.id, wanted, work.now, called=called)
    except UnacceptableError:  # hours that a party keeps cannot be searched by
        return []
    out = await refused(work, meeting)
    spans = [slot.span for slot in found.slots]
    return [span for span in spans if span.starts.wall.date() not in out]


def among(spans: Iterable[Span], planned: Planned) -> bool:
    return planned.first in {span.starts.wall.date() for span in spans}


def closing(now: datetime, call: datetime, calendar: Calendar, host: Office) -> Moment:
    """When answers end: a day before the last `call`, if not earlier.

    That is when the host's office closes for the day, if it does so in between.
    """
    latest = min(now + ANSWERING, call - CONVOKING)
    zone = ZoneInfo(host.zone)
    today, last = (at.astimezone(zone).date() for at in (now, latest))
    days = calendar.working_days(today, last, host.party)
    ends = [datetime.combine(on, host.closes, zone) for on in days]
    in_time = [end for end in ends if now + LEAST_ANSWERING <= end <= latest]
    return Moment.of(in_time[-1] if in_time else latest, host.zone)
