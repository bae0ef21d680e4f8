"""What several rooms ask of the tables."""

from sqlmodel import col

from events.road.session import Session
from services.planning.rules import plan as rules
from services.planning.rules.plan import Plan, Stage
from services.planning.tables import PLANS, PlanRow


async def being_made(session: Session) -> Plan | None:
    """The plan that has waited longest; the others wait for it. None where none is to be made."""
    making = await PLANS.all(session, col(PlanRow.stage) == Stage.MAKING)
    return min(making, key=rules.waiting, default=None)
