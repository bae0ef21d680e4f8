"""How far the search for a plan is, in what a secretary counts: left out, moved, wishes broken."""

from pydantic import TypeAdapter

from events.event import Fact
from services.planning.rules.plan import Plan
from services.planning.rules.reading import Outcome


class Scale(Fact):
    """What a search adds up: what a confirmed date that moves costs, and a meeting left out.

    `standing` is what the dates that stand cost among themselves, which no plan decides.
    """

    move: int
    out: int
    standing: int = 0


class Worth(Fact):
    """How good a plan is: meetings left out, confirmed dates moved, and what its wishes cost."""

    left_out: int
    moved: int
    wishes: int


class Reached(Fact):
    """How far a search was after `spent` seconds; nothing was found while `best` is none.

    No plan leaves out less than `least` does or, with as few, moves less or, with as many, costs
    less.
    """

    spent: float
    best: Worth | None
    least: Worth


class Point(Reached):
    """With the one number that the search has for each of them: `Scale` says how it adds up."""

    cost: int | None
    bound: int


CURVE = TypeAdapter(tuple[Point, ...])


def worth(cost: int, scale: Scale) -> Worth:
    """What a cost is made of."""
    left_out, rest = divmod(cost, scale.out)
    moved, wishes = divmod(rest, scale.move)
    return Worth(left_out=left_out, moved=moved, wishes=max(wishes - scale.standing, 0))


def point(spent: float, cost: int | None, bound: int, scale: Scale) -> Point:
    return Point(
        spent=spent,
        cost=cost,
        bound=bound,
        best=None if cost is None else worth(cost, scale),
        least=worth(bound, scale),
    )


def ended(last: Point, outcome: Outcome) -> Point:
    """The last point, with what the plan says of itself."""
    best = Worth(
        left_out=len(outcome.left_out),
        moved=sum(one.confirmed for one in outcome.moved),
        wishes=outcome.cost,
    )
    return last.model_copy(update={"best": best, "least": best if outcome.proven else last.least})


def shown(curve: tuple[Point, ...], plan: Plan) -> tuple[Point, ...]:
    """The curve for who reads `plan` so; none of it where it counts meetings that they do not."""
    last = curve[-1].best if curve else None
    if last is None or plan.cost is None:
        return curve
    moved = sum(one.confirmed for one in plan.moved)
    read = Worth(left_out=len(plan.left_out), moved=moved, wishes=plan.cost)
    return curve if read == last else ()


def gone_on(curve: tuple[Point, ...], now: Point) -> tuple[Point, ...]:
    """The curve with how far the search is now; where nothing has changed, it is only later."""
    alike = len(curve) > 1 and all(
        one.cost == now.cost and one.bound == now.bound for one in curve[-2:]
    )
    return (*(curve[:-1] if alike else curve), now)
