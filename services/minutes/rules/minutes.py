"""What minutes are.

    awaited ─► draft ─► circulated ─► adopted
       │         ▲          │
       ▼         └──────────┘ returned by the secretary, or silence broken
    withdrawn

They are awaited from the convocation on, and drafted when the meeting adopts its agenda, with one
entry an item. Adopted minutes never change: a correction is a document of its own.
"""

from datetime import date, datetime
from enum import StrEnum

from events.decisions import DecisionText, Position
from events.event import Fact
from events.mechanisms import DecisionMode, Rules
from events.meetings import Attendance, MeetingScheduled
from events.moments import Moment, Span
from events.vocabulary import Identifier, Symbol
from services.refusals import NotFoundError, WrongStateError
from services.state import State


class Stage(StrEnum):
    """Where minutes stand."""

    AWAITED = "awaited"
    DRAFT = "draft"
    CIRCULATED = "circulated"
    ADOPTED = "adopted"
    WITHDRAWN = "withdrawn"


class Draft(Fact):
    """A proposed decision. It gets its symbol when the minutes are adopted, and never before."""

    id: Identifier
    decision: DecisionText
    positions: tuple[Position, ...] = ()
    symbol: Symbol | None = None


class Entry(Fact):
    """What the minutes say about one item. `postponed` is why it went to the next meeting.

    A substantial item is one that somebody brought: proposed, supplementary or carried forward.
    """

    item: Identifier
    number: str
    title: str
    substantial: bool
    summary: str | None = None
    decisions: tuple[Draft, ...] = ()
    postponed: str | None = None


class Comment(Fact):
    """What a party said about the draft, or about one item of it."""

    id: Identifier
    party: Identifier
    item: Identifier | None
    text: str


class Objection(Fact):
    """A party's formal objection, which stands until the party withdraws it."""

    party: Identifier
    text: str


class RunningSilence(Fact):
    """The silence procedure that the minutes are under."""

    id: Identifier
    expires: Moment


class Minutes(State):
    """The minutes of one meeting (the id is the meeting's), under the rules it was convened under.

    `circulated` counts the circulations, `drafted` the decisions ever proposed. Comments are taken
    until `comments_until`, exclusive.
    """

    title: str
    span: Span
    chair: Identifier
    parties: tuple[Identifier, ...]
    rules: Rules
    stage: Stage = Stage.AWAITED
    attendance: tuple[Attendance, ...] = ()
    entries: tuple[Entry, ...] = ()
    drafted: int = 0
    circulated: int = 0
    comments_until: datetime | None = None
    comments: tuple[Comment, ...] = ()
    objections: tuple[Objection, ...] = ()
    silence: RunningSilence | None = None
    symbol: Symbol | None = None
    mode: DecisionMode | None = None
    corrigenda: tuple[Symbol, ...] = ()

    @property
    def day(self) -> date:
        """The day on which the meeting begins, where it meets; symbols bear its year."""
        return self.span.starts.wall.date()

    @property
    def drafts(self) -> tuple[Draft, ...]:
        """All proposed decisions, in the order of the agenda."""
        return tuple(draft for entry in self.entries for draft in entry.decisions)


def begin(event: MeetingScheduled, parties: tuple[str, ...]) -> Minutes:
    """The minutes that are awaited once a meeting is convoked."""
    return Minutes(
        id=event.meeting,
        mechanism=event.mechanism,
        title=event.title,
        span=event.span,
        chair=event.turn.chair,
        parties=parties,
        rules=event.rules,
    )


def require(minutes: Minutes, what: str, *stages: Stage) -> None:
    """Refuse `what` unless the minutes stand in one of `stages`."""
    if minutes.stage is Stage.ADOPTED:
        raise WrongStateError(
            f"these minutes were adopted as {minutes.symbol} and never change; "
            "issue a corrigendum instead"
        )
    if minutes.stage not in stages:
        raise WrongStateError(
            f"the minutes are {minutes.stage}, and must be {' or '.join(stages)} to {what}"
        )


def require_no_silence(minutes: Minutes, what: str) -> None:
    """Refuse `what` while a silence procedure runs on the minutes."""
    if minutes.silence is not None:
        raise WrongStateError(
            f"silence procedure {minutes.silence.id} runs until {minutes.silence.expires}; "
            f"wait for its end, or have a party break it, to {what}"
        )


def require_entry(minutes: Minutes, item: str) -> None:
    if item not in {entry.item for entry in minutes.entries}:
        raise NotFoundError(f"the minutes of {minutes.id} have no entry for an item {item}")


def require_draft(minutes: Minutes, draft: str) -> Draft:
    """The proposed decision `draft`; NotFoundError when there is none."""
    for found in minutes.drafts:
        if found.id == draft:
            return found
    raise NotFoundError(f"no decision {draft} is proposed in the minutes of {minutes.id}")
