"""What is done with a meeting, in words: its page and its lineage tell it alike.

Shared and pure. What a date brings about by itself, as that deadlines are counted anew, is no deed.
"""

from datetime import timedelta
from enum import StrEnum
from functools import singledispatch

from pydantic import BaseModel, ConfigDict

from events.event import Event
from events.meetings import (
    MeetingCancelled,
    MeetingClosed,
    MeetingHandedOver,
    MeetingOpened,
    MeetingPlanned,
    MeetingRechecked,
    MeetingRescheduled,
    MeetingScheduled,
    MilestonesSet,
    RestrictionSet,
)
from events.moments import Moment, Span
from events.polls import PollOpened, PollWithdrawn
from events.vocabulary import Identifier
from services.icalendar.dates import hours_in, moment_in, span_in
from services.quantities import counted

ENGLISH = "en"


class Deed(StrEnum):
    """What was done with a meeting."""

    PLANNED = "planned"
    HANDED_OVER = "given another host"
    ASKED = "delegations asked"
    WITHDRAWN = "poll withdrawn"
    CONVOKED = "convoked"
    MOVED = "moved"
    RELOCATED = "given another place"
    RECOUNTED = "deadlines counted again"
    STANDS = "let stand"
    RESTRICTED = "restricted"
    LIFTED = "opened to all readers"
    OPENED = "opened"
    CLOSED = "closed"
    CANCELLED = "cancelled"


BESIDE = frozenset(Deed) - {
    Deed.PLANNED,
    Deed.CONVOKED,
    Deed.OPENED,
    Deed.CLOSED,
    Deed.CANCELLED,
}
"""Deeds after which a meeting stands where it stood."""


class Done(BaseModel):
    """A deed, and what is to be said of it.

    `before` is the date that a moved meeting had, `elsewhere` the place that it had, where that is
    known; `found` is in spite of what a meeting was let stand; `reason` is why, where that was
    said.
    """

    model_config = ConfigDict(frozen=True)

    deed: Deed
    span: Span | None = None
    place: str | None = None
    before: Span | None = None
    elsewhere: str | None = None
    poll: Identifier | None = None
    dates: int = 0
    closes: Moment | None = None
    found: tuple[str, ...] = ()
    reason: str | None = None

    @property
    def told(self) -> str:
        """The deed with what is to be said of it, but for the reason."""
        joint = " " if self.deed in {Deed.CONVOKED, Deed.MOVED} else ": "
        return (
            f"{self.deed.capitalize()}{joint}{self.about}" if self.about else self.deed.capitalize()
        )

    @property
    def about(self) -> str:
        """What follows the deed in a sentence: dates, places, the poll; nothing where it is all."""
        match self.deed:
            case Deed.CONVOKED if self.span:
                return f"for {span_in(self.span, ENGLISH)}, {self.place}"
            case Deed.MOVED if self.span and self.before:
                alike = self.before.starts.zone == self.span.starts.zone
                before = (hours_in if alike else span_in)(self.before, ENGLISH)
                places = f", and from {self.elsewhere} to {self.place}" if self.elsewhere else ""
                return f"from {before} to {span_in(self.span, ENGLISH)}{places}"
            case Deed.RELOCATED:
                instead = f" instead of {self.elsewhere}" if self.elsewhere else ""
                return f"{self.place}{instead}"
            case Deed.ASKED if self.closes:
                until = moment_in(self.closes, ENGLISH)
                return f"{self.poll}, {counted(self.dates, 'date')}, until {until}"
            case Deed.WITHDRAWN:
                return str(self.poll)
            case _:
                return "; ".join(self.found)


@singledispatch
def done(event: Event) -> Done | None:
    """What `event` did with a meeting; None for no deed.

    That a move counts deadlines again is one too: `by_the_way` tells it from others.
    """
    del event
    return None


@done.register
def planned(event: MeetingPlanned) -> Done:
    return Done(deed=Deed.PLANNED, reason=event.turn.because)


@done.register
def handed_over(event: MeetingHandedOver) -> Done:
    return Done(deed=Deed.HANDED_OVER, reason=event.turn.because)


@done.register
def asked(event: PollOpened) -> Done:
    return Done(
        deed=Deed.ASKED,
        poll=event.poll,
        dates=len(event.slots),
        closes=event.closes,
        reason=event.reason,
    )


@done.register
def asked_no_more(event: PollWithdrawn) -> Done:
    return Done(deed=Deed.WITHDRAWN, poll=event.poll, reason=event.reason)


@done.register
def convoked(event: MeetingScheduled) -> Done:
    return Done(deed=Deed.CONVOKED, span=event.span, place=event.place)


@done.register
def moved(event: MeetingRescheduled) -> Done:
    same_date = event.span == event.previous
    return Done(
        deed=Deed.RELOCATED if same_date else Deed.MOVED,
        span=event.span,
        place=event.place,
        before=None if same_date else event.previous,
        elsewhere=event.previous_place,
        reason=event.reason,
    )


@done.register
def recounted(event: MilestonesSet) -> Done | None:
    """Deadlines of a first date are set for no reason."""
    if event.reason is None:
        return None
    return Done(deed=Deed.RECOUNTED, reason=event.reason)


@done.register
def let_stand(event: MeetingRechecked) -> Done | None:
    """What is found is no deed."""
    if event.reason is None:
        return None
    found = tuple(one.found for one in event.let_stand)
    return Done(deed=Deed.STANDS, found=found, reason=event.reason)


@done.register
def restricted(event: RestrictionSet) -> Done:
    return Done(deed=Deed.RESTRICTED if event.restricted else Deed.LIFTED)


@done.register
def held(event: MeetingOpened | MeetingClosed) -> Done:
    return Done(deed=Deed.OPENED if isinstance(event, MeetingOpened) else Deed.CLOSED)


@done.register
def cancelled(event: MeetingCancelled) -> Done:
    return Done(deed=Deed.CANCELLED, before=event.span, reason=event.reason)


def by_the_way(
    deed: str, why: str | None, before: str, why_before: str | None, passed: timedelta
) -> bool:
    """Whether a deed only goes with the one `before` it: a move counts deadlines again at once.

    Of that one, what was said ends with its reason.
    """
    together = (deed, before) == (Deed.RECOUNTED, Deed.MOVED) and not passed
    return together and (why_before or "").endswith(why or "")
