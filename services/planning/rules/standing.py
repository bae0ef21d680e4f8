"""A meeting as planning knows it: whether it has a date, and which."""

from collections.abc import Iterator
from datetime import date
from enum import StrEnum
from typing import Any

from events.event import Event, Fact
from events.meetings import (
    Change,
    MeetingCancelled,
    MeetingClosed,
    MeetingHandedOver,
    MeetingPlanned,
    MeetingRechecked,
    MeetingRescheduled,
    MeetingScheduled,
    Turn,
)
from events.moments import Span
from events.vocabulary import Identifier
from services.state import State

UNKNOWN: dict[str, object] = {"lost": (), "let_stand": None}
"""What is known of the days of a date that nobody has checked again."""


class Stage(StrEnum):
    """How far it is; a meeting that is open counts as convoked."""

    INTENDED = "intended"
    CONVOKED = "convoked"
    HELD = "held"
    CANCELLED = "cancelled"


class LostDay(Fact):
    """A day on which a party does not work any more."""

    party: Identifier
    on: date


class Standing(State):
    """One meeting; `first` and `last` are its dates in the zone that it was convoked in.

    `lost` are the days of it that were worked when those were fixed, and that nobody has let stand;
    `let_stand` is why the secretary did of others.
    """

    year: int
    host: Identifier
    co_hosts: tuple[Identifier, ...] = ()
    stage: Stage = Stage.INTENDED
    first: date | None = None
    last: date | None = None
    lost: tuple[LostDay, ...] = ()
    let_stand: str | None = None

    @property
    def days(self) -> int | None:
        """How long it lasts; none without a date."""
        if self.first is None or self.last is None:
            return None
        return min((self.last - self.first).days + 1, 14)


def begin(event: MeetingPlanned) -> Standing:
    return Standing(
        id=event.meeting, mechanism=event.mechanism, year=event.year, **holders(event.turn)
    )


def evolve(standing: Standing, event: Event) -> Standing:
    """The meeting after `event`."""
    match event:
        case MeetingScheduled():
            change = {"stage": Stage.CONVOKED, **holders(event.turn), **dates(event.span)}
        case MeetingRescheduled():
            change = dates(event.span)
        case MeetingHandedOver():
            change = holders(event.turn)
        case MeetingCancelled():
            change = {"stage": Stage.CANCELLED, "first": None, "last": None, **UNKNOWN}
        case MeetingRechecked():
            change = {"lost": tuple(lost_days(event)), "let_stand": let_stand(standing, event)}
        case MeetingClosed():
            change = {"stage": Stage.HELD}
        case _:
            raise TypeError(f"no meeting changes by {event.type}")
    return standing.model_copy(update=change)


def holders(turn: Turn) -> dict[str, Any]:
    """The host and the co-hosts."""
    return {"host": turn.host, "co_hosts": turn.co_hosts}


def dates(span: Span) -> dict[str, object]:
    """What is known of the days by then was seen by whoever fixed the date."""
    return {"first": span.starts.wall.date(), "last": span.ends.wall.date(), **UNKNOWN}


def lost_days(event: MeetingRechecked) -> Iterator[LostDay]:
    """Those that the meeting has lost; none once the secretary has settled it."""
    for one in event.findings:
        if one.change is Change.DAY_OFF:
            yield LostDay(party=one.party, on=one.on)


def let_stand(standing: Standing, event: MeetingRechecked) -> str | None:
    """Why it stands although a day is off: not why it stands although hours are others."""
    days_off = any(one.change is Change.DAY_OFF for one in event.let_stand)
    return event.reason if days_off else standing.let_stand
