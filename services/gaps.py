"""How many whole days two meetings keep between them: shared, and pure.

No source states it, so the rules are ours, and a plan may say otherwise.
"""

from collections.abc import Mapping

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
