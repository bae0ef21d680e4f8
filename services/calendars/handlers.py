"""What calendars does when it hears of meetings and subscriptions: it writes what changed anew."""

from typing import Any

from sqlmodel import col

from events.followups import FollowUpOpened
from events.mechanisms import CoordinatorNamed, MechanismRegistered
from events.meetings import MeetingScheduled
from events.road.handlers import Handlers
from events.road.transaction import Transaction
from events.subscriptions import (
    SubscriptionMade,
    SubscriptionRevoked,
    SubscriptionRotated,
    SubscriptionSettingsChanged,
)
from services import coordinators, directory
from services.calendars.tables import (
    ENTRIES,
    TASKS,
    EntryRow,
    FollowerRow,
    TaskRow,
    Written,
    next_mark,
    write,
    write_task,
)
from services.icalendar import entry as rules
from services.icalendar import task as tasks

heard = Handlers(directory.heard, coordinators.heard)


@heard.on(MeetingScheduled)
async def enter(work: Transaction, event: MeetingScheduled) -> None:
    body = await directory.find(work.session, event.mechanism)
    entry = await ENTRIES.add(work, rules.begin(event, body, work.now))
    await write(work.session, entry)


@heard.on(*rules.HEARD)
async def write_anew(work: Transaction, event: Any) -> None:
    """A meeting that never had a date is in no feed, so its cancellation changes none."""
    entry = await ENTRIES.find(work.session, event.meeting)
    if entry is not None:
        await write(work.session, await ENTRIES.save(work, rules.evolve(entry, event, work.now)))


@heard.on(FollowUpOpened)
async def owe(work: Transaction, event: FollowUpOpened) -> None:
    body = await directory.find(work.session, event.mechanism)
    task = tasks.begin(event, body.short_name, work.now)
    await write_task(work.session, await TASKS.add(work, task))


@heard.on(*tasks.HEARD)
async def owe_otherwise(work: Transaction, event: Any) -> None:
    """A task that was owed before calendars heard of any is in no feed."""
    task = await TASKS.find(work.session, event.follow_up)
    if task is not None:
        await write_task(work.session, await TASKS.save(work, tasks.evolve(task, event, work.now)))


@heard.on(MechanismRegistered, CoordinatorNamed)
async def note_people(work: Transaction, event: MechanismRegistered | CoordinatorNamed) -> None:
    mark = await next_mark(work.session, event.mechanism)
    mark.people, mark.people_at = mark.number, max(mark.people_at or work.now, work.now)
    work.session.put(mark)
    work.session.hand_over(Written(event.mechanism, mark.number))


@heard.on(MechanismRegistered)
async def rename(work: Transaction, event: MechanismRegistered) -> None:
    """Programs sort meetings by their body, so those of before have its name of today."""
    for entry in await ENTRIES.all(work.session, col(EntryRow.mechanism) == event.mechanism):
        if (called := rules.renamed(entry, event, work.now)) != entry:
            await write(work.session, await ENTRIES.save(work, called))
    for task in await TASKS.all(work.session, col(TaskRow.mechanism) == event.mechanism):
        if (named := tasks.renamed(task, event.short_name, work.now)) != task:
            await write_task(work.session, await TASKS.save(work, named))


@heard.on(SubscriptionMade)
async def follow(work: Transaction, event: SubscriptionMade) -> None:
    row = FollowerRow(
        id=event.subscription,
        mechanism=event.mechanism,
        digest=event.digest,
        owner=str(event.owner),
        scope=event.scope.model_dump_json(),
        settings=event.settings.model_dump_json(),
        as_of=0,
    )
    await keep(work, row)


@heard.on(SubscriptionSettingsChanged)
async def show_otherwise(work: Transaction, event: SubscriptionSettingsChanged) -> None:
    row = await work.session.get_one(FollowerRow, event.subscription)
    row.settings = event.settings.model_dump_json()
    await keep(work, row)


@heard.on(SubscriptionRotated)
async def move(work: Transaction, event: SubscriptionRotated) -> None:
    row = await work.session.get_one(FollowerRow, event.subscription)
    row.digest = event.digest
    await keep(work, row)


@heard.on(SubscriptionRevoked)
async def forget(work: Transaction, event: SubscriptionRevoked) -> None:
    row = await work.session.get_one(FollowerRow, event.subscription)
    row.digest = None
    await keep(work, row)


async def keep(work: Transaction, row: FollowerRow) -> None:
    """Keep a subscription, and the mark by which it is found to have changed."""
    mark = await next_mark(work.session, row.mechanism)
    row.as_of = mark.followers = mark.number
    work.session.put(mark)
    work.session.put(row)
    work.session.hand_over(Written(row.mechanism, mark.number))
