"""A poll: which of some dates suits the parties.

open ─► ended ─► closed
  │ └─────┼────────▲
  └───────┴─► withdrawn
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Self

from events.event import Event, Fact
from events.mechanisms import Quorum, Rules
from events.meetings import Answered
from events.moments import Instant, Moment, Span, written
from events.polls import (
    Answer,
    OfPlan,
    PollAnswered,
    PollClosed,
    PollEnded,
    PollOpened,
    PollReminded,
    PollWithdrawn,
    Slot,
)
from events.vocabulary import Actor, Identifier, Role
from services import rights
from services.refusals import NotAllowedError, UnacceptableError, WrongStateError
from services.scheduling.rules.meeting import Meeting, notice_of
from services.scheduling.rules.meeting import Stage as MeetingStage
from services.state import State
from services.working_time.calendar import Calendar
from services.working_time.counting import last_call

MOST_SLOTS = 40
REMINDER = timedelta(days=2)


class Stage(StrEnum):
    """Where a poll stands."""

    OPEN = "open"
    ENDED = "ended"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


class Instead(StrEnum):
    """Why the system withdraws a poll; more may follow after a colon, as people gave it."""

    CONVOKED = "The meeting is convoked without it"
    MOVED = "The meeting is moved without it"
    CANCELLED = "The meeting is cancelled"
    HANDED_OVER = "Another party hosts the meeting now"
    HELD = "The meeting is held on the date that it had"
    CHOSEN = "The date was chosen in another poll"
    PLANNED = "The plan of the year has another date for the meeting now"


class Reply(Fact):
    """What one party said, and whether its national coordinator did.

    `delegates_comment` is what a delegate had written before the coordinator answered.
    """

    answers: dict[Identifier, Answer]
    binding: bool
    comment: str | None = None
    delegates_comment: str | None = None

    @property
    def notes(self) -> tuple[tuple[Role, str], ...]:
        """What its people wrote to the secretary, each with who did, the delegate first."""
        who = Role.COORDINATOR if self.binding else Role.DELEGATE
        said = ((Role.DELEGATE, self.delegates_comment), (who, self.comment))
        return tuple((role, note) for role, note in said if note)

    def untold(self) -> Self:
        """The same without what was written to the secretary."""
        return self.model_copy(update={"comment": None, "delegates_comment": None})


class Poll(State):
    """One poll for the date of one meeting.

    `because` is why it asks for another date than the meeting has, where that was said;
    `host` is who hosted it then, where that was noted; `of_plan` is the date that it asks about
    because it was accepted;
    `unprepared`: what prepares what is not held against its dates. `over` is when it was closed or
    withdrawn (none: not yet, or nobody noted it), `reason` why it was withdrawn.
    """

    meeting: Identifier
    parties: tuple[Identifier, ...]
    slots: tuple[Slot, ...]
    closes: Moment
    unprepared: bool = False
    because: str | None = None
    host: Identifier | None = None
    of_plan: OfPlan | None = None
    stage: Stage = Stage.OPEN
    replies: dict[Identifier, Reply] = {}
    chosen: Identifier | None = None
    over: Instant | None = None
    reason: str | None = None

    @property
    def silent(self) -> tuple[Identifier, ...]:
        """The parties that have not answered."""
        return tuple(party for party in self.parties if party not in self.replies)

    @property
    def binding(self) -> tuple[Identifier, ...]:
        """The parties whose national coordinator has answered."""
        return tuple(
            party for party in self.parties if party in self.replies and self.replies[party].binding
        )

    def told(self, who: Actor | None) -> Self:
        """The same without what other delegations wrote to the secretary."""
        if who is not None and who.role in rights.OFFICE:
            return self
        mine = who.party if who else None
        replies = {
            party: reply if party == mine else reply.untold()
            for party, reply in self.replies.items()
        }
        return self.model_copy(update={"replies": replies})


class Standing(Fact):
    """How one slot stands. `blocked`: every party refused it, so that nobody may choose it."""

    slot: Identifier
    span: Span
    yes: tuple[Identifier, ...]
    if_need_be: tuple[Identifier, ...]
    no: tuple[Identifier, ...]
    silent: tuple[Identifier, ...]
    blocked: bool

    @property
    def counts(self) -> Answered:
        return Answered(
            yes=len(self.yes),
            if_need_be=len(self.if_need_be),
            no=len(self.no),
            silent=len(self.silent),
        )


def open_poll(
    meeting: Meeting,
    number: int,
    *,
    spans: Sequence[Span],
    closes: Moment,
    unprepared: bool = False,
    others: Sequence[Poll] = (),
    again: bool = False,
    reason: str | None = None,
    of_plan: OfPlan | None = None,
    actor: Actor,
    now: datetime,
) -> list[Event]:
    """Ask the parties of a meeting for its date until `closes`.

    `number` is the poll's running number for this meeting; its slots are numbered by date. Where
    the meeting has a date, or `others` ask for it already, its parties are not asked `again` unless
    that is meant.
    """
    rights.secretary(actor, "open a poll")
    if meeting.stage not in {MeetingStage.PLANNED, MeetingStage.SCHEDULED}:
        raise WrongStateError(
            f"{meeting.id} is {meeting.stage}; a poll is for the date of a coming meeting"
        )
    if not again:
        check_unasked(meeting, others)
    check_spans(spans, closes)
    if closes.at <= now:
        raise WrongStateError(f"{closes} has passed; let the poll close later")
    by_date = sorted(spans, key=lambda span: (span.starts.at, span.ends.at))
    return [
        PollOpened(
            mechanism=meeting.mechanism,
            poll=f"{meeting.id}.poll{number}",
            meeting=meeting.id,
            parties=meeting.parties,
            slots=tuple(Slot(slot=f"s{at}", span=span) for at, span in enumerate(by_date, 1)),
            closes=closes,
            unprepared=unprepared,
            reason=reason,
            host=meeting.turn.host,
            of_plan=of_plan,
        )
    ]


def check_unasked(meeting: Meeting, others: Sequence[Poll]) -> None:
    if others:
        named = ", ".join(f"{poll.id} ({poll.stage})" for poll in others)
        raise WrongStateError(
            f"{named} asks for the date of {meeting.id} already, and would be withdrawn when "
            "another one is closed; withdraw it first, or say ask_again"
        )
    if meeting.span is not None:
        raise WrongStateError(
            f"{meeting.id} is convoked for {meeting.span.starts}, and closing another poll moves "
            "it; say ask_again to ask for another date"
        )


def check_spans(spans: Sequence[Span], closes: Moment) -> None:
    if not 1 <= len(spans) <= MOST_SLOTS:
        raise UnacceptableError(f"a poll asks between 1 and {MOST_SLOTS} dates, not {len(spans)}")
    for at, span in enumerate(spans):
        for other in spans[:at]:
            check_other(other, span)
        if span.starts.at <= closes.at:
            raise UnacceptableError(
                f"{span.starts} comes before the poll closes, {closes}; "
                "close it earlier or ask a later date"
            )


def check_other(span: Span, other: Span) -> None:
    """Refuse, with UnacceptableError, two spans that are one, in whichever zones they are said."""
    if span == other:
        raise UnacceptableError(f"{span.starts} is asked twice; ask it once")
    if (span.starts.at, span.ends.at) == (other.starts.at, other.ends.at):
        raise UnacceptableError(
            f"{span.starts} and {other.starts} are the same time; ask one of them"
        )


def check_notice(
    spans: Sequence[Span], closes: Moment, rules: Rules, calendar: Calendar, host: str
) -> None:
    """Refuse, with UnacceptableError, dates that could not be convoked any more at `closes`.

    Notice is given then at the latest, by the days that `host` works.
    """
    for span in spans:
        latest = last_call(span.starts, rules, calendar, host)
        if latest.at < closes.at:
            raise UnacceptableError(
                f"the rules ask for {notice_of(rules)}, which for {span.starts} is to be given by "
                f"{latest}, before the poll closes, {closes}; close it by then, ask a later date, "
                "or say short_notice if the parties agreed to it"
            )


def answer(
    poll: Poll,
    *,
    answers: Mapping[str, Answer],
    comment: str | None,
    actor: Actor,
    now: datetime,
) -> list[Event]:
    """A party says when it can come. Its national coordinator's word binds its delegates."""
    party = rights.party(actor, poll.parties, "answer a poll")
    require(poll, Stage.OPEN, "be answered")
    if now >= poll.closes.at:
        raise WrongStateError(f"the poll closed at {poll.closes}; ask the secretary")
    check_complete(poll, answers.keys())
    binding = actor.role is Role.COORDINATOR
    said = poll.replies.get(party)
    if said is not None and said.binding and not binding:
        raise NotAllowedError(
            f"the national coordinator of {party} has answered; only the coordinator changes that"
        )
    return [
        PollAnswered(
            mechanism=poll.mechanism,
            poll=poll.id,
            party=party,
            answers={slot.slot: answers[slot.slot] for slot in poll.slots},
            binding=binding,
            comment=comment,
        )
    ]


def check_complete(poll: Poll, answered: Collection[str]) -> None:
    """Refuse, with UnacceptableError, answers to other slots, or to too few."""
    has = [slot.slot for slot in poll.slots]
    if unknown := sorted(set(answered) - set(has)):
        raise UnacceptableError(
            f"{', '.join(unknown)}: no such slot; the poll has {', '.join(has)}"
        )
    missing = [
        f"{slot.slot} ({written(slot.span.starts.wall.date())}, {slot.span.starts.wall:%H:%M})"
        for slot in poll.slots
        if slot.slot not in answered
    ]
    if missing:
        raise UnacceptableError(
            f"no answer about {', '.join(missing)}; give answers to every date of the poll"
        )


def remind(poll: Poll) -> list[Event]:
    """Shortly before it closes: who is still silent is reminded."""
    if poll.stage is not Stage.OPEN or not poll.silent:
        return []
    return [
        PollReminded(
            mechanism=poll.mechanism, poll=poll.id, parties=poll.silent, closes=poll.closes
        )
    ]


def end(poll: Poll) -> list[Event]:
    """At its deadline."""
    if poll.stage is not Stage.OPEN:
        return []
    return [PollEnded(mechanism=poll.mechanism, poll=poll.id, silent=poll.silent)]


def choose(
    poll: Poll,
    *,
    slot: str,
    quorum: Quorum,
    names: Mapping[str, str],
    despite_answers: bool = False,
    actor: Actor,
) -> tuple[Standing, list[Event]]:
    """How the slot that is chosen stands, and that it is chosen; before or after the deadline.

    Unless it is chosen `despite_answers`, no national coordinator has refused it, as many can come
    as make a `quorum`, and while the poll is open nobody is silent: afterwards who was silent has
    had the chance to speak. A refusal has the `names` of parties.
    """
    rights.secretary(actor, "choose a date")
    require(poll, (Stage.OPEN, Stage.ENDED), "be closed")
    standing = {one.slot: one for one in tally(poll)}
    if slot not in standing:
        has = [one.slot for one in poll.slots]
        raise UnacceptableError(f"the poll has no slot {slot}; it has {', '.join(has)}")
    if standing[slot].blocked:
        others = [one.slot for one in standing.values() if not one.blocked]
        instead = f"choose {others[0]}" if others else "withdraw the poll and ask other dates"
        raise UnacceptableError(f"every party refused {slot}; {instead}")
    if not despite_answers:
        check_answers(poll, standing[slot], quorum, names)
    return standing[slot], [
        PollClosed(mechanism=poll.mechanism, poll=poll.id, slot=slot),
    ]


def check_answers(poll: Poll, chosen: Standing, quorum: Quorum, names: Mapping[str, str]) -> None:
    """Refuse, with WrongStateError, a date that does not suit, or about which some may yet speak.

    What a delegate refuses its coordinator may still allow, so that one alone does not count; but
    a meeting that is left without a quorum cannot be opened.
    """
    against = []
    if refused := [names[party] for party in chosen.no if party in poll.binding]:
        coordinators = "coordinator" if len(refused) == 1 else "coordinators"
        against.append(f"the national {coordinators} of {listed(refused)} refused {chosen.slot}")
    waiting = chosen.silent if poll.stage is Stage.OPEN else ()
    can, needed = len(chosen.yes + chosen.if_need_be), quorum.needed(len(poll.parties))
    if can + len(waiting) < needed:
        against.append(
            f"{can} of {len(poll.parties)} delegations can come on {chosen.slot}, and {needed} "
            "make a quorum"
        )
    if waiting:
        silent = listed([names[party] for party in waiting])
        against.append(f"{silent} may still answer, for the poll is open until {poll.closes}")
    if against:
        raise WrongStateError(
            f"{'; '.join(against)}; choose another date, ask again, or say despite_answers"
        )


def listed(parties: Sequence[str]) -> str:
    """Like `China, Kazakhstan and Uzbekistan`."""
    *others, last = parties
    return f"{', '.join(others)} and {last}" if others else last


def withdraw(poll: Poll, *, reason: str, actor: Actor) -> list[Event]:
    """Give the poll up."""
    rights.secretary(actor, "withdraw a poll")
    require(poll, (Stage.OPEN, Stage.ENDED), "be withdrawn")
    return [PollWithdrawn(mechanism=poll.mechanism, poll=poll.id, reason=reason)]


def tally(poll: Poll, doubtful: Collection[str] = ()) -> list[Standing]:
    """Every slot, the best first: fewest refusals, then most who come gladly.

    Of those that suit alike, the ones that are not `doubtful`, and then the earliest.
    """
    return sorted(
        (standing_of(poll, slot) for slot in poll.slots),
        key=lambda one: (len(one.no), -len(one.yes), one.slot in doubtful, one.span.starts.at),
    )


def best_of(ranked: Sequence[Standing], doubtful: Collection[str] = ()) -> tuple[Standing, ...]:
    """Of a tally, those that suit best, all that are equal; none where nobody can come to them.

    Of equal ones those that are not `doubtful`, if there are any.
    """
    first, *_ = ranked
    equal = tuple(one for one in ranked if one.counts == first.counts and one.yes + one.if_need_be)
    return tuple(one for one in equal if one.slot not in doubtful) or equal


def standing_of(poll: Poll, slot: Slot) -> Standing:
    said: dict[Answer | None, list[str]] = {None: [], **{kind: [] for kind in Answer}}
    for party in poll.parties:
        reply = poll.replies.get(party)
        said[reply.answers[slot.slot] if reply else None].append(party)
    return Standing(
        slot=slot.slot,
        span=slot.span,
        yes=tuple(said[Answer.YES]),
        if_need_be=tuple(said[Answer.IF_NEED_BE]),
        no=tuple(said[Answer.NO]),
        silent=tuple(said[None]),
        blocked=len(said[Answer.NO]) == len(poll.parties),
    )


def begin(event: PollOpened) -> Poll:
    return Poll(
        id=event.poll,
        mechanism=event.mechanism,
        meeting=event.meeting,
        parties=event.parties,
        slots=event.slots,
        closes=event.closes,
        unprepared=event.unprepared,
        because=event.reason,
        host=event.host,
        of_plan=event.of_plan,
    )


def evolve(poll: Poll, event: Event) -> Poll:
    """The poll after `event`."""
    match event:
        case PollAnswered():
            reply = reply_after(poll.replies.get(event.party), event)
            change: dict[str, object] = {"replies": {**poll.replies, event.party: reply}}
        case PollEnded():
            change = {"stage": Stage.ENDED}
        case PollClosed():
            change = {"stage": Stage.CLOSED, "chosen": event.slot}
        case PollWithdrawn():
            change = {"stage": Stage.WITHDRAWN, "reason": event.reason}
        case PollReminded():
            change = {}
        case _:
            raise TypeError(f"no poll changes by {event.type}")
    return poll.model_copy(update=change)


def reply_after(said: Reply | None, event: PollAnswered) -> Reply:
    """What counts is the new answer; a delegate's note stays beside its coordinator's."""
    noted = None
    if said is not None and event.binding:
        noted = said.delegates_comment if said.binding else said.comment
    return Reply(
        answers=event.answers,
        binding=event.binding,
        comment=event.comment,
        delegates_comment=noted,
    )


def require(poll: Poll, stages: Stage | tuple[Stage, ...], what: str) -> None:
    allowed = stages if isinstance(stages, tuple) else (stages,)
    if poll.stage not in allowed:
        raise WrongStateError(
            f"the poll is {poll.stage}; only one that is {' or '.join(allowed)} can {what}"
        )


def asked_again(reason: str, counts: Answered, length: str | None = None) -> str:
    """Why a meeting that had a date moves: for `reason`, and what the delegations said of it.

    With another `length`, like `4 hours instead of 7 hours`, where it has one.
    """
    lasts = f"; it lasts {length}" if length else ""
    return f"{reason} (the delegations were asked again: {counts}{lasts})"
