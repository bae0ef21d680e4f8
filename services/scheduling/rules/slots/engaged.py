"""When delegates or the host are in other meetings, cannot be back in time, or may have to be."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta

from events.moments import MINUTE, Span
from services.scheduling.rules.slots.legs import Leg, minute_up
from services.scheduling.rules.slots.rule import Rule
from services.scheduling.rules.slots.search import Delegate, Gathering, Search
from services.scheduling.rules.slots.window import Clash, Window
from services.working_time.minutes import date_of, instant_of, midnight, minute_of

Starts = list[tuple[int, int]]
ONE_DAY = timedelta(days=1)


def engaged(search: Search, leg: Leg) -> Iterator[tuple[Rule, str | None, list[Window]]]:
    chosen = {delegate.id: delegate for delegate in search.delegates}
    for other in search.engagements:
        meanwhile, near = around(search, leg, other, other.starts, other.ends)
        for host in search.holding_both(other):
            yield Rule.HOST_BUSY, host, windows(meanwhile, Clash(other))
        for party, delegates in there(chosen, other).items():
            clash = Clash(other, tuple(delegates))
            yield Rule.BUSY, party, windows(meanwhile, clash)
            yield Rule.GAP, party, windows(near, clash)


def asked(search: Search, leg: Leg) -> Iterator[tuple[Rule, str | None, list[Window]]]:
    """The starts on a date that another poll asks about, or too near; once a poll."""
    chosen = {delegate.id: delegate for delegate in search.delegates}
    for other in search.asked:
        same_date, near = [], []
        for span in other.dates:
            same_date += around(search, leg, other, *whole_days(span, search.home.zone))[0]
            near += around(search, leg, other, span.starts.at, span.ends.at)[1]
        for host in search.holding_both(other):
            yield Rule.ASKED, host, windows(joined(same_date), Clash(other))
        taken = joined(same_date + near)
        for party, delegates in there(chosen, other).items():
            yield Rule.ASKED, party, windows(taken, Clash(other, tuple(delegates)))


def whole_days(span: Span, zone: str) -> tuple[datetime, datetime]:
    """From midnight to midnight in `zone`, so that `span` lies between."""
    first, last = (date_of(minute_of(at), zone) for at in (span.starts.at, span.ends.at - MINUTE))
    return instant_of(midnight(first, zone)), instant_of(midnight(last + ONE_DAY, zone))


def there(chosen: Mapping[str, Delegate], other: Gathering) -> dict[str, list[Delegate]]:
    """Those of the `chosen` who are in `other`, by their parties."""
    found: dict[str, list[Delegate]] = defaultdict(list)
    for name in other.delegates:
        if delegate := chosen.get(name):
            found[delegate.party].append(delegate)
    return found


def joined(starts: Iterable[tuple[int, int]]) -> Starts:
    """The same minutes, each only once: where two overlap or touch, they become one."""
    found: Starts = []
    for first, past in sorted(starts):
        if found and first <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], past))
        else:
            found.append((first, past))
    return found


def windows(starts: Starts, clash: Clash) -> list[Window]:
    return [Window(first, past, clash) for first, past in starts]


def around(
    search: Search, leg: Leg, other: Gathering, starts: datetime, ends: datetime
) -> tuple[Starts, Starts]:
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
        first = minute_of(starts) - after - length + 1
        past = minute_up(ends) - after
        meanwhile.append((first, past))
        near += [(first - gap, first), (past, past + gap)]
    return clipped(leg, meanwhile), clipped(leg, near)


def clipped(leg: Leg, starts: Starts) -> Starts:
    """What of `starts` lies in `leg`."""
    inside = [(max(first, leg.first), min(past, leg.past)) for first, past in starts]
    return [(first, past) for first, past in inside if first < past]
