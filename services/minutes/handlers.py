"""What minutes does when it hears of meetings and agendas: it draws up the draft."""

from events.agendas import AgendaAdopted, ItemPostponed
from events.meetings import (
    AttendanceRecorded,
    MeetingCancelled,
    MeetingClosed,
    MeetingOpened,
    MeetingRescheduled,
    MeetingScheduled,
)
from events.road.handlers import Handlers
from events.road.transaction import Transaction
from services import coordinators, directory, obligations, restrictions
from services.minutes.rules import draft
from services.minutes.rules.draft import Stage
from services.minutes.tables import MINUTES

heard = Handlers(directory.heard, coordinators.heard, obligations.heard, restrictions.heard)


@heard.on(MeetingScheduled)
async def expect_meeting(work: Transaction, event: MeetingScheduled) -> None:
    known = await directory.find(work.session, event.mechanism)
    parties = tuple(party.id for party in known.parties)
    await MINUTES.add(work, draft.expect(event, parties))


@heard.on(MeetingRescheduled)
async def move(work: Transaction, event: MeetingRescheduled) -> None:
    minutes = await MINUTES.get(work.session, event.meeting)
    await MINUTES.save(work, minutes.model_copy(update={"opens": event.span.starts}))


@heard.on(MeetingCancelled)
async def expect_no_more(work: Transaction, event: MeetingCancelled) -> None:
    minutes = await MINUTES.find(work.session, event.meeting)
    if minutes is not None:
        await MINUTES.save(work, minutes.model_copy(update={"stage": Stage.CANCELLED}))


@heard.on(MeetingOpened)
async def note_attendance(work: Transaction, event: MeetingOpened) -> None:
    minutes = await MINUTES.get(work.session, event.meeting)
    await MINUTES.save(work, minutes.model_copy(update={"attendance": event.attendance}))


@heard.on(AttendanceRecorded)
async def correct_attendance(work: Transaction, event: AttendanceRecorded) -> None:
    minutes = await MINUTES.get(work.session, event.meeting)
    if minutes.stage is Stage.ADOPTED:
        return
    others = (line for line in minutes.attendance if line.party != event.attendance.party)
    attendance = (*others, event.attendance)
    await MINUTES.save(work, minutes.model_copy(update={"attendance": attendance}))


@heard.on(AgendaAdopted)
async def draw_up(work: Transaction, event: AgendaAdopted) -> None:
    minutes = await MINUTES.get(work.session, event.meeting)
    drafted, events = draft.draft(minutes, event.items)
    work.publish(*events)
    await MINUTES.save(work, drafted)


@heard.on(ItemPostponed)
async def mark_postponed(work: Transaction, event: ItemPostponed) -> None:
    """An item that was left out at adoption has no entry; one postponed later has."""
    minutes = await MINUTES.get(work.session, event.meeting)
    if minutes.stage is Stage.ADOPTED:
        return
    if any(entry.item == event.item for entry in minutes.entries):
        await MINUTES.save(work, draft.postponed(minutes, event.item))


@heard.on(MeetingClosed)
async def allow_circulation(work: Transaction, event: MeetingClosed) -> None:
    minutes = await MINUTES.get(work.session, event.meeting)
    if minutes.stage is Stage.ADOPTED:
        return
    change = {"meeting_closed": True, "attendance": event.attendance}
    await MINUTES.save(work, minutes.model_copy(update=change))
