"""When delegates or the host are in other meetings, or cannot be back in time."""

from collections import defaultdict
from collections.abc import Iterator

from events.moments import MINUTE
from services.scheduling.rules.slots.legs import Leg, minute_up
from services.scheduling.rules.slots.rule import Rule
from services.scheduling.rules.slots.search import Delegate, Engagement, Search
from services.scheduling.rules.slots.window import Clash, Window
from services.working_time.minutes import minute_of

Starts = list[tuple[int, int]]


def engaged(search: Search, leg: Leg) -> Iterator[tuple[Rule, str | None, list[Window]]]:
    chosen = {delegate.id: delegate for delegate in search.delegates}
    for other in search.engagements:
        meanwhile, near = around(search, leg, other)
        if other.host == search.host:
            yield Rule.HOST_BUSY, search.host, windows(meanwhile, Clash(other))
        there: dict[str, list[Delegate]] = defaultdict(list)
        for name in other.delegates:
            if delegate := chosen.get(name):
                there[delegate.party].append(delegate)
        for party, delegates in there.items():
            clash = Clash(other, tuple(delegates))
            yield Rule.BUSY, party, windows(meanwhile, clash)
            yield Rule.GAP, party, windows(near, clash)


def windows(starts: Starts, clash: Clash) -> list[Window]:
    return [Window(first, past, clash) for first, past in starts]


def around(search: Search, leg: Leg, other: Engagement) -> tuple[Starts, Starts]:
    """The starts at which `other` goes on meanwhile, and those that lie nearer than the gap.

    In person delegates are taken from the first session to the last, online in each of them.
    """
    taken = (
        [(after, leg.duration) for after in leg.sessions]
        if search.place is None
        else [(0, leg.length)]
    )
    gap = search.gap_to(other) // MINUTE
    meanwhile, near = [], []
    for after, length in taken:
        first = minute_of(other.starts) - after - length + 1
        past = minute_up(other.ends) - after
        meanwhile.append((first, past))
        near += [(first - gap, first), (past, past + gap)]
    return clipped(leg, meanwhile), clipped(leg, near)


def clipped(leg: Leg, starts: Starts) -> Starts:
    """What of `starts` lies in `leg`."""
    inside = [(max(first, leg.first), min(past, leg.past)) for first, past in starts]
    return [(first, past) for first, past in inside if first < past]
