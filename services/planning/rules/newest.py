"""Which plan of a year has the place of another: of plans made one from the other, the last."""

from collections.abc import Collection, Iterator, Sequence

from services.planning.rules.plan import Plan, Stage
from services.refusals import WrongStateError

GIVEN_UP = {Stage.FAILED, Stage.DISMISSED}


def newest(plan: Plan, plans: Sequence[Plan], asked_of: Collection[str]) -> Plan | None:
    """The plan that has its place; none while it may be accepted itself, or planned again.

    Dates of one plan, and of those that it was made from, know of each other; others do not. So
    while delegations are asked about dates of which it does not know (of the plans `asked_of`), the
    one that knows of them all has its place, or what was made from that.
    """
    if unknown_to(plan, plans, asked_of):
        return last_asked(plans, asked_of)
    return successor(plan, plans)


def successor(plan: Plan, plans: Sequence[Plan]) -> Plan | None:
    """The last plan that was made from it, or from one that was, and is not given up."""
    later = [each for each in plans if each.id != plan.id and plan.id in lineage(each, plans)]
    living = [each for each in later if each.stage not in GIVEN_UP]
    return max(living, key=lambda each: each.number, default=None)


def last_asked(plans: Sequence[Plan], asked_of: Collection[str]) -> Plan:
    """The plan asked of that knows of all the others, or what was made from that."""
    asked = [each for each in plans if each.id in asked_of]
    knows = min(asked, key=lambda each: (len(unknown_to(each, plans, asked_of)), -each.number))
    return successor(knows, plans) or knows


def unknown_to(plan: Plan, plans: Sequence[Plan], asked_of: Collection[str]) -> list[str]:
    """The plans of whose dates delegations are asked, and of which it does not know."""
    return sorted(set(asked_of) - set(lineage(plan, plans)))


def lineage(plan: Plan, plans: Sequence[Plan]) -> Iterator[str]:
    """The plan and all that it was made from, one from the other."""
    known = {each.id: each for each in plans}
    following: Plan | None = plan
    while following is not None:
        yield following.id
        following = known.get(following.based_on or "")


def check_in_place(plan: Plan, plans: Sequence[Plan], asked_of: Collection[str]) -> None:
    """That no other plan has its place, neither to accept dates of it nor to plan it again."""
    other = newest(plan, plans, asked_of)
    if other is None:
        return
    unknown = unknown_to(plan, plans, asked_of)
    if plan.id in lineage(other, plans):
        why = f"{other.id} was made from {plan.id} and takes its place"
    else:
        why = (
            f"delegations are asked about dates of {' and '.join(unknown)}, of which {plan.id} "
            "does not know"
        )
    raise WrongStateError(f"{why}; {way_on(other, give_up=not unknown)}")


def way_on(other: Plan, *, give_up: bool) -> str:
    """What can be done where `other` has the place of a plan, which gets it back if that is so."""
    again = f"make another from it: secretariat plan replan {other.id}"
    match other.stage:
        case Stage.MAKING:
            return f"wait until {other.id} is made"
        case Stage.PROPOSED if give_up:
            return f"accept dates of {other.id}, dismiss it first, or {again}"
        case Stage.PROPOSED:
            return f"accept dates of {other.id}, or {again}"
        case _:
            return again
