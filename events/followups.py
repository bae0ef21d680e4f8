"""What the `followups` service says: what became of what was decided."""

from datetime import date

from pydantic import Field

from events.event import Event
from events.vocabulary import Identifier, ObligationId, Prose, Symbol, Title


class FollowUpOpened(Event, name="follow-up.opened", about="follow_up"):
    """A party owes something by the end of `due`, as days are counted where the party is."""

    follow_up: Identifier
    decision: Symbol
    party: Identifier
    task: Title
    due: date
    serves: tuple[ObligationId, ...] = ()


class FollowUpReminded(Event, name="follow-up.reminded", about="follow_up"):
    """The due date is near and no report has come."""

    follow_up: Identifier
    party: Identifier
    due: date


class FollowUpReported(Event, name="follow-up.reported", about="follow_up"):
    """The party reports what it did, with a link to the evidence."""

    follow_up: Identifier
    report: Identifier
    party: Identifier
    text: Prose
    evidence: str | None = Field(default=None, max_length=2000)


class FollowUpAccepted(Event, name="follow-up.accepted", about="follow_up"):
    """The report was accepted; nothing more is owed."""

    follow_up: Identifier
    report: Identifier


class FollowUpReturned(Event, name="follow-up.returned", about="follow_up"):
    """The report was sent back; the task is owed again."""

    follow_up: Identifier
    report: Identifier
    reason: Prose


class FollowUpOverdue(Event, name="follow-up.overdue", about="follow_up"):
    """The due date has passed without a report."""

    follow_up: Identifier
    party: Identifier
    due: date


class FollowUpEscalated(Event, name="follow-up.escalated", about="follow_up"):
    """It stayed overdue; the parent body takes note of it at its next meeting."""

    follow_up: Identifier
    party: Identifier
    task: Title
    to: Identifier
    due: date
    serves: tuple[ObligationId, ...] = ()


class FollowUpExtended(Event, name="follow-up.extended", about="follow_up"):
    """The due date was put off."""

    follow_up: Identifier
    party: Identifier
    due: date
    reason: Prose


class FollowUpWithdrawn(Event, name="follow-up.withdrawn", about="follow_up"):
    """Nothing is owed any more, for the reason given."""

    follow_up: Identifier
    reason: Prose


class ReferralMade(Event, name="referral.made", about="referral"):
    """A decision was handed to another mechanism, where it becomes a carried item."""

    referral: Identifier
    decision: Symbol
    to: Identifier
    title: Title
    serves: tuple[ObligationId, ...] = ()


class ReferralTaken(Event, name="referral.taken", about="referral"):
    """The other mechanism has it on an adopted agenda."""

    referral: Identifier
    to: Identifier
    meeting: Identifier
    item: Identifier
