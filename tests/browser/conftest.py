"""A real browser before services on a stage: Debian's Chromium, driven by Playwright."""

import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack

import pytest
from playwright.async_api import Browser, Page, async_playwright

from tests.conftest import Stage, serving

QUIET = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)
Serving = Callable[[Stage], Awaitable[str]]


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    program = shutil.which("chromium")
    if program is None:
        pytest.fail("chromium is missing: apt-get install chromium fonts-noto-cjk")
    async with async_playwright() as playwright:
        launched = await playwright.chromium.launch(executable_path=program, args=QUIET)
        yield launched
        await launched.close()


@pytest.fixture
async def page(browser: Browser) -> Page:
    return await browser.new_page()


@pytest.fixture
async def served() -> AsyncIterator[Serving]:
    """The address of a server of a stage's services: `address = await served(stage)`."""
    async with AsyncExitStack() as stack:

        async def serve(stage: Stage) -> str:
            return await stack.enter_async_context(serving(stage))

        yield serve
