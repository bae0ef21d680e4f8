"""How long a meeting is to last where nobody says it."""

from typing import Any

import pytest

from events.meetings import MeetingRescheduled
from events.plans import Planned, PlanPartAccepted
from events.polls import PollOpened
from services.scheduling.service import scheduling

FIRST, SECOND = "customs-heads-2027-1", "customs-heads-2027-2"
RANGE = {"first": "2027-05-10", "last": "2027-05-21"}
CLOSES = {"wall": "2027-02-01T18:00:00", "zone": "Asia/Tashkent"}
SEVEN_HOURS = {"wall": "2027-05-11T09:30:00", "zone": "Asia/Shanghai", "minutes": 420}
ANY = {"place": "Beijing", "despite_answers": True}


@pytest.fixture
async def stage(staged: Any) -> Any:
    found = await staged(scheduling)
    plan = {"mechanism": "customs-heads", "year": 2027, "extraordinary": True}
    for _ in range(2):
        await found.post("/meetings", plan)
    return found


async def convoked(stage: Any, **when: Any) -> None:
    body = {"when": SEVEN_HOURS | when, "place": "Beijing"}
    answer = await stage.post(f"/meetings/{FIRST}/convocation", body)
    assert answer.is_success, answer.text


def minutes(span: dict[str, Any]) -> int:
    starts, ends = (span[end]["at"][11:16].split(":") for end in ("starts", "ends"))
    return (int(ends[0]) - int(starts[0])) * 60 + int(ends[1]) - int(starts[1])


async def lengths(stage: Any, meeting: str, **more: Any) -> set[int]:
    found = await stage.get(f"/meetings/{meeting}/slots", **RANGE, **more)
    return {minutes(slot["span"]) for slot in found.json()["slots"]}


async def test_a_time_is_sought_for_as_long_as_the_meeting_or_the_bodys_last_one(
    stage: Any,
) -> None:
    assert await lengths(stage, FIRST) == {240}
    await convoked(stage)
    assert await lengths(stage, FIRST) == {420}
    assert await lengths(stage, SECOND) == {420}
    assert await lengths(stage, SECOND, minutes=60) == {60}


async def test_a_meeting_of_two_days_is_sought_on_two_days(stage: Any) -> None:
    await convoked(stage, minutes=24 * 60 + 360)
    (slot,) = (await stage.get(f"/meetings/{SECOND}/slots", **RANGE, limit=1)).json()["slots"]
    (sessions,) = (one["sessions"] for one in slot["local"] if one["party"] == "china")
    assert [minutes(session) for session in sessions] == [360, 360]


async def test_dates_given_by_hand_last_as_long_and_a_convocation_and_a_move_too(
    stage: Any,
) -> None:
    await convoked(stage)
    when = {"wall": "2027-06-15T09:30:00", "zone": "Asia/Shanghai"}
    body = {"slots": [when], "closes": CLOSES, "ask_again": True}
    polled = (await stage.post(f"/meetings/{FIRST}/polls", body)).json()
    assert minutes(polled["slots"][0]["span"]) == 420
    assert polled["length"] is None
    second = {"when": when, "place": "Beijing"}
    held = (await stage.post(f"/meetings/{SECOND}/convocation", second)).json()
    assert minutes(held["span"]) == 420
    moved = {"when": when | {"wall": "2027-06-16T09:30:00"}, "reason": "R"}
    assert minutes((await stage.post(f"/meetings/{FIRST}/move", moved)).json()["span"]) == 420


async def test_a_poll_that_makes_a_meeting_shorter_says_so_and_its_closing_too(
    stage: Any,
) -> None:
    await convoked(stage)
    when = SEVEN_HOURS | {"wall": "2027-06-15T09:30:00", "minutes": 270}
    body = {"slots": [when], "closes": CLOSES, "ask_again": True}
    polled = (await stage.post(f"/meetings/{FIRST}/polls", body)).json()
    assert polled["length"] == "4 hours 30 minutes instead of 7 hours"
    choice = ANY | {"slot": "s1", "reason": "Mourning"}
    closed = (await stage.post(f"/polls/{polled['id']}/closing", choice)).json()
    assert closed["length"] == polled["length"]
    (told,) = await stage.said(MeetingRescheduled)
    assert told.reason.endswith("6 no answer; it lasts 4 hours 30 minutes instead of 7 hours)")


async def test_a_poll_that_a_plan_opens_asks_for_a_meeting_as_long_as_the_last(
    stage: Any,
) -> None:
    await convoked(stage)
    on = "2027-09-14"
    planned = Planned.model_validate(
        {
            "mechanism": "customs-heads",
            "meeting": SECOND,
            "host": "kazakhstan",
            "first": on,
            "last": on,
        }
    )
    part = PlanPartAccepted(
        plan="plan-2027-1", mechanism="customs-heads", year=2027, meetings=(planned,)
    )
    await stage.tell(part)
    (opened,) = await stage.said(PollOpened)
    assert {minutes(slot.span.model_dump(mode="json")) for slot in opened.slots} == {420}
