"""Asking the parties when a meeting suits them."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Self

from pydantic import Field, model_validator
from sqlalchemy import func, select
from sqlmodel import col

from events.meetings import Finding
from events.moments import Moment, Span
from events.polls import OfPlan, PollOpened
from events.road.transaction import Transaction
from events.vocabulary import Identifier, Prose
from services import restrictions
from services.inputs import WallTime
from services.reading import Reader
from services.refusals import UnacceptableError
from services.scheduling.commands import rechecks
from services.scheduling.commands.clashes import check_clashes, near_each, reader_in
from services.scheduling.commands.lengths import OtherLength
from services.scheduling.commands.meetings import (
    DespiteClashes,
    ShortNotice,
    When,
)
from services.scheduling.commands.slots import rules_of, slots_for
from services.scheduling.commands.wanted import Wanted, Whereabouts
from services.scheduling.commands.withdrawing import UNANSWERED, standing_polls
from services.scheduling.queries import calendar_of
from services.scheduling.rules import length, recheck
from services.scheduling.rules import meeting as meetings
from services.scheduling.rules import poll as rules
from services.scheduling.rules.meeting import Meeting
from services.scheduling.rules.poll import Poll
from services.scheduling.rules.slots.answer import Relaxation, Slot
from services.scheduling.rules.slots.rule import Rule
from services.scheduling.tables import MEETINGS, POLLS, PollRow


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


class Opened(Poll):
    """The poll, how long the meeting would last by it, where that is not as it is now, and more.

    `ranked` has the slots that were proposed, the best first, which are numbered by date. `near`
    has the dates that leave too few days to another meeting, or about which a poll for it asks the
    same people, and which, or that are beside a holiday that may yet move; `unsure` those that may
    yet be a day off, and whose: closing the poll on one of them takes despite_clashes.
    """

    length: OtherLength = None
    ranked: tuple[Identifier, ...] = Field(default=(), examples=[["s2", "s1"]])
    near: dict[Identifier, tuple[str, ...]] = Field(
        default={},
        examples=[
            {"s2": ["China hosts Energy on 12 May 2027, with 1 day between; a year's plan keeps 5"]}
        ],
    )
    unsure: dict[Identifier, tuple[str, ...]] = Field(
        default={},
        examples=[
            {"s1": ["17 May 2027 may be a day off in China: Eid (holidays), not announced yet"]}
        ],
    )


async def open_poll(work: Transaction, key: str, body: NewPoll) -> Opened:
    meeting = await MEETINGS.get(work.session, key)
    spans = await spans_of(work, meeting, body)
    poll = await ask(
        work, meeting, spans, body.closes.moment, again=body.ask_again, reason=body.reason
    )
    changes = dict.fromkeys(length.change(meeting.span, span) for span in spans)
    reader, where = await reader_in(work), body.propose or body
    calendar = await calendar_of(work.session, meeting.parties)
    slots = {slot.span: slot.slot for slot in poll.slots}
    return Opened(
        **dict(poll),
        length=", or ".join(filter(None, changes)) or None,
        ranked=tuple(slots[span] for span in spans) if body.propose else (),
        near=await near_each(reader, meeting, poll.slots, where, work.now),
        unsure=said_of_each(recheck.unsure_of(poll, calendar)),
    )


Doubts = dict[Identifier, tuple[str, ...]]


async def doubts(reader: Reader, poll: Poll, now: datetime) -> tuple[Doubts, Doubts]:
    """What the dates of a poll that waits are beside, and which may yet be a day off; by slot."""
    if poll.stage not in UNANSWERED:
        return {}, {}
    meeting = await MEETINGS.get(reader.session, poll.meeting)
    calendar = await calendar_of(reader.session, poll.parties)
    near = await near_each(reader, meeting, poll.slots, Whereabouts(), now)
    return near, said_of_each(recheck.unsure_of(poll, calendar))


def said_of_each(findings: Iterable[Finding]) -> dict[str, tuple[str, ...]]:
    """What is found, by slot."""
    said: dict[str, tuple[str, ...]] = {}
    for one in findings:
        if one.slot:
            said[one.slot] = (*said.get(one.slot, ()), one.found)
    return said


async def ask(
    work: Transaction,
    meeting: Meeting,
    spans: Sequence[Span],
    closes: Moment,
    *,
    again: bool,
    unprepared: bool = False,
    reason: str | None = None,
    of_plan: OfPlan | None = None,
) -> Poll:
    """Open a poll of `spans` for the meeting; `reason` is why it asks for another date.

    `of_plan` is the date of a plan that was accepted, where it is that.
    """
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
        of_plan=of_plan,
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


async def spans_of(work: Transaction, meeting: Meeting, body: NewPoll) -> list[Span]:
    """The dates that were given, or the best others than it has, spread over their range."""
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
    found = await proposed(await reader_in(work), meeting, body, body.propose, work.now)
    return [slot.span for slot in found]


async def proposed(
    reader: Reader, meeting: Meeting, body: NewPoll, propose: Wanted, now: datetime
) -> list[Slot]:
    """The best dates other than it has, spread over their range; UnacceptableError where none is.

    They leave notice when the poll closes.
    """
    wanted = propose.after(body.closes.wall.date())
    closes = body.closes.moment.at
    has = wanted.per_day if meeting.span else 0  # so many found at most are on the date it has
    more = wanted.model_copy(update={"limit": wanted.limit + has})
    answer = await slots_for(reader, meeting.id, more, now, called=closes, to_ask=True)
    if answer.relaxation is not None:
        raise UnacceptableError(
            f"no date fits; the best would be {answer.relaxation.slot.span.starts}, "
            f"if this gave way: {answer.relaxation}{sooner(answer.relaxation)}"
        )
    others = [slot for slot in answer.slots if not begins_as(meeting, slot.span)]
    if not others:
        raise UnacceptableError(
            f"no date fits but the one that {meeting.id} has; ask about more dates, or name them"
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
