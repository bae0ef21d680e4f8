"""A plan of a year: made, proposed, and accepted in parts or dismissed.

making ─► proposed ─► accepted
   │          └─────► dismissed
   └────► failed
"""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Self

from pydantic import Field, model_validator

from events.event import Event, Fact
from events.moments import Instant
from events.plans import (
    LeftOut,
    Moved,
    PlanAsked,
    PlanDismissed,
    PlanFailed,
    Planned,
    PlanPartAccepted,
    YearPlanned,
)
from events.vocabulary import Actor, Identifier
from services import rights
from services.planning.rules.reading import Outcome
from services.planning.rules.wanted import Wanted
from services.refusals import WrongStateError
from services.state import State
from services.working_time.public_holidays import HOLIDAY_DATA

USUAL_WORK = 4.0


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

    `accepted` are bodies.
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
    reason: str | None = None

    @property
    def number(self) -> int:
        """Its running number in the year."""
        return int(self.id.rpartition("-")[2])

    @property
    def open_parts(self) -> tuple[Identifier, ...]:
        """The bodies with dates that nobody has accepted yet."""
        bodies = dict.fromkeys(one.mechanism for one in self.meetings if not one.firm)
        return tuple(body for body in bodies if body not in self.accepted)


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


LONG_AGO = datetime(1, 1, 1, tzinfo=UTC)


def waiting(plan: Plan) -> tuple[datetime, int, int]:
    """By which the plans stand in line: when they were asked for, then their year and number."""
    return plan.asked or LONG_AGO, plan.year, plan.number


def dismiss(plan: Plan, *, reason: str, actor: Actor) -> list[Event]:
    """Give up what was not accepted."""
    rights.secretary(actor, "dismiss a plan")
    require(plan, Stage.PROPOSED, "be dismissed")
    return [PlanDismissed(mechanism=plan.mechanism, plan=plan.id, reason=reason)]


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
            after = plan.model_copy(update={"accepted": (*plan.accepted, event.mechanism)})
            stage = plan.stage if after.open_parts else Stage.ACCEPTED
            return after.model_copy(update={"stage": stage})
        case PlanDismissed():
            return plan.model_copy(update={"stage": Stage.DISMISSED, "reason": event.reason})
        case _:
            raise TypeError(f"no plan changes by {event.type}")


def require(plan: Plan, stage: Stage, what: str) -> None:
    if plan.stage is not stage:
        raise WrongStateError(f"{plan.id} is {plan.stage}, and must be {stage} to {what}")
