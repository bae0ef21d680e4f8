"""The pages on which people follow feeds, as they use them: by mouse and by keyboard."""

import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Browser, Page, expect

from events.subscriptions import SubscriptionMade, SubscriptionRevoked, SubscriptionRotated
from services.calendars.service import calendars
from services.subscriptions.service import subscriptions
from tests.browser.conftest import Serving
from tests.calendars.test_following import DUE, following
from tests.calendars.test_service import convened
from tests.conftest import SUMMIT

LOOKS = Path(__file__).with_name("looks.js").read_text(encoding="utf-8")
OFFICE = "/subscriptions"


@pytest.fixture
async def stage(staged: Any) -> Any:
    stage = await staged(subscriptions, calendars)
    await stage.tell(convened(), convened(SUMMIT), DUE)
    return stage


@pytest.fixture
async def base(stage: Any, served: Serving) -> str:
    return await served(stage)


async def page_of(stage: Any, base: str, **wishes: Any) -> str:
    """The page of a secret address."""
    made = await following(stage, **wishes)
    return str(base + made["address"].removesuffix(".ics"))


async def status(stage: Any, base: str, address: str) -> int:
    await stage.program.settle()
    return int((await stage.http.get(address.removeprefix(base))).status_code)


async def press(page: Page, *keys: str) -> None:
    for key in keys:
        await page.keyboard.press(key)


async def test_the_holder_changes_what_it_shows_with_the_keyboard_alone(
    stage: Any, base: str, page: Page
) -> None:
    at = await page_of(stage, base)
    await page.goto(at)
    await page.get_by_role("link", name="Change, replace or end it").focus()
    await press(page, "Enter")
    await expect(page.get_by_role("heading", level=1)).to_have_text("What this address shows")
    await page.get_by_label("Meetings", exact=True).focus()
    await press(page, "Tab", "Space", "Tab", "Tab", "Tab")
    await expect(page.get_by_label("Language")).to_be_focused()
    await press(page, "ArrowDown", "Tab", "1", "Tab")
    await expect(page.get_by_role("button", name="Save")).to_be_focused()
    await press(page, "Enter")
    await expect(page.get_by_role("status")).to_have_text("Сохранено.")
    await expect(page.locator("html")).to_have_attribute("lang", "ru")
    await expect(page.get_by_label("Сроки")).to_be_checked()
    await stage.program.settle()
    await page.get_by_role("link", name="Назад к адресу").click()
    await expect(page.locator("main")).to_contain_text("за 15 минут")
    feed = (await stage.http.get(f"{at.removeprefix(base)}.ics")).text
    assert "Последний день для предложений" in feed
    assert "TRIGGER:-PT15M" in feed


async def test_the_holder_is_told_what_a_new_address_means_and_gets_it_once(
    stage: Any, base: str, page: Page
) -> None:
    at = await page_of(stage, base)
    await page.goto(f"{at}/settings")
    await page.get_by_role("link", name="Get a new address").click()
    await expect(page.locator("main")).to_contain_text("leads nowhere from that moment on")
    assert await stage.said(SubscriptionRotated) == []
    assert await status(stage, base, f"{at}.ics") == 200
    await page.get_by_role("button", name="Yes, make a new address").dblclick()
    await expect(page.get_by_role("heading", level=1)).to_have_text("The new address")
    moved = await page.locator("code").inner_text()
    assert await status(stage, base, f"{at}.ics") == 404
    assert await status(stage, base, moved) == 200
    assert len(await stage.said(SubscriptionRotated)) == 1
    await page.goto(f"{at}/settings")
    await expect(page.get_by_role("heading", level=1)).to_have_text(
        "This secret address leads nowhere"
    )
    await page.goto(f"{moved.removesuffix('.ics')}/settings")
    assert moved not in await page.content()


async def test_the_holder_ends_it_for_good(stage: Any, base: str, page: Page) -> None:
    at = await page_of(stage, base)
    await page.goto(f"{at}/settings")
    await page.get_by_role("link", name="End this address").click()
    assert await status(stage, base, f"{at}.ics") == 200
    await page.get_by_label("Why, if you wish to say").fill("The laptop was stolen")
    await press(page, "Enter")
    await expect(page.get_by_role("heading", level=1)).to_have_text("The address is ended")
    assert await status(stage, base, f"{at}.ics") == 404
    (ended,) = await stage.said(SubscriptionRevoked)
    assert ended.reason == "The laptop was stolen"


async def test_the_secretary_makes_finds_replaces_and_ends_an_address(
    stage: Any, base: str, page: Page
) -> None:
    await following(stage, "china/delegate 王毅", "party:china")
    await page.goto(base + OFFICE)
    await expect(page.get_by_role("table")).to_have_count(0)
    await page.get_by_label("Party", exact=True).select_option("Kazakhstan")
    await page.get_by_label("Name", exact=True).fill("А. Омарова")
    await page.get_by_label("Which calendar").select_option("party:kazakhstan")
    await page.get_by_label("Deadlines").check()
    await page.get_by_role("button", name="Make the address").click()
    await expect(page.get_by_role("button", name="Copy the address")).to_be_visible()
    await expect(page.get_by_role("region", name="The address for")).to_be_focused()
    first = await page.locator("#feed-address").inner_text()
    assert await status(stage, base, first) == 200
    *_, made = await stage.said(SubscriptionMade)
    assert str(made.owner) == "kazakhstan/delegate А. Омарова"
    assert made.settings.deadlines
    await page.goto(base + OFFICE)
    await page.get_by_label("Whose, or which").fill("Омарова")
    await page.get_by_role("button", name="Show them").click()
    await expect(page.get_by_role("table")).to_contain_text("А. Омарова, delegate, Kazakhstan")
    await expect(page.get_by_role("table")).not_to_contain_text("王毅")
    await page.get_by_text("Replace or end it").click()
    await page.get_by_role("button", name="Make a new address").click()
    second = await page.locator("#feed-address").inner_text()
    assert await status(stage, base, first) == 404
    assert await status(stage, base, second) == 200
    await page.locator(f"#{made.subscription}").get_by_text("Replace or end it").click()
    await page.locator(f"#{made.subscription}").get_by_role("button", name="End it").click()
    await expect(page.get_by_role("status")).to_contain_text("leads nowhere any more")
    assert await status(stage, base, second) == 404
    there = page.get_by_role("region", name="Those there are").get_by_role("table")
    await expect(there).not_to_contain_text("Омарова")
    gone = page.get_by_role("region", name="Those that lead nowhere any more")
    await expect(gone).to_contain_text("А. Омарова, delegate, Kazakhstan")


async def test_an_address_is_copied_with_a_button_or_selected_as_a_whole(
    stage: Any, base: str, browser: Browser
) -> None:
    able = await browser.new_context(permissions=["clipboard-read", "clipboard-write"])
    page = await able.new_page()
    await page.goto(f"{base}/calendars/all")
    await page.get_by_role("button", name="Copy the address").click()
    await expect(page.get_by_role("status")).to_have_text("Copied.")
    copied = await page.evaluate("navigator.clipboard.readText()")
    assert copied == f"{base}/calendars/all.ics"
    plain = await (await browser.new_context(java_script_enabled=False)).new_page()
    await plain.goto(f"{base}/calendars/all")
    await expect(plain.get_by_role("button", name="Copy the address")).to_have_count(0)
    code = plain.locator("code.copied")
    await expect(code).to_have_text(f"{base}/calendars/all.ics")
    await expect(code).to_have_css("user-select", "all")


async def test_no_other_site_hears_a_secret_address_by_a_referer(
    stage: Any, base: str, page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PUBLIC_URL", "https://meetings.example")
    heard: list[dict[str, str]] = []

    async def answer(route: Any) -> None:
        heard.append(await route.request.all_headers())
        await route.fulfill(body="")

    await page.route(re.compile("https://outlook"), answer)
    made = await following(stage)
    path = urlsplit(made["address"]).path
    await page.goto(base + path.removesuffix(".ics"))
    await page.get_by_role("link", name="to Outlook.com").click()
    await page.wait_for_url("https://outlook*/**")
    assert heard
    assert all("referer" not in headers for headers in heard)


async def test_a_public_feed_is_wished_with_a_form_and_its_page_speaks_its_language(
    base: str, page: Page
) -> None:
    await page.goto(f"{base}/calendars/parties/china")
    await page.get_by_label("Deadlines").check()
    await page.get_by_role("combobox", name="Language").select_option("中文")
    await page.get_by_label("Reminder").select_option("1 day before")
    await page.get_by_role("button", name="Make the address").click()
    await expect(page.locator("html")).to_have_attribute("lang", "zh")
    query = "deadlines=true&language=zh&alarm_minutes=1440"
    await expect(page.locator("code.copied")).to_have_text(
        f"{base}/calendars/parties/china.ics?{query}"
    )
    await expect(page.get_by_label("截止日期")).to_be_checked()
    await page.get_by_role("link", name="English").click()
    await expect(page.locator("html")).to_have_attribute("lang", "en")
    await expect(page.get_by_label("Reminder")).to_have_value("1440")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
async def test_every_page_can_be_read_and_used_by_everybody(
    stage: Any, base: str, browser: Browser, scheme: Any, width: int
) -> None:
    await following(stage)
    window = await browser.new_context(
        viewport={"width": width, "height": 900},
        color_scheme=scheme,
        extra_http_headers={"actor": "secretary"},
    )
    page = await window.new_page()
    at = await page_of(stage, base, deadlines=True, language="ru")
    for address in (
        *(f"{base}/calendars", f"{base}/calendars?language=zh", f"{base}{OFFICE}"),
        *(f"{base}/calendars/all?deadlines=true", f"{base}/calendars/all?language=kk"),
        *(f"{base}/calendars/mechanisms/none", f"{base}/calendars/all?alarm_minutes=7"),
        *(at, f"{at}/settings", f"{at}/rotation", f"{at}/revocation", f"{at}x"),
    ):
        await page.goto(address)
        for summary in await page.locator("summary").all():
            await summary.click()
        assert await page.evaluate(LOOKS) == [], address
