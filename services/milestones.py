"""What is due because of a meeting's date: by which rule, whose it is, and how it stands.

Shared and pure. Before the meeting days are counted back from its beginning; after it, on from its
end, each step from the one before it. No source names who owes what: it follows from who may do it.
"""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field

from events.mechanisms import MilestoneKind, Rules
from events.meetings import Milestone
from events.moments import Instant, Moment
from services.quantities import counted

BEFORE = {
    MilestoneKind.INVITATION: "notice_days",
    MilestoneKind.NOMINATIONS: "nomination_days",
    MilestoneKind.PROPOSALS: "proposals_days",
    MilestoneKind.DOCUMENTS: "document_days",
    MilestoneKind.TRANSLATION: "translation_days",
    MilestoneKind.PROVISIONAL_AGENDA: "circulation_days",
}
AFTER = {MilestoneKind.MINUTES: "minutes_days", MilestoneKind.COMMENTS: "comment_days"}
AFTER_WHAT = {
    MilestoneKind.MINUTES: "the end",
    MilestoneKind.COMMENTS: "the draft minutes",
    MilestoneKind.SILENCE: "the last day for comments",
}
OWNERS = {
    MilestoneKind.INVITATION: "the secretary",
    MilestoneKind.NOMINATIONS: "each delegation",
    MilestoneKind.PROPOSALS: "each delegation",
    MilestoneKind.DOCUMENTS: "whoever proposed an item",
    MilestoneKind.TRANSLATION: "the secretary",
    MilestoneKind.PROVISIONAL_AGENDA: "the secretary",
    MilestoneKind.MINUTES: "the secretary",
    MilestoneKind.COMMENTS: "each delegation",
    MilestoneKind.SILENCE: "each delegation",
}


class Standing(StrEnum):
    """How a deadline stands; `unnoted`: the meeting began, and nobody has said that it was met."""

    MET = "met"
    DUE = "due"
    OVERDUE = "overdue"
    UNNOTED = "unnoted"
    VOID = "void"


class Deadline(BaseModel):
    """One thing that is due, the rule that it follows from, who owes it, and how it stands."""

    model_config = ConfigDict(frozen=True)

    kind: MilestoneKind
    due: Moment
    standing: Standing
    said: str = Field(description="How it stands, in words", examples=["overdue by 3 days"])
    rule: str = Field(examples=["30 days before the beginning (proposals_days)"])
    owner: str = Field(examples=["each delegation"])
    met: Instant | None
    late: bool = Field(description="It was past already when the date was fixed")


def deadlines(
    milestones: Iterable[Milestone],
    rules: Rules,
    *,
    now: datetime,
    begun: bool = False,
    cancelled: bool = False,
) -> list[Deadline]:
    """The deadlines of a meeting that has `begun` or not, or is `cancelled`, as they stand."""
    found = []
    for one in milestones:
        standing = standing_of(one, now, begun=begun, cancelled=cancelled)
        found.append(
            Deadline(
                kind=one.kind,
                due=one.due,
                standing=standing,
                said=words(one, standing, now),
                rule=rule_of(one.kind, rules),
                owner=OWNERS[one.kind],
                met=one.met,
                late=one.late,
            )
        )
    return found


def standing_of(one: Milestone, now: datetime, *, begun: bool, cancelled: bool) -> Standing:
    if one.met is not None:
        return Standing.MET
    if cancelled:
        return Standing.VOID
    if begun and one.kind in BEFORE:
        return Standing.UNNOTED
    return Standing.DUE if one.due.at > now else Standing.OVERDUE


def words(one: Milestone, standing: Standing, now: datetime) -> str:
    """The standing as people say it; days are those between the dates in the meeting's zone."""
    match standing:
        case Standing.MET:
            assert one.met is not None
            late = days_between(one.due.at, one.met, one.due.zone)
            return f"met {counted(late, 'day')} late" if late > 0 else "met"
        case Standing.VOID:
            return "not due any more"
        case Standing.UNNOTED:
            return "never noted as met"
        case Standing.DUE:
            ahead = days_between(now, one.due.at, one.due.zone)
            return f"due in {counted(ahead, 'day')}" if ahead else "due today"
        case Standing.OVERDUE:
            since = days_between(one.due.at, now, one.due.zone)
            by = f"overdue by {counted(since, 'day')}" if since else "overdue since today"
            return f"{by}; past when it was set" if one.late else by


def days_between(first: datetime, last: datetime, zone: str) -> int:
    return (Moment.of(last, zone).wall.date() - Moment.of(first, zone).wall.date()).days


def rule_of(kind: MilestoneKind, rules: Rules) -> str:
    """The rule of procedure in words, with the name of its setting."""
    if kind is MilestoneKind.SILENCE:
        return f"{counted(rules.silence_hours, 'hour')} after {AFTER_WHAT[kind]} (silence_hours)"
    setting = BEFORE.get(kind) or AFTER[kind]
    days = getattr(rules, setting)
    unit = "working day" if kind in rules.working_days else "day"
    where = "before the beginning" if kind in BEFORE else f"after {AFTER_WHAT[kind]}"
    return f"{counted(days, unit)} {where} ({setting})"
