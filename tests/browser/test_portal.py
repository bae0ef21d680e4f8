"""The start page on a phone."""

from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, expect

from services.portal.service import portal
from tests.browser.conftest import Serving
from tests.conftest import CUSTOMS
from tests.portal.test_service import planned, scheduled

LOOKS = Path(__file__).with_name("looks.js").read_text(encoding="utf-8")


@pytest.fixture
async def base(staged: Any, served: Serving) -> str:
    stage = await staged(portal)
    await stage.tell(planned(), scheduled(CUSTOMS))
    return await served(stage)


async def test_a_body_unfolds_on_a_phone_without_a_script(base: str, browser: Browser) -> None:
    page = await browser.new_page(viewport={"width": 390, "height": 844}, java_script_enabled=False)
    await page.goto(base)
    row = page.get_by_role("row").filter(has_text="Heads of customs")
    await expect(row.get_by_text("14 September 2027")).to_be_visible()
    await expect(row.get_by_text("host Uzbekistan")).to_be_hidden()
    await expect(row.get_by_role("link", name="in your calendar")).to_be_hidden()
    await row.locator("summary").click()
    await expect(row.get_by_text("host Uzbekistan")).to_be_visible()
    await expect(row.get_by_role("link", name="in your calendar")).to_be_visible()


async def test_nothing_is_folded_on_a_wide_screen(base: str, browser: Browser) -> None:
    page = await browser.new_page(viewport={"width": 1280, "height": 900})
    await page.goto(base)
    row = page.get_by_role("row").filter(has_text="Heads of customs")
    await expect(row.get_by_text("host Uzbekistan")).to_be_visible()
    await expect(row.locator("summary")).to_be_hidden()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", ["/", "/bodies/customs-heads", "/nowhere"])
async def test_pages_can_be_used_on_a_phone(
    base: str, browser: Browser, path: str, scheme: Any
) -> None:
    page = await browser.new_page(viewport={"width": 390, "height": 844}, color_scheme=scheme)
    await page.goto(base + path)
    assert await page.evaluate(LOOKS) == []
