"""What calendars show of one meeting, as its events have left it."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum

from events.agendas import AgendaAdopted, AgendaCirculated, AgendaItem, ItemsRestricted
from events.event import Event
from events.mechanisms import MechanismRegistered
from events.meetings import (
    MeetingCancelled,
    MeetingRescheduled,
    MeetingScheduled,
    Milestone,
    MilestonesMet,
    MilestonesSet,
    RestrictionSet,
    Turn,
)
from events.moments import Span
from services.state import State

SECOND = timedelta(seconds=1)


class Status(StrEnum):
    """RFC 5545 STATUS of a meeting that has, or had, a date."""

    CONFIRMED = "CONFIRMED"
    CANCELLED = "CANCELLED"


class Entry(State):
    """One meeting (the id is the meeting's) that has, or had, a date.

    `created` and `changed` are the times of the first and the last event about it, in UTC;
    `planned` is that of the last one that changed what is shown of what is due because of it, and
    `plans` how many set that anew.
    `short_name` is that of the body, in entries that were begun since it is kept.
    `moves` are the changes of when it takes time, `moved` the time of the last of them.
    `withheld` are the items of the agenda that nobody is told: of a restricted meeting.
    `previous` is the date it had before, `previous_place` its place where that is another now, and
    `reason` why it was moved or cancelled.
    """

    title: str
    body: str
    short_name: str | None = None
    host: str
    chair: str
    turn: Turn
    span: Span
    place: str
    sequence: int
    status: Status = Status.CONFIRMED
    restricted: bool = False
    previous: Span | None = None
    previous_place: str | None = None
    reason: str | None = None
    agenda: tuple[str, ...] = ()
    withheld: tuple[str, ...] = ()
    adopted: bool = False
    milestones: tuple[Milestone, ...] = ()
    plans: int = 0
    moves: int = 0
    moved: datetime | None = None
    created: datetime
    changed: datetime
    planned: datetime

    @property
    def uid(self) -> str:
        """The UID: one for life, whatever happens to the meeting."""
        return f"{self.id}@secretariat"

    @property
    def category(self) -> str:
        """What calendar programs sort it under: its body."""
        return self.short_name or self.body

    @property
    def cancelled(self) -> bool:
        return self.status is Status.CANCELLED


HEARD = (
    MeetingRescheduled,
    MeetingCancelled,
    RestrictionSet,
    MilestonesSet,
    MilestonesMet,
    AgendaCirculated,
    AgendaAdopted,
    ItemsRestricted,
)


def begin(event: MeetingScheduled, body: MechanismRegistered, now: datetime) -> Entry:
    names = {party.id: party.name for party in body.parties}
    return Entry(
        id=event.meeting,
        mechanism=event.mechanism,
        title=event.title,
        body=body.full_name,
        short_name=body.short_name,
        host=names.get(event.turn.host, event.turn.host),
        chair=names.get(event.turn.chair, event.turn.chair),
        turn=event.turn,
        span=event.span,
        place=event.place,
        sequence=event.sequence,
        restricted=event.restricted,
        created=now,
        changed=now,
        planned=now,
    )


def renamed(entry: Entry, body: MechanismRegistered, now: datetime) -> Entry:
    """The entry with the names that its body has at `now`; itself where it has them."""
    names = {"body": body.full_name, "short_name": body.short_name}
    if names == entry.model_dump(include=set(names)):
        return entry
    stamps = {"changed": after(entry.changed, now), "planned": after(entry.planned, now)}
    return entry.model_copy(update={**names, **stamps})


def after(stamp: datetime, now: datetime) -> datetime:
    """The DTSTAMP of what takes the place of something with `stamp`: now, if that is later.

    Programs pass over what has no later one (RFC 5546, 2.1.5), though the clock may have gone back
    or the second be the same.
    """
    return max(now, stamp + SECOND)


def evolve(entry: Entry, event: Event, now: datetime) -> Entry:
    """The entry after `event`, one of HEARD, which happened at `now`.

    Mail has the same stamps of a meeting, though it hears nothing of what is due.
    """
    change: dict[str, object]
    changed, planned = after(entry.changed, now), after(entry.planned, now)
    match event:
        case MeetingRescheduled():
            change = {
                "span": event.span,
                "place": event.place,
                "previous": event.previous,
                "previous_place": entry.place if event.place != entry.place else None,
                "reason": event.reason,
                "sequence": event.sequence,
            }
            if event.span != entry.span:
                change |= {"moves": entry.moves + 1, "moved": changed}
            if event.span.starts.zone != entry.span.starts.zone:
                change["planned"] = planned
        case MeetingCancelled():
            change = {
                "status": Status.CANCELLED,
                "reason": event.reason,
                "sequence": event.sequence,
                "plans": entry.plans + 1,
                "planned": planned,
                "moves": entry.moves + 1,
                "moved": changed,
            }
        case RestrictionSet():
            change = {"restricted": event.restricted, "planned": planned}
        case AgendaCirculated() | AgendaAdopted():
            change = {**shown(event.items), "adopted": isinstance(event, AgendaAdopted)}
        case ItemsRestricted():
            change = shown(event.items)
        case MilestonesSet():
            change = {"milestones": event.milestones, "plans": entry.plans + 1}
            stands = planned if entry.milestones else max(now, entry.planned)
            return entry.model_copy(update={**change, "planned": stands})
        case MilestonesMet():
            met = tuple(
                one.model_copy(update={"met": event.at}) if one.kind in event.kinds else one
                for one in entry.milestones
            )
            return entry.model_copy(update={"milestones": met, "planned": planned})
        case _:
            raise TypeError(f"no entry changes by {event.type}")
    return entry.model_copy(update={**change, "changed": changed})


def shown(items: Iterable[AgendaItem]) -> dict[str, object]:
    """What is kept of an agenda: what is told, and what is not."""
    texts: dict[bool, list[str]] = {False: [], True: []}
    for item in items:
        texts[item.restricted].append(f"{item.number}. {item.title}")
    return {"agenda": tuple(texts[False]), "withheld": tuple(texts[True])}
