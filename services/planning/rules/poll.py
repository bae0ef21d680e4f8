"""A poll as planning knows it: whether a date of a plan is still being asked about."""

from enum import StrEnum

from events.event import Event
from events.polls import PollClosed, PollEnded, PollOpened, PollWithdrawn
from events.vocabulary import Identifier
from services.state import State


class Stage(StrEnum):
    """Where a poll stands."""

    OPEN = "open"
    ENDED = "ended"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


class Poll(State):
    """One poll about the date of one meeting."""

    meeting: Identifier
    stage: Stage = Stage.OPEN


def begin(event: PollOpened) -> Poll:
    return Poll(id=event.poll, mechanism=event.mechanism, meeting=event.meeting)


def evolve(poll: Poll, event: Event) -> Poll:
    """The poll after `event`."""
    match event:
        case PollEnded():
            stage = Stage.ENDED
        case PollClosed():
            stage = Stage.CLOSED
        case PollWithdrawn():
            stage = Stage.WITHDRAWN
        case _:
            raise TypeError(f"no poll changes by {event.type}")
    return poll.model_copy(update={"stage": stage})
