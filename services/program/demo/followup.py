"""What a party does with its follow-up: report in time, late, twice, or not at all."""

import random
from datetime import date, timedelta
from typing import Any

from services.program.demo import texts
from services.program.demo.plot import BodyPlot, Incident
from services.program.demo.timeline import Script
from services.program.demo.world import World, days, morning

NEVER = 0.05
LATE = 0.12
JUDGED_AFTER = days(5)


class FollowUpScript:
    """One follow-up, from its opening to its acceptance, if the party brings it there."""

    def __init__(self, world: World, plot: BodyPlot, follow_up: dict[str, Any]) -> None:
        self.world = world
        self.follow_up = follow_up
        self.key: str = follow_up["id"]
        self.call = world.caller(self.key)
        self.dice: random.Random = world.dice(plot, self.key)
        self.due = date.fromisoformat(follow_up["due"])

    async def play(self, incidents: frozenset[Incident]) -> Script:
        """Report some days before the due date, unless fate or the plot has it otherwise."""
        fate = self.dice.random()
        if Incident.OVERDUE in incidents or fate < NEVER:
            return
        late = fate < NEVER + LATE
        delay = days(self.dice.randint(3, 12))
        day = morning(self.due) + delay if late else morning(self.due) - delay
        yield day
        await self.report()
        if Incident.RETURNED in incidents:
            yield self.world.timeline.clock.now() + JUDGED_AFTER
            reason = {"reason": "Please name the lead agency. Просим указать ведомство."}
            await self.call.post(f"/follow-ups/{self.key}/return", reason)
            yield self.world.timeline.clock.now() + JUDGED_AFTER
            await self.report()
        yield self.world.timeline.clock.now() + JUDGED_AFTER
        await self.call.post(f"/follow-ups/{self.key}/acceptance")

    async def report(self) -> None:
        body = {
            "text": self.world.words(self.follow_up["party"], texts.REPORTS, self.dice),
            "evidence": f"https://evidence.example/{self.key}",
        }
        by = f"{self.follow_up['party']}/coordinator"
        await self.call.post(f"/follow-ups/{self.key}/report", body, by=by)


async def start_follow_ups(
    world: World, plot: BodyPlot, mechanism: str, meeting: str, incidents: frozenset[Incident]
) -> None:
    """Let every follow-up of a meeting's decisions take its course.

    What the plot has go wrong goes wrong with the first of them.
    """
    line = world.caller(meeting)
    decided = [d["id"] async for d in line.every("/decisions", meeting=meeting)]
    opened = [
        follow_up
        async for follow_up in line.every("/follow-ups", mechanism=mechanism)
        if follow_up["decision"] in decided
    ]
    wrong = incidents & {Incident.OVERDUE, Incident.RETURNED}
    for number, follow_up in enumerate(opened):
        script = FollowUpScript(world, plot, follow_up)
        world.timeline.start(script.play(wrong_with(number, wrong)))


def wrong_with(number: int, wrong: frozenset[Incident]) -> frozenset[Incident]:
    """The first follow-up is overdue, the second returned, if the plot has these."""
    mine = {0: Incident.OVERDUE, 1: Incident.RETURNED}.get(number)
    return wrong & {mine} if mine else frozenset()


def due_days(dice: random.Random) -> timedelta:
    return days(dice.choice([45, 60, 75, 150]))
