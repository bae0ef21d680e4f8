"""The course of a meeting: what happened to it and why, what is due, what parties were asked."""

from datetime import datetime
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from events.agendas import AgendaAdopted, AgendaCirculated, AgendaItem, AgendaWithdrawn
from events.event import Event
from events.mechanisms import MilestoneKind, Rules
from events.meetings import (
    MeetingCancelled,
    MeetingClosed,
    MeetingHandedOver,
    MeetingOpened,
    MeetingPlanned,
    MeetingRechecked,
    MeetingRescheduled,
    MeetingScheduled,
    Milestone,
    MilestonesMet,
    MilestonesSet,
    RestrictionSet,
)
from events.moments import Instant, Moment, Span
from events.polls import PollAnswered, PollClosed, PollEnded, PollOpened, PollWithdrawn
from events.vocabulary import Identifier
from services.state import State


class Deed(StrEnum):
    """What was done with a meeting, in the words that the pages use."""

    PLANNED = "planned"
    HANDED_OVER = "given another host"
    CONVOKED = "convoked"
    MOVED = "moved"
    RELOCATED = "given another place"
    STANDS = "let stand"
    RESTRICTED = "restricted"
    LIFTED = "opened to all readers"
    OPENED = "opened"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class Act(BaseModel):
    """Something that was done, when, by whom, and why where that was said.

    `before` is the date that a moved meeting had, `elsewhere` the place that it had.
    """

    model_config = ConfigDict(frozen=True)

    deed: Deed
    at: Instant
    who: str
    span: Span | None = None
    place: str | None = None
    before: Span | None = None
    elsewhere: str | None = None
    reason: str | None = None


class PollStage(StrEnum):
    """Where a poll stands."""

    OPEN = "open"
    ENDED = "ended"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


class Asked(BaseModel):
    """A poll about the meeting: how many dates it asks, of whom, and who has answered."""

    model_config = ConfigDict(frozen=True)

    poll: Identifier
    dates: int
    closes: Moment
    parties: tuple[Identifier, ...]
    answered: tuple[Identifier, ...] = ()
    stage: PollStage = PollStage.OPEN


class Course(State):
    """The course of one meeting (the id is its id). `rules` are those it was convened under.

    `was_due` is when a milestone was due before the date moved.
    """

    rules: Rules | None = None
    place: str | None = None
    milestones: tuple[Milestone, ...] = ()
    was_due: dict[MilestoneKind, Moment] = {}
    acts: tuple[Act, ...] = ()
    polls: tuple[Asked, ...] = ()
    items: tuple[AgendaItem, ...] = ()
    restricted: bool = False

    @property
    def polled(self) -> bool:
        """Whether delegations are being asked for a date, or have been and none is chosen."""
        return any(poll.stage in {PollStage.OPEN, PollStage.ENDED} for poll in self.polls)


def evolve(course: Course, event: Event, now: datetime, who: str) -> Course:
    """The course after `event`, which `who` brought about at `now`."""
    change: dict[str, object]
    match event:
        case MilestonesSet():
            change = {"milestones": event.milestones, "was_due": was_due(course, event)}
        case MilestonesMet():
            change = {"milestones": tuple(met(one, event) for one in course.milestones)}
        case AgendaCirculated() | AgendaAdopted():
            change = {"items": event.items}
        case AgendaWithdrawn():
            change = {"items": ()}
        case PollOpened() | PollAnswered() | PollEnded() | PollClosed() | PollWithdrawn():
            change = {"polls": asked(course.polls, event)}
        case _:
            change = done(course, event, now, who)
    return course.model_copy(update=change)


def was_due(course: Course, event: MilestonesSet) -> dict[MilestoneKind, Moment]:
    """When those that move were due; of those that moved before and stay now, as it was."""
    before = {one.kind: one.due for one in course.milestones}
    moved = {
        one.kind: before[one.kind]
        for one in event.milestones
        if one.kind in before and before[one.kind] != one.due
    }
    return {**course.was_due, **moved}


def met(milestone: Milestone, event: MilestonesMet) -> Milestone:
    if milestone.kind not in event.kinds:
        return milestone
    return milestone.model_copy(update={"met": event.at})


def asked(
    polls: tuple[Asked, ...],
    event: PollOpened | PollAnswered | PollEnded | PollClosed | PollWithdrawn,
) -> tuple[Asked, ...]:
    change: dict[str, object]
    match event:
        case PollOpened():
            opened = Asked(
                poll=event.poll,
                dates=len(event.slots),
                closes=event.closes,
                parties=event.parties,
            )
            return (*polls, opened)
        case PollAnswered():
            return tuple(
                one.model_copy(update={"answered": tuple(sorted({*one.answered, event.party}))})
                if one.poll == event.poll
                else one
                for one in polls
            )
        case PollEnded():
            change = {"stage": PollStage.ENDED}
        case PollClosed():
            change = {"stage": PollStage.CLOSED}
        case PollWithdrawn():
            change = {"stage": PollStage.WITHDRAWN}
    return tuple(one.model_copy(update=change) if one.poll == event.poll else one for one in polls)


def done(course: Course, event: Event, now: datetime, who: str) -> dict[str, object]:
    """What an event changes that is told of in the meeting's history."""
    more: dict[str, object] = {}
    match event:
        case MeetingPlanned():
            act = Act(deed=Deed.PLANNED, at=now, who=who)
            more = {"restricted": event.restricted}
        case MeetingHandedOver():
            act = Act(deed=Deed.HANDED_OVER, at=now, who=who, reason=event.turn.because)
        case MeetingScheduled():
            act = Act(deed=Deed.CONVOKED, at=now, who=who, span=event.span, place=event.place)
            more = {"rules": event.rules, "place": event.place}
        case MeetingRescheduled():
            act = moved(course, event, now, who)
            more = {"place": event.place}
        case MeetingRechecked():
            if event.reason is None:
                return {}
            act = Act(deed=Deed.STANDS, at=now, who=who, reason=event.reason)
        case RestrictionSet():
            deed = Deed.RESTRICTED if event.restricted else Deed.LIFTED
            act = Act(deed=deed, at=now, who=who)
            more = {"restricted": event.restricted}
        case MeetingOpened() | MeetingClosed():
            deed = Deed.OPENED if isinstance(event, MeetingOpened) else Deed.CLOSED
            act = Act(deed=deed, at=now, who=who)
        case MeetingCancelled():
            act = Act(deed=Deed.CANCELLED, at=now, who=who, before=event.span, reason=event.reason)
        case _:
            raise TypeError(f"no course of a meeting changes by {event.type}")
    return {"acts": (*course.acts, act), **more}


def moved(course: Course, event: MeetingRescheduled, now: datetime, who: str) -> Act:
    same_date = event.span == event.previous
    return Act(
        deed=Deed.RELOCATED if same_date else Deed.MOVED,
        at=now,
        who=who,
        span=event.span,
        place=event.place,
        before=None if same_date else event.previous,
        elsewhere=None if course.place == event.place else course.place,
        reason=event.reason,
    )
