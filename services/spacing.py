"""Words along a line that would lie on each other: they give way to their neighbours. Pure."""

from collections.abc import Sequence


def apart(places: Sequence[float], least: float, first: float, last: float) -> list[float]:
    """Near `places`, in their order, at `least` apart from `first` to `last` if they have room."""
    found: list[float] = []
    for place in places:
        found.append(max(place, found[-1] + least if found else first))
    limit = max(last, first + least * (len(places) - 1))
    for number in range(len(found) - 1, -1, -1):
        found[number] = min(found[number], limit)
        limit = found[number] - least
    return found
