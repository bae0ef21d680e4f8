"""What people may ask about polls."""

from collections.abc import Sequence
from typing import Annotated, ClassVar, Self

from pydantic import BaseModel, Field, model_validator
from sqlalchemy import func, select
from sqlmodel import col

from events.event import Event
from events.moments import Moment, Span
from events.polls import Answer, PollOpened
from events.road.session import Session
from events.road.transaction import Transaction
from events.vocabulary import Actor, Identifier, Prose, Role, Title
from services import directory, restrictions, rights
from services.inputs import Input, Reason, WallTime
from services.refusals import NotFoundError, UnacceptableError
from services.scheduling.commands import rechecks
from services.scheduling.commands.clashes import check_clashes, check_sure, reader_in, too_near
from services.scheduling.commands.meetings import (
    DespiteClashes,
    Seen,
    Settled,
    ShortNotice,
    When,
    dated,
)
from services.scheduling.commands.slots import rules_of, slots_for
from services.scheduling.commands.wanted import Wanted, Whereabouts
from services.scheduling.commands.withdrawing import finish, standing_polls, withdraw_polls
from services.scheduling.queries import calendar_of
from services.scheduling.rules import length, recheck
from services.scheduling.rules import meeting as meetings
from services.scheduling.rules import poll as rules
from services.scheduling.rules.meeting import Meeting
from services.scheduling.rules.meeting import Stage as MeetingStage
from services.scheduling.rules.poll import Poll, Standing
from services.scheduling.rules.seen import check_seen
from services.scheduling.rules.slots.answer import Relaxation
from services.scheduling.rules.slots.rule import Rule
from services.scheduling.tables import MEETINGS, POLLS, PollLinkRow, PollRow
from services.tokens import digest_of, new_token
from services.working_time.calendar import Calendar


class NewPoll(Whereabouts):
    """The dates to ask, or what the system should propose them from, and until when.

    Slots are held against what delegates have to do elsewhere, and against the notice that is left
    when the poll closes; what is proposed says itself where the meeting would be.
    """

    slots: tuple[When, ...] = Field(
        default=(),
        max_length=rules.MOST_SLOTS,
        examples=[[{"wall": "2027-09-14T09:30:00", "zone": "Asia/Tashkent", "minutes": 240}]],
    )
    propose: Wanted | None = Field(default=None, description="Instead of slots")
    short_notice: ShortNotice = False
    despite_clashes: DespiteClashes = False
    ask_again: bool = Field(
        default=False, description="Although the meeting has a date, or another poll is about it"
    )
    closes: WallTime
    reason: Prose | None = Field(
        default=None,
        description="Why another date is asked for than the meeting has; the parties are told",
        examples=["The hall is taken on that day"],
    )

    @model_validator(mode="after")
    def asks_something(self) -> Self:
        if bool(self.slots) == bool(self.propose):
            raise ValueError("give either the slots to ask, or propose with a range of dates")
        beside = {"short_notice", *Whereabouts.model_fields}
        if self.propose and self.model_fields_set & beside:
            raise ValueError(
                "give place, online, gap and short_notice within propose, not beside it"
            )
        return self


class Reply(Input):
    """What a party says of every slot."""

    answers: dict[Identifier, Answer] = Field(examples=[{"s1": "yes", "s2": "if_need_be"}])
    comment: Prose | None = Field(default=None, examples=["The deputy minister would come on s2"])


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


OtherLength = Annotated[
    str | None,
    Field(description="None where it stays as long", examples=["4 hours instead of 7 hours"]),
]


class Opened(Poll):
    """The poll, how long the meeting would last by it, where that is not as it is now, and more.

    `near` has the dates that leave too few days to another meeting, and to which.
    """

    length: OtherLength = None
    near: dict[Identifier, tuple[str, ...]] = Field(
        default={},
        examples=[
            {"s2": ["China hosts Energy on 12 May 2027, with 1 day between; a year's plan keeps 5"]}
        ],
    )


class Chosen(Settled):
    """The meeting that is convoked or moved, and the other polls about it, withdrawn with it."""

    length: OtherLength = None


class LinkFor(Input):
    """For whom a link is made."""

    party: Identifier = Field(examples=["kazakhstan"])


class Link(BaseModel):
    """A page on which a party answers without an account. The address is shown only now.

    Of the same command sent again the answer is without it: make another link then.
    """

    shown_once: ClassVar[tuple[str, ...]] = ("address",)

    poll: str
    party: str
    address: str | None = Field(examples=["/polls/by-link/8Q7ZcVbT"])


async def open_poll(work: Transaction, key: str, body: NewPoll) -> Opened:
    meeting = await MEETINGS.get(work.session, key)
    spans = await spans_of(work, key, body)
    poll = await ask(
        work, meeting, spans, body.closes.moment, again=body.ask_again, reason=body.reason
    )
    changes = dict.fromkeys(length.change(meeting.span, span) for span in spans)
    found = {
        slot.slot: await too_near(work, meeting, slot.span, body.propose or body)
        for slot in poll.slots
    }
    return Opened(
        **dict(poll),
        length=", or ".join(filter(None, changes)) or None,
        near={slot: texts for slot, texts in found.items() if texts},
    )


async def ask(
    work: Transaction,
    meeting: Meeting,
    spans: Sequence[Span],
    closes: Moment,
    *,
    again: bool,
    unprepared: bool = False,
    reason: str | None = None,
) -> Poll:
    """Open a poll of `spans` for the meeting; `reason` is why it asks for another date."""
    asked = select(func.count()).select_from(PollRow).where(col(PollRow.meeting) == meeting.id)
    events = rules.open_poll(
        meeting,
        (await work.session.scalar(asked) or 0) + 1,
        spans=spans,
        closes=closes,
        unprepared=unprepared,
        others=await standing_polls(work.session, meeting),
        again=again,
        reason=reason,
        actor=work.cause.actor,
        now=work.now,
    )
    (opened,) = events
    assert isinstance(opened, PollOpened)
    work.publish(opened)
    restrictions.tie(work, opened)
    poll = await POLLS.add(work, rules.begin(opened))
    calendar = await calendar_of(work.session, meeting.parties)
    await rechecks.begin(work, recheck.of_poll(poll, meeting), calendar)
    await set_deadlines(work, poll)
    return poll


async def spans_of(work: Transaction, key: str, body: NewPoll) -> list[Span]:
    """The dates that were given, or the best others than it has, spread over their range."""
    meeting = await MEETINGS.get(work.session, key)
    if body.propose is None:
        spans = [await slot.span_of(work, meeting) for slot in body.slots]
        for span in spans:
            meetings.check_year(meeting, span)
        calendar = await calendar_of(work.session, meeting.parties)
        if not body.short_notice:
            known = await rules_of(work.session, meeting)
            rules.check_notice(spans, body.closes.moment, known, calendar, meeting.turn.host)
        if not body.despite_clashes:
            await check_clashes(work, meeting, calendar, spans, body)
        return spans
    wanted = body.propose.after(body.closes.wall.date())
    closes = body.closes.moment.at
    reader = await reader_in(work)
    has = wanted.per_day if meeting.span else 0  # so many found at most are on the date it has
    more = wanted.model_copy(update={"limit": wanted.limit + has})
    answer = await slots_for(reader, key, more, work.now, called=closes, spread=True)
    if answer.relaxation is not None:
        raise UnacceptableError(
            f"no date fits; the best would be {answer.relaxation.slot.span.starts}, "
            f"if this gave way: {answer.relaxation}{sooner(answer.relaxation)}"
        )
    others = [slot.span for slot in answer.slots if not begins_as(meeting, slot.span)]
    if not others:
        raise UnacceptableError(
            f"no date fits but the one that {key} has; ask about more dates, or name them"
        )
    return others[: wanted.limit]


def begins_as(meeting: Meeting, span: Span) -> bool:
    """Whether `span` begins on the date that the meeting has."""
    if meeting.span is None:
        return False
    starts = meeting.span.starts
    return Moment.of(span.starts.at, starts.zone).wall.date() == starts.wall.date()


def sooner(relaxation: Relaxation) -> str:
    """What to do where it is notice that is missing, which is counted from the poll's closing."""
    if any(reason.rule is Rule.NOTICE for reason in relaxation.gives_way):
        return "; let the poll close earlier, or ask later dates"
    return ""


async def set_deadlines(work: Transaction, poll: Poll) -> None:
    """Remind who is silent shortly before the poll closes, and end it then."""
    for name, due in (
        ("poll-reminder", max(poll.closes.at - rules.REMINDER, work.now)),
        ("poll-end", poll.closes.at),
    ):
        work.set_deadline(name, poll.id, mechanism=poll.mechanism, due=due)


async def answer(work: Transaction, key: str, body: Reply) -> Poll:
    poll = await POLLS.take(work, key)
    events = rules.answer(
        poll,
        answers=body.answers,
        comment=body.comment,
        actor=work.cause.actor,
        now=work.now,
    )
    return await POLLS.apply(work, poll, events)


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
    withdrawn = await withdraw_polls(work, meeting, "The date was chosen in another poll")
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


async def withdraw(work: Transaction, key: str, body: Reason) -> Poll:
    poll = await POLLS.take(work, key)
    events = rules.withdraw(poll, reason=body.reason, actor=work.cause.actor)
    return await finish(work, poll, events)


async def make_link(work: Transaction, key: str, body: LinkFor) -> Link:
    rights.secretary(work.cause.actor, "give a party a link")
    poll = await POLLS.get(work.session, key)
    rules.require(poll, rules.Stage.OPEN, "be answered by a link")
    rights.party(Actor(role=Role.DELEGATE, party=body.party), poll.parties, "answer this poll")
    token, digest = new_token()
    work.session.add(PollLinkRow(digest=digest, poll=key, party=body.party))
    return Link(poll=key, party=body.party, address=f"/polls/by-link/{token}")


async def behind_link(session: Session, token: str) -> tuple[Poll, Actor]:
    """The poll that a link leads to, and as whom its holder answers."""
    row = await session.get(PollLinkRow, digest_of(token))
    if row is None:
        raise NotFoundError("this link leads nowhere (any more); ask the secretary for another")
    return await POLLS.get(session, row.poll), Actor(role=Role.DELEGATE, party=row.party)
