"""Checking meetings again, when what their dates stand on may have changed."""

from collections.abc import Iterable

from sqlmodel import col

from events.road.transaction import Transaction
from services.inputs import Reason
from services.scheduling.queries import calendar_of
from services.scheduling.rules import recheck as rules
from services.scheduling.rules.meeting import Meeting, Stage
from services.scheduling.rules.recheck import Recheck
from services.scheduling.tables import MEETINGS, RECHECKS, MeetingRow, RecheckRow
from services.working_time.calendar import Calendar


async def begin(work: Transaction, meeting: Meeting, calendar: Calendar) -> None:
    """Keep what the new date of `meeting` stands on, instead of what the old one did."""
    fresh = rules.begin(meeting, calendar)
    standing = await RECHECKS.find(work.session, meeting.id)
    if standing is None:
        await RECHECKS.add(work, fresh)
        return
    if standing.findings:
        work.publish(rules.said(fresh, ()))
    await RECHECKS.save(work, fresh.model_copy(update={"revision": standing.revision}))


async def check(work: Transaction, party: str | None = None) -> None:
    """Check all coming meetings again, or those that `party` comes to."""
    for meeting in await coming(work):
        if party is None or party in meeting.parties:
            await check_one(work, meeting)


async def check_one(work: Transaction, meeting: Meeting) -> None:
    calendar = await calendar_of(work.session, meeting.parties)
    standing = await RECHECKS.find(work.session, meeting.id)
    if standing is None:
        await RECHECKS.add(work, rules.begin(meeting, calendar))
    elif events := rules.check(standing, meeting, calendar):
        await RECHECKS.apply(work, standing, events)
    elif standing.data != rules.DATA:
        await RECHECKS.save(work, standing.model_copy(update={"data": rules.DATA}))


async def settle(work: Transaction, key: str, body: Reason) -> Recheck:
    standing = await RECHECKS.take(work, key)
    meeting = await MEETINGS.get(work.session, key)
    calendar = await calendar_of(work.session, meeting.parties)
    fresh, events = rules.settle(
        standing, meeting, calendar, reason=body.reason, actor=work.cause.actor
    )
    return await RECHECKS.apply(work, fresh, events)


def end(work: Transaction, meeting: Meeting) -> None:
    """Forget what the date of a meeting stood on that is not to come any more."""
    work.session.remove(RecheckRow, meeting.id)


async def coming(work: Transaction) -> Iterable[Meeting]:
    scheduled = col(MeetingRow.stage) == Stage.SCHEDULED
    return await MEETINGS.all(work.session, scheduled, col(MeetingRow.starts) > work.now)
