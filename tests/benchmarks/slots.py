"""How long it takes to find slots in a year, against 50 ms and against a walk through all minutes.

    python -m tests.benchmarks.slots [--rounds N]

Six parties, 60 delegates, and 20 bodies that meet ten times in the year with 18 delegates each,
the one that looks for a time among them; ten more meetings are asked about in polls of five dates.
Warm: holidays and hours of the year have been computed by a search before. Times are of the
processor, for the machine is shared; the median and the slowest of the rounds. The walk is the
model that the tests hold against the finder; a year takes it too long, so it gets a fortnight.
"""

import argparse
import random
import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from rich.console import Console
from rich.table import Table

from events.moments import Moment
from services.gaps import spacing
from services.scheduling.rules.meeting import lasting
from services.scheduling.rules.slots.find import find
from services.scheduling.rules.slots.rule import Rule, Treatment
from services.scheduling.rules.slots.search import Asked, Delegate, Engagement, Search
from services.working_time.calendar import Calendar
from services.working_time.hours import Office
from tests.conftest import PARTIES
from tests.scheduling import naive_slots

LIMIT_MS = 50
YEAR = datetime(2027, 1, 1, tzinfo=UTC)
CALENDAR = Calendar(tuple(Office.of(party) for party in PARTIES))
DELEGATES = tuple(
    Delegate(id=f"{party.id}-{number}", party=party.id, name=f"Delegate {number}")
    for party in PARTIES
    for number in range(10)
)
HARD = Treatment(hard=True, cost=1)
KINDS: dict[str, dict[str, Any]] = {
    "online, 2 h": {},
    "in person, 3 x 8 h": {
        "place": "Tashkent",
        "days": 3,
        "duration": timedelta(hours=8),
    },
    "online, 6 h, to relax": {
        "duration": timedelta(hours=6),
        "rules": dict.fromkeys((Rule.OFFICE_HOURS, Rule.LUNCH), HARD),
    },
}


def engagements(seed: int = 1) -> tuple[Engagement, ...]:
    draw = random.Random(seed)
    found = []
    for body in range(20):
        members = tuple(delegate.id for delegate in draw.sample(DELEGATES, 18))
        for _ in range(10):
            starts = YEAR + timedelta(days=draw.randrange(364), hours=draw.randrange(2, 10))
            found.append(
                Engagement(
                    starts=starts,
                    ends=starts + timedelta(hours=draw.choice((2, 3, 8))),
                    label=f"Body {body}",
                    place=draw.choice((None, "Tashkent", "Astana")),
                    host=draw.choice(PARTIES).id,
                    delegates=members,
                    same_body=body == 0,
                )
            )
    return tuple(found)


def asked(seed: int = 2) -> tuple[Asked, ...]:
    draw = random.Random(seed)
    polls = []
    for body in range(10):
        days = [YEAR + timedelta(days=draw.randrange(364), hours=4) for _ in range(5)]
        polls.append(
            Asked(
                label=f"Poll {body}",
                place=draw.choice(("Tashkent", "Astana")),
                host=draw.choice(PARTIES).id,
                delegates=[delegate.id for delegate in draw.sample(DELEGATES, 18)],
                dates=[lasting(Moment.of(day, "UTC"), timedelta(hours=4)) for day in days],
            )
        )
    return tuple(polls)


def search(within: int, **settings: Any) -> Search:
    wanted = {"duration": timedelta(hours=2), "calendar": CALENDAR, "host": "uzbekistan"}
    wanted |= {"starts": YEAR, "ends": YEAR + timedelta(days=within), "delegates": DELEGATES}
    wanted |= {"body_gap_days": spacing(2027, 10)}
    return Search(**(wanted | {"engagements": engagements(), "asked": asked()} | settings))


def walk(wanted: Search) -> None:
    for start in naive_slots.starts(wanted):
        found = naive_slots.breaches(wanted, start)
        naive_slots.cost(wanted, found)


def milliseconds(work: Callable[[Search], object], wanted: Search, rounds: int) -> list[float]:
    times = []
    for _ in range(rounds):
        started = time.process_time()
        work(wanted)
        times.append((time.process_time() - started) * 1000)
    return times


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.slots")
    parser.add_argument("--rounds", type=int, default=15)
    rounds = parser.parse_args().rounds
    table = Table(title=f"Slots, processor time, {rounds} rounds")
    for column in ("", "ours, ms", "slowest, ms", "limit or walk, ms", "ratio"):
        table.add_column(column, justify="right", no_wrap=True)
    cold = milliseconds(find, search(365), 1)[0]
    table.add_row("a year, cold", f"{cold:.0f}", "", "", "")
    for name, settings in KINDS.items():
        times = milliseconds(find, search(365, **settings), rounds)
        ours = statistics.median(times)
        table.add_row(
            f"a year, {name}",
            f"{ours:.1f}",
            f"{max(times):.1f}",
            f"{LIMIT_MS}",
            f"{ours / LIMIT_MS:.2f}",
        )
    times = milliseconds(find, search(14), rounds)
    ours, peer = statistics.median(times), milliseconds(walk, search(14), 1)[0]
    table.add_row(
        "a fortnight",
        f"{ours:.1f}",
        f"{max(times):.1f}",
        f"{peer:,.0f}",
        f"{ours / peer:.4f}",
    )
    Console(width=100).print(table)


if __name__ == "__main__":
    main()
