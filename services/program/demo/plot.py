"""What will happen in the year: dates, and what goes wrong where. Drawn from a seed, once."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from services.program.demo.diary import Diary

YEAR = 2027
SUMMIT_MONTH = 11
LATEST_MONTH = 4
SATURDAY = 5


class Incident(StrEnum):
    """What does not go smoothly. Each happens at least once, whatever the seed."""

    RESCHEDULED = "rescheduled"
    CANCELLED = "cancelled"
    SILENCE_BROKEN = "silence broken"
    OVERDUE = "overdue and escalated"
    REFERRED = "referred to the Summit"
    POSTPONED = "item postponed"
    BETWEEN_MEETINGS = "decision between meetings"
    SUPPLEMENTARY = "supplementary item"
    RETURNED = "report returned"


@dataclass(frozen=True)
class Gathering:
    """One meeting of the year, by the day on which it is first called."""

    day: date
    incidents: frozenset[Incident]


@dataclass(frozen=True)
class BodyPlot:
    """A body's year, and the day that it wishes for its first meeting in the year after."""

    mechanism: str
    gatherings: tuple[Gathering, ...]
    next_day: date
    chance: int


def plot(bodies: Sequence[tuple[str, int]], summit: str, seed: int, diary: Diary) -> list[BodyPlot]:
    """The year of every body in `bodies`: pairs of id and meetings a year."""
    draw = random.Random(seed)  # noqa: S311 - a story, not a secret
    certain = certain_incidents([name for name, _ in bodies if name != summit], draw)
    plots = []
    for name, meetings in bodies:
        months = [SUMMIT_MONTH] if name == summit else spread(meetings, draw)
        gatherings = tuple(
            Gathering(
                diary.take(date(YEAR, month, draw.randint(3, 24))),
                frozenset(incidents(draw) | (certain.get(name, set()) if first else set()))
                if name != summit
                else frozenset({Incident.POSTPONED}),
            )
            for first, month in zip([True] + [False] * len(months), months, strict=False)
        )
        next_day = weekday(date(YEAR + 1, draw.randint(2, LATEST_MONTH), draw.randint(3, 24)))
        plots.append(BodyPlot(name, gatherings, next_day, draw.randrange(2**31)))
    return plots


def certain_incidents(names: list[str], draw: random.Random) -> dict[str, set[Incident]]:
    """Every kind of incident for one body or another, in its first meeting of the year."""
    certain: dict[str, set[Incident]] = {}
    for incident in Incident:
        certain.setdefault(draw.choice(names), set()).add(incident)
    return certain


def incidents(draw: random.Random) -> set[Incident]:
    return {incident for incident in Incident if draw.random() < 1 / 6}


def spread(meetings: int, draw: random.Random) -> list[int]:
    """Months from March to October, evenly apart."""
    span = 6 / meetings
    return [min(3 + int(number * span) + draw.randint(0, 1), 10) for number in range(meetings)]


def weekday(day: date) -> date:
    """Which of the weekdays are worked is seen when the year after is planned."""
    while day.weekday() >= SATURDAY:
        day += timedelta(days=1)
    return day
