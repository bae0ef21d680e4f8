"""Feeds of several processes on one database: each as fresh as what any of them has heard."""

import asyncio
import itertools
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from events.clock import SetClock
from events.envelope import Cause, Envelope
from events.event import Event
from events.road.database import Database
from events.road.receiver import Receiver
from events.subscriptions import Scope, ScopeKind, Settings
from events.vocabulary import SYSTEM
from services.calendars import feeds as module
from services.calendars.feeds import Feeds, Follower, feeds_of, keep_warm
from services.calendars.service import calendars
from tests.calendars.test_service import CANCELLED, MOVED, convened
from tests.conftest import CUSTOMS, START

PATIENCE = 20
NUMBERS = itertools.count()
CLOCK = SetClock(START)
ALL = Scope(kind=ScopeKind.ALL)


class Copy:
    """One process of calendars: what it hears and what it shows."""

    def __init__(self, url: str) -> None:
        self.database = Database(url, "calendars", calendars.migrations)
        self.receiver = Receiver(self.database, calendars.heard, CLOCK)
        self.feeds = Feeds(self.database)
        self.everybody = Follower(ALL, Settings())

    async def hear(self, *events: Event) -> None:
        for event in events:
            cause = Cause(id=f"test-{next(NUMBERS)}", actor=SYSTEM, time=START)
            await self.receiver.deliver(
                [Envelope.seal(event, source="/test", cause=cause, ordinal=0)]
            )

    async def shows(self) -> bytes:
        await self.feeds.keep_fresh(START)
        return self.feeds.ready_for(self.everybody, START).feed.content


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}"
    return str(request.getfixturevalue("own_database"))


@pytest.fixture
async def copies(url: str) -> AsyncIterator[tuple[Copy, Copy]]:
    first, second = Copy(url), Copy(url)
    await first.database.migrate()
    await first.hear(CUSTOMS, convened())
    yield first, second
    for copy in (first, second):
        await copy.database.close()


async def test_what_one_process_hears_the_other_shows(
    copies: tuple[Copy, Copy], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "FRESH_SECONDS", 0)
    here, there = copies
    for event in (MOVED, CANCELLED):
        await here.hear(event)
        shown = await here.shows()
        assert await there.shows() == shown
        assert b"SEQUENCE:%d\r\n" % event.sequence in shown


async def test_a_commit_is_told_to_other_processes_at_once(own_database: str) -> None:
    here, there = Copy(own_database), Copy(own_database)
    await here.database.migrate()
    await here.hear(CUSTOMS, convened())
    assert b"SEQUENCE:0" in await there.shows()
    telling = asyncio.create_task(here.database.tell())
    hearing = asyncio.create_task(there.database.listen())
    try:
        async with asyncio.timeout(PATIENCE):
            await there.feeds.committed.wait()
            await there.shows()
            there.feeds.look_again = float("inf")
            await here.hear(MOVED)
            await there.feeds.committed.wait()
            assert b"SEQUENCE:1" in await there.shows()
    finally:
        for task in (telling, hearing):
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
        for copy in (here, there):
            await copy.database.close()


async def test_a_feed_that_is_asked_for_is_made_anew_before_anybody_asks(tmp_path: Path) -> None:
    here = Copy(f"sqlite:///{tmp_path}")
    await here.database.migrate()
    await here.hear(CUSTOMS, convened())
    kept = feeds_of(here.database)
    await kept.keep_fresh(START)
    asked = kept.ready_for(here.everybody, START)
    await asked.body("br")
    warming = asyncio.create_task(keep_warm(here.database, CLOCK))
    await asyncio.sleep(0)
    await here.hear(MOVED)
    async with asyncio.timeout(PATIENCE):
        while (now := kept.ready.get(asked.edition)) in {None, asked} or "br" not in now.bodies:  # noqa: ASYNC110
            await asyncio.sleep(0)
    assert b"SEQUENCE:1" in kept.ready[asked.edition].feed.content
    assert not asked.good
    warming.cancel()
    with suppress(asyncio.CancelledError):
        await warming
    await here.database.close()


async def test_a_look_that_fails_loses_nothing(
    copies: tuple[Copy, Copy], monkeypatch: pytest.MonkeyPatch
) -> None:
    here, _ = copies
    assert b"SEQUENCE:0" in await here.shows()

    async def fails(session: Any) -> None:
        raise ConnectionError

    await here.hear(MOVED, CUSTOMS.model_copy(update={"short_name": "Таможня"}))
    with monkeypatch.context() as broken:
        broken.setattr(here.feeds.board, "learn_people", fails)
        with pytest.raises(ConnectionError):
            await here.shows()
    assert b"SEQUENCE:1" in await here.shows()
    assert here.feeds.board.people.bodies["customs-heads"].short_name == "Таможня"
