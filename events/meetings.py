"""What the `scheduling` service says: when bodies meet, where, and who came."""

from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from events.event import Event, Fact
from events.mechanisms import MilestoneKind, Rules
from events.moments import Instant, Moment, Span
from events.vocabulary import Identifier, Prose, Title

Restricted = Annotated[
    bool, Field(description="Only the parties of the mechanism are told more than when it is")
]


class Turn(Fact):
    """Who holds and who presides over a meeting, and why it is their turn.

    Co-hosts hold it together with the host; their own turns come as they would have.
    """

    host: Identifier
    chair: Identifier
    because: Title
    co_hosts: tuple[Identifier, ...] = ()


class MeetingPlanned(Event, name="meeting.planned", about="meeting"):
    """A meeting is intended; no date binds anybody yet."""

    meeting: Identifier
    year: int = Field(ge=1990, le=2200)
    ordinal: int = Field(ge=1, description="Running number among the mechanism's meetings")
    title: Title
    turn: Turn
    restricted: Restricted = False


class MeetingHandedOver(Event, name="meeting.handed-over", about="meeting"):
    """A meeting without a date has another host, as `turn` says, since `party` has declined it.

    `on` is one of the dates of who declined. The two have changed places: its turn comes next.
    """

    meeting: Identifier
    turn: Turn
    party: Identifier
    reason: Prose
    on: date


class Answered(Fact):
    """How many parties had said what of a date when it was chosen in a poll."""

    yes: int = Field(ge=0)
    if_need_be: int = Field(ge=0)
    no: int = Field(ge=0)
    silent: int = Field(ge=0)

    def __str__(self) -> str:
        words = {
            "yes": self.yes,
            "if need be": self.if_need_be,
            "no": self.no,
            "no answer": self.silent,
        }
        return ", ".join(f"{count} {word}" for word, count in words.items() if count)


InPoll = Annotated[
    Answered | None, Field(description="None where the date was not chosen in a poll")
]


class MeetingScheduled(Event, name="meeting.scheduled", about="meeting"):
    """The convocation: date and place bind. The meeting keeps the rules it was convened under."""

    meeting: Identifier
    title: Title
    span: Span
    place: Title
    turn: Turn
    sequence: int = Field(ge=0, description="RFC 5545 SEQUENCE")
    rules: Rules
    restricted: Restricted = False
    answered: InPoll = None


class MeetingRescheduled(Event, name="meeting.rescheduled", about="meeting"):
    """Another date or place binds; what it was before stays said."""

    meeting: Identifier
    span: Span
    place: Title
    previous: Span
    sequence: int = Field(ge=1)
    reason: Prose
    answered: InPoll = None
    previous_place: Annotated[
        Title | None, Field(description="None where the place stays, or was not noted")
    ] = None


class MeetingCancelled(Event, name="meeting.cancelled", about="meeting"):
    """The meeting will not be held. `span` is the date it had, if it had one."""

    meeting: Identifier
    span: Span | None
    sequence: int = Field(ge=0)
    reason: Prose


class RestrictionSet(Event, name="meeting.restriction-set", about="meeting"):
    """From now on only the parties are told more of the meeting than when it is, or everybody."""

    meeting: Identifier
    restricted: bool


class Milestone(Fact):
    """What is due when. `late`: it was past when it was set; `met` is when it was done.

    What was met before a meeting moved stays as it was: due by the date that it had then.
    """

    kind: MilestoneKind
    due: Moment
    late: bool = False
    met: Instant | None = None
    counted_from: Moment | None = Field(
        default=None,
        description="The beginning, the end or the step before, by which it is due; None where it "
        "was not noted",
    )


class MilestonesSet(Event, name="meeting.milestones-set", about="meeting"):
    """All that is due because of a meeting's date, in the order of time, and why it is set anew.

    What was met before stands where it would be due by this date.
    """

    meeting: Identifier
    milestones: tuple[Milestone, ...]
    reason: Prose | None = None


class MilestonesMet(Event, name="meeting.milestones-met", about="meeting"):
    """Some of them are done."""

    meeting: Identifier
    kinds: tuple[MilestoneKind, ...]
    at: Instant


class Change(StrEnum):
    """What is no longer as it was when a meeting's date was fixed."""

    DAY_OFF = "day_off"
    MAY_BE_OFF = "may_be_off"
    CLOCKS = "clocks"
    HOURS = "hours"


class Finding(Fact):
    """Something that became otherwise for a party, in words, and what to do about it.

    `slot` is the date of a poll that it is about; none for the date of a meeting.
    """

    change: Change
    party: Identifier
    on: date
    found: Prose
    action: Prose
    slot: Identifier | None = None


class Shift(Fact):
    """A deadline that was set for `due` and would be `now`, by the days that are worked by now."""

    kind: MilestoneKind
    due: Moment
    now: Moment
    found: Prose
    action: Prose


class MeetingRechecked(Event, name="meeting.rechecked", about="meeting", version=2):
    """All that is otherwise for a coming meeting than when its date was fixed; none: all is well.

    `data` are the holiday and zone data it was checked with; `reason` is why it may stay as it is,
    although this was found: `let_stand`.
    """

    meeting: Identifier
    findings: tuple[Finding, ...]
    data: Title
    reason: Prose | None = None
    shifts: tuple[Shift, ...] = ()
    let_stand: tuple[Finding, ...] = ()


class Presence(StrEnum):
    """How a delegation takes part."""

    IN_PERSON = "in_person"
    ONLINE = "online"
    ABSENT = "absent"


class Attendance(Fact):
    """One delegation at one meeting."""

    party: Identifier = Field(examples=["kazakhstan"])
    presence: Presence
    head: Title | None = Field(
        default=None, description="Head of delegation", examples=["A. Omarova"]
    )


class MeetingOpened(Event, name="meeting.opened", about="meeting"):
    """The chair opened the meeting with a quorum."""

    meeting: Identifier
    chair: Identifier
    attendance: tuple[Attendance, ...]
    quorum: int = Field(ge=0, description="Delegations needed")


class AttendanceRecorded(Event, name="meeting.attendance-recorded", about="meeting"):
    """A delegation came, left or was corrected in the list while the meeting was open."""

    meeting: Identifier
    attendance: Attendance


class MeetingClosed(Event, name="meeting.closed", about="meeting"):
    """The chair closed the meeting."""

    meeting: Identifier
    attendance: tuple[Attendance, ...]


class TurnDeclined(Event, name="rotation.turn-declined", about="mechanism"):
    """A party passes its next turn as host on to the party after it, `on` one of its dates."""

    party: Identifier
    reason: Prose
    on: date | None = Field(default=None, description="None where it was not noted")


class TurnTakenBack(Event, name="rotation.turn-taken-back", about="mechanism"):
    """A party takes up again the turn that it had declined: it comes as if it never had."""

    party: Identifier
    reason: Prose
    on: date = Field(description="Of its dates")


class TurnsSwapped(Event, name="rotation.turns-swapped", about="mechanism"):
    """Two parties exchange their next turns as host."""

    first: Identifier
    second: Identifier
    reason: Prose
