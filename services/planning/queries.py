"""What several rooms ask of the tables."""

from collections.abc import Iterable, Mapping
from itertools import groupby
from types import MappingProxyType
from typing import NamedTuple

from pydantic import ValidationError
from sqlalchemy import select
from sqlmodel import col

from events.mechanisms import MechanismRegistered
from events.road.session import Session
from events.vocabulary import Identifier
from services import directory
from services.planning.rules import plan as rules
from services.planning.rules.asking import AskedNow, Asking, all_asked, asking
from services.planning.rules.brief import Brief
from services.planning.rules.newest import newest
from services.planning.rules.plan import Plan, Stage
from services.planning.rules.since import otherwise_now, planned_since
from services.planning.tables import (
    PLANS,
    POLLS,
    STANDINGS,
    AskedRow,
    PlanRow,
    PollRow,
    SearchRow,
    StandingRow,
)
from services.reading import Reader
from services.refusals import WrongStateError


async def summit_first(session: Session) -> list[MechanismRegistered]:
    """All bodies, as the rows of a year have them: those that answer to no other come first."""
    return sorted(await directory.everything(session), key=lambda body: body.parent is not None)


async def being_made(session: Session) -> Plan | None:
    """The plan that has waited longest; the others wait for it. None where none is to be made."""
    making = await PLANS.all(session, col(PlanRow.stage) == Stage.MAKING)
    return min(making, key=rules.waiting, default=None)


def brief_in(search: SearchRow) -> Brief:
    """What the plan is made from; WrongStateError where an earlier version wrote it otherwise."""
    try:
        return Brief.model_validate_json(search.brief)
    except ValidationError:
        raise WrongStateError(
            f"{search.plan} was asked for in an earlier version of this program, and what it is "
            "made from cannot be read any more; ask for another plan of the year"
        ) from None


async def replaced(session: Session, plans: Iterable[Plan]) -> dict[str, str]:
    """Those of `plans` that wait to be accepted while another has their place, and which."""
    return await newer(session, (plan for plan in plans if plan.stage is Stage.PROPOSED))


async def newer(session: Session, plans: Iterable[Plan]) -> dict[str, str]:
    """Those of `plans` of which another has the place, and which: it is planned again from that."""
    found = {}
    by_year = sorted(plans, key=lambda plan: plan.year)
    for year, several in groupby(by_year, key=lambda plan: plan.year):
        every, asked_of = await of_year(session, year)
        for plan in several:
            if other := newest(plan, every, asked_of):
                found[plan.id] = other.id
    return found


async def of_year(session: Session, year: int) -> tuple[list[Plan], set[str]]:
    """The plans of a year, and those of whose dates delegations are asked."""
    rows = await session.scalars(select(AskedRow).where(col(AskedRow.year) == year))
    return await PLANS.all(session, col(PlanRow.year) == year), {row.plan for row in rows}


async def polled(session: Session, plans: Iterable[Plan]) -> dict[str, tuple[Asking, ...]]:
    """By plan, the polls about meetings whose dates in it may still be accepted."""
    waiting = [plan for plan in plans if plan.stage is Stage.PROPOSED]
    ids = sorted({one.meeting for plan in waiting for one in plan.open})
    polls = await POLLS.all(session, col(PollRow.meeting).in_(ids))
    return {plan.id: asking(plan, polls) for plan in waiting}


async def asked_now(reader: Reader, plans: Iterable[Plan]) -> dict[str, tuple[AskedNow, ...]]:
    """By plan, every poll that waits about a meeting of it that the reader may see."""
    session, plans = reader.session, list(plans)
    ids = {id_ for plan in plans for id_ in plan.covers}
    seen = sorted(ids - await reader.hidden_among(ids))
    polls = await POLLS.all(session, col(PollRow.meeting).in_(seen))
    rows = await session.scalars(select(AskedRow).where(col(AskedRow.meeting).in_(seen)))
    asked = {row.meeting: (row.plan, row.first) for row in rows}
    standings = await STANDINGS.all(session, col(StandingRow.id).in_(seen))
    convoked = {one.id: one.first for one in standings if one.first}
    return {plan.id: all_asked(plan, polls, asked, convoked) for plan in plans}


class Since(NamedTuple):
    """The meetings that were planned since a plan was asked for, and those that stand otherwise."""

    planned: tuple[Identifier, ...] = ()
    otherwise: Mapping[Identifier, str] = MappingProxyType({})


async def since_asked(reader: Reader, plans: Iterable[Plan]) -> dict[str, Since]:
    """By plan, what is otherwise by now with the meetings of its year that the reader may see."""
    plans = list(plans)
    # A meeting may be held in another year than the one that it was planned for.
    years = {plan.year + off for plan in plans for off in (-1, 0, 1)}
    standings = await STANDINGS.all(reader.session, col(StandingRow.year).in_(sorted(years)))
    hidden = await reader.hidden_among(one.id for one in standings)
    seen = [one for one in standings if one.id not in hidden]
    return {plan.id: Since(planned_since(plan, seen), otherwise_now(plan, seen)) for plan in plans}
