"""A poll as planning knows it: whether a date is still being asked about, and who has answered."""

from datetime import date
from enum import StrEnum

from events.event import Event
from events.polls import PollAnswered, PollClosed, PollEnded, PollOpened, PollWithdrawn
from events.vocabulary import Identifier
from services.state import State


class Stage(StrEnum):
    """Where a poll stands."""

    OPEN = "open"
    ENDED = "ended"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


class Poll(State):
    """One poll about the date of one meeting; `dates` are the first days that it asks about."""

    meeting: Identifier
    stage: Stage = Stage.OPEN
    answered: tuple[Identifier, ...] = ()
    dates: tuple[date, ...] = ()

    @property
    def waits(self) -> bool:
        """Whether it waits for answers, or for the secretary to choose."""
        return self.stage in {Stage.OPEN, Stage.ENDED}


def begin(event: PollOpened) -> Poll:
    dates = {slot.span.starts.wall.date() for slot in event.slots}
    return Poll(
        id=event.poll,
        mechanism=event.mechanism,
        meeting=event.meeting,
        dates=tuple(sorted(dates)),
    )


def evolve(poll: Poll, event: Event) -> Poll:
    """The poll after `event`."""
    match event:
        case PollAnswered():
            answered = tuple(dict.fromkeys((*poll.answered, event.party)))
            return poll.model_copy(update={"answered": answered})
        case PollEnded():
            stage = Stage.ENDED
        case PollClosed():
            stage = Stage.CLOSED
        case PollWithdrawn():
            stage = Stage.WITHDRAWN
        case _:
            raise TypeError(f"no poll changes by {event.type}")
    return poll.model_copy(update={"stage": stage})
