"""The demo from its beginning to its verdict."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import httpx

from services.mechanisms.rules.mechanism import Mechanism, registered
from services.program.demo.caller import Caller
from services.program.demo.diary import Diary
from services.program.demo.plot import plot
from services.program.demo.scene import Scene
from services.program.demo.summary import Summary, summarise
from services.program.demo.timeline import Timeline
from services.program.demo.world import World
from services.program.demo.year import BEGINS, ENDS, start_year
from services.working_time.calendar import Calendar
from services.working_time.hours import Office

FALLBACK = ("", "cooperation in the field of this body")


async def play_year(scene: Scene, seed: int, passed: Callable[[float], None]) -> Summary:
    """Play the year on an opened scene; `passed` hears which part of it is over, from 0 to 1."""
    await scene.advance(BEGINS)
    world = await enter(scene.http, Timeline(scene, ENDS), seed)
    bodies = [(name, body["rules"]["meetings_per_year"]) for name, body in world.bodies.items()]
    for body_plot in plot(bodies, world.summit, seed, world.diary):
        world.wished[body_plot.mechanism] = body_plot.next_day
        start_year(world, body_plot)
    await world.timeline.play(lambda instant: passed(share(instant)))
    return await summarise(world, await scene.audit())


def share(instant: datetime) -> float:
    return min(1.0, (instant - BEGINS) / (ENDS - BEGINS))


async def enter(http: httpx.AsyncClient, timeline: Timeline, seed: int) -> World:
    """Read from the API what the scripts need to know of the format."""
    line = Caller(http, "prologue")
    found = [body async for body in line.every("/mechanisms")]
    bodies = {body["id"]: describe(body) for body in found}
    parties = {
        party["id"]: {
            "name": party["name"],
            "zone": party["reference"]["timezone"],
            "languages": [spoken["code"] for spoken in party["reference"]["languages"]],
        }
        for party in await line.get("/parties")
    }
    actions: dict[str, list[tuple[str, str]]] = {name: [] for name in bodies}
    for agreement in await line.get("/agreements"):
        row = agreement["row"]
        for body in (*row["mechanisms"], *row["other_bodies"]):
            actions.get(body, []).extend((o["id"], o["action"]) for o in row["obligations"])
    registered_bodies = [registered(Mechanism.model_validate(body)) for body in found]
    offices = {party.id: Office.of(party) for one in registered_bodies for party in one.parties}
    return World(
        http=http,
        timeline=timeline,
        seed=seed,
        summit=next(name for name, body in bodies.items() if body["parent"] is None),
        parties=parties,
        bodies=bodies,
        registered=registered_bodies,
        diary=Diary(Calendar(tuple(offices.values()))),
        actions={name: asked or [FALLBACK] for name, asked in actions.items()},
    )


def describe(body: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": body["row"]["short_name"],
        "parent": body["parent"],
        "parties": body["parties"],
        "rules": body["rules"],
    }
