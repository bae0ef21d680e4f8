"""How many days two meetings keep between them: shared, and pure.

No source states it, so the rules are ours, and a plan may say otherwise.
"""

from collections.abc import Mapping
from datetime import date

HOST_GAP_DAYS = 5
"""Between two meetings of one host."""
PEOPLE_GAP_DAYS = 2
"""Where people are in both, or the body of one answers to that of the other."""


def answers(one: str, other: str, parents: Mapping[str, str | None]) -> bool:
    """Whether either body answers to the other: who comes to the one may be called to both."""
    return parents[one] == other or parents[other] == one


def too_near(days: int, other_days: int, gap: int) -> tuple[int, int]:
    """From how many to how many days after one of `days` begins another may not begin.

    At least `gap` whole days lie between the end of one and the beginning of the other.
    """
    return 1 - other_days - gap, days + gap - 1


def spacing(year: int, of: int) -> int:
    """How many days a body waits to meet again that meets `of` times in the year.

    Half of the days from one of its meetings to the next, if they were evenly spread.
    """
    return (date(year + 1, 1, 1) - date(year, 1, 1)).days // of // 2


def too_soon(waits: int) -> tuple[int, int]:
    """From how many to how many days after a meeting begins its body may not begin another.

    At least so many days as it `waits` lie between the two beginnings.
    """
    return 1 - waits, waits - 1
