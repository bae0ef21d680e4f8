"""A plan of a year: made, proposed, and accepted in parts or dismissed.

making ─► proposed ─► accepted
   │          └─────► dismissed
   └────► failed
"""

from collections.abc import Collection, Iterable, Mapping
from enum import StrEnum
from typing import Self, TypeVar

from pydantic import Field, model_validator

from events.event import Event, Fact
from events.plans import (
    LeftOut,
    Moved,
    PlanAsked,
    PlanDismissed,
    PlanFailed,
    Planned,
    PlanPartAccepted,
    Wish,
    YearPlanned,
)
from events.vocabulary import Actor, Identifier
from services import rights
from services.planning.rules.reading import Outcome
from services.planning.rules.standing import Stage as Known
from services.planning.rules.standing import Standing
from services.planning.rules.wanted import Wanted
from services.refusals import UnacceptableError, WrongStateError
from services.state import State
from services.working_time.public_holidays import HOLIDAY_DATA

USUAL_WORK = 4.0
OF_TWO = (Wish.WEEK, Wish.PREPARATION, Wish.RULE)
NOT_TOLD = "Restricted meetings may be among the reasons"

T = TypeVar("T", LeftOut, Moved)


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
    """One plan of one year; `mechanism` is the body at the top. `accepted` are bodies."""

    year: int
    pains: Pains
    wanted: Wanted
    based_on: Identifier | None = None
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
    def mentions(self) -> tuple[str, ...]:
        return (
            *(one.meeting for one in self.meetings),
            *(one.meeting for one in self.left_out),
            *(one.meeting for one in self.moved),
        )

    def without(self, hidden: Collection[str]) -> Self:
        """With the time that restricted meetings take already, and no reason that may name them."""
        if not hidden:
            return self
        update: dict[str, object] = {
            "wanted": Wanted(),
            "meetings": tuple(
                told(one, hidden) for one in self.meetings if one.firm or one.meeting not in hidden
            ),
            "left_out": untold(self.left_out, hidden),
            "moved": untold(self.moved, hidden),
            "cost": None,
        }
        return self.model_copy(update=update)

    @property
    def open_parts(self) -> tuple[Identifier, ...]:
        """The bodies with dates that nobody has accepted yet."""
        bodies = dict.fromkeys(one.mechanism for one in self.meetings if not one.firm)
        return tuple(body for body in bodies if body not in self.accepted)


def told(one: Planned, hidden: Collection[str]) -> Planned:
    """A meeting without the wishes that it breaks, or without those about other meetings."""
    broken = () if one.meeting in hidden else one.broken
    kept = tuple(each for each in broken if each.wish not in OF_TWO)
    return one.model_copy(update={"broken": kept})


def untold(lines: Iterable[T], hidden: Collection[str]) -> tuple[T, ...]:
    kept = (one for one in lines if one.meeting not in hidden)
    return tuple(one.model_copy(update={"because": NOT_TOLD}) for one in kept)


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


def accept(
    plan: Plan, bodies: Iterable[str], standings: Mapping[str, Standing], *, actor: Actor
) -> list[Event]:
    """Take the dates of these bodies, or of all that are left where none is named.

    Refused where one of their meetings has got another date, or was cancelled, since the plan.
    """
    rights.secretary(actor, "accept a plan")
    require(plan, Stage.PROPOSED, "be accepted")
    wanted = tuple(dict.fromkeys(bodies)) or plan.open_parts
    if not wanted:
        raise WrongStateError(f"every date of {plan.id} stands already; there is nothing to accept")
    for body in wanted:
        check_part(plan, body)
    events: list[Event] = []
    for body in wanted:
        asked = tuple(one for one in plan.meetings if one.mechanism == body and not one.firm)
        for one in asked:
            check_still_so(plan, one, standings.get(one.meeting))
        events.append(
            PlanPartAccepted(mechanism=body, plan=plan.id, year=plan.year, meetings=asked)
        )
    return events


def check_part(plan: Plan, body: str) -> None:
    if body in plan.accepted:
        raise WrongStateError(f"the dates of {body} are accepted already; name other bodies")
    if body not in plan.open_parts:
        parts = ", ".join(plan.open_parts) or "no body any more"
        raise UnacceptableError(f"{plan.id} has no date of {body} to accept; it has of {parts}")


def check_still_so(plan: Plan, one: Planned, standing: Standing | None) -> None:
    if standing is None or standing.stage is Known.INTENDED:
        return
    before = next((moved.previous for moved in plan.moved if moved.meeting == one.meeting), None)
    if standing.stage is not Known.CONVOKED or standing.first != before:
        raise WrongStateError(
            f"{one.meeting} was {standing.stage} since {plan.id} was made; "
            f"make another from it: secretariat plan replan {plan.id}"
        )


def dismiss(plan: Plan, *, reason: str, actor: Actor) -> list[Event]:
    """Give up what was not accepted."""
    rights.secretary(actor, "dismiss a plan")
    require(plan, Stage.PROPOSED, "be dismissed")
    return [PlanDismissed(mechanism=plan.mechanism, plan=plan.id, reason=reason)]


def begin(event: PlanAsked, pains: Pains, wanted: Wanted) -> Plan:
    return Plan(
        id=event.plan,
        mechanism=event.mechanism,
        year=event.year,
        pains=pains,
        wanted=wanted,
        based_on=event.based_on,
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
