"""What several rooms ask of the tables."""

from pydantic import ValidationError
from sqlmodel import col

from events.road.session import Session
from services.planning.rules import plan as rules
from services.planning.rules.brief import Brief
from services.planning.rules.plan import Plan, Stage
from services.planning.tables import PLANS, PlanRow, SearchRow
from services.refusals import WrongStateError


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
