"""A meeting as planning knows it: whether it has a date, and which."""

from datetime import date
from enum import StrEnum

from events.event import Event
from events.meetings import (
    MeetingCancelled,
    MeetingClosed,
    MeetingPlanned,
    MeetingRescheduled,
    MeetingScheduled,
)
from events.moments import Span
from events.vocabulary import Identifier
from services.state import State


class Stage(StrEnum):
    """How far it is; a meeting that is open counts as convoked."""

    INTENDED = "intended"
    CONVOKED = "convoked"
    HELD = "held"
    CANCELLED = "cancelled"


class Standing(State):
    """One meeting; `first` and `last` are its dates in the zone that it was convoked in.

    `called` is when those were fixed.
    """

    year: int
    host: Identifier
    stage: Stage = Stage.INTENDED
    first: date | None = None
    last: date | None = None
    called: date | None = None


def begin(event: MeetingPlanned) -> Standing:
    return Standing(
        id=event.meeting, mechanism=event.mechanism, year=event.year, host=event.turn.host
    )


def evolve(standing: Standing, event: Event) -> Standing:
    """The meeting after `event`."""
    match event:
        case MeetingScheduled():
            change = {"stage": Stage.CONVOKED, "host": event.turn.host, **dates(event.span)}
        case MeetingRescheduled():
            change = dates(event.span)
        case MeetingCancelled():
            change = {"stage": Stage.CANCELLED, "first": None, "last": None}
        case MeetingClosed():
            change = {"stage": Stage.HELD}
        case _:
            raise TypeError(f"no meeting changes by {event.type}")
    return standing.model_copy(update=change)


def dates(span: Span) -> dict[str, object]:
    return {"first": span.starts.wall.date(), "last": span.ends.wall.date()}
