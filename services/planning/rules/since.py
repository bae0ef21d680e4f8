"""What was planned since a plan was asked for, or so shortly before that it had not heard of it."""

from collections.abc import Iterable

from events.vocabulary import Identifier
from services.planning.rules.need import counts_in
from services.planning.rules.plan import Plan, Stage
from services.planning.rules.standing import Stage as Held
from services.planning.rules.standing import Standing

COMING = {Held.INTENDED, Held.CONVOKED}


def planned_since(plan: Plan, standings: Iterable[Standing]) -> tuple[Identifier, ...]:
    """The meetings of its year that are to come, and that it neither dates nor leaves out."""
    if plan.stage not in {Stage.PROPOSED, Stage.ACCEPTED}:
        return ()
    coming = {one.id for one in standings if one.stage in COMING and counts_in(one, plan.year)}
    return tuple(sorted(coming - plan.covers))
