"""What calendars does when it hears of meetings: it writes their VEVENT anew."""

from events.agendas import AgendaAdopted, AgendaCirculated
from events.meetings import MeetingCancelled, MeetingRescheduled, MeetingScheduled
from events.road.handlers import Handlers
from events.road.transaction import Transaction
from services import directory
from services.calendars.tables import ENTRIES
from services.icalendar import entry as rules

heard = Handlers(directory.heard)


@heard.on(MeetingScheduled)
async def enter(work: Transaction, event: MeetingScheduled) -> None:
    body = await directory.find(work.session, event.mechanism)
    await ENTRIES.add(work, rules.begin(event, body, work.now))


@heard.on(MeetingRescheduled, MeetingCancelled, AgendaCirculated, AgendaAdopted)
async def write_anew(
    work: Transaction,
    event: MeetingRescheduled | MeetingCancelled | AgendaCirculated | AgendaAdopted,
) -> None:
    """A meeting that never had a date is in no feed, so its cancellation changes none."""
    entry = await ENTRIES.find(work.session, event.meeting)
    if entry is not None:
        await ENTRIES.save(work, rules.evolve(entry, event, work.now))
