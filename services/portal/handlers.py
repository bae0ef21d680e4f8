"""What the portal does when it hears an event: it keeps its copy true."""

from typing import get_args

from events.agendas import AgendaAdopted, AgendaCirculated
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
    MeetingOpened,
    MeetingPlanned,
    MeetingRechecked,
    MeetingRescheduled,
    MeetingScheduled,
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
from events.road.handlers import Handlers
from events.road.transaction import Transaction
from services import coordinators, directory, restrictions
from services.portal.rules import decision as decisions
from services.portal.rules import followup as followups
from services.portal.rules import meeting as meetings
from services.portal.tables import DECISIONS, FOLLOW_UPS, MEETINGS

MeetingEvent = (
    MeetingScheduled
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
