"""What the `minutes` service says on the way from a draft to adopted minutes."""

from enum import StrEnum

from pydantic import Field

from events.event import Event
from events.mechanisms import DecisionMode
from events.moments import Instant, Moment
from events.vocabulary import Identifier, Prose, Symbol


class MinutesDrafted(Event, name="minutes.drafted", about="meeting"):
    """A draft stands, one entry an agenda item."""

    meeting: Identifier


class MinutesCirculated(Event, name="minutes.circulated", about="meeting"):
    """The draft, or a revision of it, went to all parties for comments."""

    meeting: Identifier
    revision: int = Field(ge=0)
    comments_until: Instant


class MinutesCommented(Event, name="minutes.commented", about="meeting"):
    """A party commented on the draft."""

    meeting: Identifier
    comment: Identifier
    party: Identifier
    item: Identifier | None
    text: Prose


class MinutesTakenBack(Event, name="minutes.taken-back", about="meeting"):
    """The circulated text went back to the draft, to be changed and circulated again."""

    meeting: Identifier
    reason: Prose


class MinutesObjected(Event, name="minutes.objected", about="meeting"):
    """A party objected formally, instead of its earlier objection; there is no consensus."""

    meeting: Identifier
    party: Identifier
    text: Prose


class ObjectionLifted(Event, name="minutes.objection-lifted", about="meeting"):
    """The party took its objection back."""

    meeting: Identifier
    party: Identifier


class MinutesAdopted(Event, name="minutes.adopted", about="meeting"):
    """The minutes have their symbol and never change again."""

    meeting: Identifier
    symbol: Symbol
    mode: DecisionMode
    decisions: tuple[Symbol, ...]


class SilenceSubject(StrEnum):
    """What is adopted if nobody speaks."""

    MINUTES = "minutes"
    DECISION = "decision"


class SilenceStarted(Event, name="silence.started", about="silence"):
    """The chair proposed a text. Unless a party writes before `expires`, it is adopted then."""

    silence: Identifier
    subject_kind: SilenceSubject
    meeting: Identifier | None = Field(description="Whose minutes; none for a decision")
    text: Prose | None = Field(description="The decision proposed; none for minutes")
    expires: Moment


class BreakKind(StrEnum):
    """What breaks silence."""

    OBJECTION = "objection"
    AMENDMENT = "amendment"


class SilenceBroken(Event, name="silence.broken", about="silence"):
    """A party objected or proposed an amendment in time; nothing is adopted."""

    silence: Identifier
    meeting: Identifier | None
    party: Identifier
    kind: BreakKind
    text: Prose


class SilenceHeld(Event, name="silence.held", about="silence"):
    """Nobody spoke; the text was adopted at the expiry."""

    silence: Identifier
    meeting: Identifier | None
