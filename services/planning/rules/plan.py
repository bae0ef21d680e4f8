"""A plan of a year: made, proposed, and accepted in parts or dismissed.

making ─► proposed ─► accepted
   │          └─────► dismissed
   └────► failed
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
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
from services.planning.rules.standing import Stage as Known
from services.planning.rules.standing import Standing
from services.planning.rules.wanted import Wanted
from services.refusals import UnacceptableError, WrongStateError
from services.rotation import Rotation, coming
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


@dataclass(frozen=True, slots=True)
class Now:
    """What is known when dates are accepted: the meetings, the turns, and the plans of the year.

    `asked_of` are the plans of whose dates delegations are asked.
    """

    today: date
    standings: Mapping[str, Standing]
    turns: Mapping[str, Rotation]
    plans: Sequence[Plan]
    asked_of: Collection[str]


def accept(plan: Plan, bodies: Iterable[str], now: Now, *, actor: Actor) -> list[Event]:
    """Take the dates of these bodies, or of all that are left where none is named.

    Refused where another plan has taken its place, and where a date has passed, or a meeting has
    got another date or host, or was cancelled, since it was made.
    """
    rights.secretary(actor, "accept a plan")
    require(plan, Stage.PROPOSED, "be accepted")
    check_no_other(plan, now)
    wanted = tuple(dict.fromkeys(bodies)) or plan.open_parts
    if not wanted:
        raise WrongStateError(f"every date of {plan.id} stands already; there is nothing to accept")
    for body in wanted:
        check_part(plan, body)
    events: list[Event] = []
    for body in wanted:
        asked = tuple(one for one in plan.meetings if one.mechanism == body and not one.firm)
        for one in asked:
            check_still_so(plan, one, now)
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


def check_no_other(plan: Plan, now: Now) -> None:
    """Dates of one plan, and of those that it was made from, know of each other; others do not."""
    for other in now.plans:
        lives = other.id != plan.id and other.stage not in {Stage.FAILED, Stage.DISMISSED}
        if lives and plan.id in lineage(other, now.plans):
            raise WrongStateError(
                f"{other.id} was made from {plan.id} and takes its place; accept dates of "
                f"{other.id}, or dismiss it first"
            )
    for other_id in sorted(set(now.asked_of) - set(lineage(plan, now.plans))):
        raise WrongStateError(
            f"delegations are asked about dates of {other_id}, of which {plan.id} does not know; "
            f"make another from that one: secretariat plan replan {other_id}"
        )


def lineage(plan: Plan, plans: Sequence[Plan]) -> Iterator[str]:
    """The plan and all that it was made from, one from the other."""
    known = {each.id: each for each in plans}
    following: Plan | None = plan
    while following is not None:
        yield following.id
        following = known.get(following.based_on or "")


def check_still_so(plan: Plan, one: Planned, now: Now) -> None:
    if why := changed(plan, one, now):
        raise WrongStateError(
            f"{one.meeting} {why}; make another from it: secretariat plan replan {plan.id}"
        )


def changed(plan: Plan, one: Planned, now: Now) -> str | None:
    """What is no longer as it was when the plan was made."""
    if one.first <= now.today:
        return f"was to meet on {one.first}, which has passed since {plan.id} was made"
    standing = now.standings.get(one.meeting)
    if standing is None:
        turns = now.turns[one.mechanism]
        most = len(plan.meetings) + len(plan.left_out)
        host = coming(turns, plan.year, most).get(one.meeting)
    else:
        before = next((each.previous for each in plan.moved if each.meeting == one.meeting), None)
        moved = standing.stage is not Known.CONVOKED or standing.first != before
        if standing.stage is not Known.INTENDED and moved:
            return f"was {standing.stage} since {plan.id} was made"
        host = standing.host
    if host != one.host:
        return f"is to be hosted by {host}, and no longer by {one.host} as in {plan.id}"
    return None


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
