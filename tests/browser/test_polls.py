"""A poll, as a delegate answers it by link and as the secretary closes it."""

from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect

from tests.browser.conftest import Serving
from tests.browser.test_feeds import LOOKS
from tests.scheduling.test_polls import answered, link_for, opened, stage

__all__ = ["stage"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
async def test_a_poll_can_be_read_answered_and_closed_by_everybody(
    stage: Any, served: Serving, browser: Browser, scheme: Any, width: int
) -> None:
    poll = await opened(stage)
    await answered(stage, poll, "china/coordinator", "no", "yes", "if_need_be")
    base, links = await served(stage), [await link_for(stage, poll, "kyrgyzstan")]
    links += [f"{links[0]}?language={code}" for code in ("en", "zh")]
    window = await browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme=scheme
    )
    page = await window.new_page()
    for path in (
        *links,
        "/polls",
        "/polls?language=ru",
        f"/polls/{poll}",
        "/polls/none",
        "/polls/by-link/none",
    ):
        await page.goto(base + path)
        assert await page.evaluate(LOOKS) == [], path
    await page.goto(base + links[1])
    await answer(page)
    cells = page.locator(".poll .of-party")
    await expect(cells.first).to_be_visible(visible=width > 390)
    await expect(page.locator(".poll .who").first).to_be_visible(visible=width == 390)
    zones, theirs = page.locator(".poll th time .clock"), page.locator(".poll .here")
    for repeated in (zones, theirs):
        await expect(repeated.first).to_be_visible(visible=width > 390)
    await page.goto(f"{base}/polls/{poll}")
    await page.get_by_role("combobox").select_option("s2")
    await page.get_by_label("The place").fill("Ташкент")
    await page.get_by_role("button", name="Convoke the meeting").click()
    await expect(page.get_by_role("alert")).to_contain_text("may still answer")
    await expect(page.get_by_label("The place")).to_have_value("Ташкент")
    await page.get_by_label("Although coordinators refused it").check()
    await page.get_by_role("button", name="Convoke the meeting").click()
    await expect(page.locator(".lead")).to_contain_text("12 May 2027")
    assert await page.evaluate(LOOKS) == []
    await page.goto(base + links[1])
    for told_here_alone in (zones, theirs):
        await expect(told_here_alone.first).to_be_visible()


async def answer(page: Page) -> None:
    """Answer with the keyboard, and be told so in place; the choices stand beside their dates."""
    first = page.get_by_role("group", name="Tuesday, 11 May 2027")
    width = (page.viewport_size or {"width": 0})["width"]
    reach = "group => [group.querySelector('legend'), group.querySelector('label')].map("
    legend, label = await first.evaluate(f"{reach}one => one.getBoundingClientRect().toJSON())")
    assert label["left"] - legend["right"] < 40
    assert abs(label["top"] - legend["top"]) < 20 or label["top"] - legend["bottom"] < 20
    assert label["height"] > (40 if width == 390 else 20), "on a phone a finger hits it"
    for day in (11, 12, 13):
        await page.get_by_role("group", name=f"{day} May 2027").get_by_label("yes").press("Space")
    await page.get_by_label("A word to the secretary").press("Enter")
    await expect(page.locator("#taken")).to_be_focused()
    await expect(page.locator("#taken")).to_contain_text("Kyrgyzstan’s answer is taken.")
    await expect(page.locator("#taken")).to_be_in_viewport()
