"""The pages of meetings, as people use them."""

from datetime import timedelta
from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect

from events.mechanisms import MechanismRegistered
from events.meetings import MeetingRescheduled, RestrictionSet
from services.portal.service import portal
from services.scheduling.service import scheduling
from tests.browser.conftest import Serving
from tests.browser.test_feeds import LOOKS
from tests.portal.test_meeting_pages import INVITED, set_at
from tests.portal.test_service import MEETING, STARTS, decision, planned, scheduled, task


@pytest.fixture
async def stage(staged: Any) -> Any:
    stage = await staged(portal)
    (customs,) = [
        e for e in await stage.said(MechanismRegistered) if e.mechanism == "customs-heads"
    ]
    await stage.tell(planned(), scheduled(customs), set_at(0), INVITED, decision("好"), task())
    await stage.advance(STARTS - timedelta(days=27))
    return stage


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
async def test_the_pages_can_be_read_and_used_by_everybody(
    stage: Any, served: Serving, browser: Browser, scheme: Any, width: int
) -> None:
    base = await served(stage)
    window = await browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme=scheme
    )
    page = await window.new_page()
    for path in ("/meetings", f"/meetings/{MEETING}", "/meetings?host=china", "/meetings/none"):
        await page.goto(base + path)
        assert await page.evaluate(LOOKS) == [], path
    await page.goto(f"{base}/meetings")
    await page.get_by_label("Hosts").select_option("Uzbekistan")
    await page.get_by_role("button", name="Show them").click()
    await page.get_by_role("link", name="Heads of customs: meeting 1 of 2027").click()
    shown, other = (".standing", ".lying") if width == 390 else (".lying", ".standing")
    await expect(page.locator(f".timeline {shown}")).to_contain_text("overdue by 3 days")
    await expect(page.locator(f".timeline {shown}")).to_contain_text("Today")
    await expect(page.locator(f".timeline {shown}")).to_be_visible()
    await expect(page.locator(f".timeline {other}")).to_be_hidden()


async def test_the_secretary_reads_what_is_restricted_until_told_otherwise(
    stage: Any, served: Serving, page: Page
) -> None:
    await stage.tell(RestrictionSet(mechanism="customs-heads", meeting=MEETING, restricted=True))
    address = f"{await served(stage)}/meetings/{MEETING}"
    heading = page.get_by_role("heading", level=1)
    await page.goto(address)
    await expect(heading).to_have_text("Busy")
    await page.get_by_role("button", name="Read as the secretary").click()
    await expect(heading).to_have_text("Heads of customs: meeting 1 of 2027")
    await page.get_by_role("link", name="Bodies", exact=True).click()
    await expect(page.locator(".visitor")).to_contain_text("You act as the secretary")
    await page.goto(address)
    await expect(heading).to_have_text("Heads of customs: meeting 1 of 2027")
    await page.get_by_role("button", name="Read as everybody").click()
    await expect(heading).to_have_text("Busy")


async def test_the_secretary_acts_on_a_restricted_meeting_from_its_page(
    staged: Any, served: Serving, page: Page
) -> None:
    stage = await staged(scheduling, portal)
    plan = {"mechanism": "customs-heads", "year": 2027, "restricted": True}
    convocation = {
        "when": {"wall": "2027-05-11T09:30:00", "zone": "Asia/Almaty", "minutes": 420},
        "place": "Astana",
    }
    assert (await stage.post("/meetings", plan)).is_success
    assert (await stage.post(f"/meetings/{MEETING}/convocation", convocation)).is_success
    await page.set_viewport_size({"width": 390, "height": 900})
    await page.goto(f"{await served(stage)}/meetings/{MEETING}")
    await page.get_by_role("button", name="Read as the secretary").click()
    await page.get_by_role("link", name="Move it").click()
    await page.get_by_label("It begins").fill("2027-05-12T09:30")
    await page.get_by_label("Why it moves").fill("Дворец занят")
    await page.get_by_label("The place").fill("Astana, Зал 2")
    assert await page.evaluate(LOOKS) == []
    await page.get_by_role("button", name="Move the meeting").click()
    await expect(page.locator(".taken")).to_contain_text("Wednesday, 12 May 2027, 09:30–16:30")
    await stage.program.settle()
    (moved,) = await stage.said(MeetingRescheduled)
    assert (moved.place, moved.reason) == ("Astana, Зал 2", "Дворец занят")
