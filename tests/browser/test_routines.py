"""The pages of days off and office hours, as people use them."""

from typing import Any

import pytest
from playwright.async_api import Browser, expect

from services.portal.service import portal
from services.scheduling.service import scheduling
from tests.browser.conftest import Serving
from tests.browser.test_feeds import LOOKS
from tests.scheduling.test_rechecks import IN_CHINA, convoke


@pytest.mark.parametrize(("width", "scheme"), [(1280, "dark"), (390, "light")])
async def test_a_day_off_is_entered_and_the_meeting_on_it_comes_with_what_to_do(
    staged: Any, served: Serving, browser: Browser, width: int, scheme: Any
) -> None:
    stage = await staged(scheduling, portal)
    await convoke(stage)
    page = await browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    await page.goto(f"{await served(stage)}/rechecks")
    await page.get_by_role("link", name="Days off and office hours").click()
    assert await page.evaluate(LOOKS) == []
    await page.get_by_role("link", name="China").click()
    await page.get_by_label("The day", exact=True).fill(IN_CHINA)
    await page.get_by_label("What it is").fill("纪念日")
    await page.get_by_label("What says so").fill("Decree 112")
    await page.get_by_role("button", name="Enter the day").click()
    await expect(page.get_by_role("status")).to_contain_text("14 September 2027 is a day off")
    await expect(page.locator(".findings")).to_contain_text("To do: reschedule, or let it stand")
    await expect(page.get_by_role("link", name="Move it")).to_be_visible()
    assert await page.evaluate(LOOKS) == []
    await page.get_by_role("link", name="Take back 14 September 2027").click()
    await expect(page.get_by_label("The day", exact=True)).to_have_value(IN_CHINA)
    await page.get_by_label("What says so").fill("Decree 113")
    await page.get_by_role("button", name="Enter the day").click()
    await expect(page.get_by_role("status")).to_contain_text("No coming meeting and no poll")
    await page.get_by_label("Opens").fill("19:00")
    await page.get_by_role("button", name="Set the hours").click()
    await expect(page.get_by_role("alert")).to_contain_text("China closes at 18:00, before it")
