"""What the secretary may ask of planning: to make a plan, to take it, or to do without."""

from collections.abc import Mapping
from datetime import date
from typing import Self

from pydantic import BaseModel, Field, model_validator
from sqlalchemy import select
from sqlmodel import col

from events.mechanisms import PartyFacts
from events.plans import PlanAsked, Planned
from events.road.session import Session
from events.road.transaction import Transaction
from events.vocabulary import Identifier
from events.working_time import Hours
from services import coordinators, directory, rights
from services.inputs import Input, Reason
from services.planning.handlers import OVERRIDES
from services.planning.queries import brief_in, of_year, summit_first
from services.planning.rules import acceptance, contradictions
from services.planning.rules import plan as rules
from services.planning.rules.asked_near import with_asked_near
from services.planning.rules.brief import Brief
from services.planning.rules.known import Basis, Known
from services.planning.rules.need import brief_of
from services.planning.rules.newest import check_in_place, last_asked, way_on
from services.planning.rules.plan import Pains, Plan, Stage
from services.planning.rules.wanted import Wanted
from services.planning.tables import (
    PLANS,
    POLLS,
    STANDINGS,
    TURNS,
    AskedRow,
    PartyRow,
    PlanRow,
    PollRow,
    SearchRow,
)
from services.refusals import UnacceptableError, WrongStateError
from services.working_time.calendar import Calendar
from services.working_time.hours import Office


class NewPlan(Input):
    """Of which year, how long to look, and what is wanted beyond the rules of procedure."""

    year: int = Field(ge=1990, le=2200, examples=[2027])
    pains: Pains = Pains()
    wanted: Wanted = Wanted()


class Again(Input):
    """How long to look, what is wanted where that has changed, which meetings stay or may move."""

    pains: Pains = Pains()
    wanted: Wanted | None = Field(default=None, description="None: as for the plan before")
    keep: tuple[Identifier, ...] = Field(default=(), max_length=1000, examples=[[]])
    release: tuple[Identifier, ...] = Field(
        default=(),
        max_length=1000,
        examples=[[]],
        description="Convoked meetings of a body that others answer to: without this they stay",
    )


class Parts(Input):
    """Bodies whose dates are taken, and single meetings, or `all` that are left."""

    bodies: tuple[Identifier, ...] = Field(default=(), max_length=200, examples=[["customs-heads"]])
    meetings: tuple[Identifier, ...] = Field(default=(), max_length=1000, examples=[[]])
    all: bool = False
    ask_again: bool = Field(
        default=False, description="Although delegations have answered a poll about such a date"
    )

    @model_validator(mode="after")
    def says_which(self) -> Self:
        if self.all == bool(self.bodies or self.meetings):
            raise ValueError(
                'name the "bodies" or "meetings" whose dates are taken, or say "all": true for all'
            )
        return self


class About(BaseModel):
    """A meeting about which delegations are asked now, and its first day in the plan.

    `instead_of` is the day that they knew of before; `withdrawn` are polls that give way. `near`
    says which convoked meetings may move too near to it, as polls ask.
    """

    meeting: Identifier
    first: date
    instead_of: date | None
    withdrawn: tuple[Identifier, ...]
    near: tuple[str, ...]


class Taken(Plan):
    """The plan after dates of it are taken, and about which delegations are asked now."""

    about: tuple[About, ...]


async def make(work: Transaction, body: NewPlan) -> Plan:
    """Begin to make a plan, which keeps to the dates of polls that the secretary has opened.

    Refused while delegations are asked about dates of another plan: those stand only in the plans
    that are made from that one.
    """
    rights.secretary(work.cause.actor, "plan a year")
    if body.year < work.now.year:
        raise WrongStateError(f"{body.year} is over; plan {work.now.year} or later")
    plans, asked_of = await of_year(work.session, body.year)
    if asked_of:
        way = way_on(last_asked(plans, asked_of), give_up=False)
        raise WrongStateError(
            f"delegations are asked about dates of {' and '.join(sorted(asked_of))}, and they "
            f"stand only in a plan that is made from there; {way}"
        )
    return await begin(work, body.year, body.pains, body.wanted)


async def replan(work: Transaction, key: str, body: Again) -> Plan:
    """Begin to make another plan that changes as little as it can.

    Refused where another has the place of the one that is to be changed.
    """
    rights.secretary(work.cause.actor, "plan a year")
    before = await PLANS.take(work, key)
    if before.stage in {Stage.MAKING, Stage.FAILED}:
        raise WrongStateError(f"{key} is {before.stage}, so there is nothing to change in it")
    check_in_place(before, *await of_year(work.session, before.year))
    rows = await work.session.scalars(select(AskedRow).where(col(AskedRow.year) == before.year))
    asked = {row.meeting: row.first for row in rows}
    basis = Basis(
        dates={**{one.meeting: one.first for one in before.meetings}, **asked},
        confirmed=frozenset(asked),
        keep=frozenset(body.keep),
        release=frozenset(body.release),
        same_wishes=body.wanted is None,
    )
    wanted = before.wanted if body.wanted is None else body.wanted
    return await begin(work, before.year, body.pains, wanted, before.id, basis)


async def begin(
    work: Transaction,
    year: int,
    pains: Pains,
    wanted: Wanted,
    based_on: str | None = None,
    basis: Basis | None = None,
) -> Plan:
    known = await known_of(work.session)
    brief = brief_of(known, wanted, year, work.now.date(), basis)
    contradictions.check(brief)
    if pains.work is None and pains.seconds is None:
        pains = pains.model_copy(update={"work": rules.USUAL_WORK})
    number = len(await PLANS.all(work.session, col(PlanRow.year) == year))
    asked = PlanAsked(
        mechanism=known.bodies[0].mechanism,
        plan=f"plan-{year}-{number + 1}",
        year=year,
        based_on=based_on,
    )
    work.publish(asked)
    work.session.add(
        SearchRow(plan=asked.plan, brief=brief.model_dump_json(), actor=str(work.cause.actor))
    )
    return await PLANS.add(
        work, rules.begin(asked, pains, wanted, by=work.cause.actor, now=work.now)
    )


async def known_of(session: Session) -> Known:
    """All that planning has heard; refused before it has heard of any body."""
    bodies = await summit_first(session)
    if not bodies:
        raise UnacceptableError("no mechanism is known yet; load a registry first")
    people = await coordinators.everybody(session)
    calendar = await calendar_of(session)
    return Known(
        bodies=bodies,
        turns={turns.id: turns for turns in await TURNS.all(session)},
        meetings=await STANDINGS.all(session),
        offices=calendar.offices,
        overrides=calendar.overrides,
        people=[(row.mechanism, row.party, row.name) for row in people],
        polls=await POLLS.all(session),
    )


async def calendar_of(session: Session) -> Calendar:
    """When all parties work."""
    parties = list(await session.scalars(select(PartyRow).order_by(col(PartyRow.id))))
    return Calendar(
        tuple(office_of(row) for row in parties),
        tuple(override for row in parties for override in OVERRIDES.validate_json(row.overrides)),
    )


def office_of(row: PartyRow) -> Office:
    hours = Hours.model_validate_json(row.hours).model_dump() if row.hours else {}
    return Office.of(PartyFacts.model_validate_json(row.facts), **hours)


async def interrupt(work: Transaction, key: str) -> Plan:
    """End the search with the best that it has found so far."""
    rights.secretary(work.cause.actor, "interrupt the making of a plan")
    plan = await PLANS.take(work, key)
    if plan.stage is Stage.MAKING:
        search = await work.session.get_one(SearchRow, key)
        search.stop = True
        work.session.put(search)
    return plan


async def accept(work: Transaction, key: str, body: Parts) -> Taken:
    plan = await PLANS.take(work, key)
    search = await work.session.get_one(SearchRow, key)
    rows = await work.session.scalars(select(AskedRow).where(col(AskedRow.year) == plan.year))
    asked = {row.meeting: row.first for row in rows}
    now = acceptance.Now(
        today=work.now.date(),
        brief=brief_in(search),
        standings={one.id: one for one in await STANDINGS.all(work.session)},
        turns={turns.id: turns for turns in await TURNS.all(work.session)},
        rules={body.mechanism: body.rules for body in await directory.everything(work.session)},
        plans=await PLANS.all(work.session, col(PlanRow.year) == plan.year),
        asked_of={row.plan for row in rows},
        calendar=await calendar_of(work.session),
        polls=await POLLS.all(
            work.session, col(PollRow.meeting).in_([one.meeting for one in plan.meetings])
        ),
    )
    named = None if body.all else (*body.bodies, *body.meetings)
    events = acceptance.accept(plan, named, now, again=body.ask_again, actor=work.cause.actor)
    taken = [one for event in events for one in event.meetings]
    for one in taken:
        work.session.put(
            AskedRow(meeting=one.meeting, year=plan.year, plan=plan.id, first=one.first)
        )
    after = await PLANS.apply(work, plan, events)
    brief = with_asked_near(now.brief, now.standings.values(), now.polls)
    return Taken(**dict(after), about=tuple(about(one, now, brief, asked) for one in taken))


def about(one: Planned, now: acceptance.Now, brief: Brief, asked: Mapping[str, date]) -> About:
    standing = now.standings.get(one.meeting)
    convoked = standing.first if standing else None
    return About(
        meeting=one.meeting,
        first=one.first,
        instead_of=convoked or asked.get(one.meeting),
        withdrawn=tuple(
            poll.id for poll in now.polls if poll.meeting == one.meeting and poll.waits
        ),
        near=tuple(each.text for each in brief.meeting[one.meeting].asked_near_to(one.first)),
    )


async def dismiss(work: Transaction, key: str, body: Reason) -> Plan:
    plan = await PLANS.take(work, key)
    events = rules.dismiss(plan, reason=body.reason, actor=work.cause.actor)
    return await PLANS.apply(work, plan, events)
