"""A meeting from intention to closing.

planned ─► scheduled ─► open ─► closed
   │           │  ▲ │
   │           │  └─┘ rescheduled
   └─► cancelled ◄┘
"""

from collections.abc import Collection
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Literal, Self

from events.event import Event, Fact
from events.mechanisms import MilestoneKind, Rules
from events.meetings import (
    Answered,
    Attendance,
    AttendanceRecorded,
    MeetingCancelled,
    MeetingClosed,
    MeetingHandedOver,
    MeetingOpened,
    MeetingPlanned,
    MeetingRescheduled,
    MeetingScheduled,
    Milestone,
    MilestonesMet,
    MilestonesSet,
    Presence,
    RestrictionSet,
    Turn,
)
from events.moments import Moment, Span
from events.vocabulary import Actor, Identifier
from services import rights
from services.icalendar.clocks import span_on_clocks
from services.naming import meetings_in, names_one, naming_none, silent
from services.refusals import UnacceptableError, WrongStateError
from services.state import State
from services.working_time.calendar import Calendar
from services.working_time.counting import last_call

EARLY_OPENING = timedelta(hours=12)
LONGEST = timedelta(days=14)


class Stage(StrEnum):
    """Where a meeting stands."""

    PLANNED = "planned"
    SCHEDULED = "scheduled"
    OPEN = "open"
    CLOSED = "closed"
    CANCELLED = "cancelled"


TAKING_TIME = (Stage.SCHEDULED, Stage.OPEN, Stage.CLOSED)


class Meeting(State):
    """One meeting of one mechanism. `rules` are those it was convened under.

    `named_chair` is who was named to be the chair beside the host, and may host it since then.
    `recounted` is why its milestones were last set, where they were set anew, and `moved` why it
    last got another date.
    """

    year: int
    ordinal: int
    title: str
    turn: Turn
    named_chair: Identifier | None = None
    parties: tuple[Identifier, ...] = ()
    stage: Stage = Stage.PLANNED
    span: Span | None = None
    place: str | None = None
    answered: Answered | None = None
    sequence: int = 0
    restricted: bool = False
    rules: Rules | None = None
    attendance: tuple[Attendance, ...] = ()
    milestones: tuple[Milestone, ...] = ()
    recounted: str | None = None
    moved: str | None = None

    @property
    def mentions(self) -> tuple[str, ...]:
        return meetings_in([self.turn.because, self.moved, self.recounted])

    def without(self, hidden: Collection[str]) -> Self:
        untold = [why for why in ("moved", "recounted") if names_one(getattr(self, why), hidden)]
        return self.model_copy(update={"turn": silent(self.turn, hidden), **dict.fromkeys(untold)})


class Busy(Fact):
    """All that others are told of a restricted meeting: of which body it is, and when.

    In UTC, for its zone would name the host.
    """

    id: Identifier
    mechanism: Identifier
    span: Span
    busy: Literal[True] = True


def busy(meeting: Meeting) -> Busy | None:
    """What others are told of `meeting`; nothing while, or since, it takes no time."""
    if meeting.span is None or meeting.stage not in TAKING_TIME:
        return None
    span = span_on_clocks(meeting.span).in_zone("UTC")
    return Busy(id=meeting.id, mechanism=meeting.mechanism, span=span)


def schedule(
    meeting: Meeting,
    *,
    span: Span,
    place: str,
    rules: Rules,
    calendar: Calendar,
    short_notice: bool,
    answered: Answered | None = None,
    actor: Actor,
    now: datetime,
) -> list[Event]:
    """Convoke: fix date and place under the mechanism's present rules.

    Less notice than the rules ask for is refused unless the parties agreed to `short_notice`.
    """
    rights.secretary(actor, "convoke a meeting")
    if meeting.stage is Stage.SCHEDULED and meeting.span is not None:
        raise WrongStateError(
            f"{meeting.id} is convoked already, for {meeting.span.starts}; move it to another date"
        )
    require(meeting, Stage.PLANNED, "be convoked")
    check_span(span, now)
    check_year(meeting, span)
    if not short_notice:
        check_notice(span, rules, calendar, meeting.turn.host, now)
    return [
        MeetingScheduled(
            mechanism=meeting.mechanism,
            meeting=meeting.id,
            title=meeting.title,
            span=span,
            place=place,
            turn=naming_none(meeting.turn),
            sequence=meeting.sequence,
            rules=rules,
            restricted=meeting.restricted,
            answered=answered,
        )
    ]


def reschedule(
    meeting: Meeting,
    *,
    span: Span | None,
    place: str | None,
    reason: str,
    calendar: Calendar,
    short_notice: bool,
    answered: Answered | None = None,
    actor: Actor,
    now: datetime,
) -> list[Event]:
    """Move a convoked meeting to another date, another place, or both; no `span`: it stays.

    Another date needs as much notice as the first one did; another place alone needs none.
    """
    rights.secretary(actor, "reschedule a meeting")
    require(meeting, Stage.SCHEDULED, "be rescheduled")
    assert meeting.span is not None
    span = span or meeting.span
    check_span(span, now)
    check_year(meeting, span)
    assert meeting.place is not None
    assert meeting.rules is not None
    if span != meeting.span and not short_notice:
        check_notice(span, meeting.rules, calendar, meeting.turn.host, now)
    venue = place or meeting.place
    if (span, venue) == (meeting.span, meeting.place):
        raise UnacceptableError("that is the date and the place it has; change one of them")
    return [
        MeetingRescheduled(
            mechanism=meeting.mechanism,
            meeting=meeting.id,
            span=span,
            place=venue,
            previous=meeting.span,
            previous_place=meeting.place if venue != meeting.place else None,
            sequence=meeting.sequence + 1,
            reason=reason,
            answered=answered,
        )
    ]


def cancel(meeting: Meeting, *, reason: str, actor: Actor) -> list[Event]:
    """Give up a meeting that has not opened."""
    rights.secretary(actor, "cancel a meeting")
    if meeting.stage is Stage.CANCELLED:
        raise WrongStateError(f"{meeting.id} is cancelled already")
    if meeting.stage not in {Stage.PLANNED, Stage.SCHEDULED}:
        raise WrongStateError(
            f"{meeting.id} is {meeting.stage}; only one that has not opened can be cancelled"
        )
    return [
        MeetingCancelled(
            mechanism=meeting.mechanism,
            meeting=meeting.id,
            span=meeting.span,
            sequence=meeting.sequence + 1,
            reason=reason,
        )
    ]


def restrict(meeting: Meeting, *, restricted: bool, actor: Actor) -> list[Event]:
    """Tell only the parties more of the meeting than when it is; or everybody again."""
    rights.secretary(actor, "say who is told of a meeting")
    if restricted == meeting.restricted:
        already = "restricted" if restricted else "open to everybody"
        raise WrongStateError(f"{meeting.id} is {already} already")
    return [RestrictionSet(mechanism=meeting.mechanism, meeting=meeting.id, restricted=restricted)]


def open_meeting(
    meeting: Meeting, *, attendance: tuple[Attendance, ...], actor: Actor, now: datetime
) -> list[Event]:
    """Open with a quorum: delegations in the room or online count, absent ones do not."""
    rights.chair(actor, meeting.turn.chair, "open the meeting")
    require(meeting, Stage.SCHEDULED, "be opened")
    assert meeting.span is not None
    assert meeting.rules is not None
    if now < meeting.span.starts.at - EARLY_OPENING:
        raise WrongStateError(f"the meeting is called for {meeting.span.starts}; open it then")
    for line in attendance:
        check_party(meeting, line.party)
    if len({line.party for line in attendance}) < len(attendance):
        raise UnacceptableError("a delegation stands in the attendance twice; keep one line each")
    present = sum(line.presence is not Presence.ABSENT for line in attendance)
    needed = meeting.rules.quorum.needed(len(meeting.parties))
    if present < needed:
        raise WrongStateError(
            f"{present} of {len(meeting.parties)} delegations are present and {needed} make a "
            "quorum; wait for more of them, or reschedule"
        )
    return [
        MeetingOpened(
            mechanism=meeting.mechanism,
            meeting=meeting.id,
            chair=meeting.turn.chair,
            attendance=in_order(meeting, attendance),
            quorum=needed,
        )
    ]


def record_attendance(meeting: Meeting, *, line: Attendance, actor: Actor) -> list[Event]:
    """Correct the list of delegations while the meeting is open."""
    rights.secretary(actor, "correct the attendance")
    require(meeting, Stage.OPEN, "have its attendance corrected")
    check_party(meeting, line.party)
    return [AttendanceRecorded(mechanism=meeting.mechanism, meeting=meeting.id, attendance=line)]


def close(meeting: Meeting, *, actor: Actor) -> list[Event]:
    """Close an open meeting."""
    rights.chair(actor, meeting.turn.chair, "close the meeting")
    require(meeting, Stage.OPEN, "be closed")
    return [
        MeetingClosed(
            mechanism=meeting.mechanism, meeting=meeting.id, attendance=meeting.attendance
        )
    ]


def begin(event: MeetingPlanned, parties: tuple[str, ...]) -> Meeting:
    """The meeting that a plan brings into being."""
    return Meeting(
        id=event.meeting,
        mechanism=event.mechanism,
        year=event.year,
        ordinal=event.ordinal,
        title=event.title,
        turn=event.turn,
        restricted=event.restricted,
        parties=parties,
    )


def evolve(meeting: Meeting, event: Event) -> Meeting:
    """The meeting after `event`."""
    match event:
        case MeetingScheduled():
            change = {
                "stage": Stage.SCHEDULED,
                "span": event.span,
                "place": event.place,
                "rules": event.rules,
                "sequence": event.sequence,
                "answered": event.answered,
            }
        case MeetingRescheduled():
            stays = event.span == meeting.span
            change = {
                "span": event.span,
                "place": event.place,
                "sequence": event.sequence,
                "answered": meeting.answered if stays else event.answered,
                "moved": meeting.moved if stays else event.reason,
            }
        case MeetingHandedOver():
            change = {"turn": event.turn, "named_chair": named_chair(meeting)}
        case MeetingCancelled():
            change = {"stage": Stage.CANCELLED, "sequence": event.sequence}
        case MeetingOpened():
            change = {"stage": Stage.OPEN, "attendance": event.attendance}
        case AttendanceRecorded():
            others = [x for x in meeting.attendance if x.party != event.attendance.party]
            change = {"attendance": in_order(meeting, (*others, event.attendance))}
        case MeetingClosed():
            change = {"stage": Stage.CLOSED}
        case RestrictionSet():
            change = {"restricted": event.restricted}
        case MilestonesSet() | MilestonesMet():
            change = milestones_after(meeting, event)
        case _:
            raise TypeError(f"no meeting changes by {event.type}")
    return meeting.model_copy(update=change)


def named_chair(meeting: Meeting) -> str | None:
    """Who presides whoever hosts; none where that is for the host to do."""
    turn = meeting.turn
    return turn.chair if turn.chair != turn.host else meeting.named_chair


def milestones_after(meeting: Meeting, event: MilestonesSet | MilestonesMet) -> dict[str, object]:
    if isinstance(event, MilestonesSet):
        return {"milestones": event.milestones, "recounted": event.reason}
    return {"milestones": tuple(met(one, event) for one in meeting.milestones)}


def met(milestone: Milestone, event: MilestonesMet) -> Milestone:
    if milestone.kind not in event.kinds:
        return milestone
    return milestone.model_copy(update={"met": event.at})


def require(meeting: Meeting, stage: Stage, what: str) -> None:
    if meeting.stage is not stage:
        raise WrongStateError(f"the meeting is {meeting.stage}, and must be {stage} to {what}")


def check_span(span: Span, now: datetime) -> None:
    if span.starts.at <= now:
        raise WrongStateError(f"{span.starts} has passed; choose a later date")
    if span.ends.at - span.starts.at > LONGEST:
        raise UnacceptableError(f"a meeting lasts at most {LONGEST.days} days; shorten it")


class ShortNoticeError(WrongStateError):
    """There is less notice than the rules of procedure ask for."""


def check_notice(span: Span, rules: Rules, calendar: Calendar, host: str, now: datetime) -> None:
    """By the days that `host` works, where the rules count notice in such days."""
    latest = last_call(span.starts, rules, calendar, host)
    if latest.at < now:
        raise ShortNoticeError(
            f"the rules ask for {notice_of(rules)}, which for "
            f"{span.starts} had to be given by {latest}; choose a later date, or say short_notice "
            "if the parties agreed to it"
        )


def notice_of(rules: Rules) -> str:
    working = "working " if MilestoneKind.INVITATION in rules.working_days else ""
    return f"{rules.notice_days} {working}days' notice"


def check_year(meeting: Meeting, span: Span) -> None:
    """A meeting bears the year that it was planned for, and is held in it."""
    held = span.starts.wall.year
    if held != meeting.year:
        raise UnacceptableError(
            f"this is the meeting of {meeting.year}; choose a date in {meeting.year}, or cancel it "
            f"and plan one for {held}, which takes up what was to be talked about"
        )


def check_party(meeting: Meeting, party: str) -> None:
    if party not in meeting.parties:
        parties = ", ".join(meeting.parties)
        raise UnacceptableError(f"{party} is no party of {meeting.mechanism}; these are: {parties}")


def in_order(meeting: Meeting, attendance: tuple[Attendance, ...]) -> tuple[Attendance, ...]:
    return tuple(sorted(attendance, key=lambda line: meeting.parties.index(line.party)))


def lasting(starts: Moment, length: timedelta) -> Span:
    """From `starts`, for `length` of elapsed time, seen in the same zone.

    UnacceptableError where clocks show the end twice: calendar programs differ in which they read.
    """
    ends = Moment.of(starts.at + length, starts.zone)
    try:
        Moment.at_wall(ends.wall, ends.zone)
    except ValueError as error:
        raise UnacceptableError(f"its end, {error}") from None
    return Span(starts=starts, ends=ends)
