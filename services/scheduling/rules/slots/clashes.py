"""What is in the way of a date, said once for each meeting that is, however many people it takes.

A slot has a reason for each party too, since each party bears its own cost.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator

from events.moments import MINUTE
from services.scheduling.rules.slots.answer import Line
from services.scheduling.rules.slots.legs import legs_of
from services.scheduling.rules.slots.obstacles import obstacles_of
from services.scheduling.rules.slots.rule import Rule
from services.scheduling.rules.slots.search import Delegate, Gathering, Search
from services.scheduling.rules.slots.window import Clash, Obstacle, Window
from services.scheduling.rules.slots.wording import of_clash, people, said
from services.working_time.minutes import minute_of

CLASHES = (
    Rule.PREPARATION,
    Rule.BUSY,
    Rule.GAP,
    Rule.HOST_BUSY,
    Rule.WEEKEND,
    Rule.HOLIDAY,
)
BESIDE = (Rule.HOST_GAP, Rule.PEOPLE_GAP, Rule.BODY_GAP, Rule.ASKED, Rule.UNCERTAIN)
"""What a date that may be taken all the same is beside."""


def clashes(search: Search, rules: Collection[Rule] = CLASHES) -> list[str]:
    """What of `rules` the slot breaks that begins with the range.

    Where none are given, what keeps the meeting from it; not what it only costs.
    """
    start = minute_of(search.starts)
    met = met_at(obstacles_of(search, legs_of(search)), start)
    by_rule = ((obstacle, window) for obstacle, window in met if obstacle.rule in rules)
    return [line.text for line in in_short(search, by_rule, start)]


def met_at(obstacles: Iterable[Obstacle], start: int) -> Iterator[tuple[Obstacle, Window]]:
    """What of `obstacles` a meeting that starts in the minute `start` meets."""
    for obstacle in obstacles:
        for window in obstacle.windows:
            if window.first <= start < window.past:
                yield obstacle, window


def in_short(search: Search, met: Iterable[tuple[Obstacle, Window]], start: int) -> Iterator[Line]:
    """What a meeting that starts in the minute `start` meets, and what that costs."""
    everybody: dict[tuple[Rule, str | Gathering], list[Delegate]] = defaultdict(list)
    costs: Counter[tuple[Rule, str | Gathering]] = Counter()
    for obstacle, window in met:
        match window.subject:
            case Clash(other, delegates) if delegates:
                key: tuple[Rule, str | Gathering] = (obstacle.rule, other)
                everybody[key] += delegates
            case _:
                key = (obstacle.rule, said(search, obstacle, window, start))
        costs[key] += window.amount(start, search.duration // MINUTE) * obstacle.cost
    for (rule, what), cost in costs.items():
        if isinstance(what, str):
            text = what
        else:
            together = Clash(what, tuple(dict.fromkeys(everybody[rule, what])))
            names = people(search, together.delegates)
            text = of_clash(search, rule, search.home, together, names)
        yield Line(rule=rule, cost=cost, text=text)
