"""Databases of both kinds."""

from collections.abc import AsyncIterator
from pathlib import Path
from uuid import uuid4

import pytest

from events.clock import SetClock
from events.road.database import Database
from tests.events.listener import EFFECTS, START, Listener


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}"
    return str(request.getfixturevalue("postgres"))


@pytest.fixture
async def database(url: str) -> AsyncIterator[Database]:
    opened = Database(url, f"s{uuid4().hex[:12]}", EFFECTS)
    await opened.migrate()
    yield opened
    await opened.close()


@pytest.fixture
def clock() -> SetClock:
    return SetClock(START)


@pytest.fixture
def listener(database: Database, clock: SetClock) -> Listener:
    return Listener(database, clock)
