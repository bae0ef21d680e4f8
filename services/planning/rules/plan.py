"""A plan of a year: made, proposed, and accepted in parts or dismissed.

making ─► proposed ─► accepted ─► proposed, where a date of it is dropped
   │          └─────► dismissed
   └────► failed
"""

from collections.abc import Collection
from datetime import UTC, datetime
from enum import StrEnum
from typing import Self

from pydantic import Field, model_validator

from events.event import Event, Fact
from events.meetings import MeetingHandedOver
from events.moments import Instant
from events.plans import (
    LeftOut,
    Moved,
    PlanAsked,
    PlanDateDropped,
    PlanDismissed,
    PlanFailed,
    Planned,
    PlanPartAccepted,
    YearPlanned,
)
from events.vocabulary import Actor, Identifier
from services import rights
from services.naming import meetings_in, names_one
from services.planning.rules.reading import Outcome
from services.planning.rules.telling import OVERTAKEN, Words
from services.planning.rules.wanted import Wanted
from services.refusals import WrongStateError
from services.rotation import Rotation
from services.state import State
from services.working_time.public_holidays import HOLIDAY_DATA

USUAL_WORK = 4.0
LONG_AGO = datetime(1, 1, 1, tzinfo=UTC)


class Stage(StrEnum):
    """Where a plan stands."""

    MAKING = "making"
    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    DISMISSED = "dismissed"
    FAILED = "failed"


class Pains(Fact):
    """How long to look: an amount of `work`, after which the plan is always the same, or `seconds`.

    A unit of work is, very roughly, a second of two cores.
    """

    seed: int = Field(default=0, ge=0, le=2**31 - 1)
    work: float | None = Field(default=None, gt=0, le=600, examples=[4])
    seconds: float | None = Field(default=None, gt=0, le=600)

    @model_validator(mode="after")
    def says_one_of_them(self) -> Self:
        if self.work is not None and self.seconds is not None:
            raise ValueError("say either how much work to do or how many seconds to look")
        return self


class Plan(State):
    """One plan of one year, asked for `by` somebody; `mechanism` is the body at the top.

    `accepted` are bodies, `taken` single meetings of others; `dropped` are meetings whose dates
    were accepted and did not hold, and why: they may be accepted again.
    """

    year: int
    pains: Pains
    wanted: Wanted
    based_on: Identifier | None = None
    asked: Instant | None = None
    by: Actor | None = None
    stage: Stage = Stage.MAKING
    meetings: tuple[Planned, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    moved: tuple[Moved, ...] = ()
    cost: int | None = None
    proven: bool = False
    interrupted: bool = False
    holiday_data: str | None = None
    accepted: tuple[Identifier, ...] = ()
    taken: tuple[Identifier, ...] = ()
    dropped: dict[Identifier, str] = {}
    reason: str | None = None

    @property
    def number(self) -> int:
        """Its running number in the year."""
        return int(self.id.rpartition("-")[2])

    @property
    def mentions(self) -> tuple[str, ...]:
        return (
            *(one.meeting for one in self.meetings),
            *(one.meeting for one in self.left_out),
            *(one.meeting for one in self.moved),
            *self.named,
        )

    @property
    def of_other_years(self) -> set[str]:
        """The meetings of the years before and after that reasons tell of."""
        years = {self.year - 1, self.year + 1}
        return {id_ for id_ in self.named if int(id_.split("-")[-2]) in years}

    @property
    def named(self) -> tuple[str, ...]:
        """The meetings that reasons tell of."""
        broken = [each for one in self.meetings for each in one.broken]
        return meetings_in(
            (
                *(each.text for each in broken),
                *(each.let_stand for each in broken),
                *(one.because for one in self.left_out),
                *(one.because for one in self.moved),
                *self.dropped.values(),
            )
        )

    def without(self, hidden: Collection[str]) -> Self:
        """With the time that restricted meetings had already, and without words that name them."""
        if not hidden:
            return self
        standing = {one.meeting for one in self.meetings if one.firm and one.meeting in hidden}
        standing |= self.of_other_years & set(hidden)
        words = Words(self.wanted, standing, secret=set(hidden) - standing)
        meetings = tuple(
            words.planned(one, shown=one.meeting not in hidden)
            for one in self.meetings
            if one.firm or one.meeting not in hidden
        )
        left_out = (one for one in self.left_out if one.meeting not in hidden)
        moved = (one for one in self.moved if one.meeting not in hidden)
        update: dict[str, object] = {
            "wanted": Wanted(),
            "meetings": meetings,
            "left_out": tuple(words.left_out(one, self.year) for one in left_out),
            "moved": tuple(map(words.moved, moved)),
            "taken": tuple(id_ for id_ in self.taken if id_ not in hidden),
            "dropped": {
                id_: OVERTAKEN if names_one(why, hidden) else why
                for id_, why in self.dropped.items()
                if id_ not in hidden
            },
            "cost": None if self.cost is None else sum(one.cost for one in meetings),
        }
        return self.model_copy(update=update)

    @property
    def covers(self) -> frozenset[Identifier]:
        """The meetings that it has a date for, and those that it leaves out."""
        dated = (one.meeting for one in self.meetings)
        return frozenset((*dated, *(one.meeting for one in self.left_out)))

    @property
    def open_parts(self) -> tuple[Identifier, ...]:
        """The bodies with dates that nobody has accepted yet."""
        return tuple(dict.fromkeys(one.mechanism for one in self.open))

    @property
    def open(self) -> tuple[Planned, ...]:
        """The meetings whose dates nobody has accepted yet."""
        return tuple(one for one in self.meetings if not one.firm and not self.has_accepted(one))

    def has_firm(self, meeting: str) -> bool:
        """Whether delegations knew of the date that it has the meeting on."""
        return any(one.firm for one in self.meetings if one.meeting == meeting)

    def has_accepted(self, one: Planned) -> bool:
        return one.mechanism in self.accepted or one.meeting in self.taken


def propose(plan: Plan, outcome: Outcome, *, interrupted: bool) -> list[Event]:
    """What the search has found."""
    return [
        YearPlanned(
            mechanism=plan.mechanism,
            plan=plan.id,
            year=plan.year,
            meetings=outcome.meetings,
            left_out=outcome.left_out,
            moved=outcome.moved,
            cost=outcome.cost,
            proven=outcome.proven,
            interrupted=interrupted,
            holiday_data=HOLIDAY_DATA,
        )
    ]


def fail(plan: Plan, reason: str) -> list[Event]:
    return [PlanFailed(mechanism=plan.mechanism, plan=plan.id, reason=reason)]


def waiting(plan: Plan) -> tuple[datetime, int, int]:
    """By which the plans stand in line: when they were asked for, then their year and number."""
    return plan.asked or LONG_AGO, plan.year, plan.number


def dismiss(plan: Plan, *, reason: str, actor: Actor) -> list[Event]:
    """Give up what was not accepted."""
    rights.secretary(actor, "dismiss a plan")
    require(plan, Stage.PROPOSED, "be dismissed")
    return [PlanDismissed(mechanism=plan.mechanism, plan=plan.id, reason=reason)]


def drop(plan: Plan, event: MeetingHandedOver, turns: Rotation) -> PlanDateDropped:
    """The date was for a host that has declined."""
    host, before = turns.name(event.turn.host), turns.name(event.party)
    return PlanDateDropped(
        mechanism=event.mechanism,
        plan=plan.id,
        meeting=event.meeting,
        because=f"{host} hosts it, and no longer {before}: {event.turn.because}",
    )


def begin(event: PlanAsked, pains: Pains, wanted: Wanted, *, by: Actor, now: datetime) -> Plan:
    return Plan(
        id=event.plan,
        mechanism=event.mechanism,
        year=event.year,
        pains=pains,
        wanted=wanted,
        based_on=event.based_on,
        asked=now,
        by=by,
    )


def evolve(plan: Plan, event: Event) -> Plan:
    """The plan after `event`."""
    match event:
        case YearPlanned():
            facts = event.model_dump(exclude={"mechanism", "plan", "year"})
            return Plan.model_validate({**plan.model_dump(), **facts, "stage": Stage.PROPOSED})
        case PlanFailed():
            return plan.model_copy(update={"stage": Stage.FAILED, "reason": event.reason})
        case PlanPartAccepted():
            return after_part(plan, event)
        case PlanDateDropped():
            return after_drop(plan, event)
        case PlanDismissed():
            return plan.model_copy(update={"stage": Stage.DISMISSED, "reason": event.reason})
        case _:
            raise TypeError(f"no plan changes by {event.type}")


def after_part(plan: Plan, event: PlanPartAccepted) -> Plan:
    """The body is accepted with the last of its meetings."""
    now = {one.meeting: one for one in event.meetings}
    after = plan.model_copy(
        update={
            "meetings": tuple(now.get(one.meeting, one) for one in plan.meetings),
            "taken": (*plan.taken, *now),
            "dropped": {id_: why for id_, why in plan.dropped.items() if id_ not in now},
        }
    )
    if event.mechanism not in after.open_parts:
        own = {one.meeting for one in plan.meetings if one.mechanism == event.mechanism}
        rest = tuple(id_ for id_ in after.taken if id_ not in own)
        accepted = (*plan.accepted, event.mechanism)
        after = after.model_copy(update={"accepted": accepted, "taken": rest})
    stage = plan.stage if after.open else Stage.ACCEPTED
    return after.model_copy(update={"stage": stage})


def after_drop(plan: Plan, event: PlanDateDropped) -> Plan:
    """One date of the body is open again, and the others stay as they were accepted."""
    own = [one for one in plan.meetings if one.mechanism == event.mechanism and not one.firm]
    kept = tuple(one.meeting for one in own if plan.has_accepted(one))
    rest = tuple(id_ for id_ in plan.taken if id_ not in kept)
    loose = tuple(
        one.model_copy(update={"firm": False}) if one.meeting == event.meeting else one
        for one in plan.meetings
    )
    return plan.model_copy(
        update={
            "stage": Stage.PROPOSED if plan.stage is Stage.ACCEPTED else plan.stage,
            "meetings": loose,
            "accepted": tuple(body for body in plan.accepted if body != event.mechanism),
            "taken": (*rest, *(id_ for id_ in kept if id_ != event.meeting)),
            "dropped": {**plan.dropped, event.meeting: event.because},
        }
    )


def require(plan: Plan, stage: Stage, what: str) -> None:
    if plan.stage is not stage:
        raise WrongStateError(f"{plan.id} is {plan.stage}; only a plan that is {stage} can {what}")
