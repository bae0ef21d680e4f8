"""A year was planned, and the dates of a body accepted: its delegations are asked about them."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from events.moments import Moment, Span
from events.plans import PlanDateDropped, Planned, PlanPartAccepted
from events.road.transaction import Transaction
from services import directory
from services.refusals import UnacceptableError
from services.scheduling.commands import meetings, polls
from services.scheduling.commands.clashes import reader_in
from services.scheduling.commands.lengths import usual_sessions
from services.scheduling.commands.slots import slots_for
from services.scheduling.commands.wanted import Wanted
from services.scheduling.commands.withdrawing import withdraw_polls
from services.scheduling.queries import calendar_of
from services.scheduling.rules import meeting as rules
from services.scheduling.rules.meeting import Meeting
from services.scheduling.rules.overtaken import overtaken
from services.scheduling.rules.slots.rule import Rule
from services.scheduling.tables import MEETINGS, ROTATIONS
from services.working_time.calendar import Calendar
from services.working_time.counting import last_call
from services.working_time.hours import Office

AROUND = timedelta(days=3)
USUAL_START = time(10)
MOST_ASKED = 5
ANSWERING = timedelta(days=21)


async def ask_about(work: Transaction, accepted: PlanPartAccepted, planned: Planned) -> None:
    """Open a poll of dates around the planned one, instead of any other about the meeting.

    No poll where the date holds no more; that is said instead.
    """
    known = await MEETINGS.find(work.session, planned.meeting)
    turns = await ROTATIONS.get(work.session, planned.mechanism)
    if because := overtaken(planned, accepted.year, known, turns, work.now.date()):
        dropped = PlanDateDropped(
            mechanism=planned.mechanism,
            plan=accepted.plan,
            meeting=planned.meeting,
            because=because,
        )
        work.publish(dropped)
        return
    meeting = known or await intended(work, accepted.year, planned)
    instead = f"The plan of the year now has the meeting on {planned.first}"
    await withdraw_polls(work, meeting, instead)
    calendar = await calendar_of(work.session, meeting.parties)
    host = calendar.office(meeting.turn.host)
    spans = await spans_around(work, meeting, planned, host)
    body = await directory.find(work.session, meeting.mechanism)
    calls = [last_call(span.starts, body.rules, calendar, host.party).at for span in spans]
    first = min(span.starts.at for span in spans)
    closes = closing(work.now, first, min(calls), calendar, host)
    reason = instead if meeting.span else None
    await polls.ask(work, meeting, spans, closes, again=True, reason=reason)


async def intended(work: Transaction, year: int, planned: Planned) -> Meeting:
    """The meeting, intended now, with those before it that have no date in the plan."""
    plan = meetings.Plan(mechanism=planned.mechanism, year=year, extraordinary=True)
    meeting = await meetings.plan_meeting(work, plan)
    while meeting.id != planned.meeting:
        meeting = await meetings.plan_meeting(work, plan)
    return meeting


async def spans_around(
    work: Transaction, meeting: Meeting, planned: Planned, host: Office
) -> list[Span]:
    """The best times near the planned date; at the least, the date itself in the morning.

    What prepares what is the plan's to say.
    """
    days = (planned.last - planned.first).days + 1
    wanted = Wanted(
        first=max(planned.first - AROUND, work.now.date()),
        last=planned.last + AROUND,
        days=days,
        limit=MOST_ASKED,
        short_notice=True,
        relax=(Rule.PREPARATION,),
    )
    try:
        found = await slots_for(await reader_in(work), meeting.id, wanted, work.now)
    except UnacceptableError:  # hours that a party keeps cannot be searched by
        found = None
    if found and found.slots:
        return [slot.span for slot in found.slots]
    starts = datetime.combine(planned.first, USUAL_START, ZoneInfo(host.zone))
    _, session = await usual_sessions(work.session, meeting)
    length = session + (planned.last - planned.first)
    return [rules.lasting(Moment.of(starts, host.zone), length)]


def closing(
    now: datetime, first: datetime, call: datetime, calendar: Calendar, host: Office
) -> Moment:
    """When answers end: in time to `call`, or else half way to the first date.

    That is when the host's office closes for the day, if it does so before then.
    """
    latest = min(now + ANSWERING, call)
    if latest <= now + timedelta(days=1):
        latest = now + (first - now) / 2
    zone = ZoneInfo(host.zone)
    today, last = (at.astimezone(zone).date() for at in (now, latest))
    days = calendar.working_days(today, last, host.party)
    ends = [datetime.combine(on, host.closes, zone) for on in days]
    in_time = [end for end in ends if now < end <= latest]
    return Moment.of(in_time[-1] if in_time else latest, host.zone)
