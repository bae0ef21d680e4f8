"""A real browser before services on a stage: Debian's Chromium, driven by Playwright."""

import asyncio
import shutil
import socket
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
import uvicorn
from playwright.async_api import Browser, Page, async_playwright

from services.program.app import create_app
from services.program.serve import Server
from tests.conftest import Stage

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
    running: list[tuple[Server, asyncio.Task[None], socket.socket]] = []

    async def serve(stage: Stage) -> str:
        place = socket.create_server(("127.0.0.1", 0))
        app = create_app(stage.program.services, stage.program.workers)
        server = Server(uvicorn.Config(app, log_level="warning", lifespan="off"), app.state.closing)
        running.append((server, asyncio.create_task(server.serve(sockets=[place])), place))
        return f"http://127.0.0.1:{place.getsockname()[1]}"

    yield serve
    for server, serving, place in running:
        server.should_exit = True
        await serving
        place.close()
