"""How a search went, as a picture: what the best plan cost, and what no plan can cost less than.

It begins with the first plan that leaves out and moves as little as the last one. Costs stand by
their logarithm: the first plan may cost many times what the last one does. Lines are in the units
of the plot, marks of the axes in percent of it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from math import log1p

from services.planning.rules.headway import Point, Worth

WIDTH, HEIGHT = 720, 180
TOP, BOTTOM = 12, 168
APART = 9.0


@dataclass(frozen=True, slots=True)
class Mark:
    """A figure on an axis, and where it stands."""

    text: str
    at: float


@dataclass(frozen=True, slots=True)
class Curve:
    """Two lines that come together, the gap between them, and the figures on the axes."""

    best: str
    least: str
    gap: str
    costs: tuple[Mark, ...]
    times: tuple[Mark, ...]


def drawn(points: tuple[Point, ...]) -> Curve | None:
    """The curve; none before there are two looks at plans of one kind."""
    last = points[-1].best if points else None
    if last is None:
        return None
    alike = [
        (one.spent, one.best.wishes, least(one, one.best, last))
        for one in points
        if one.best and (one.best.left_out, one.best.moved) == (last.left_out, last.moved)
    ]
    began, ended = alike[0][0], alike[-1][0]
    if ended <= began:
        return None
    most = max(cost for _, cost, _ in alike) or 1

    def height(cost: int) -> float:
        return round(BOTTOM - log1p(cost) / log1p(most) * (BOTTOM - TOP), 1)

    def place(spent: float, cost: int) -> tuple[float, float]:
        return round((spent - began) / (ended - began) * WIDTH, 1), height(cost)

    best = [place(*each) for each in steps([(spent, cost) for spent, cost, _ in alike], ended)]
    under = [place(*each) for each in steps([(spent, low) for spent, _, low in alike], ended)]
    figures = (alike[-1][1], alike[0][1], 0, alike[-1][2])
    return Curve(
        best=line(best),
        least=line(under),
        gap=f"{line([*best, *reversed(under)])}Z",
        costs=tuple(marks((cost, height(cost) / HEIGHT * 100) for cost in figures)),
        times=(Mark(f"{began:.1f} s", 0), Mark(f"{ended:.1f} s", 100)),
    )


def least(one: Point, best: Worth, last: Worth) -> int:
    """What no plan costs less than that leaves out and moves as little as the last one."""
    same = (one.least.left_out, one.least.moved) == (last.left_out, last.moved)
    return min(one.least.wishes, best.wishes) if same else 0


def marks(figures: Iterable[tuple[int, float]]) -> Iterator[Mark]:
    """The figures, but those that would stand on one before."""
    taken: list[float] = []
    for cost, at in figures:
        if all(abs(at - other) >= APART for other in taken):
            taken.append(at)
            yield Mark(str(cost), round(at, 1))


def steps(values: list[tuple[float, int]], until: float) -> list[tuple[float, int]]:
    """Each value holds until the next one comes."""
    found = []
    for (spent, value), (later, _) in pairwise([*values, (until, 0)]):
        found += [(spent, value), (later, value)]
    return found


def line(places: Iterable[tuple[float, float]]) -> str:
    """The path through `places`."""
    return "".join(f"{'L' if number else 'M'}{x} {y}" for number, (x, y) in enumerate(places))
