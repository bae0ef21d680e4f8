"""What people may ask of scheduling."""

from datetime import datetime, timedelta
from functools import reduce
from typing import Annotated

from pydantic import Field, field_validator

from events.event import Event
from events.mechanisms import MilestoneKind
from events.meetings import Attendance, MeetingPlanned, Restricted
from events.moments import Span, written
from events.road.transaction import Transaction
from events.vocabulary import SYSTEM, Identifier, Prose, Title
from services import directory, restrictions
from services.icalendar.bodies import title_of
from services.inputs import Input, Reason, WallTime
from services.refusals import (
    RefusedError,
    UnacceptableError,
    WrongStateError,
    gathered,
    refuse,
)
from services.scheduling.commands import rechecks
from services.scheduling.commands.clashes import (
    also_asked,
    check_clashes,
    check_place,
    check_sure,
    reader_in,
)
from services.scheduling.commands.lengths import usual_length
from services.scheduling.commands.wanted import Whereabouts
from services.scheduling.commands.withdrawing import check_unanswered, withdraw_polls
from services.scheduling.queries import calendar_of
from services.scheduling.rules import backward, rotation
from services.scheduling.rules import meeting as rules
from services.scheduling.rules.meeting import Meeting, ShortNoticeError
from services.scheduling.rules.poll import Instead
from services.scheduling.rules.recheck import of_meeting
from services.scheduling.rules.seen import check_seen
from services.scheduling.tables import MEETINGS, ROTATIONS
from services.working_time.calendar import Calendar

ShortNotice = Annotated[bool, Field(description="The parties agreed to less notice")]
DespiteClashes = Annotated[
    bool,
    Field(
        description="Although delegates or the host are elsewhere, a party has, or may have, a day "
        "off, outside office hours, or too late for what it prepares"
    ),
]
DespitePolls = Annotated[
    bool, Field(description="Although delegations have answered a poll that is withdrawn with it")
]
Seen = Annotated[
    int | None,
    Field(
        ge=0,
        description="The meeting's sequence when it was looked at: refused where it was moved or "
        "cancelled since. None: whatever it is",
        examples=[0],
    ),
]


class When(WallTime):
    """From when, in wall time to the minute, and for how many minutes."""

    minutes: int | None = Field(
        default=None,
        gt=0,
        le=20_160,
        description="From beginning to end. None: as the meeting is, else as its body's last one "
        "was, else 240",
        examples=[360],
    )

    @field_validator("wall")
    @classmethod
    def to_the_minute(cls, wall: datetime) -> datetime:
        if wall.second or wall.microsecond:
            raise ValueError(
                f"meetings begin at whole minutes; write {wall:%Y-%m-%dT%H:%M}, without seconds"
            )
        return wall

    async def span_of(self, work: Transaction, meeting: Meeting) -> Span:
        length = (
            timedelta(minutes=self.minutes)
            if self.minutes
            else await usual_length(work.session, meeting)
        )
        return rules.lasting(self.moment, length)


class Plan(Input):
    """Intend a meeting. The host, and the chair unless named, follow from the rotation."""

    mechanism: Identifier
    year: int = Field(ge=1990, le=2200, examples=[2027])
    title: Title | None = Field(default=None, examples=["Third meeting of the heads of customs"])
    chair: Identifier | None = Field(default=None, examples=["uzbekistan"])
    co_hosts: tuple[Identifier, ...] = Field(default=(), max_length=20, examples=[["kazakhstan"]])
    restricted: Restricted = False
    extraordinary: bool = Field(
        default=False, description="Although it is one more than its rules ask for in a year"
    )


class Convocation(Input):
    """Fix date and place."""

    when: When
    place: Title = Field(examples=["Tashkent, Palace of Conventions"])
    short_notice: ShortNotice = False
    despite_clashes: DespiteClashes = False
    despite_polls: DespitePolls = False


class Move(Input):
    """Another date, another place, or both."""

    when: When | None = Field(default=None, description="None: the date that it has")
    place: Title | None = Field(default=None, examples=["Samarkand, Silk Road Centre"])
    reason: Prose = Field(examples=["A state visit falls on the date"])
    short_notice: ShortNotice = False
    despite_clashes: DespiteClashes = False
    despite_polls: DespitePolls = False
    sequence: Seen = None


class Cancellation(Reason):
    """Why a meeting is given up."""

    sequence: Seen = None


class Settled(Meeting):
    """The meeting, and the polls about its date: withdrawn, since they ask for it no more.

    `also_asked` says which polls about other meetings ask the same people about the date.
    """

    withdrawn: tuple[Identifier, ...] = ()
    also_asked: tuple[str, ...] = ()


class Restriction(Input):
    """Who is told more of a meeting than when it is."""

    restricted: Restricted = Field(examples=[True])


class Opening(Input):
    """Who is there."""

    attendance: tuple[Attendance, ...]


async def plan_meeting(work: Transaction, body: Plan) -> Meeting:
    known = await directory.find(work.session, body.mechanism)
    turns = await ROTATIONS.get(work.session, body.mechanism)
    number = turns.planned_in.get(body.year, 0) + 1
    (planned,) = rotation.plan(
        turns,
        year=body.year,
        title=body.title or title_of(known.short_name, number, body.year),
        chair=body.chair,
        co_hosts=body.co_hosts,
        restricted=body.restricted,
        actor=work.cause.actor,
        now=work.now,
    )
    assert isinstance(planned, MeetingPlanned)
    if not body.extraordinary:
        rotation.check_number(turns, body.year, known.rules)
    restrictions.tie(work, planned)
    await ROTATIONS.apply(work, turns, [planned])
    parties = tuple(party.id for party in known.parties)
    return await MEETINGS.add(work, rules.begin(planned, parties))


async def convoke(work: Transaction, key: str, body: Convocation) -> Settled:
    meeting = await MEETINGS.take(work, key)
    known = await directory.find(work.session, meeting.mechanism)
    calendar = await calendar_of(work.session, meeting.parties)
    span = await body.when.span_of(work, meeting)
    refused: list[RefusedError] = []
    with gathered(refused, ShortNoticeError):
        events = rules.schedule(
            meeting,
            span=span,
            place=body.place,
            rules=known.rules,
            calendar=calendar,
            short_notice=body.short_notice,
            actor=work.cause.actor,
            now=work.now,
        )
    if not body.despite_clashes:
        refused += await in_the_way(work, meeting, calendar, span, body.place)
    refuse(refused)
    if not body.despite_polls:
        await check_unanswered(work.session, meeting)
    withdrawn = await withdraw_polls(work, meeting, Instead.CONVOKED)
    return await dated(work, meeting, calendar, events, withdrawn)


async def in_the_way(
    work: Transaction, meeting: Meeting, calendar: Calendar, span: Span, place: str | None
) -> list[RefusedError]:
    """Why the date is refused, or the place then, unless that is despite clashes."""
    refused: list[RefusedError] = []
    with gathered(refused, UnacceptableError):
        await check_clashes(work, meeting, calendar, [span], Whereabouts(place=place))
    with gathered(refused, UnacceptableError):
        check_sure(meeting, calendar, span)
    return refused


async def dated(
    work: Transaction,
    meeting: Meeting,
    calendar: Calendar,
    events: list[Event],
    withdrawn: tuple[str, ...],
    reason: str | None = None,
) -> Settled:
    """Keep the date that `events` give the meeting, and plan back from it; it is called now."""
    convoked = reduce(rules.evolve, events, meeting)
    planned = backward.plan(convoked, calendar, now=work.now, reason=reason)
    convoked = reduce(rules.evolve, planned, convoked)
    called = backward.meet(convoked, MilestoneKind.INVITATION, actor=SYSTEM, now=work.now)
    await rechecks.begin(work, of_meeting(convoked), calendar)
    kept = await MEETINGS.apply(work, meeting, [*events, *planned, *called])
    others = await also_asked(await reader_in(work), convoked, calendar, work.now)
    return Settled(**dict(kept), withdrawn=withdrawn, also_asked=others)


async def meet_milestone(work: Transaction, key: str, kind: MilestoneKind) -> Meeting:
    meeting = await MEETINGS.take(work, key)
    events = backward.meet(meeting, kind, actor=work.cause.actor, now=work.now)
    if not events:
        (since,) = (one.met for one in meeting.milestones if one.kind is kind)
        assert since is not None
        raise WrongStateError(
            f"{kind.replace('_', ' ')} of {meeting.id}: noted as done already, on {written(since)}"
        )
    return await MEETINGS.apply(work, meeting, events)


async def reschedule(work: Transaction, key: str, body: Move) -> Settled:
    meeting = await MEETINGS.take(work, key)
    check_seen(meeting, body.sequence)
    calendar = await calendar_of(work.session, meeting.parties)
    span = await body.when.span_of(work, meeting) if body.when else meeting.span
    refused: list[RefusedError] = []
    with gathered(refused, ShortNoticeError):
        events = rules.reschedule(
            meeting,
            span=span,
            place=body.place,
            reason=body.reason,
            calendar=calendar,
            short_notice=body.short_notice,
            actor=work.cause.actor,
            now=work.now,
        )
    if span is None or span == meeting.span:
        return await move_place(work, meeting, calendar, events, body)
    if not body.despite_clashes:
        refused += await in_the_way(work, meeting, calendar, span, body.place)
    refuse(refused)
    if not body.despite_polls:
        await check_unanswered(work.session, meeting)
    because = f"{Instead.MOVED}: {body.reason}"
    withdrawn = await withdraw_polls(work, meeting, because)
    return await dated(work, meeting, calendar, events, withdrawn, body.reason)


async def move_place(
    work: Transaction, meeting: Meeting, calendar: Calendar, events: list[Event], body: Move
) -> Settled:
    """Keep the date, and the polls about another one, which are checked for where it is now."""
    moved = reduce(rules.evolve, events, meeting)
    assert moved.place is not None
    if not body.despite_clashes:
        await check_place(work, meeting, calendar, moved.place)
    await rechecks.go_elsewhere(work, moved, calendar, meeting)
    return Settled(**dict(await MEETINGS.apply(work, meeting, events)))


async def restrict(work: Transaction, key: str, body: Restriction) -> Meeting:
    meeting = await MEETINGS.take(work, key)
    events = rules.restrict(meeting, restricted=body.restricted, actor=work.cause.actor)
    restrictions.tie(work, *events)
    return await MEETINGS.apply(work, meeting, events)


async def cancel(work: Transaction, key: str, body: Cancellation) -> Settled:
    meeting = await MEETINGS.take(work, key)
    check_seen(meeting, body.sequence)
    events = rules.cancel(meeting, reason=body.reason, actor=work.cause.actor)
    turns = await ROTATIONS.get(work.session, meeting.mechanism)
    for event in events:
        turns = ROTATIONS.evolve(turns, event)
    rechecks.end(work, meeting)
    withdrawn = await withdraw_polls(work, meeting, Instead.CANCELLED)
    await ROTATIONS.save(work, turns)
    return Settled(**dict(await MEETINGS.apply(work, meeting, events)), withdrawn=withdrawn)


async def open_meeting(work: Transaction, key: str, body: Opening) -> Settled:
    meeting = await MEETINGS.take(work, key)
    events = rules.open_meeting(
        meeting, attendance=body.attendance, actor=work.cause.actor, now=work.now
    )
    rechecks.end(work, meeting)
    withdrawn = await withdraw_polls(work, meeting, Instead.HELD)
    return Settled(**dict(await MEETINGS.apply(work, meeting, events)), withdrawn=withdrawn)


async def record_attendance(work: Transaction, key: str, line: Attendance) -> Meeting:
    meeting = await MEETINGS.take(work, key)
    events = rules.record_attendance(meeting, line=line, actor=work.cause.actor)
    return await MEETINGS.apply(work, meeting, events)


async def close(work: Transaction, key: str) -> Meeting:
    meeting = await MEETINGS.take(work, key)
    return await MEETINGS.apply(work, meeting, rules.close(meeting, actor=work.cause.actor))
