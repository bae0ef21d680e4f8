"""The page of a plan while it is looked for, as whoever waits for it sees it."""

from typing import Any

import pytest
from playwright.async_api import Page, Route, expect

from services.planning import searching
from services.planning.service import planning
from services.scheduling.service import scheduling
from tests.browser.conftest import Serving
from tests.conftest import SUMMIT


async def test_the_year_comes_to_the_page_when_it_is_found(
    staged: Any, served: Serving, page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(searching, "GLANCE_SECONDS", 0.01)  # so that even this search has a curve
    stage = await staged(scheduling, planning)
    await stage.tell(SUMMIT)
    await page.goto(f"{await served(stage)}/plans")
    await page.get_by_label("Plan a year of all bodies").fill("2028")
    await page.get_by_role("button", name="Look for the best plan").click()
    title = page.get_by_role("heading", level=1)
    await expect(title).to_have_text("2028, being planned")
    await searching.step(stage.program.workers["planning"].database, stage.clock)
    await expect(title).to_have_text("2028, as planned")
    await expect(page.get_by_role("heading", name="How the search went")).to_be_visible()


async def test_the_year_comes_to_the_page_though_the_connection_was_cut_once(
    staged: Any, served: Serving, page: Page
) -> None:
    stage = await staged(scheduling, planning)
    await stage.tell(SUMMIT)
    address = await served(stage)
    cut: list[str] = []

    async def cut_once(route: Route) -> None:
        if route.request.resource_type == "fetch" and not cut:
            cut.append(route.request.url)
            await route.abort("connectionreset")
        else:
            await route.continue_()

    await page.goto(f"{address}/plans")
    await page.route("**/plans/plan-2028-1", cut_once)
    await page.get_by_label("Plan a year of all bodies").fill("2028")
    await page.get_by_role("button", name="Look for the best plan").click()
    title = page.get_by_role("heading", level=1)
    await expect(title).to_have_text("2028, being planned")
    await searching.step(stage.program.workers["planning"].database, stage.clock)
    await expect(title).to_have_text("2028, as planned")
    assert cut == [f"{address}/plans/plan-2028-1"]
