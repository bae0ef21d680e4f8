"""Backward planning: from a meeting's date to all that is due because of it, by its rules.

Before the meeting, days are counted back from its beginning; after it, on from its end, each step
from the one before it.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from events.event import Event
from events.mechanisms import MilestoneKind, Rules
from events.meetings import Milestone, MilestonesMet, MilestonesSet
from events.moments import Moment, Span
from events.vocabulary import Actor
from services import rights
from services.icalendar.clocks import span_on_clocks
from services.milestones import AFTER, BEFORE
from services.refusals import UnacceptableError, WrongStateError
from services.scheduling.rules.meeting import Meeting
from services.working_time.calendar import Calendar
from services.working_time.counting import counted


def plan(
    meeting: Meeting, calendar: Calendar, *, now: datetime, reason: str | None = None
) -> list[Event]:
    """All that is due because of the meeting's date; `reason` is why it is planned anew."""
    return [
        MilestonesSet(
            mechanism=meeting.mechanism,
            meeting=meeting.id,
            milestones=milestones(meeting, calendar, now=now),
            reason=reason,
        )
    ]


def milestones(meeting: Meeting, calendar: Calendar, *, now: datetime) -> tuple[Milestone, ...]:
    """What is due when, in the order of time; what was met before stays as it was met.

    Nothing that follows the invitation is due before it. A last day for proposals that the date
    before had put into the past is none that came: proposals are taken again.
    """
    assert meeting.span is not None
    assert meeting.rules is not None
    done = {known.kind: known for known in meeting.milestones if stays(known)}
    first, *others = due(span_on_clocks(meeting.span), meeting.rules, calendar, meeting.turn.host)
    fresh = [first, *(not_before(first, one) for one in others)]
    return tuple(
        done.get(one.kind) or one.model_copy(update={"late": one.due.at <= now})
        for one in sorted(fresh, key=lambda one: one.due.at)
    )


def not_before(first: Milestone, one: Milestone) -> Milestone:
    return one.model_copy(update={"due": max(one.due, first.due, key=lambda due: due.at)})


def stays(known: Milestone) -> bool:
    """Whether it is done, whatever the date is by now."""
    shut = known.kind is MilestoneKind.PROPOSALS and known.late
    return known.met is not None and not shut


def due(span: Span, rules: Rules, calendar: Calendar, host: str) -> Iterator[Milestone]:
    """What is due when, in the zone of the meeting; the invitation first."""
    for kind, setting in BEFORE.items():
        when = counted(span.starts, -getattr(rules, setting), kind, rules, calendar, host)
        yield Milestone(kind=kind, due=when, counted_from=span.starts)
    base = span.ends
    for kind, setting in AFTER.items():
        when = counted(base, getattr(rules, setting), kind, rules, calendar, host)
        yield Milestone(kind=kind, due=when, counted_from=base)
        base = when
    ends = Moment.of(base.at + timedelta(hours=rules.silence_hours), base.zone)
    yield Milestone(kind=MilestoneKind.SILENCE, due=ends, counted_from=base)


def meet(meeting: Meeting, *kinds: MilestoneKind, actor: Actor, now: datetime) -> list[Event]:
    """Note that these are done; nothing for those that were noted before."""
    rights.secretary(actor, "note that a milestone is met")
    known = {one.kind: one for one in meeting.milestones}
    if not known:
        raise WrongStateError(f"{meeting.id} has no date, so nothing is due; convoke it first")
    for kind in kinds:
        if kind not in known:
            raise UnacceptableError(f"{kind} is not due for {meeting.id}")
    fresh = tuple(kind for kind in kinds if known[kind].met is None)
    if not fresh:
        return []
    return [MilestonesMet(mechanism=meeting.mechanism, meeting=meeting.id, kinds=fresh, at=now)]
