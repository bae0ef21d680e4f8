"""Checking meetings and polls again, when what their dates stand on may have changed."""

from collections.abc import AsyncIterator

from sqlmodel import col

from events.road.session import Session
from events.road.transaction import Transaction
from events.vocabulary import Identifier
from services.inputs import Reason
from services.refusals import NotFoundError
from services.scheduling.commands.withdrawing import UNANSWERED, standing_polls
from services.scheduling.queries import calendar_of
from services.scheduling.rules import recheck as rules
from services.scheduling.rules import shifts
from services.scheduling.rules.meeting import Meeting, Stage
from services.scheduling.rules.recheck import Dates, Recheck
from services.scheduling.tables import (
    MEETINGS,
    POLLS,
    RECHECKS,
    MeetingRow,
    PollRow,
    RecheckRow,
)
from services.working_time.calendar import Calendar


class Stands(Recheck):
    """A meeting or a poll after it was let stand; `polls` still ask for another date of it."""

    polls: tuple[Identifier, ...] = ()


async def begin(work: Transaction, dates: Dates, calendar: Calendar) -> None:
    """Keep what these dates stand on, instead of what the ones before did."""
    fresh = rules.begin(dates, calendar)
    standing = await RECHECKS.find(work.session, dates.id)
    if standing is None:
        await RECHECKS.add(work, fresh)
        return
    if standing.findings or standing.shifts:
        work.publish(rules.said(fresh))
    await RECHECKS.save(work, fresh.model_copy(update={"revision": standing.revision}))


async def go_elsewhere(
    work: Transaction, meeting: Meeting, calendar: Calendar, before: Meeting
) -> None:
    """Keep how hours are kept where `meeting` is now; its days and clocks are as `before`."""
    polls = await standing_polls(work.session, meeting)
    for dates in (rules.of_meeting(meeting), *(rules.of_poll(poll, meeting) for poll in polls)):
        standing = await RECHECKS.find(work.session, dates.id)
        if standing is None:
            await RECHECKS.add(work, rules.begin(dates, calendar))
        else:
            there = rules.elsewhere(standing, dates, calendar, before)
            await check_one(work, dates, calendar, await RECHECKS.save(work, there))


async def check(work: Transaction, party: str | None = None) -> None:
    """Check all coming meetings and polls again, or those that `party` comes to."""
    async for dates in ahead(work):
        if party is not None and party not in dates.meeting.parties:
            continue
        calendar = await calendar_of(work.session, dates.meeting.parties)
        standing = await RECHECKS.find(work.session, dates.id)
        if standing is None:
            await RECHECKS.add(work, rules.begin(dates, calendar))
        else:
            await check_one(work, dates, calendar, standing)


async def ahead(work: Transaction) -> AsyncIterator[Dates]:
    """The dates that are fixed, and those that polls ask."""
    scheduled = col(MeetingRow.stage) == Stage.SCHEDULED
    coming = await MEETINGS.all(work.session, scheduled, col(MeetingRow.starts) > work.now)
    for meeting in coming:
        yield rules.of_meeting(meeting)
    for poll in await POLLS.all(work.session, col(PollRow.stage).in_(UNANSWERED)):
        yield rules.of_poll(poll, await MEETINGS.get(work.session, poll.meeting))


async def check_one(work: Transaction, dates: Dates, calendar: Calendar, standing: Recheck) -> None:
    moved = (
        shifts.shifts(dates.meeting, calendar, standing.let_stand, now=work.now)
        if standing.asks_for is None
        else ()
    )
    if events := rules.check(standing, dates, calendar, moved):
        await RECHECKS.apply(work, standing, events)
    elif standing.data != rules.DATA:
        await RECHECKS.save(work, standing.model_copy(update={"data": rules.DATA}))


async def checked(session: Session, key: str) -> Recheck:
    """What is checked of a meeting or a poll; NotFoundError, in words, for what has nothing."""
    found = await RECHECKS.find(session, key)
    if found is not None:
        return found
    poll = await POLLS.find(session, key)
    if poll is not None:
        raise NotFoundError(f"{key} is {poll.stage}: nobody answers it, so nothing is to check")
    meeting = await MEETINGS.get(session, key)
    raise NotFoundError(
        f"{key} is {meeting.stage}: only the date of a scheduled meeting is checked, and those "
        "that a poll asks about"
    )


async def settle(work: Transaction, key: str, body: Reason) -> Stands:
    await checked(work.session, key)
    standing = await RECHECKS.take(work, key)
    meeting = await MEETINGS.get(work.session, standing.asks_for or key)
    dates = (
        rules.of_poll(await POLLS.get(work.session, key), meeting)
        if standing.asks_for
        else rules.of_meeting(meeting)
    )
    calendar = await calendar_of(work.session, meeting.parties)
    fresh, events = rules.settle(
        standing, dates, calendar, reason=body.reason, actor=work.cause.actor
    )
    after = await RECHECKS.apply(work, fresh, events)
    asking = [] if after.asks_for else await standing_polls(work.session, meeting)
    return Stands(**dict(after), polls=tuple(poll.id for poll in asking))


async def recount(work: Transaction, key: str, body: Reason) -> Recheck:
    """Set the deadlines of a meeting by the days that are worked as is known now."""
    await checked(work.session, key)
    standing = await RECHECKS.take(work, key)
    meeting = await MEETINGS.get(work.session, key)
    calendar = await calendar_of(work.session, meeting.parties)
    events = shifts.recount(
        meeting, calendar, reason=body.reason, actor=work.cause.actor, now=work.now
    )
    await MEETINGS.apply(work, meeting, events)
    counted = standing.model_copy(update={"let_stand": {}})
    return await RECHECKS.apply(work, counted, [rules.said(counted, standing.findings)])


def end(work: Transaction, meeting: Meeting) -> None:
    """Forget what the date of a meeting stood on that is not to come any more."""
    work.session.remove(RecheckRow, meeting.id)
