"""What no program sees being done before a meeting: the secretary notes it, now and then late."""

import random

from services.milestones import NOTED_BY_HAND
from services.program.demo.plot import BodyPlot
from services.program.demo.timeline import Script
from services.program.demo.world import World, days, instant, morning

LATE = 0.12


def start_noting(world: World, plot: BodyPlot, meeting: str) -> None:
    """Let what is due before a meeting that was convoked be noted as it is done."""
    for kind in sorted(NOTED_BY_HAND):
        world.timeline.start(note(world, plot, meeting, kind))


async def note(world: World, plot: BodyPlot, meeting: str, kind: str) -> Script:
    """Note that it is done, by the date that the meeting has by then, if it is not given up."""
    call = world.caller(f"{meeting}-{kind}")
    lead = days(lead_of(world.dice(plot, call.script)))
    while True:
        found = await call.get(f"/meetings/{meeting}")
        if found["stage"] == "cancelled":
            return
        (due,) = (one["due"] for one in found["milestones"] if one["kind"] == kind)
        ready = morning(instant(due["at"]).date()) - lead
        if ready <= world.timeline.clock.now():
            break
        yield ready
    await call.post(f"/meetings/{meeting}/milestones/{kind}")


def lead_of(dice: random.Random) -> int:
    """How many days before the last one it is done; less than none, where it is late."""
    return -dice.randint(1, 3) if dice.random() < LATE else dice.randint(0, 4)
