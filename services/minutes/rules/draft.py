"""The minutes of one meeting, from the draft to the adopted text.

    expected ─► draft ─► circulated ─► adopted
                 ▲ ▲         │ │ by consensus
                 │ └─────────┘ ▼
                 └────────── silence ─► adopted
                    broken                held until its expiry

Adopted minutes never change; a correction is a document of its own.
"""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Self

from events.agendas import AgendaItem, ItemKind
from events.decisions import DecisionText, Position, PositionKind
from events.event import Event, Fact
from events.mechanisms import ObligationState, Rules
from events.meetings import Attendance, MeetingScheduled
from events.minutes import (
    MinutesAdopted,
    MinutesCirculated,
    MinutesCommented,
    MinutesDrafted,
    MinutesObjected,
    MinutesTakenBack,
    ObjectionLifted,
    SilenceBroken,
    SilenceStarted,
)
from events.moments import Moment
from events.vocabulary import Actor, Identifier, ObligationId, Symbol
from services import rights
from services.refusals import NotFoundError, UnacceptableError, WrongStateError
from services.state import State


class Stage(StrEnum):
    """Where minutes stand."""

    EXPECTED = "expected"
    DRAFT = "draft"
    CIRCULATED = "circulated"
    SILENCE = "silence"
    ADOPTED = "adopted"
    CANCELLED = "cancelled"


RESTRICTED = "Restricted"
IN_WORDS = {
    Stage.EXPECTED: "not begun (the meeting has yet to adopt its agenda)",
    Stage.DRAFT: "a draft",
    Stage.CIRCULATED: "circulated",
    Stage.SILENCE: "under silence",
    Stage.ADOPTED: "adopted",
    Stage.CANCELLED: "cancelled",
}


class DraftDecision(Fact):
    """A decision proposed in a draft; it has no number before it is adopted."""

    id: Identifier
    decision: DecisionText
    positions: tuple[Position, ...] = ()


class Entry(Fact):
    """What is minuted under one item of the agenda."""

    item: Identifier
    number: str
    title: str
    kind: ItemKind
    serves: tuple[ObligationId, ...] = ()
    summary: str | None = None
    postponed: bool = False
    decisions: tuple[DraftDecision, ...] = ()


class Comment(Fact):
    """A party's remark on the circulated draft."""

    id: Identifier
    party: Identifier
    item: Identifier | None
    text: str


class Objection(Fact):
    """A party's formal objection; while it stands there is no consensus."""

    party: Identifier
    text: str


class Minutes(State):
    """The minutes of one meeting (the id is the meeting's). `circulated` counts the revisions."""

    title: str
    opens: Moment
    chair: Identifier
    rules: Rules
    parties: tuple[Identifier, ...]
    stage: Stage = Stage.EXPECTED
    meeting_closed: bool = False
    attendance: tuple[Attendance, ...] = ()
    entries: tuple[Entry, ...] = ()
    drafted: int = 0
    circulated: int = 0
    comments_until: datetime | None = None
    comments: tuple[Comment, ...] = ()
    objections: tuple[Objection, ...] = ()
    silence: Identifier | None = None
    symbol: Symbol | None = None

    @property
    def mentions(self) -> tuple[str, ...]:
        return tuple(entry.item for entry in self.entries)

    def without(self, hidden: Collection[str]) -> Self:
        """What goes back to a restricted meeting keeps its place and its number alone.

        Remarks on the whole text may be about it, so they are left out too.
        """
        if not hidden:
            return self
        entries = tuple(
            Entry(item=entry.item, number=entry.number, title=RESTRICTED, kind=entry.kind)
            if entry.item in hidden
            else entry
            for entry in self.entries
        )
        comments = tuple(one for one in self.comments if one.item and one.item not in hidden)
        return self.model_copy(update={"entries": entries, "comments": comments, "objections": ()})

    @property
    def year(self) -> int:
        """The calendar year of the meeting where it was held; symbols carry it."""
        return self.opens.wall.year


def expect(event: MeetingScheduled, parties: tuple[str, ...]) -> Minutes:
    """Minutes will be drawn up of a meeting that has a date."""
    return Minutes(
        id=event.meeting,
        mechanism=event.mechanism,
        title=event.title,
        opens=event.span.starts,
        chair=event.turn.chair,
        rules=event.rules,
        parties=parties,
    )


def draft(minutes: Minutes, items: tuple[AgendaItem, ...]) -> tuple[Minutes, list[Event]]:
    """An entry for each item of the adopted agenda."""
    entries = tuple(
        Entry(
            item=item.item,
            number=item.number,
            title=item.title,
            kind=item.kind,
            serves=item.serves,
        )
        for item in items
    )
    drafted = minutes.model_copy(update={"entries": entries, "stage": Stage.DRAFT})
    return drafted, [MinutesDrafted(mechanism=minutes.mechanism, meeting=minutes.id)]


def write(minutes: Minutes, item: str, *, summary: str, actor: Actor) -> Minutes:
    """The secretary's text under an item."""
    require_draft(minutes, actor)
    return with_entry(minutes, find_entry(minutes, item).model_copy(update={"summary": summary}))


def propose_decision(
    minutes: Minutes, item: str, *, decision: DecisionText, known: set[str], actor: Actor
) -> Minutes:
    """A decision to be adopted with the minutes, under an item that was discussed."""
    require_draft(minutes, actor)
    entry = find_entry(minutes, item)
    if entry.postponed:
        raise WrongStateError(f"item {entry.number} was postponed; decide on it when it comes back")
    check_decision(decision, minutes.mechanism, minutes.parties, known, minutes.opens)
    proposed = DraftDecision(id=f"{minutes.id}.d{minutes.drafted + 1}", decision=decision)
    entry = entry.model_copy(update={"decisions": (*entry.decisions, proposed)})
    return with_entry(minutes, entry).model_copy(update={"drafted": minutes.drafted + 1})


def reword_decision(
    minutes: Minutes, key: str, *, decision: DecisionText, known: set[str], actor: Actor
) -> Minutes:
    """Another text in place of a proposed decision; positions of parties stay."""
    require_draft(minutes, actor)
    entry, standing = find_decision(minutes, key)
    check_decision(decision, minutes.mechanism, minutes.parties, known, minutes.opens)
    return with_decision(minutes, entry, standing.model_copy(update={"decision": decision}))


def drop_decision(minutes: Minutes, key: str, *, actor: Actor) -> Minutes:
    """Take a proposed decision out of the draft."""
    require_draft(minutes, actor)
    entry, _ = find_decision(minutes, key)
    kept = tuple(decision for decision in entry.decisions if decision.id != key)
    return with_entry(minutes, entry.model_copy(update={"decisions": kept}))


def attach_position(
    minutes: Minutes, key: str, *, kind: PositionKind, text: str, actor: Actor
) -> Minutes:
    """A party's position on a proposed decision, which does not block it; one of each kind."""
    party = rights.party(actor, minutes.parties, "attach a position")
    require_open_text(minutes)
    entry, standing = find_decision(minutes, key)
    others = tuple(
        position
        for position in standing.positions
        if (position.party, position.kind) != (party, kind)
    )
    positions = (*others, Position(party=party, kind=kind, text=text))
    return with_decision(minutes, entry, standing.model_copy(update={"positions": positions}))


def object_formally(minutes: Minutes, *, text: str, actor: Actor) -> list[Event]:
    """A party's objection to the draft: no consensus while it stands."""
    party = rights.party(actor, minutes.parties, "object")
    require_open_text(minutes)
    return [
        MinutesObjected(mechanism=minutes.mechanism, meeting=minutes.id, party=party, text=text)
    ]


def lift_objection(minutes: Minutes, *, actor: Actor) -> list[Event]:
    """The party takes its objection back."""
    party = rights.party(actor, minutes.parties, "lift an objection")
    require_open_text(minutes)
    if party not in {objection.party for objection in minutes.objections}:
        raise WrongStateError(f"no objection of {party} stands")
    return [ObjectionLifted(mechanism=minutes.mechanism, meeting=minutes.id, party=party)]


def circulate(minutes: Minutes, *, actor: Actor, now: datetime) -> list[Event]:
    """Send the draft to all parties for comments."""
    require_draft(minutes, actor)
    if not minutes.meeting_closed:
        raise WrongStateError("the meeting is not closed; circulate its minutes afterwards")
    return [
        MinutesCirculated(
            mechanism=minutes.mechanism,
            meeting=minutes.id,
            revision=minutes.circulated,
            comments_until=now + timedelta(days=minutes.rules.comment_days),
        )
    ]


def comment(
    minutes: Minutes, *, item: str | None, text: str, actor: Actor, now: datetime
) -> list[Event]:
    """A party's remark on the circulated draft, before the comment period is over."""
    party = rights.party(actor, minutes.parties, "comment")
    require(minutes, Stage.CIRCULATED, "be commented on")
    ends = comments_end(minutes)
    if now >= ends.at:
        raise WrongStateError(
            f"comments were taken until {ends}; object formally if the text can't stand"
        )
    if item is not None:
        find_entry(minutes, item)
    return [
        MinutesCommented(
            mechanism=minutes.mechanism,
            meeting=minutes.id,
            comment=f"{minutes.id}.c{len(minutes.comments) + 1}",
            party=party,
            item=item,
            text=text,
        )
    ]


def take_back(minutes: Minutes, *, reason: str, actor: Actor) -> list[Event]:
    """The secretary takes a circulated text back to the draft, to change it."""
    rights.secretary(actor, "take the draft back")
    require(minutes, Stage.CIRCULATED, "be taken back")
    return [MinutesTakenBack(mechanism=minutes.mechanism, meeting=minutes.id, reason=reason)]


def check_consensus(minutes: Minutes, *, actor: Actor, now: datetime) -> None:
    """Refuse adoption by consensus while comments are awaited or an objection stands."""
    rights.chair(actor, minutes.chair, "declare the minutes adopted")
    require(minutes, Stage.CIRCULATED, "be adopted by consensus")
    ends = comments_end(minutes)
    if now < ends.at:
        raise WrongStateError(f"parties may comment until {ends}; adopt afterwards")
    check_no_objection(minutes)


def check_no_objection(minutes: Minutes) -> None:
    if minutes.objections:
        parties = ", ".join(objection.party for objection in minutes.objections)
        raise WrongStateError(
            f"there is no consensus: {parties} objects; reword the text, or have it lifted"
        )


def evolve(minutes: Minutes, event: Event) -> Minutes:
    """The minutes after an event of this service."""
    change: dict[str, object]
    match event:
        case MinutesCirculated():
            change = {
                "stage": Stage.CIRCULATED,
                "circulated": event.revision + 1,
                "comments_until": event.comments_until,
            }
        case MinutesCommented():
            said = Comment(id=event.comment, party=event.party, item=event.item, text=event.text)
            change = {"comments": (*minutes.comments, said)}
        case MinutesObjected():
            objected = Objection(party=event.party, text=event.text)
            change = {"objections": (*objections_but(minutes, event.party), objected)}
        case ObjectionLifted():
            change = {"objections": objections_but(minutes, event.party)}
        case MinutesTakenBack():
            change = {"stage": Stage.DRAFT}
        case SilenceStarted():
            change = {"stage": Stage.SILENCE, "silence": event.silence}
        case SilenceBroken():
            change = {"stage": Stage.DRAFT, "silence": None}
        case MinutesAdopted():
            change = {"stage": Stage.ADOPTED, "symbol": event.symbol}
        case _:
            raise TypeError(f"no minutes change by {event.type}")
    return minutes.model_copy(update=change)


def comments_end(minutes: Minutes) -> Moment:
    """When parties have commented on circulated minutes, in the zone of the meeting."""
    assert minutes.comments_until is not None
    return Moment.of(minutes.comments_until, minutes.opens.zone)


def objections_but(minutes: Minutes, party: str) -> tuple[Objection, ...]:
    return tuple(objection for objection in minutes.objections if objection.party != party)


def check_decision(
    decision: DecisionText,
    mechanism: str,
    parties: tuple[str, ...],
    known: set[str],
    since: Moment,
) -> None:
    """Refuse a decision that asks a stranger, asks for yesterday, or leads nowhere.

    `known` are the ids of all mechanisms; `since` is the day that due dates may not precede.
    """
    for assignment in decision.assignments:
        if assignment.party not in parties:
            raise UnacceptableError(
                f"{assignment.party} is no party of {mechanism}; these are: {', '.join(parties)}"
            )
        if assignment.due is not None and assignment.due < since.wall.date():
            raise UnacceptableError(
                f"{assignment.due} lies before {since.wall.date()}; choose a later due date"
            )
        if assignment.due is not None and assignment.due.year == date.max.year:
            raise UnacceptableError(f"{assignment.due} is out of the calendar; check the year")
    if decision.refer_to == mechanism or decision.refer_to not in {None, *known}:
        raise UnacceptableError(
            f"a decision is referred to another mechanism, and {decision.refer_to} is none"
        )
    concluded = [conclusion.obligation for conclusion in decision.concludes]
    for conclusion in decision.concludes:
        if concluded.count(conclusion.obligation) > 1 or conclusion.state is ObligationState.OPEN:
            raise UnacceptableError(
                f"{conclusion.obligation} is concluded twice, or as open; say once where it stands"
            )
        if conclusion.obligation not in decision.serves:
            raise UnacceptableError(
                f"{conclusion.obligation} is concluded but not served; add it to `serves`"
            )


def require(minutes: Minutes, stage: Stage, what: str) -> None:
    if minutes.stage is Stage.ADOPTED:
        raise WrongStateError(
            f"{minutes.symbol} is adopted and never changes; issue a corrigendum instead"
        )
    if minutes.stage is not stage:
        raise WrongStateError(
            f"the minutes are {IN_WORDS[minutes.stage]}, and must be {IN_WORDS[stage]} to {what}"
        )


def require_draft(minutes: Minutes, actor: Actor) -> None:
    rights.secretary(actor, "change the draft minutes")
    require(minutes, Stage.DRAFT, "be changed")


def require_open_text(minutes: Minutes) -> None:
    if minutes.stage is Stage.SILENCE:
        raise WrongStateError(
            f"the minutes are under silence; break it by POST /api/v1/silence-procedures/"
            f"{minutes.silence}/objection before it expires"
        )
    if minutes.stage is not Stage.DRAFT:
        require(minutes, Stage.CIRCULATED, "take a party's position")


def find_entry(minutes: Minutes, item: str) -> Entry:
    for entry in minutes.entries:
        if entry.item == item:
            return entry
    raise NotFoundError(f"the minutes of {minutes.id} have no item {item}")


def find_decision(minutes: Minutes, key: str) -> tuple[Entry, DraftDecision]:
    for entry in minutes.entries:
        for decision in entry.decisions:
            if decision.id == key:
                return entry, decision
    raise NotFoundError(f"the minutes of {minutes.id} have no draft decision {key}")


def with_entry(minutes: Minutes, entry: Entry) -> Minutes:
    entries = tuple(entry if old.item == entry.item else old for old in minutes.entries)
    return minutes.model_copy(update={"entries": entries})


def with_decision(minutes: Minutes, entry: Entry, decision: DraftDecision) -> Minutes:
    decisions = tuple(decision if old.id == decision.id else old for old in entry.decisions)
    return with_entry(minutes, entry.model_copy(update={"decisions": decisions}))


def postponed(minutes: Minutes, item: str) -> Minutes:
    """The minutes with an item marked as left to the next meeting."""
    entry = find_entry(minutes, item)
    return with_entry(minutes, entry.model_copy(update={"postponed": True, "decisions": ()}))
