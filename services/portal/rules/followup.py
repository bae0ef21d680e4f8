"""A follow-up as the pages show it: what a party owes, and how that stands."""

from datetime import date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from events.event import Event
from events.followups import (
    FollowUpAccepted,
    FollowUpEscalated,
    FollowUpExtended,
    FollowUpOpened,
    FollowUpOverdue,
    FollowUpReported,
    FollowUpReturned,
    FollowUpWithdrawn,
)
from events.vocabulary import Identifier, Symbol
from services.state import State


class Stage(StrEnum):
    """Where a follow-up stands; the most pressing first."""

    ESCALATED = "escalated"
    OVERDUE = "overdue"
    REPORTED = "reported"
    OPEN = "open"
    ACCEPTED = "accepted"
    WITHDRAWN = "withdrawn"


LATE = (Stage.ESCALATED, Stage.OVERDUE)
UNSETTLED = (Stage.ESCALATED, Stage.OVERDUE, Stage.REPORTED, Stage.OPEN)


class FollowUp(State):
    """One party's task, due by the end of the day `due` where the party is."""

    decision: Symbol
    party: Identifier
    task: str
    due: date
    stage: Stage = Stage.OPEN
    escalated_to: Identifier | None = None

    def days_late(self, now: datetime, zone: str) -> int:
        """By how many days it is late at `now` in `zone`, which is the party's; 0 if it is not."""
        if self.stage not in LATE:
            return 0
        return max((now.astimezone(ZoneInfo(zone)).date() - self.due).days, 0)


def begin(event: FollowUpOpened) -> FollowUp:
    return FollowUp(
        id=event.follow_up,
        mechanism=event.mechanism,
        decision=event.decision,
        party=event.party,
        task=event.task,
        due=event.due,
    )


def evolve(follow_up: FollowUp, event: Event) -> FollowUp:
    """The follow-up after `event`."""
    change: dict[str, object]
    match event:
        case FollowUpReported():
            change = {"stage": Stage.REPORTED}
        case FollowUpAccepted():
            change = {"stage": Stage.ACCEPTED}
        case FollowUpReturned():
            change = {"stage": Stage.OPEN}
        case FollowUpOverdue():
            change = {"stage": Stage.OVERDUE}
        case FollowUpEscalated():
            change = {"stage": Stage.ESCALATED, "escalated_to": event.to}
        case FollowUpExtended():
            change = {"stage": Stage.OPEN, "due": event.due}
        case FollowUpWithdrawn():
            change = {"stage": Stage.WITHDRAWN}
        case _:
            raise TypeError(f"no follow-up changes by {event.type}")
    return follow_up.model_copy(update=change)
