"""The course of a meeting: what happened to it and why, what is due, what parties were asked."""

from collections.abc import Collection
from datetime import datetime
from enum import StrEnum
from typing import Self

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
from events.moments import Instant, Moment
from events.polls import PollAnswered, PollClosed, PollEnded, PollOpened, PollWithdrawn
from events.vocabulary import Identifier
from services.deeds import Done, by_the_way, done
from services.naming import meetings_in, names_one
from services.state import State


class Act(Done):
    """A deed, when and by whom it was done."""

    at: Instant
    who: str


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
    def mentions(self) -> tuple[str, ...]:
        return meetings_in(act.reason for act in self.acts)

    def without(self, hidden: Collection[str]) -> Self:
        """With acts that give no reason where that tells of a meeting of `hidden`."""
        acts = (
            act.model_copy(update={"reason": None}) if names_one(act.reason, hidden) else act
            for act in self.acts
        )
        return self.model_copy(update={"acts": tuple(acts)})


def evolve(course: Course, event: Event, now: datetime, who: str) -> Course:
    """The course after `event`, which `who` brought about at `now`."""
    change: dict[str, object]
    match event:
        case MeetingPlanned() | RestrictionSet():
            change = {"restricted": event.restricted}
        case MeetingScheduled():
            change = {"rules": event.rules, "place": event.place}
        case MeetingRescheduled():
            change = {"place": event.place}
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
        case (
            MeetingHandedOver()
            | MeetingRechecked()
            | MeetingOpened()
            | MeetingClosed()
            | MeetingCancelled()
        ):
            change = {}
        case _:
            raise TypeError(f"no course of a meeting changes by {event.type}")
    return course.model_copy(update={**change, "acts": acted(course, event, now, who)})


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


def acted(course: Course, event: Event, now: datetime, who: str) -> tuple[Act, ...]:
    """The history, with what `event` did where that is a deed of its own."""
    deed = done(event)
    if deed is None:
        return course.acts
    if course.acts:
        last = course.acts[-1]
        if by_the_way(deed.deed, deed.reason, last.deed, last.reason, now - last.at):
            return course.acts
    act = Act(**dict(deed), at=now, who=who)
    if act.place and act.place != course.place:
        act = act.model_copy(update={"elsewhere": course.place})
    return (*course.acts, act)
