"""What one party owes because of a decision, until it is accepted.

    open ──► reported ──► accepted
     │ ▲        │ returned
     ▼ └────────┘
    overdue ──► escalated        any of them ──► withdrawn

A due date is a whole day where the party is: it ends at midnight in the zone of its capital. At
that instant a follow-up without a report is overdue; `escalation_days` later it goes to the parent
body. The top body has no parent: there it stays overdue. A report is taken at any time before
acceptance.
"""

import zoneinfo
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from events.decisions import Assignment, DecisionAdopted
from events.event import Event, Fact
from events.followups import (
    FollowUpAccepted,
    FollowUpEscalated,
    FollowUpExtended,
    FollowUpOpened,
    FollowUpOverdue,
    FollowUpReminded,
    FollowUpReported,
    FollowUpReturned,
    FollowUpWithdrawn,
)
from events.mechanisms import MechanismRegistered
from events.moments import Moment
from events.vocabulary import Actor, Identifier, ObligationId, Symbol
from services import rights
from services.refusals import NotAllowedError, UnacceptableError, WrongStateError
from services.state import State

DAY = timedelta(days=1)
LONGEST = timedelta(days=3653)


class Stage(StrEnum):
    """Where a follow-up stands."""

    OPEN = "open"
    REPORTED = "reported"
    ACCEPTED = "accepted"
    OVERDUE = "overdue"
    ESCALATED = "escalated"
    WITHDRAWN = "withdrawn"


FINAL = (Stage.ACCEPTED, Stage.WITHDRAWN)
AWAITING_REPORT = (Stage.OPEN, Stage.OVERDUE, Stage.ESCALATED)


class Report(Fact):
    """What the party says it did."""

    id: Identifier
    text: str
    evidence: str | None


class FollowUp(State):
    """One party's task. `ends` is the instant at which its due day is over where the party is."""

    decision: Symbol
    party: Identifier
    task: str
    serves: tuple[ObligationId, ...]
    due: date
    zone: str
    reminder_days: int
    escalation_days: int
    parent: Identifier | None
    stage: Stage = Stage.OPEN
    reports: tuple[Report, ...] = ()
    escalated_to: Identifier | None = None

    @property
    def ends(self) -> datetime:
        return end_of_day(self.due, self.zone)

    @property
    def reminder_at(self) -> datetime:
        return self.ends - self.reminder_days * DAY

    @property
    def escalation_at(self) -> datetime:
        return self.ends + self.escalation_days * DAY


def end_of_day(day: date, zone: str) -> datetime:
    """The instant (UTC) at which `day` is over in `zone`."""
    midnight = datetime.combine(day + DAY, time(), zoneinfo.ZoneInfo(zone))
    return Moment.of(midnight, zone).at


def from_decision(event: DecisionAdopted, body: MechanismRegistered, now: datetime) -> list[Event]:
    """One follow-up for each thing that a party was asked to do."""
    zones = {party.id: party.zone for party in body.parties}
    return [
        FollowUpOpened(
            mechanism=event.mechanism,
            follow_up=key,
            decision=event.symbol,
            party=assignment.party,
            task=assignment.task,
            due=assignment.due or due_by_rules(now, body, zones[assignment.party]),
            serves=event.decision.serves,
        )
        for key, assignment in keyed(event)
    ]


def keyed(event: DecisionAdopted) -> list[tuple[str, Assignment]]:
    """Each assignment with its follow-up's id: the decision, the party, and -2, -3 … after it."""
    *_, year, _, number = event.symbol.split("/")
    times: dict[str, int] = {}
    keys = []
    for assignment in event.decision.assignments:
        times[assignment.party] = times.get(assignment.party, 0) + 1
        again = f"-{times[assignment.party]}" if times[assignment.party] > 1 else ""
        key = f"{event.mechanism}-{year}-d{number}-{assignment.party}{again}"
        keys.append((key, assignment))
    return keys


def due_by_rules(now: datetime, body: MechanismRegistered, zone: str) -> date:
    return (Moment.of(now, zone).wall + body.rules.follow_up_days * DAY).date()


def begin(event: FollowUpOpened, body: MechanismRegistered) -> FollowUp:
    """The follow-up that a decision brings into being, under the rules of its mechanism."""
    zones = {party.id: party.zone for party in body.parties}
    return FollowUp(
        id=event.follow_up,
        mechanism=event.mechanism,
        decision=event.decision,
        party=event.party,
        task=event.task,
        serves=event.serves,
        due=event.due,
        zone=zones[event.party],
        reminder_days=body.rules.reminder_days,
        escalation_days=body.rules.escalation_days,
        parent=body.parent,
    )


def report(follow_up: FollowUp, *, text: str, evidence: str | None, actor: Actor) -> list[Event]:
    """The responsible party says what it did."""
    if actor.party != follow_up.party:
        raise NotAllowedError(
            f"only {follow_up.party}, whose task it is, may report; you act as {actor}"
        )
    if follow_up.stage not in AWAITING_REPORT:
        raise WrongStateError(f"{follow_up.id} is {follow_up.stage}; no report is awaited")
    return [
        FollowUpReported(
            mechanism=follow_up.mechanism,
            follow_up=follow_up.id,
            report=f"{follow_up.id}.r{len(follow_up.reports) + 1}",
            party=follow_up.party,
            text=text,
            evidence=evidence,
        )
    ]


def accept(follow_up: FollowUp, *, chair: str | None, actor: Actor) -> list[Event]:
    """The secretary or the chair finds the report good; nothing more is owed."""
    last = awaiting_judgement(follow_up, chair, actor)
    return [FollowUpAccepted(mechanism=follow_up.mechanism, follow_up=follow_up.id, report=last.id)]


def give_back(
    follow_up: FollowUp, *, reason: str, chair: str | None, actor: Actor, now: datetime
) -> list[Event]:
    """The report is returned; the task is owed again, and overdue at once if its day is over."""
    last = awaiting_judgement(follow_up, chair, actor)
    returned = FollowUpReturned(
        mechanism=follow_up.mechanism, follow_up=follow_up.id, report=last.id, reason=reason
    )
    return [returned, *([overdue_event(follow_up)] if now >= follow_up.ends else [])]


def awaiting_judgement(follow_up: FollowUp, chair: str | None, actor: Actor) -> Report:
    """The report to be judged, by the secretary or by `chair`, who presides in the mechanism."""
    rights.chair(actor, chair, "judge a report")
    if actor.party == follow_up.party:
        raise NotAllowedError(f"{actor.party} does not judge its own report; the secretary does")
    if follow_up.stage is not Stage.REPORTED:
        raise WrongStateError(f"{follow_up.id} is {follow_up.stage}; there is no report to judge")
    return follow_up.reports[-1]


def extend(
    follow_up: FollowUp, *, due: date, reason: str, actor: Actor, now: datetime
) -> list[Event]:
    """Put the due date off; what was overdue is open again."""
    rights.secretary(actor, "extend a due date")
    if follow_up.stage not in AWAITING_REPORT:
        raise WrongStateError(f"{follow_up.id} is {follow_up.stage}; its date matters no more")
    if due - now.date() > LONGEST:
        raise UnacceptableError(f"{due} is more than ten years ahead; choose an earlier day")
    if due <= follow_up.due or end_of_day(due, follow_up.zone) <= now:
        raise UnacceptableError(
            f"the due date is {follow_up.due}; an extension names a later day that is not over"
        )
    return [
        FollowUpExtended(
            mechanism=follow_up.mechanism,
            follow_up=follow_up.id,
            party=follow_up.party,
            due=due,
            reason=reason,
        )
    ]


def withdraw(follow_up: FollowUp, *, reason: str, actor: Actor) -> list[Event]:
    """Release the party from its task."""
    rights.secretary(actor, "withdraw a follow-up")
    if follow_up.stage in FINAL:
        raise WrongStateError(f"{follow_up.id} is {follow_up.stage} already")
    return [FollowUpWithdrawn(mechanism=follow_up.mechanism, follow_up=follow_up.id, reason=reason)]


def remind(follow_up: FollowUp) -> list[Event]:
    """The due date is near."""
    if follow_up.stage is not Stage.OPEN:
        return []
    return [
        FollowUpReminded(
            mechanism=follow_up.mechanism,
            follow_up=follow_up.id,
            party=follow_up.party,
            due=follow_up.due,
        )
    ]


def day_is_over(follow_up: FollowUp) -> list[Event]:
    """The due day has ended."""
    return [overdue_event(follow_up)] if follow_up.stage is Stage.OPEN else []


def overdue_event(follow_up: FollowUp) -> Event:
    return FollowUpOverdue(
        mechanism=follow_up.mechanism,
        follow_up=follow_up.id,
        party=follow_up.party,
        due=follow_up.due,
    )


def escalate(follow_up: FollowUp) -> list[Event]:
    """It stayed overdue: the parent body is to take note."""
    if follow_up.stage is not Stage.OVERDUE or follow_up.parent is None:
        return []
    return [
        FollowUpEscalated(
            mechanism=follow_up.mechanism,
            follow_up=follow_up.id,
            party=follow_up.party,
            task=follow_up.task,
            to=follow_up.parent,
            due=follow_up.due,
            serves=follow_up.serves,
        )
    ]


def evolve(follow_up: FollowUp, event: Event) -> FollowUp:
    """The follow-up after `event`."""
    change: dict[str, object]
    match event:
        case FollowUpReported():
            said = Report(id=event.report, text=event.text, evidence=event.evidence)
            change = {"stage": Stage.REPORTED, "reports": (*follow_up.reports, said)}
        case FollowUpAccepted():
            change = {"stage": Stage.ACCEPTED}
        case FollowUpReturned():
            change = {"stage": Stage.OPEN}
        case FollowUpOverdue():
            change = {"stage": Stage.OVERDUE}
        case FollowUpEscalated():
            change = {"stage": Stage.ESCALATED, "escalated_to": event.to}
        case FollowUpExtended():
            change = {"stage": Stage.OPEN, "due": event.due}
        case FollowUpWithdrawn():
            change = {"stage": Stage.WITHDRAWN}
        case FollowUpReminded():
            change = {}
        case _:
            raise TypeError(f"no follow-up changes by {event.type}")
    return follow_up.model_copy(update=change)
