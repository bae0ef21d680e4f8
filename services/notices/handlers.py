"""What notices does when it hears of meetings: it queues mails about them."""

from sqlmodel import col

from events.agendas import AgendaAdopted, AgendaCirculated, ItemsRestricted
from events.mechanisms import CoordinatorNamed, MechanismRegistered
from events.meetings import MeetingCancelled, MeetingRescheduled, MeetingScheduled, RestrictionSet
from events.road.handlers import Handlers
from events.road.transaction import Transaction
from services import directory
from services.icalendar import entry as entries
from services.notices.invitations import succeed, tell_all
from services.notices.tables import MEETINGS, MeetingRow

heard = Handlers(directory.heard)


@heard.on(MeetingScheduled)
async def invite(work: Transaction, event: MeetingScheduled) -> None:
    body = await directory.find(work.session, event.mechanism)
    await tell_all(work, await MEETINGS.add(work, entries.begin(event, body, work.now)))


@heard.on(MeetingRescheduled, MeetingCancelled)
async def update(work: Transaction, event: MeetingRescheduled | MeetingCancelled) -> None:
    """A meeting that never had a date was announced to nobody."""
    if (entry := await MEETINGS.find(work.session, event.meeting)) is not None:
        changed = await MEETINGS.save(work, entries.evolve(entry, event, work.now))
        await tell_all(work, changed, event.reason)


@heard.on(AgendaCirculated, RestrictionSet)
async def send_on(work: Transaction, event: AgendaCirculated | RestrictionSet) -> None:
    if (entry := await MEETINGS.find(work.session, event.meeting)) is not None:
        await tell_all(work, await MEETINGS.save(work, entries.evolve(entry, event, work.now)))


@heard.on(AgendaAdopted)
async def keep_agenda(work: Transaction, event: AgendaAdopted) -> None:
    """Those whom a mail would tell of it sit in the meeting that adopts it."""
    if (entry := await MEETINGS.find(work.session, event.meeting)) is not None:
        await MEETINGS.save(work, entries.evolve(entry, event, work.now))


@heard.on(ItemsRestricted)
async def tell_less(work: Transaction, event: ItemsRestricted) -> None:
    """What waits is written anew, and programs take the items out; not once the meeting is over."""
    if (entry := await MEETINGS.find(work.session, event.meeting)) is not None:
        changed = await MEETINGS.save(work, entries.evolve(entry, event, work.now))
        if changed.span.ends.at > work.now:
            await tell_all(work, changed)


@heard.on(MechanismRegistered)
async def rename(work: Transaction, event: MechanismRegistered) -> None:
    """Have the next mail about a meeting call its body as the feeds do."""
    for entry in await MEETINGS.all(work.session, col(MeetingRow.mechanism) == event.mechanism):
        if (called := entries.renamed(entry, event, work.now)) != entry:
            await MEETINGS.save(work, called)


@heard.on(CoordinatorNamed)
async def invite_the_new_one_only(work: Transaction, event: CoordinatorNamed) -> None:
    await succeed(work, event)
