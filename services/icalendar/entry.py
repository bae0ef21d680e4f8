"""What the feeds show of one meeting, as its events have left it."""

from datetime import datetime
from enum import StrEnum

from events.agendas import AgendaAdopted, AgendaCirculated
from events.event import Event
from events.mechanisms import MechanismRegistered
from events.meetings import (
    MeetingCancelled,
    MeetingRescheduled,
    MeetingScheduled,
    Turn,
)
from events.moments import Span
from services.state import State


class Status(StrEnum):
    """RFC 5545 STATUS of a meeting that has, or had, a date."""

    CONFIRMED = "CONFIRMED"
    CANCELLED = "CANCELLED"


class Entry(State):
    """One meeting (the id is the meeting's) that has, or had, a date.

    `created` and `changed` are the times of the first and the last event about it, in UTC.
    """

    title: str
    body: str
    span: Span
    place: str
    turn: Turn
    sequence: int
    status: Status = Status.CONFIRMED
    note: str
    created: datetime
    changed: datetime

    @property
    def uid(self) -> str:
        """The UID: one for life, whatever happens to the meeting."""
        return f"{self.id}@secretariat"


def begin(event: MeetingScheduled, body: MechanismRegistered, now: datetime) -> Entry:
    return Entry(
        id=event.meeting,
        mechanism=event.mechanism,
        title=event.title,
        body=body.full_name,
        span=event.span,
        place=event.place,
        turn=event.turn,
        sequence=event.sequence,
        note="The provisional agenda is not circulated yet.",
        created=now,
        changed=now,
    )


def evolve(entry: Entry, event: Event, now: datetime) -> Entry:
    """The entry after `event`, which happened at `now`."""
    change: dict[str, object]
    match event:
        case MeetingRescheduled():
            change = {"span": event.span, "place": event.place, "sequence": event.sequence}
        case MeetingCancelled():
            change = {
                "status": Status.CANCELLED,
                "sequence": event.sequence,
                "note": f"Cancelled: {event.reason}",
            }
        case AgendaCirculated():
            change = {"note": f"Provisional agenda: {items(event)}"}
        case AgendaAdopted():
            change = {"note": f"Agenda: {items(event)}"}
        case _:
            raise TypeError(f"no entry changes by {event.type}")
    return entry.model_copy(update={**change, "changed": now})


def items(event: AgendaCirculated | AgendaAdopted) -> str:
    return "\n".join(["", *(f"{item.number}. {item.title}" for item in event.items)])
