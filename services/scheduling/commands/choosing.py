"""Closing a poll: the date that is chosen convokes the meeting, or moves it."""

from pydantic import Field

from events.event import Event
from events.road.transaction import Transaction
from events.vocabulary import Identifier, Prose, Title
from services import directory
from services.inputs import Input
from services.refusals import UnacceptableError
from services.scheduling.commands.clashes import check_clashes, check_sure
from services.scheduling.commands.lengths import OtherLength
from services.scheduling.commands.meetings import (
    DespiteClashes,
    Seen,
    Settled,
    ShortNotice,
    dated,
)
from services.scheduling.commands.slots import rules_of
from services.scheduling.commands.wanted import Whereabouts
from services.scheduling.commands.withdrawing import finish, withdraw_polls
from services.scheduling.queries import calendar_of
from services.scheduling.rules import length
from services.scheduling.rules import meeting as meetings
from services.scheduling.rules import poll as rules
from services.scheduling.rules.meeting import Meeting
from services.scheduling.rules.meeting import Stage as MeetingStage
from services.scheduling.rules.poll import Standing
from services.scheduling.rules.seen import check_seen
from services.scheduling.tables import MEETINGS, POLLS
from services.working_time.calendar import Calendar


class Choice(Input):
    """The slot that is chosen, the place that the meeting is convoked to, and why it moves."""

    slot: Identifier = Field(examples=["s1"])
    place: Title = Field(examples=["Tashkent, Palace of Conventions"])
    reason: Prose | None = Field(
        default=None, description="Why a meeting that has a date moves; needed then, and only then"
    )
    short_notice: ShortNotice = False
    despite_clashes: DespiteClashes = False
    despite_answers: bool = Field(
        default=False,
        description="Although national coordinators refused it, too few can come, or delegations "
        "may still answer",
    )
    sequence: Seen = None


class Chosen(Settled):
    """The meeting that is convoked or moved, and the other polls about it, withdrawn with it."""

    length: OtherLength = None


async def close(work: Transaction, key: str, body: Choice) -> Chosen:
    """Close the poll, and convoke the meeting or move it: both or neither."""
    poll = await POLLS.take(work, key)
    meeting = await MEETINGS.get(work.session, poll.meeting)
    check_seen(meeting, body.sequence)
    known = await rules_of(work.session, meeting)
    calendar = await calendar_of(work.session, meeting.parties)
    chosen, events = rules.choose(
        poll,
        slot=body.slot,
        quorum=known.quorum,
        names={office.party: office.name for office in calendar.offices},
        despite_answers=body.despite_answers,
        actor=work.cause.actor,
    )
    reason = reason_in(body, meeting, chosen)
    convocation = (
        move_to(work, meeting, calendar, chosen, body, reason)
        if reason
        else await convoke_to(work, meeting, calendar, chosen, body)
    )
    if not body.despite_clashes:
        where = Whereabouts(place=body.place)
        await check_clashes(
            work, meeting, calendar, [chosen.span], where, unprepared=poll.unprepared
        )
        check_sure(meeting, calendar, chosen.span)
    await finish(work, poll, events)
    withdrawn = await withdraw_polls(work, meeting, rules.Instead.CHOSEN)
    held = await dated(work, meeting, calendar, convocation, withdrawn, reason)
    return Chosen(**dict(held), length=length.change(meeting.span, chosen.span))


def reason_in(body: Choice, meeting: Meeting, chosen: Standing) -> str | None:
    """Why the meeting moves; none where it has no date yet. UnacceptableError where it is amiss."""
    if meeting.stage is not MeetingStage.SCHEDULED:
        if body.reason is not None:
            raise UnacceptableError(f"{meeting.id} has no date to move from; give no reason")
        return None
    assert meeting.span is not None
    if body.reason is None:
        raise UnacceptableError(
            f"{meeting.id} is convoked for {meeting.span.starts}; give the reason why it moves"
        )
    other = length.change(meeting.span, chosen.span)
    return rules.asked_again(body.reason, chosen.counts, other)


async def convoke_to(
    work: Transaction, meeting: Meeting, calendar: Calendar, chosen: Standing, body: Choice
) -> list[Event]:
    known = await directory.find(work.session, meeting.mechanism)
    return meetings.schedule(
        meeting,
        span=chosen.span,
        place=body.place,
        rules=known.rules,
        calendar=calendar,
        short_notice=body.short_notice,
        answered=chosen.counts,
        actor=work.cause.actor,
        now=work.now,
    )


def move_to(
    work: Transaction,
    meeting: Meeting,
    calendar: Calendar,
    chosen: Standing,
    body: Choice,
    reason: str,
) -> list[Event]:
    return meetings.reschedule(
        meeting,
        span=chosen.span,
        place=body.place,
        reason=reason,
        calendar=calendar,
        short_notice=body.short_notice,
        answered=chosen.counts,
        actor=work.cause.actor,
        now=work.now,
    )
