"""When a delegation is busy: for whom, and which of two answers is the later one."""

import re
from datetime import timedelta
from typing import Any

import pytest

from events.mechanisms import CoordinatorNamed
from services.calendars.service import calendars
from tests.calendars.test_service import MOVED, convened
from tests.conftest import CUSTOMS, PARTIES, START, SUMMIT, Staging

DAY = "first=2027-09-14&last=2027-09-14"
DELEGATE = "kazakhstan/delegate А. Омарова"
COORDINATOR = "kazakhstan/coordinator Б. Сатпаев"


@pytest.fixture
async def stage(staged: Staging, postgres_url: str | None) -> Any:
    stage = await staged(calendars, url=postgres_url)
    await stage.tell(convened())
    return stage


async def busy(stage: Any, actor: str = DELEGATE, within: str = DAY) -> Any:
    address = f"/api/v1/parties/kazakhstan/free-busy?{within}"
    return await stage.http.get(address, headers={b"actor": actor.encode()})


def said(answer: Any, name: str) -> str:
    return str(re.findall(rf"^{name}:(.*)\r$", answer.text.replace("\r\n ", ""), re.MULTILINE)[0])


async def test_a_later_answer_has_a_later_stamp_where_a_meeting_left_the_range(stage: Any) -> None:
    first = await busy(stage)
    assert "FREEBUSY;" in first.text
    await stage.advance(START + timedelta(days=1))
    await stage.tell(MOVED)
    second = await busy(stage)
    assert "FREEBUSY;" not in second.text
    assert said(second, "DTSTAMP") > said(first, "DTSTAMP")
    assert said(second, "UID") == said(first, "UID")
    assert said(await busy(stage, within=f"{DAY[:-2]}15"), "UID") != said(first, "UID")


async def test_a_later_answer_has_a_later_stamp_where_a_body_was_left(stage: Any) -> None:
    await stage.advance(START + timedelta(days=1))
    await stage.tell(MOVED)
    first = await busy(stage)
    await stage.advance(START + timedelta(days=2))
    without = tuple(party for party in PARTIES if party.id != "kazakhstan")
    await stage.tell(CUSTOMS.model_copy(update={"parties": without}))
    assert said(await busy(stage), "DTSTAMP") > said(first, "DTSTAMP")


async def test_a_coordinator_who_was_replaced_in_all_bodies_is_told_no_more(stage: Any) -> None:
    for body in (CUSTOMS, SUMMIT):
        assert (await busy(stage, COORDINATOR)).status_code == 200
        named = {"mechanism": body.mechanism, "party": "kazakhstan"}
        await stage.tell(CoordinatorNamed(**named, coordinator="В. Ли"))
    refused = await busy(stage, COORDINATOR)
    assert refused.status_code == 403
    assert "others are its coordinators now" in refused.json()["detail"]
    for actor in ("kazakhstan/coordinator В. Ли", DELEGATE, "secretary"):
        assert (await busy(stage, actor)).status_code == 200
