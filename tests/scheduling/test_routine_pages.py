"""The pages of days off and office hours: what is known, what is entered, what no longer stands."""

import re
from typing import Any

import pytest

from events.working_time import DayRuled, HoursSet
from services.portal.service import portal
from services.scheduling.service import scheduling
from tests.scheduling.test_meeting_steps import words
from tests.scheduling.test_poll_pages import sent
from tests.scheduling.test_rechecks import IN_CHINA, MEETING, convoke

HERE = "/routines/china"
DAY = {
    "on": IN_CHINA,
    "ruling": "holiday",
    "name": "День памяти · 纪念日",
    "source": "Decree 112",
    "dated": "2026-12-15",
}
HOURS = {"opens": "10:00", "closes": "18:00"}


@pytest.fixture
async def stage(staged: Any) -> Any:
    return await staged(scheduling, portal)


async def read(stage: Any, path: str = HERE, actor: str | None = None) -> str:
    page = await stage.http.get(path, headers={"actor": actor} if actor else {})
    assert page.status_code == 200
    return words(page)


async def entered(stage: Any, act: str, **form: Any) -> str:
    """The page after a form that is not refused."""
    answer = await sent(stage, f"{HERE}/{act}", **form)
    assert answer.status_code == 303, words(answer)
    return await read(stage, answer.headers["location"])


async def test_the_days_of_every_party_are_there_and_those_that_are_not_certain_are_marked(
    stage: Any,
) -> None:
    assert 'href="/routines"' in (await stage.http.get("/rechecks")).text
    assert 'href="/routines"' in (await stage.http.get("/")).text
    assert "Kazakhstan Astana, Asia/Almaty 09:00–18:00 13:00–14:00" in await read(
        stage, "/routines"
    )
    said = await read(stage, "/routines/kazakhstan")
    assert "8 March 2027 Monday off" in said
    assert "16 May 2027 Sunday off not announced yet Eid al-Adha (estimated)" in said
    assert "Confirm 16 May 2027" in said


async def test_a_day_off_is_entered_and_taken_back_and_the_page_tells_what_it_changes(
    stage: Any,
) -> None:
    await convoke(stage)
    said = await entered(stage, "days", **{**DAY, "on": "2027-09-20"})
    assert "20 September 2027 is a day off in China: День памяти · 纪念日" in said
    assert "No coming meeting and no poll is otherwise by it, of those that you may read." in said
    said = await entered(stage, "days", **DAY)
    assert "1 coming meeting, because of the days, hours or clocks of China" in said
    assert "To do: reschedule, or let it stand if China comes all the same" in said
    assert "No coming meeting" not in said
    page = (await stage.http.get(HERE)).text
    assert f'href="/meetings/{MEETING}/move"' in page
    assert f'href="?on={IN_CHINA}&amp;ruling=certain#day"' in page
    assert MEETING not in await read(stage, "/routines/kazakhstan")
    back = {**DAY, "ruling": "certain", "dated": "2026-12-10"}
    assert "which is dated earlier: enter it again with a later date" in await entered(
        stage, "days", **back
    )
    said = await entered(stage, "days", **{**back, "dated": "2026-12-20"})
    assert "14 September 2027 is as the holiday data have it" in said
    assert "No coming meeting and no poll is otherwise by it, of those that you may read." in said


async def test_hours_are_set_without_a_lunch_and_with_another_weekend(stage: Any) -> None:
    assert "These are the hours of China now" in await entered(
        stage, "hours", **HOURS, weekend=["friday", "saturday"]
    )
    (said,) = await stage.said(HoursSet)
    assert (said.hours.lunch, said.hours.weekend) == (None, ("friday", "saturday"))
    assert "From 10:00 to 18:00, without a lunch break" in await read(stage)
    assert 'value="10:00"' in (await stage.http.get(HERE)).text


@pytest.mark.parametrize(
    ("act", "form", "why"),
    [
        ("days", {**DAY, "source": " "}, "say what says so"),
        ("days", {**DAY, "name": ""}, "say what 14 September 2027 is in China"),
        ("days", {**DAY, "on": "2026-09-14"}, "14 September 2026 has passed in China"),
        ("days", {**DAY, "on": "soon"}, "on: "),
        ("hours", {**HOURS, "lunch_begins": "13:00"}, "or leave both empty"),
        ("hours", {**HOURS, "closes": "09:00"}, "before it opens at 10:00"),
    ],
)
async def test_what_makes_no_sense_is_refused_in_words_and_stays_in_the_form(
    stage: Any, act: str, form: dict[str, str], why: str
) -> None:
    answer = await sent(stage, f"{HERE}/{act}", **form)
    assert (answer.status_code, why in words(answer)) == (422, True), words(answer)
    assert f'value="{form.get("on", form.get("closes"))}"' in answer.text
    assert await stage.said(DayRuled) == []
    assert await stage.said(HoursSet) == []


async def test_the_coordinator_of_the_party_may_and_others_may_not(stage: Any) -> None:
    for actor, may in (("china/coordinator", True), ("kazakhstan/coordinator", False)):
        assert ("Enter the day" in await read(stage, actor=actor)) is may
        answer = await sent(stage, f"{HERE}/days", actor, **DAY)
        assert (answer.status_code == 303) is may
    assert (await stage.http.get("/routines/atlantis")).status_code == 404
    assert (await sent(stage, "/routines/atlantis/days", **DAY)).status_code == 404


async def test_a_restricted_meeting_is_told_of_to_the_secretary_alone(stage: Any) -> None:
    await convoke(stage)
    assert (await sent(stage, f"/meetings/{MEETING}/restriction", restricted="true")).is_success
    await entered(stage, "days", **DAY)
    assert MEETING not in await read(stage)
    assert MEETING in await read(stage, actor="secretary")


async def test_hours_that_a_colleague_set_meanwhile_are_not_undone_unawares(stage: Any) -> None:
    page = (await stage.http.get(HERE)).text
    (revision,) = re.findall(r'name="revision" value="(\d+)"', page)
    await entered(stage, "hours", opens="08:00", closes="17:00")
    mine = {**HOURS, "revision": revision}
    refused = await sent(stage, f"{HERE}/hours", **mine)
    assert refused.status_code == 422
    assert "somebody entered a day or other hours since you opened this" in refused.text
    assert "From 08:00 to 17:00" in words(refused)
    assert 'value="10:00"' in refused.text
    (again,) = re.findall(r'name="revision" value="(\d+)"', refused.text)
    assert (await sent(stage, f"{HERE}/hours", **{**mine, "revision": again})).status_code == 303


async def test_what_is_not_dated_is_of_today_and_nothing_is_dated_in_the_future(stage: Any) -> None:
    day = {name: said for name, said in DAY.items() if name != "dated"}
    path = "/parties/china/routine/days"
    assert (await stage.post(path, day)).status_code == 200
    (said,) = await stage.said(DayRuled)
    assert said.dated.isoformat() == "2027-01-04"
    refused = await stage.post(path, {**day, "dated": "2027-01-05"})
    assert refused.status_code == 422
    assert "what is dated 5 January 2027 has not been said yet in China" in refused.text
