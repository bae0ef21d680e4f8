"""What happens to a draft that nobody outside builds on: kept here, never published."""

from events.decisions import DecisionText, Position, PositionKind
from events.event import Fact
from events.vocabulary import Identifier, Prose


class Change(Fact):
    """Something that happened to a text before its adoption."""


class EntryWritten(Change):
    """The secretary summed up what was said under an item."""

    item: Identifier
    summary: Prose


class DecisionDrafted(Change):
    """A decision was proposed under an item; `draft` is its id until it has a symbol."""

    item: Identifier
    draft: Identifier
    decision: DecisionText


class DecisionRevised(Change):
    """A proposed decision reads differently now. The positions attached to it stay."""

    draft: Identifier
    decision: DecisionText


class DecisionRemoved(Change):
    """A proposed decision was given up."""

    draft: Identifier


class PositionAttached(Change):
    """A party attached its position to a draft decision, or to a silence procedure's."""

    draft: Identifier
    position: Position


class PositionDetached(Change):
    """A party took its position back."""

    draft: Identifier
    party: Identifier
    kind: PositionKind


class ObjectionRaised(Change):
    """A party objects; until it withdraws, there is no consensus."""

    party: Identifier
    text: Prose


class ObjectionWithdrawn(Change):
    """A party no longer objects."""

    party: Identifier
