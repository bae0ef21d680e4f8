"""Feeds of several processes on one database: each as fresh as what any of them has heard."""

import asyncio
import itertools
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import brotli
import pytest

from events.clock import SetClock
from events.envelope import Cause, Envelope
from events.event import Event
from events.meetings import RestrictionSet
from events.road.database import Database
from events.road.receiver import Receiver
from events.subscriptions import Scope, ScopeKind, Settings
from events.vocabulary import SYSTEM
from services.calendars import feeds as module
from services.calendars.feeds import Feeds, Follower, feeds_of, keep_warm
from services.calendars.service import calendars
from tests.calendars.test_service import CANCELLED, MEETING, MOVED, convened
from tests.conftest import CUSTOMS, START

PATIENCE = 20
NUMBERS = itertools.count()
CLOCK = SetClock(START)
ALL = Scope(kind=ScopeKind.ALL)
RESTRICTED = RestrictionSet(mechanism="customs-heads", meeting=MEETING, restricted=True)


class Copy:
    """One process of calendars: what it hears and what it shows."""

    def __init__(self, url: str) -> None:
        self.database = Database(url, "calendars", calendars.migrations)
        self.receiver = Receiver(self.database, calendars.heard, CLOCK)
        self.feeds = Feeds(self.database, CLOCK)
        self.everybody = Follower(ALL, Settings())

    async def hear(self, *events: Event) -> None:
        for event in events:
            cause = Cause(id=f"test-{next(NUMBERS)}", actor=SYSTEM, time=START)
            await self.receiver.deliver(
                [Envelope.seal(event, source="/test", cause=cause, ordinal=0)]
            )

    async def shows(self) -> bytes:
        await self.feeds.keep_fresh()
        return self.feeds.ready_for(self.everybody).feed.content


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
    kept = feeds_of(here.database, CLOCK)
    await kept.keep_fresh()
    asked = kept.ready_for(here.everybody)
    await asked.body("br")
    warming = asyncio.create_task(keep_warm(here.database, CLOCK))
    await asyncio.sleep(0)
    await here.hear(MOVED)
    async with asyncio.timeout(PATIENCE):
        while (made := kept.ready[asked.edition].issue) is asked or "br" not in made.bodies:  # noqa: ASYNC110
            await asyncio.sleep(0)
    assert b"SEQUENCE:1" in made.feed.content
    assert b"SEQUENCE:0" in asked.feed.content
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


async def test_what_a_process_writes_itself_it_shows_without_a_look(
    copies: tuple[Copy, Copy], monkeypatch: pytest.MonkeyPatch
) -> None:
    here, there = copies
    await here.shows()
    here.feeds.look_again = float("inf")

    async def looked(changes: Any) -> None:
        raise AssertionError(f"a look for {changes}")

    with monkeypatch.context() as blind:
        blind.setattr(here.feeds.board, "look", looked)
        await here.hear(MOVED)
        moved = await here.shows()
        await here.hear(RESTRICTED)
        busy = await here.shows()
    assert b"SEQUENCE:1" in moved
    assert b"SUMMARY;LANGUAGE=en:Busy" in busy
    assert await there.shows() == busy


async def test_a_write_after_one_of_another_process_is_looked_up(
    copies: tuple[Copy, Copy],
) -> None:
    here, there = copies
    for copy in copies:
        await copy.shows()
        copy.feeds.look_again = float("inf")
    await there.hear(MOVED)
    await here.hear(CANCELLED, CUSTOMS.model_copy(update={"short_name": "Таможня"}))
    shown = await here.shows()
    assert b"SEQUENCE:2" in shown
    assert here.feeds.board.people.bodies["customs-heads"].short_name == "Таможня"
    there.feeds.committed.set()
    assert await there.shows() == shown


async def test_a_write_that_is_undone_is_not_shown(copies: tuple[Copy, Copy]) -> None:
    here, _ = copies
    before = await here.shows()
    sealed = Envelope.seal(
        MOVED, source="/test", cause=Cause(id="undone", actor=SYSTEM, time=START), ordinal=0
    )

    async def fail() -> None:
        async with here.database.write() as session:
            await here.receiver.handle(session, sealed)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()
    assert await here.shows() == before


async def test_a_body_keeps_its_etag_while_the_feed_moves_on(tmp_path: Path) -> None:
    here = Copy(f"sqlite:///{tmp_path}")
    await here.database.migrate()
    await here.hear(CUSTOMS, convened())
    await here.feeds.keep_fresh()
    old = here.feeds.ready_for(here.everybody)
    asked = [asyncio.create_task(old.body("br")) for _ in range(2)]
    await asyncio.sleep(0)
    await here.hear(MOVED)
    await here.feeds.keep_fresh()
    new = here.feeds.ready_for(here.everybody)
    assert new.feed.tag != old.feed.tag
    first, second = await asyncio.gather(*asked)
    assert first is second
    assert brotli.decompress(first) == old.feed.content
    assert brotli.decompress(await new.body("br")) == new.feed.content
    await here.database.close()


async def test_a_feed_that_nobody_asks_for_does_not_keep_all_that_moves(
    copies: tuple[Copy, Copy], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST_MOVES", 1)
    here, _ = copies
    await here.shows()
    await here.hear(MOVED)
    (kept,) = here.feeds.ready.values()
    assert len(kept.moves) == 1
    await here.hear(CANCELLED)
    assert here.feeds.ready == {}
    assert b"SEQUENCE:2" in await here.shows()
