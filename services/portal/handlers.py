"""What the portal does when it hears an event: it keeps its copy true."""

from typing import get_args

from events.agendas import AgendaAdopted, AgendaCirculated, AgendaWithdrawn
from events.decisions import DecisionAdopted
from events.followups import (
    FollowUpAccepted,
    FollowUpEscalated,
    FollowUpExtended,
    FollowUpOpened,
    FollowUpOverdue,
    FollowUpReported,
    FollowUpReturned,
    FollowUpWithdrawn,
)
from events.meetings import (
    MeetingCancelled,
    MeetingClosed,
    MeetingHandedOver,
    MeetingOpened,
    MeetingPlanned,
    MeetingRechecked,
    MeetingRescheduled,
    MeetingScheduled,
    MilestonesMet,
    MilestonesSet,
    RestrictionSet,
)
from events.minutes import (
    MinutesAdopted,
    MinutesCirculated,
    MinutesDrafted,
    MinutesTakenBack,
    SilenceBroken,
    SilenceStarted,
)
from events.notices import AttendanceReplied
from events.polls import PollAnswered, PollClosed, PollEnded, PollOpened, PollWithdrawn
from events.road.handlers import Handlers
from events.road.transaction import Transaction
from services import coordinators, directory, restrictions
from services.portal.rules import course as courses
from services.portal.rules import decision as decisions
from services.portal.rules import followup as followups
from services.portal.rules import meeting as meetings
from services.portal.rules.course import Course
from services.portal.tables import COURSES, DECISIONS, FOLLOW_UPS, MEETINGS

MeetingEvent = (
    MeetingHandedOver
    | MeetingScheduled
    | MeetingRescheduled
    | MeetingCancelled
    | MeetingOpened
    | MeetingClosed
    | MeetingRechecked
    | AttendanceReplied
    | AgendaCirculated
    | AgendaAdopted
    | MinutesDrafted
    | MinutesCirculated
    | MinutesTakenBack
    | MinutesAdopted
)
CourseEvent = (
    MeetingPlanned
    | MeetingHandedOver
    | MeetingScheduled
    | MeetingRescheduled
    | MeetingCancelled
    | MeetingOpened
    | MeetingClosed
    | MeetingRechecked
    | MilestonesSet
    | MilestonesMet
    | RestrictionSet
    | AgendaCirculated
    | AgendaAdopted
    | AgendaWithdrawn
    | PollOpened
)
PollEvent = PollAnswered | PollEnded | PollClosed | PollWithdrawn
FollowUpEvent = (
    FollowUpReported
    | FollowUpAccepted
    | FollowUpReturned
    | FollowUpOverdue
    | FollowUpEscalated
    | FollowUpExtended
    | FollowUpWithdrawn
)

heard = Handlers(directory.heard, coordinators.heard, restrictions.heard)


@heard.on(MeetingPlanned)
async def plan_meeting(work: Transaction, event: MeetingPlanned) -> None:
    await MEETINGS.add(work, meetings.begin(event))


@heard.on(*get_args(MeetingEvent))
async def move_meeting_on(work: Transaction, event: MeetingEvent) -> None:
    meeting = await MEETINGS.get(work.session, event.meeting)
    await MEETINGS.save(work, meetings.evolve(meeting, event))


@heard.on(PollOpened)
async def begin_to_ask(work: Transaction, event: PollOpened) -> None:
    await ask_for_its_date(work, event.meeting, event)


@heard.on(PollClosed, PollWithdrawn)
async def ask_no_more(work: Transaction, event: PollClosed | PollWithdrawn) -> None:
    meeting = await restrictions.owner_of(work.session, event.poll)
    if meeting is not None:  # the poll was opened since this copy began
        await ask_for_its_date(work, meeting, event)


async def ask_for_its_date(
    work: Transaction, key: str, event: PollOpened | PollClosed | PollWithdrawn
) -> None:
    meeting = await MEETINGS.find(work.session, key)
    if meeting is not None:
        await MEETINGS.save(work, meetings.evolve(meeting, event))


@heard.on(*get_args(CourseEvent))
async def follow_course(work: Transaction, event: CourseEvent) -> None:
    await go_on(work, event.meeting, event)


@heard.on(*get_args(PollEvent))
async def follow_poll(work: Transaction, event: PollEvent) -> None:
    meeting = await restrictions.owner_of(work.session, event.poll)
    if meeting is not None:  # the poll was opened since this copy began
        await go_on(work, meeting, event)


async def go_on(work: Transaction, meeting: str, event: CourseEvent | PollEvent) -> None:
    """Where a copy began in the middle of a course, it has the rest of it."""
    course = await COURSES.find(work.session, meeting)
    known = course or Course(id=meeting, mechanism=event.mechanism)
    await COURSES.save(work, courses.evolve(known, event, work.now, str(work.cause.actor)))


@heard.on(SilenceStarted, SilenceBroken)
async def watch_silence(work: Transaction, event: SilenceStarted | SilenceBroken) -> None:
    """Silence on a decision between meetings moves no meeting."""
    if event.meeting is not None:
        meeting = await MEETINGS.get(work.session, event.meeting)
        await MEETINGS.save(work, meetings.evolve(meeting, event))


@heard.on(DecisionAdopted)
async def keep_decision(work: Transaction, event: DecisionAdopted) -> None:
    await DECISIONS.add(work, decisions.begin(event, work.now))


@heard.on(FollowUpOpened)
async def open_follow_up(work: Transaction, event: FollowUpOpened) -> None:
    await FOLLOW_UPS.add(work, followups.begin(event))


@heard.on(*get_args(FollowUpEvent))
async def move_follow_up_on(work: Transaction, event: FollowUpEvent) -> None:
    follow_up = await FOLLOW_UPS.get(work.session, event.follow_up)
    await FOLLOW_UPS.save(work, followups.evolve(follow_up, event))
