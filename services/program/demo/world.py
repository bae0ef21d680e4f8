"""What the scripts share: the bodies and parties as the API shows them, the line, the dice."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import httpx

from events.mechanisms import MechanismRegistered
from services.program.demo.caller import Caller
from services.program.demo.diary import Diary
from services.program.demo.plot import BodyPlot
from services.program.demo.texts import in_words_of
from services.program.demo.timeline import Timeline

OPENING = time(9, 30)


@dataclass(frozen=True)
class World:
    """The format as read once at the beginning, and the means to act in it.

    Of the first meetings of the year after: who hosts them, the days that are wished for them, and
    those that they get, once all hosts are known.
    """

    http: httpx.AsyncClient
    timeline: Timeline
    seed: int
    summit: str
    parties: dict[str, Any]
    bodies: dict[str, Any]
    registered: list[MechanismRegistered]
    diary: Diary
    actions: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    hosts: dict[str, str] = field(default_factory=dict)
    wished: dict[str, date] = field(default_factory=dict)
    ahead: dict[str, date] = field(default_factory=dict)

    def caller(self, script: str) -> Caller:
        return Caller(self.http, f"{self.seed}/{script}")

    def dice(self, plot: BodyPlot, script: str) -> random.Random:
        return random.Random(f"{plot.chance} {script}")  # noqa: S311 - a story, not a secret

    def zone(self, party: str) -> str:
        zone: str = self.parties[party]["zone"]
        return zone

    def words(self, party: str, said: Mapping[str, Sequence[str]], dice: random.Random) -> str:
        """One of the texts in `said`, in a language of `party`."""
        return in_words_of(self.parties[party]["languages"], said, dice)

    def action_of(self, obligations: Sequence[str]) -> str:
        """What the first of `obligations` asks for, whichever body answers for it."""
        asked = dict(pair for pairs in self.actions.values() for pair in pairs)
        return next((asked[o] for o in obligations if o in asked), "the matters discussed")

    def when(self, day: date, host: str, minutes: int = 420) -> dict[str, Any]:
        starts = datetime.combine(day, OPENING)
        return {"wall": starts.isoformat(), "zone": self.zone(host), "minutes": minutes}


def instant(written: str) -> datetime:
    return datetime.fromisoformat(written).astimezone(UTC)


def morning(day: date) -> datetime:
    """An instant on `day` at which offices are open in all six capitals."""
    return datetime.combine(day, time(6), UTC)


def days(number: int) -> timedelta:
    return timedelta(days=number)
