"""How minutes change: by what the meeting does, by what is published, and by work on the draft."""

from collections.abc import Callable
from typing import Any

from events.agendas import AgendaAdopted, AgendaItem, ItemKind, ItemPostponed
from events.decisions import CorrigendumIssued, DecisionAdopted
from events.event import Event
from events.meetings import (
    AttendanceRecorded,
    MeetingCancelled,
    MeetingClosed,
    MeetingOpened,
    MeetingRescheduled,
)
from events.minutes import (
    MinutesAdopted,
    MinutesCirculated,
    MinutesCommented,
    MinutesDrafted,
    MinutesReturned,
    SilenceBroken,
    SilenceStarted,
)
from services.minutes.rules import positions
from services.minutes.rules.changes import (
    Change,
    DecisionDrafted,
    DecisionRemoved,
    DecisionRevised,
    EntryWritten,
    ObjectionRaised,
    ObjectionWithdrawn,
    PositionAttached,
    PositionDetached,
)
from services.minutes.rules.minutes import (
    Comment,
    Draft,
    Entry,
    Minutes,
    Objection,
    RunningSilence,
    Stage,
)

MeetingEvent = (
    MeetingRescheduled
    | MeetingCancelled
    | MeetingOpened
    | AttendanceRecorded
    | MeetingClosed
    | AgendaAdopted
    | ItemPostponed
)


def evolve(minutes: Minutes, event: Event | Change) -> Minutes:
    """The minutes after `event`."""
    if isinstance(event, Change):
        change = by_work_on_the_draft(minutes, event)
    elif isinstance(event, MeetingEvent):
        change = by_the_meeting(minutes, event)
    else:
        change = by_publication(minutes, event)
    return minutes.model_copy(update=change)


def by_the_meeting(minutes: Minutes, event: MeetingEvent) -> dict[str, Any]:
    """What the minutes take over from their meeting, until they are adopted."""
    if minutes.stage is Stage.ADOPTED:
        return {}
    match event:
        case MeetingRescheduled():
            return {"span": event.span}
        case MeetingCancelled():
            return {"stage": Stage.WITHDRAWN}
        case MeetingOpened():
            return {"chair": event.chair, "attendance": event.attendance}
        case AttendanceRecorded():
            line = event.attendance
            others = [known for known in minutes.attendance if known.party != line.party]
            place = minutes.parties.index
            return {"attendance": tuple(sorted((*others, line), key=lambda x: place(x.party)))}
        case MeetingClosed():
            return {"attendance": event.attendance}
        case AgendaAdopted():
            return {"entries": tuple(blank_entry(item) for item in event.items)}
        case ItemPostponed():
            return on_entry(minutes, event.item, lambda _: {"postponed": event.reason})


def by_publication(minutes: Minutes, event: Event) -> dict[str, Any]:
    match event:
        case MinutesDrafted() | MinutesReturned():
            return {"stage": Stage.DRAFT, "comments_until": None}
        case SilenceBroken():
            return {"stage": Stage.DRAFT, "comments_until": None, "silence": None}
        case MinutesCirculated():
            return {
                "stage": Stage.CIRCULATED,
                "circulated": event.revision + 1,
                "comments_until": event.comments_until,
            }
        case MinutesCommented():
            said = Comment(id=event.comment, party=event.party, item=event.item, text=event.text)
            return {"comments": (*minutes.comments, said)}
        case SilenceStarted():
            return {"silence": RunningSilence(id=event.silence, expires=event.expires)}
        case MinutesAdopted():
            return {
                "stage": Stage.ADOPTED,
                "symbol": event.symbol,
                "mode": event.mode,
                "silence": None,
            }
        case DecisionAdopted():
            numbered = next(draft for draft in minutes.drafts if draft.symbol is None)
            return on_draft(minutes, numbered.id, lambda _: {"symbol": event.symbol})
        case CorrigendumIssued():
            return {"corrigenda": (*minutes.corrigenda, event.symbol)}
        case _:
            raise TypeError(f"no minutes change by {event.type}")


def by_work_on_the_draft(minutes: Minutes, change: Change) -> dict[str, Any]:
    match change:
        case EntryWritten():
            return on_entry(minutes, change.item, lambda _: {"summary": change.summary})
        case DecisionDrafted():
            new = Draft(id=change.draft, decision=change.decision)
            placed = on_entry(
                minutes, change.item, lambda entry: {"decisions": (*entry.decisions, new)}
            )
            return {**placed, "drafted": minutes.drafted + 1}
        case DecisionRevised():
            return on_draft(minutes, change.draft, lambda _: {"decision": change.decision})
        case DecisionRemoved():
            return {"entries": tuple(without_draft(e, change.draft) for e in minutes.entries)}
        case PositionAttached() | PositionDetached():
            return on_draft(
                minutes,
                change.draft,
                lambda draft: {"positions": positions.evolve(draft.positions, change)},
            )
        case ObjectionRaised():
            raised = Objection(party=change.party, text=change.text)
            return {"objections": (*objections_of_others(minutes, change.party), raised)}
        case ObjectionWithdrawn():
            return {"objections": objections_of_others(minutes, change.party)}
        case _:
            raise TypeError(f"no minutes change by {type(change).__name__}")


def blank_entry(item: AgendaItem) -> Entry:
    return Entry(
        item=item.item,
        number=item.number,
        title=item.title,
        substantial=item.kind is not ItemKind.STANDING,
    )


def on_entry(minutes: Minutes, item: str, how: Callable[[Entry], dict[str, Any]]) -> dict[str, Any]:
    return {
        "entries": tuple(
            entry.model_copy(update=how(entry)) if entry.item == item else entry
            for entry in minutes.entries
        )
    }


def on_draft(
    minutes: Minutes, draft: str, how: Callable[[Draft], dict[str, Any]]
) -> dict[str, Any]:
    return {
        "entries": tuple(
            entry.model_copy(
                update={
                    "decisions": tuple(
                        known.model_copy(update=how(known)) if known.id == draft else known
                        for known in entry.decisions
                    )
                }
            )
            for entry in minutes.entries
        )
    }


def without_draft(entry: Entry, draft: str) -> Entry:
    kept = tuple(known for known in entry.decisions if known.id != draft)
    return entry.model_copy(update={"decisions": kept})


def objections_of_others(minutes: Minutes, party: str) -> tuple[Objection, ...]:
    return tuple(known for known in minutes.objections if known.party != party)
