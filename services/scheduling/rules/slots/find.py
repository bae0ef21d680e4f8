"""From a search to its answer: price the starts that break the fewest hard rules, and rank them."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import islice
from typing import TypeAlias

from events.moments import MINUTE, Moment, Span
from services.refusals import UnacceptableError
from services.scheduling.rules.slots.answer import Answer, Line, LocalTime, Reason, Relaxation, Slot
from services.scheduling.rules.slots.choosing import Start, far_apart, on_each_day
from services.scheduling.rules.slots.clashes import in_short, met_at
from services.scheduling.rules.slots.grid import DEARER, OUTSIDE, broken, grid_of, ranks
from services.scheduling.rules.slots.legs import Leg, legs_of
from services.scheduling.rules.slots.obstacles import obstacles_of
from services.scheduling.rules.slots.rule import Rule
from services.scheduling.rules.slots.search import Search
from services.scheduling.rules.slots.window import Obstacle, Window
from services.scheduling.rules.slots.wording import said
from services.working_time.minutes import instant_of

RULES = list(Rule)
Hit: TypeAlias = tuple[Obstacle, list[Window]]


def find(search: Search) -> Answer:
    """The best slots; where every start breaks a hard rule, the fewest rules to relax.

    Fewest counts a rule once for each party; among as few, the cheapest slot decides, then the
    one nearest to office hours, then the earliest. UnacceptableError when the range is too short
    for the meeting.
    """
    legs = legs_of(search)
    if not legs:
        raise too_short(search)
    grid = grid_of(search, legs)
    obstacles = obstacles_of(search, legs)
    breaks = broken(grid, legs, obstacles)
    fewest = min(breaks, default=OUTSIDE)
    if fewest == OUTSIDE:
        raise too_short(search)
    paid = obstacles if fewest else [obstacle for obstacle in obstacles if not obstacle.hard]
    rank = ranks(grid, search.duration // MINUTE, paid, breaks, fewest)
    least = [index for index, count in enumerate(breaks) if count == fewest]
    ranked = sorted(least, key=rank.__getitem__)  # stable: the earlier of two alike comes first
    if fewest:
        best = grid.minute(ranked[0])
        (slot,) = described(search, legs, obstacles, [best])
        in_the_way = [obstacle for obstacle in obstacles if obstacle.hard]
        relaxation = Relaxation(
            gives_way=hard(search, slot),
            in_short=tuple(
                f"{line.text} ({line.rule})"
                for line in in_short(search, met_at(in_the_way, best), best)
            ),
            slot=slot,
        )
        return Answer(slots=(), relaxation=relaxation)
    starts = (Start(grid.minute(index), rank[index] // DEARER) for index in ranked)
    chosen = [start.at for start in offered(search, starts)]
    return Answer(slots=tuple(described(search, legs, obstacles, chosen)))


def too_short(search: Search) -> UnacceptableError:
    sessions = f"{search.days} sessions" if search.days > 1 else "a session"
    return UnacceptableError(
        f"{sessions} of {search.duration} h, begun at a multiple of {search.step} h on the host's "
        f"clock, fit nowhere between {Moment.of(search.starts, search.home.zone)} and "
        f"{Moment.of(search.ends, search.home.zone)}; search a longer range, or by a smaller step"
    )


def hard(search: Search, slot: Slot) -> tuple[Reason, ...]:
    return tuple(reason for reason in slot.reasons if search.treatment(reason.rule).hard)


def offered(search: Search, ranked: Iterable[Start]) -> list[Start]:
    """The first of `ranked`, or some of them far apart; only so many on one date of the host's."""
    daily = on_each_day(ranked, search.per_day, search.home.zone)
    return far_apart([*daily], search.limit) if search.spread else [*islice(daily, search.limit)]


def described(
    search: Search, legs: Sequence[Leg], obstacles: Sequence[Obstacle], starts: Sequence[int]
) -> list[Slot]:
    """The slots that begin in the minutes `starts`, with all that they break."""
    ordered = sorted(starts)
    hit: dict[int, list[Hit]] = defaultdict(list)
    for obstacle in obstacles:
        windows: dict[int, list[Window]] = defaultdict(list)
        for window in obstacle.windows:
            for start in ordered[bisect_left(ordered, window.first) :]:
                if start >= window.past:
                    break
                windows[start].append(window)
        for start, several in windows.items():
            hit[start].append((obstacle, several))
    return [slot(search, legs, start, hit[start]) for start in starts]


def reason(search: Search, obstacle: Obstacle, windows: Sequence[Window], start: int) -> Reason:
    total = sum(window.amount(start, search.duration // MINUTE) for window in windows)
    texts = dict.fromkeys(said(search, obstacle, window, start) for window in windows)
    return Reason(
        rule=obstacle.rule,
        party=obstacle.party,
        amount=total,
        cost=total * obstacle.cost,
        text="; ".join(texts),
    )


def slot(search: Search, legs: Sequence[Leg], start: int, hits: Sequence[Hit]) -> Slot:
    reasons = [reason(search, obstacle, windows, start) for obstacle, windows in hits]
    met = ((obstacle, window) for obstacle, windows in hits for window in windows)
    (leg,) = (leg for leg in legs if leg.first <= start < leg.past)
    begins = [start + session for session in leg.sessions]
    return Slot(
        span=span(start, start + leg.length, search.home.zone),
        cost=sum(reason.cost for reason in reasons),
        reasons=tuple(sorted(reasons, key=dearest)),
        in_short=tuple(sorted(in_short(search, met, start), key=dearest)),
        local=tuple(
            LocalTime(
                party=office.party,
                sessions=tuple(span(begin, begin + leg.duration, office.zone) for begin in begins),
            )
            for office in search.calendar.offices
        ),
    )


def dearest(one: Reason | Line) -> tuple[int, int]:
    return -one.cost, RULES.index(one.rule)


def span(starts: int, ends: int, zone: str) -> Span:
    return Span(starts=Moment.of(instant_of(starts), zone), ends=Moment.of(instant_of(ends), zone))
