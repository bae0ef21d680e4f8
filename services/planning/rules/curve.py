"""How a search went, as a picture: what the best plan cost, and what no plan can cost less than.

Costs stand by their logarithm: one meeting that is left out outweighs all wishes together. Lengths
are in the units of the picture.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from math import log1p

from services.planning.rules.headway import Point

WIDTH, HEIGHT = 720, 180
TOP, BOTTOM = 12, 168


@dataclass(frozen=True, slots=True)
class Curve:
    """Two lines that come together, and the gap between them; `best` is empty before any plan."""

    best: str
    least: str
    gap: str


def drawn(points: tuple[Point, ...]) -> Curve | None:
    """The curve; none of a search that has only begun."""
    if len(points) < 2:  # noqa: PLR2004
        return None
    began, ended = points[0].spent, points[-1].spent
    most = max(max(one.cost or 0, one.bound) for one in points) or 1

    def place(spent: float, cost: int) -> tuple[float, float]:
        x = (spent - began) / (ended - began) * WIDTH
        return round(x, 1), round(BOTTOM - log1p(cost) / log1p(most) * (BOTTOM - TOP), 1)

    best = steps([(one.spent, one.cost) for one in points if one.cost is not None], ended)
    least = steps([(one.spent, one.bound) for one in points], ended)
    over = [place(*each) for each in best]
    from_there = best[0][0] if best else ended
    under = [place(max(spent, from_there), bound) for spent, bound in least]
    return Curve(
        best=line(over),
        least=line(place(*each) for each in least),
        gap=f"{line([*over, *reversed(under)])}Z" if over else "",
    )


def steps(values: list[tuple[float, int]], until: float) -> list[tuple[float, int]]:
    """Each value holds until the next one comes."""
    found = []
    for (spent, value), (later, _) in pairwise([*values, (until, 0)]):
        found += [(spent, value), (later, value)]
    return found


def line(places: Iterable[tuple[float, float]]) -> str:
    """The path through `places`."""
    return "".join(f"{'L' if number else 'M'}{x} {y}" for number, (x, y) in enumerate(places))
