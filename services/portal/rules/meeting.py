"""A meeting as the pages show it: where it stands on its way round the loop.

    planned ─► scheduled ─► provisional agenda ─► open ─► agenda adopted ─► minutes drafted
                                    minutes adopted ◄─ under silence ◄─ circulated ◄─┘

A draft of the minutes exists from the adoption of the agenda on, and is shown once the meeting is
closed. A meeting closed without an adopted agenda stays *closed*: it gets no minutes.
"""

from collections.abc import Collection
from datetime import datetime
from enum import StrEnum
from typing import Self

from pydantic import BaseModel, ConfigDict

from events.agendas import AgendaAdopted, AgendaCirculated
from events.event import Event
from events.meetings import (
    Finding,
    MeetingCancelled,
    MeetingClosed,
    MeetingHandedOver,
    MeetingOpened,
    MeetingPlanned,
    MeetingRechecked,
    MeetingRescheduled,
    MeetingScheduled,
    Shift,
    Turn,
)
from events.minutes import (
    MinutesAdopted,
    MinutesCirculated,
    MinutesDrafted,
    MinutesTakenBack,
    SilenceBroken,
    SilenceStarted,
)
from events.moments import Moment, Span
from events.notices import AttendanceReplied, Participation
from events.polls import PollClosed, PollOpened, PollWithdrawn
from events.vocabulary import Identifier, Symbol
from services.icalendar.clocks import span_on_clocks
from services.naming import meetings_in, silent
from services.state import State


class Stage(StrEnum):
    """Where a meeting stands, in the words that the pages use."""

    PLANNED = "planned"
    SCHEDULED = "scheduled"
    PROVISIONAL = "provisional agenda"
    OPEN = "open"
    AGENDA_ADOPTED = "agenda adopted"
    DRAFTED = "minutes drafted"
    CIRCULATED = "minutes circulated"
    SILENCE = "under silence"
    ADOPTED = "minutes adopted"
    CLOSED = "closed"
    CANCELLED = "cancelled"


LOOP = tuple(stage for stage in Stage if stage not in {Stage.CLOSED, Stage.CANCELLED})
POLLED = "polled"
FINISHED = (Stage.ADOPTED, Stage.CLOSED, Stage.CANCELLED)
COMING = (Stage.PLANNED, Stage.SCHEDULED, Stage.PROVISIONAL)
AHEAD = (Stage.SCHEDULED, Stage.PROVISIONAL, Stage.OPEN, Stage.AGENDA_ADOPTED)
HELD = (Stage.DRAFTED, Stage.CIRCULATED, Stage.SILENCE, Stage.ADOPTED, Stage.CLOSED)


class Meeting(State):
    """One meeting. `previous` is the date it had before it was moved, `until` when silence ends.

    `findings` are what became otherwise since its date was fixed, for it or for its deadlines.
    `replies` are what delegations have answered by mail to the invitation of that `sequence`, by
    party. `polls` are those about its date in which none is chosen yet.
    """

    year: int
    ordinal: int
    title: str
    turn: Turn
    stage: Stage = Stage.PLANNED
    drafted: bool = False
    span: Span | None = None
    previous: Span | None = None
    place: str | None = None
    until: Moment | None = None
    symbol: Symbol | None = None
    reason: str | None = None
    findings: tuple[Finding | Shift, ...] = ()
    sequence: int = 0
    replies: dict[Identifier, Participation] = {}
    polls: tuple[Identifier, ...] = ()

    @property
    def mentions(self) -> tuple[str, ...]:
        return meetings_in([self.turn.because])

    def without(self, hidden: Collection[str]) -> Self:
        return self.model_copy(update={"turn": silent(self.turn, hidden)})

    @property
    def stands(self) -> str:
        """Where it stands, in one word: its stage, or that delegations are asked for a date."""
        return POLLED if self.polls and self.stage is Stage.PLANNED else self.stage

    @property
    def awaited(self) -> bool:
        """Whether it is still to be seen who comes."""
        return self.stage in {Stage.SCHEDULED, Stage.PROVISIONAL}

    def replying(self, participation: Participation) -> int:
        """How many delegations say so."""
        return sum(said == participation for said in self.replies.values())

    @property
    def order(self) -> tuple[int, int]:
        """By which the meetings of one mechanism follow each other."""
        return self.year, self.ordinal

    @property
    def starts(self) -> datetime:
        """The instant (UTC) of its opening; only for a meeting that has, or had, a date."""
        assert self.span is not None
        return self.span.starts.at


class Busy(BaseModel):
    """What the pages show others of a restricted meeting: when it is, in UTC."""

    model_config = ConfigDict(frozen=True)

    span: Span
    order: tuple[int, int]


def busy(meeting: Meeting) -> Busy | None:
    """What others are shown of `meeting`; nothing while, or since, it takes no time."""
    if meeting.span is None or meeting.stage in {Stage.PLANNED, Stage.CANCELLED}:
        return None
    return Busy(span=span_on_clocks(meeting.span).in_zone("UTC"), order=meeting.order)


def begin(event: MeetingPlanned) -> Meeting:
    return Meeting(
        id=event.meeting,
        mechanism=event.mechanism,
        year=event.year,
        ordinal=event.ordinal,
        title=event.title,
        turn=event.turn,
    )


def evolve(meeting: Meeting, event: Event) -> Meeting:
    """The meeting after `event`."""
    change: dict[str, object]
    match event:
        case MeetingScheduled():
            change = {"stage": Stage.SCHEDULED, "title": event.title, "turn": event.turn}
            change |= {"span": event.span, "place": event.place, "sequence": event.sequence}
        case MeetingRescheduled():
            change = {"span": event.span, "place": event.place, "previous": event.previous}
            change |= {"sequence": event.sequence, "replies": {}}
        case MeetingHandedOver():
            change = {"turn": event.turn}
        case AttendanceReplied():
            change = replied(meeting, event)
        case PollOpened() | PollClosed() | PollWithdrawn():
            change = {"polls": asked(meeting, event)}
        case MeetingCancelled():
            change = {"stage": Stage.CANCELLED, "reason": event.reason, "findings": ()}
        case MeetingOpened():
            change = {"stage": Stage.OPEN, "findings": ()}
        case MeetingRechecked():
            change = {"findings": (*event.findings, *event.shifts)}
        case MeetingClosed():
            change = {"stage": Stage.DRAFTED if meeting.drafted else Stage.CLOSED}
        case _:
            change = by_document(meeting, event)
    return meeting.model_copy(update=change)


def asked(
    meeting: Meeting, event: PollOpened | PollClosed | PollWithdrawn
) -> tuple[Identifier, ...]:
    """The polls about its date after one is opened, or has come to its end."""
    others = tuple(poll for poll in meeting.polls if poll != event.poll)
    return (*others, event.poll) if isinstance(event, PollOpened) else others


def replied(meeting: Meeting, event: AttendanceReplied) -> dict[str, object]:
    """An answer to an invitation of before counts for nothing."""
    if event.sequence < meeting.sequence:
        return {}
    said = event.delegation or event.participation
    return {"replies": {**meeting.replies, event.party: said}}


def by_document(meeting: Meeting, event: Event) -> dict[str, object]:
    """What its agenda and its minutes change about a meeting."""
    change: dict[str, object]
    match event:
        case AgendaCirculated():
            change = step(meeting, Stage.SCHEDULED, Stage.PROVISIONAL)
        case AgendaAdopted():
            change = step(meeting, Stage.OPEN, Stage.AGENDA_ADOPTED)
        case MinutesDrafted():
            change = {"drafted": True, **step(meeting, Stage.CLOSED, Stage.DRAFTED)}
        case MinutesCirculated():
            change = {"stage": Stage.CIRCULATED}
        case SilenceStarted():
            change = {"stage": Stage.SILENCE, "until": event.expires}
        case SilenceBroken() | MinutesTakenBack():
            change = {"stage": Stage.DRAFTED, "until": None}
        case MinutesAdopted():
            change = {"stage": Stage.ADOPTED, "until": None, "symbol": event.symbol}
        case _:
            raise TypeError(f"no meeting changes by {event.type}")
    return change


def step(meeting: Meeting, before: Stage, after: Stage) -> dict[str, object]:
    """From `before` to `after`; from anywhere else nothing: another service was quicker."""
    return {"stage": after} if meeting.stage is before else {}
