"""What is otherwise by now than when a plan was asked for."""

from collections.abc import Iterable

from events.moments import written
from events.vocabulary import Identifier
from services.planning.rules.meetings import counts_in
from services.planning.rules.plan import Plan, Stage
from services.planning.rules.standing import Stage as Held
from services.planning.rules.standing import Standing

COMING = {Held.INTENDED, Held.CONVOKED}


def planned_since(plan: Plan, standings: Iterable[Standing]) -> tuple[Identifier, ...]:
    """The meetings of its year that are to come, and that it neither dates nor leaves out.

    They were planned since it was asked for, or so shortly before that it had not heard of them.
    """
    if plan.stage not in {Stage.PROPOSED, Stage.ACCEPTED}:
        return ()
    coming = {one.id for one in standings if one.stage in COMING and counts_in(one, plan.year)}
    return tuple(sorted(coming - plan.covers))


def otherwise_now(plan: Plan, standings: Iterable[Standing]) -> dict[Identifier, str]:
    """By meeting, that it was convoked, or held, for another date than the plan has; or cancelled.

    Like `convoked for 14 September 2028`.
    """
    if plan.stage not in {Stage.PROPOSED, Stage.ACCEPTED}:
        return {}
    known = {one.id: one for one in standings}
    found = {}
    for one in plan.meetings:
        now = known.get(one.meeting)
        if now is not None and now.stage is Held.CANCELLED:
            found[one.meeting] = "cancelled"
        elif now is not None and now.first not in {None, one.first}:
            found[one.meeting] = f"{now.stage} for {written(now.first)}"
    return found
