"""A year on the stage: asked for, searched, proposed, accepted, planned again."""

from typing import Any

import pytest

from events.plans import PlanAsked, YearPlanned
from events.polls import PollOpened
from services.planning import searching
from services.planning.service import planning
from services.scheduling.service import scheduling


@pytest.fixture
async def stage(staged: Any) -> Any:
    return await staged(planning)


async def searched(stage: Any) -> None:
    """Let the service make what it is asked for."""
    database = stage.program.workers["planning"].database
    while await searching.step(database, stage.clock):
        pass
    await stage.program.settle()


async def test_a_plan_is_proposed(stage: Any) -> None:
    made = await stage.post("/plans", {"year": 2028})
    assert made.status_code == 201, made.text
    assert made.json()["stage"] == "making"
    await searched(stage)
    plan = (await stage.get("/plans/plan-2028-1")).json()
    assert plan["stage"] == "proposed"
    assert (await stage.http.get("/plans/plan-2028-1")).status_code == 200
    assert len(await stage.said(PlanAsked)) == 1
    assert len(await stage.said(YearPlanned)) == 1


async def test_an_accepted_part_becomes_polls(staged: Any) -> None:
    stage = await staged(planning, scheduling)
    await stage.post("/plans", {"year": 2028})
    await searched(stage)
    accepted = await stage.post("/plans/plan-2028-1/acceptance", {"bodies": ["customs-heads"]})
    assert accepted.status_code == 200, accepted.text
    assert accepted.json()["stage"] == "proposed"
    (date,) = [
        one["first"] for one in accepted.json()["meetings"] if one["mechanism"] == "customs-heads"
    ]
    (opened,) = await stage.said(PollOpened)
    assert opened.meeting == "customs-heads-2028-1"
    assert any(str(slot.span.starts.wall.date()) == date for slot in opened.slots)
