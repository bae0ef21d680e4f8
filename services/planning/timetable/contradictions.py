"""What in a problem contradicts itself, in words that name the two that do."""

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import combinations

from services.planning.timetable.problem import Activity, Group, Held, Objective, Order, Problem
from services.planning.timetable.tables import arcs_of


class ContradictionError(ValueError):
    """No timetable can be looked for; the text names what contradicts what, one a line."""


def check(problem: Problem) -> None:
    """Raise a ContradictionError if there is any contradiction that can be seen at a glance."""
    for kind in (unknown, malformed, unfit, opposed, collisions):
        if found := list(kind(problem)):
            raise ContradictionError("\n".join(found))


def unknown(problem: Problem) -> Iterator[str]:
    """Ids that stand twice, and names of nothing."""
    activities = [activity.id for activity in problem.activities]
    places = [place.id for place in problem.places]
    for kind, ids in (("activity", activities), ("place", places)):
        for id_, times in Counter(ids).items():
            if times > 1:
                yield f"{kind} {id_} stands {times} times"
    for activity in problem.activities:
        named = (*activity.places, *(at.place for at in whereabouts(activity) if at.place))
        yield from strangers(f"activity {activity.id}", named, places)
    for group in groups(problem):
        yield from strangers(title(group), group.activities, activities)
    for distance in problem.distances:
        yield from strangers("a distance", (distance.first, distance.second), activities)
    for order in problem.orders:
        yield from strangers("an order", (order.before, order.after), activities)


def strangers(who: str, names: Iterable[str], known: list[str]) -> Iterator[str]:
    for name in sorted(set(names) - set(known)):
        yield f"{who} names {name}, which is not there"


def whereabouts(activity: Activity) -> list[Held]:
    return [at for at in (activity.fixed, activity.was) if at]


def groups(problem: Problem) -> tuple[Group, ...]:
    return (*problem.participants, *problem.series, *problem.clusters)


def title(group: Group) -> str:
    return f"{type(group).__name__.lower()} {group.id}"


def malformed(problem: Problem) -> Iterator[str]:
    """Facts that cannot be meant so."""
    if not problem.days or list(problem.days) != sorted(problem.days) or problem.days[0] < 0:
        yield "the slots need days from 0, in the order of time"
    in_series = Counter(each for series in problem.series for each in series.activities)
    for activity, times in in_series.items():
        if times > 1:
            yield f"activity {activity} is in {times} series; it can be in one"
    for group in groups(problem):
        for activity, times in Counter(group.activities).items():
            if times > 1:
                yield f"{title(group)} names {activity} {times} times"
    for first, second in pairs(problem):
        if first == second:
            yield f"activity {first} cannot keep a distance from itself"


def pairs(problem: Problem) -> Iterator[tuple[str, str]]:
    for distance in problem.distances:
        yield distance.first, distance.second
    for order in problem.orders:
        yield order.before, order.after


def unfit(problem: Problem) -> Iterator[str]:
    """Activities that their own slots, places or penalties leave nothing to choose from."""
    end = len(problem.days)
    for each in problem.activities:
        slots = range(end) if each.slots is None else each.slots
        fixed = each.fixed
        if not slots and each.left_out is None:
            yield f"activity {each.id} must be held, and no slot is allowed for it"
        if each.left_out is not None and problem.objective is Objective.SPAN:
            yield f"activity {each.id} may be left out, but the least span is of all activities"
        outside = [slot for slot in slots if not 0 <= slot < end]
        if outside:
            yield f"activity {each.id} is allowed in slot {outside[0]}; there are 0 to {end - 1}"
        penalties = (*(each.slots or {}).values(), each.left_out or 0, each.moved)
        if min(*penalties, each.per_missing_seat, each.people) < 0:
            yield f"activity {each.id} has a penalty or a number of people below 0"
        if fixed and fixed.slot not in slots:
            yield f"activity {each.id} is fixed in slot {fixed.slot}, which is not allowed for it"
        if fixed and fixed.place and fixed.place not in each.places:
            yield f"activity {each.id} is fixed in {fixed.place}, which is not allowed for it"


def opposed(problem: Problem) -> Iterator[str]:
    """Orders that cannot both be kept."""
    after = {(order.before, order.after): order for order in problem.orders}
    for order in problem.orders:
        other = after.get((order.after, order.before))
        if order.most is not None and order.most < order.least:
            yield f"{said(order)}, and at most {order.most} later"
        if other and order.before < order.after and order.least + other.least > 0:
            yield f"{said(order)}, and {said(other)}"


def said(order: Order) -> str:
    return f"{order.after} must start at least {order.least} slots after {order.before}"


def collisions(problem: Problem) -> Iterator[str]:
    """Fixed activities that cannot both be where they are fixed."""
    fixed = {each.id: each.fixed for each in problem.activities if each.fixed}
    for participant in problem.participants:
        held = [each for each in participant.activities if each in fixed]
        for one, other in combinations(held, 2):
            if fixed[one].slot == fixed[other].slot:
                yield (
                    f"{one} and {other} are both fixed in slot {fixed[one].slot}, "
                    f"and {participant.id} takes part in both"
                )
    for one, other in combinations(fixed, 2):
        if fixed[one].place and fixed[one] == fixed[other]:
            where = fixed[one]
            yield f"{one} and {other} are both fixed in slot {where.slot} in {where.place}"
    for one, other, low, high in arcs_of(problem):
        if one in fixed and other in fixed:
            lag = fixed[other].slot - fixed[one].slot
            if low <= lag <= high:
                yield (
                    f"{one} is fixed in slot {fixed[one].slot} and {other} in slot "
                    f"{fixed[other].slot}, and {other} may not start from {low} to {high} "
                    f"slots after {one}"
                )
