"""What scheduling has said of meetings, told to it again: their states are the fold of it."""

from typing import get_args

from events.meetings import (
    AttendanceRecorded,
    MeetingCancelled,
    MeetingClosed,
    MeetingHandedOver,
    MeetingOpened,
    MeetingPlanned,
    MeetingRescheduled,
    MeetingScheduled,
    MilestonesMet,
    MilestonesSet,
    RestrictionSet,
)
from events.road.handlers import Handlers
from events.road.transaction import Transaction
from services import coordinators, directory
from services.scheduling.rules import meeting
from services.scheduling.tables import MEETINGS

told = Handlers(directory.heard, coordinators.heard)

MeetingEvent = (
    MeetingScheduled
    | MeetingRescheduled
    | MeetingHandedOver
    | MeetingCancelled
    | MeetingOpened
    | AttendanceRecorded
    | MeetingClosed
    | RestrictionSet
    | MilestonesSet
    | MilestonesMet
)


@told.on(MeetingPlanned)
async def begin(work: Transaction, event: MeetingPlanned) -> None:
    known = await directory.find(work.session, event.mechanism)
    parties = tuple(party.id for party in known.parties)
    await MEETINGS.add(work, meeting.begin(event, parties))


@told.on(*get_args(MeetingEvent))
async def follow(work: Transaction, event: MeetingEvent) -> None:
    known = await MEETINGS.get(work.session, event.meeting)
    await MEETINGS.save(work, MEETINGS.evolve(known, event))
