"""The pages of meetings, as people use them."""

from datetime import timedelta
from typing import Any

import pytest
from playwright.async_api import Browser, expect

from events.mechanisms import MechanismRegistered
from services.portal.service import portal
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
