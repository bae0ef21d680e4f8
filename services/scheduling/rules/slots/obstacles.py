"""From what is asked to what is in the way, for each rule and party."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import timedelta

from services.scheduling.rules.slots.engaged import asked, engaged
from services.scheduling.rules.slots.legs import Leg, minute_up
from services.scheduling.rules.slots.near import near
from services.scheduling.rules.slots.rest import resting
from services.scheduling.rules.slots.rule import Rule
from services.scheduling.rules.slots.search import Neighbour, Search
from services.scheduling.rules.slots.uncertain import uncertain
from services.scheduling.rules.slots.window import Obstacle, Window
from services.working_time.minutes import date_of, midnight, minute_of

ONE_DAY = timedelta(days=1)


def obstacles_of(search: Search, legs: tuple[Leg, ...]) -> list[Obstacle]:
    """Everything in the way, in the order of the parties."""
    gathered: dict[tuple[Rule, str | None], list[Window]] = defaultdict(list)
    for leg in legs:
        for source in (resting, uncertain, engaged, near, asked, neighbouring, unannounced):
            for rule, party, windows in source(search, leg):
                gathered[rule, party] += windows
    return [
        Obstacle(rule, party, treatment.hard, treatment.cost_for(party), tuple(windows))
        for (rule, party), windows in gathered.items()
        for treatment in (search.treatment(rule),)
    ]


def unannounced(search: Search, leg: Leg) -> Iterator[tuple[Rule, str | None, list[Window]]]:
    """The starts before notice has run out."""
    if search.not_before:
        past = min(minute_up(search.not_before), leg.past)
        if leg.first < past:
            yield Rule.NOTICE, None, [Window(leg.first, past, None)]


def neighbouring(search: Search, leg: Leg) -> Iterator[tuple[Rule, str | None, list[Window]]]:
    """The starts too near to a neighbour or too far from it."""
    for neighbour in search.neighbours:
        first, past = allowed(neighbour, leg, search.home.zone)
        rule = Rule.UNPREPARED if neighbour.late else Rule.PREPARATION
        for window in ((leg.first, min(first, leg.past)), (max(first, past, leg.first), leg.past)):
            if window[0] < window[1]:
                yield rule, None, [Window(*window, neighbour)]


def allowed(neighbour: Neighbour, leg: Leg, zone: str) -> tuple[int, int]:
    """The starts, first to before past, that keep the distance to `neighbour`."""
    near = timedelta(days=neighbour.min_days)
    far = None if neighbour.max_days is None else timedelta(days=neighbour.max_days + 1)
    if neighbour.this_comes == "after":
        ends = minute_up(neighbour.ends)
        on = date_of(ends - 1, zone)
        return max(ends, midnight(on + near, zone)), midnight(on + far, zone) if far else leg.past
    begins = minute_of(neighbour.starts)
    on = date_of(begins, zone)
    latest_end = min(begins, midnight(on - near + ONE_DAY, zone))
    past = latest_end - leg.length + 1
    return midnight(on - far + ONE_DAY, zone) + 1 - leg.length if far else leg.first, past
