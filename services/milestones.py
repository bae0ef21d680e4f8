"""What is due because of a meeting's date: by which rule, whose it is, and how it stands.

Shared and pure. Before the meeting days are counted back from its beginning; after it, on from its
end, each step from the one before it. No source names who owes what: it follows from who may do it.
"""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field

from events.mechanisms import MilestoneKind, Rules
from events.meetings import Milestone
from events.moments import Instant, Moment, Span, written
from services.icalendar.clocks import on_clocks
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
SETTINGS = {**BEFORE, **AFTER, MilestoneKind.SILENCE: "silence_hours"}
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


NOTED_BY_HAND = frozenset(
    {MilestoneKind.NOMINATIONS, MilestoneKind.DOCUMENTS, MilestoneKind.TRANSLATION}
)
"""What no program sees being done, so that somebody has to say it."""


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
    rule: str = Field(examples=["30 days before the beginning"])
    setting: str = Field(description="Of the rules of procedure", examples=["proposals_days"])
    owner: str = Field(examples=["each delegation"])
    met: Instant | None
    kept: bool = Field(
        description="It was met before the meeting moved: due, and the rule, are of the date then"
    )
    late: bool = Field(description="It was past already when the date was fixed")
    reason: str | None = Field(description="Why it was counted anew, where it was")

    @property
    def shown(self) -> Moment:
        """When it is due on clocks of today, though its zone had other rules when it was set."""
        return on_clocks(self.due)


def deadlines(
    milestones: Sequence[Milestone],
    rules: Rules,
    span: Span,
    *,
    now: datetime,
    begun: bool = False,
    cancelled: bool = False,
    reason: str | None = None,
) -> list[Deadline]:
    """The deadlines of a meeting that has `begun` or not, or is `cancelled`, as they stand.

    All are in the zone of its `span`, though it may have moved from another one. `reason` is why
    they were last counted, where they were counted anew.
    """
    bases, zone = counted_by(milestones, span), span.starts.zone
    found = []
    for one in milestones:
        standing = standing_of(one, now, begun=begun, cancelled=cancelled)
        kept = one.met is not None and one.counted_from not in {None, bases[one.kind]}
        found.append(
            Deadline(
                kind=one.kind,
                due=one.due if one.due.zone == zone else Moment.of(one.due.at, zone),
                standing=standing,
                said=words(one, standing, now),
                rule=rule_of(one.kind, rules, one.counted_from if kept else None),
                setting=SETTINGS[one.kind],
                owner=OWNERS[one.kind],
                met=one.met,
                kept=kept,
                late=one.late,
                reason=None if kept else reason,
            )
        )
    return found


def counted_by(milestones: Sequence[Milestone], span: Span) -> dict[MilestoneKind, Moment]:
    """What each kind is counted from by the date that the meeting has."""
    dues = {one.kind: one.due for one in milestones}
    minutes = dues.get(MilestoneKind.MINUTES, span.ends)
    return {
        **dict.fromkeys(BEFORE, span.starts),
        MilestoneKind.MINUTES: span.ends,
        MilestoneKind.COMMENTS: minutes,
        MilestoneKind.SILENCE: dues.get(MilestoneKind.COMMENTS, minutes),
    }


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
            if late <= 0:
                return "met"
            return "met; past when it was set" if one.late else f"met {counted(late, 'day')} late"
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


def rule_of(kind: MilestoneKind, rules: Rules, day: Moment | None = None) -> str:
    """The rule of procedure in words; by `day`, where that is not what it is counted from now."""
    after = f"after {written(day.wall) if day else AFTER_WHAT.get(kind)}"
    if kind is MilestoneKind.SILENCE:
        return f"{counted(rules.silence_hours, 'hour')} {after}"
    unit = "working day" if kind in rules.working_days else "day"
    before = f"before {written(day.wall) if day else 'the beginning'}"
    days = counted(getattr(rules, SETTINGS[kind]), unit)
    return f"{days} {before if kind in BEFORE else after}"
