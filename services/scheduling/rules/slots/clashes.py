"""What is in the way of a date, said once for each meeting that is, however many people it takes.

A slot has a reason for each party instead, since each party bears its own cost.
"""

from collections.abc import Collection, Iterable, Iterator

from services.scheduling.rules.slots.legs import legs_of
from services.scheduling.rules.slots.obstacles import obstacles_of
from services.scheduling.rules.slots.rule import Rule
from services.scheduling.rules.slots.search import Delegate, Gathering, Search
from services.scheduling.rules.slots.window import Clash, Obstacle
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
GAPS = (Rule.HOST_GAP, Rule.PEOPLE_GAP)


def clashes(search: Search, rules: Collection[Rule] = CLASHES) -> list[str]:
    """What of `rules` the slot breaks that begins with the range.

    Where none are given, what keeps the meeting from it; not what it only costs.
    """
    found = obstacles_of(search, legs_of(search))
    in_the_way = [obstacle for obstacle in found if obstacle.rule in rules]
    return [text for _, text in in_short(search, in_the_way, minute_of(search.starts))]


def in_short(
    search: Search, obstacles: Iterable[Obstacle], start: int
) -> Iterator[tuple[Rule, str]]:
    """What of `obstacles` a meeting that starts in the minute `start` meets, with the rule."""
    met: dict[tuple[Rule, str | Gathering], list[Delegate]] = {}
    for obstacle in obstacles:
        for window in obstacle.windows:
            if window.first <= start < window.past:
                match window.subject:
                    case Clash(other, delegates) if delegates:
                        met.setdefault((obstacle.rule, other), []).extend(delegates)
                    case _:
                        met[obstacle.rule, said(search, obstacle, window, start)] = []
    for (rule, what), everybody in met.items():
        if isinstance(what, str):
            yield rule, what
        else:
            together = Clash(what, tuple(dict.fromkeys(everybody)))
            names = people(search, together.delegates)
            yield rule, of_clash(search, rule, search.home, together, names)
