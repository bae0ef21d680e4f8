"""What the `scheduling` service says of polls: which dates were asked, and who can come."""

from datetime import date
from enum import StrEnum

from pydantic import Field

from events.event import Event, Fact
from events.meetings import Finding
from events.moments import Moment, Span
from events.vocabulary import Identifier, Prose, Title


class Answer(StrEnum):
    """What a party says of a slot."""

    YES = "yes"
    IF_NEED_BE = "if_need_be"
    NO = "no"


class Slot(Fact):
    """A date that is asked. `slot` is its running number in the poll, as `s1`."""

    slot: Identifier = Field(examples=["s1"])
    span: Span


class OfPlan(Fact):
    """The date of a plan that a poll asks about, with others around it."""

    plan: Identifier = Field(examples=["plan-2028-1"])
    on: date = Field(examples=["2028-09-14"])


class PollOpened(Event, name="poll.opened", about="poll"):
    """The parties are asked when they can meet, until `closes`.

    `unprepared`: dates may be too near to a meeting that this one prepares or that prepares it,
    since the plan that they are of has it so.
    `reason` is why they are asked for another date than the meeting has, where it was said.
    `host` is who hosts it as it is asked; none where that was not noted. `of_plan` is the date that
    was accepted; none where it is no plan's.
    """

    poll: Identifier
    meeting: Identifier
    parties: tuple[Identifier, ...]
    slots: tuple[Slot, ...]
    closes: Moment
    unprepared: bool = False
    reason: Prose | None = None
    host: Identifier | None = None
    of_plan: OfPlan | None = None


class PollAnswered(Event, name="poll.answered", about="poll"):
    """A party said when it can come; what it said before no longer counts.

    `binding` is its national coordinator's word, which nobody else of the party may change.
    """

    poll: Identifier
    party: Identifier
    answers: dict[Identifier, Answer]
    binding: bool
    comment: Prose | None = None


class PollReminded(Event, name="poll.reminded", about="poll"):
    """These parties have not answered yet, and the poll closes soon."""

    poll: Identifier
    parties: tuple[Identifier, ...]
    closes: Moment


class PollEnded(Event, name="poll.ended", about="poll"):
    """Nobody may answer any more; the secretary chooses."""

    poll: Identifier
    silent: tuple[Identifier, ...] = Field(description="Parties that did not answer")


class PollClosed(Event, name="poll.closed", about="poll"):
    """A slot was chosen, and the meeting convoked for it."""

    poll: Identifier
    slot: Identifier


class PollWithdrawn(Event, name="poll.withdrawn", about="poll"):
    """The poll is given up."""

    poll: Identifier
    reason: Prose


class PollRechecked(Event, name="poll.rechecked", about="poll", version=2):
    """All that is otherwise for the dates of a poll than when they were asked; none: all is well.

    `data` are the holiday and zone data it was checked with; `reason` is why it may stay as it is.
    """

    poll: Identifier
    meeting: Identifier
    findings: tuple[Finding, ...]
    data: Title
    reason: Prose | None = None
