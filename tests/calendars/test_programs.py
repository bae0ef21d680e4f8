"""Calendar programs that people use follow a feed over HTTP: vdirsyncer and khal."""

import asyncio
import socket
import sys
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import uvicorn

from services.calendars.service import calendars
from services.program.app import create_app
from services.program.serve import Server
from services.subscriptions.service import subscriptions
from tests.calendars.test_following import DELEGATE, following
from tests.calendars.test_service import CANCELLED, MOVED, convened
from tests.conftest import SUMMIT
from tests.contracts.libraries import Libraries

PROGRAMS = Libraries(
    tools="",
    pinned=("requirements.txt",),
    made="programs",
    install=(
        (sys.executable, "-m", "venv", "programs"),
        ("programs/bin/python", "-m", "pip", "install", "-q", "-r", "requirements.txt"),
    ),
)
VDIRSYNCER = """
[general]
status_path = "{folder}/status"

[pair feed]
a = "mine"
b = "theirs"
collections = null
conflict_resolution = "b wins"
partial_sync = "revert"

[storage mine]
type = "filesystem"
path = "{folder}/events"
fileext = ".ics"

[storage theirs]
type = "http"
url = "{address}"
"""
KHAL = """
[calendars]
[[feed]]
path = {folder}/events
readonly = True

[locale]
local_timezone = Asia/Tashkent
default_timezone = Asia/Tashkent
timeformat = %H:%M
dateformat = %Y-%m-%d
longdateformat = %Y-%m-%d
datetimeformat = %Y-%m-%d %H:%M
longdatetimeformat = %Y-%m-%d %H:%M

[sqlite]
path = {folder}/khal.db
"""


class Programs:
    """vdirsyncer and khal, set up in a folder for the feed at one address."""

    def __init__(self, folder: Path, address: str) -> None:
        self.folder = folder
        self.home = PROGRAMS.of(Path(__file__).parent / "programs")
        (folder / "events").mkdir()
        for name, text in (("vdirsyncer", VDIRSYNCER), ("khal", KHAL)):
            (folder / name).write_text(text.format(folder=folder, address=address))

    async def run(self, name: str, *words: str) -> str:
        process = await asyncio.create_subprocess_exec(
            self.home / "bin" / "python",
            *("-m", name, "-c", str(self.folder / name), *words),
            stdout=PIPE,
            stderr=PIPE,
            env={"HOME": str(self.folder), "LC_ALL": "C.UTF-8"},
        )
        said, complaints = await process.communicate()
        assert process.returncode == 0, complaints.decode()
        return said.decode()

    async def see(self) -> list[str]:
        """Sync, and look: each event of autumn with its start, end, state and title."""
        await self.run("vdirsyncer", "sync")
        shown = "{start} – {end} {status}{title}"
        said = await self.run("khal", "list", "-o", "--format", shown, "2027-09-01", "60d")
        return [line for line in said.splitlines() if "–" in line]


@pytest.fixture
async def stage(staged: Any) -> Any:
    stage = await staged(subscriptions, calendars)
    await stage.tell(convened(), convened(SUMMIT))
    return stage


@pytest.fixture
async def base(stage: Any) -> AsyncIterator[str]:
    """The address of a server of the stage's services."""
    place = socket.create_server(("127.0.0.1", 0))
    app = create_app(stage.program.services, stage.program.workers)
    config = uvicorn.Config(app, log_level="warning", lifespan="off")
    server = Server(config, app.state.closing)
    serving = asyncio.create_task(server.serve(sockets=[place]))
    yield f"http://127.0.0.1:{place.getsockname()[1]}"
    server.should_exit = True
    await serving
    place.close()


async def test_a_delegate_sees_a_meeting_move_and_be_cancelled_once_each(
    stage: Any, base: str, tmp_path: Path
) -> None:
    made = await following(stage)
    programs = Programs(tmp_path, base + made["address"])
    await programs.run("vdirsyncer", "discover")
    first, summit = sorted(await programs.see(), key=lambda line: "state" in line)
    assert first.startswith("2027-09-14 09:30 – 2027-09-14 15:30 CONFIRMED Heads of customs, 海关")
    await stage.tell(MOVED)
    moved = first.replace("2027-09-14", "2027-09-21")
    assert await programs.see() == [summit, moved]
    await stage.tell(CANCELLED)
    assert await programs.see() == [summit, moved.replace("CONFIRMED", "CANCELLED")]
    at = f"/subscriptions/{made['id']}/settings"
    await stage.put(at, {"hide_cancelled": True}, actor=DELEGATE)
    assert await programs.see() == [summit]
