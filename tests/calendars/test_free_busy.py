"""When a delegation is busy: for whom, and which of two answers is the later one."""

import re
from datetime import timedelta
from typing import Any

import icalendar
import pytest

from events.mechanisms import CoordinatorNamed
from events.meetings import RestrictionSet
from services.calendars import feeds
from services.calendars.service import calendars
from services.subscriptions.service import subscriptions
from tests.calendars.strict import faults
from tests.calendars.test_service import CANCELLED, MEETING, MOVED, convened
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


@pytest.fixture
async def held(staged: Staging) -> Any:
    stage = await staged(subscriptions, calendars)
    await stage.tell(convened())
    return stage


async def made(stage: Any, actor: str = DELEGATE, **settings: Any) -> Any:
    body = {"scope": {"kind": "busy", "id": "kazakhstan"}, "settings": settings}
    return await stage.post("/subscriptions", body, actor=actor)


async def free_time(stage: Any, address: str) -> Any:
    """The VFREEBUSY at a secret address."""
    answer = await stage.http.get(address)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    assert faults(answer.content) == []
    calendar = icalendar.Calendar.from_ical(answer.content)
    assert calendar["METHOD"] == "PUBLISH"
    (found,) = calendar.walk("VFREEBUSY")
    return found


def periods(found: Any) -> list[Any]:
    said = found.get("FREEBUSY", [])
    return [one.start for one in (said if isinstance(said, list) else [said])]


async def test_a_program_reads_at_a_secret_address_when_a_party_is_busy(held: Any) -> None:
    address = (await made(held)).json()["address"]
    assert re.fullmatch(r"/calendars/by-token/[\w-]{43}\.ifb", address)
    await held.tell(RestrictionSet(mechanism="customs-heads", meeting=MEETING, restricted=True))
    found = await free_time(held, address)
    assert periods(found) == [convened().span.starts.at]
    assert (found.start.year, found.end.year, found.end.month) == (2027, 2028, 1)
    whole = await held.http.get(address)
    assert b"customs" not in whole.content
    await held.advance(START + timedelta(days=500))
    same = await held.http.get(address, headers={"If-None-Match": whole.headers["etag"]})
    assert (same.status_code, same.content) == (304, b"")
    await held.tell(MOVED)
    later = await free_time(held, address)
    assert periods(later) == [MOVED.span.starts.at]
    assert later["UID"] == found["UID"]
    assert later["DTSTAMP"].dt > found["DTSTAMP"].dt
    await held.tell(CANCELLED)
    assert periods(await free_time(held, address)) == []


async def test_the_same_meetings_are_the_same_bytes_in_any_process(held: Any) -> None:
    address = (await made(held)).json()["address"]
    await held.tell(MOVED)
    whole = (await held.http.get(address)).content
    feeds.OF_DATABASES.pop(held.program.workers["calendars"].database)
    assert (await held.http.get(address)).content == whole


async def test_the_address_of_free_time_ends_like_that_of_a_feed(held: Any) -> None:
    first = (await made(held, COORDINATOR)).json()
    moved = (await held.post(f"/subscriptions/{first['id']}/rotation", actor=COORDINATOR)).json()
    other = (await made(held)).json()
    await held.post(f"/subscriptions/{other['id']}/revocation", {}, actor=DELEGATE)
    for dead in (first, other):
        assert (await held.http.get(dead["address"])).status_code == 404
    as_a_feed = moved["address"].replace(".ifb", ".ics")
    assert (await held.http.get(as_a_feed)).status_code == 404
    await free_time(held, moved["address"])
    for body in (CUSTOMS, SUMMIT):
        named = {"mechanism": body.mechanism, "party": "kazakhstan", "coordinator": "В. Ли"}
        await held.tell(CoordinatorNamed(**named))
    assert (await held.http.get(moved["address"])).status_code == 404


@pytest.mark.parametrize(
    ("actor", "settings", "status", "why"),
    [
        ("china/delegate", {}, 403, "only kazakhstan itself and the secretary may see when it is"),
        (DELEGATE, {"deadlines": True}, 422, "tells when a party is busy and no more"),
    ],
)
async def test_an_address_of_free_time_that_makes_no_sense_is_refused(
    held: Any, actor: str, settings: Any, status: int, why: str
) -> None:
    answer = await made(held, actor, **settings)
    assert (answer.status_code, why in answer.json()["detail"]) == (status, True), answer.text


async def test_the_page_of_free_time_has_the_address_to_copy_and_no_wishes(held: Any) -> None:
    address = (await made(held, "secretary", language="ru")).json()["address"]
    page = (await held.http.get(address.removesuffix(".ifb"))).text
    assert f"{address}</code>" in page
    assert "Казахстан: занято" in page
    assert "webcal:" not in page
    assert "никому его не передавайте" not in page
    assert "Передайте его тем, кто назначает встречи" in page
    settings = (await held.http.get(f"{address.removesuffix('.ifb')}/settings")).text
    assert 'name="deadlines"' not in settings
    assert "/rotation" in settings
