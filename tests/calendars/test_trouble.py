"""What cannot be shown, and what fails in the background: it costs nothing else."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from services.calendars import feeds
from services.calendars.board import Board, Changes
from services.calendars.feeds import feeds_of, keep_warm
from services.calendars.look import LOOK
from services.calendars.rewriting import rewrite
from services.calendars.service import calendars
from services.http.counters import FEED_FAILURES
from tests.calendars.test_following import ALL, DUE, owed
from tests.calendars.test_freshness import CLOCK, PATIENCE, Copy
from tests.calendars.test_service import ADOPTED, FEED, MEETING, MOVED, STARTS, convened, on, read
from tests.conftest import CUSTOMS, SUMMIT

FAR = MOVED.model_copy(update={"span": on(STARTS.replace(year=9999, month=12))})


@pytest.fixture
async def copy(tmp_path: Path) -> AsyncIterator[Copy]:
    copy = Copy(f"sqlite:///{tmp_path}")
    await copy.database.migrate()
    await copy.hear(CUSTOMS, convened())
    yield copy
    await copy.database.close()


async def test_a_meeting_that_cannot_be_shown_is_left_out_and_said_once(
    staged: Any, caplog: pytest.LogCaptureFixture
) -> None:
    stage = await staged(calendars)
    await stage.tell(SUMMIT, convened(), convened(SUMMIT))
    assert len(await read(stage, ALL)) == 2
    with caplog.at_level(logging.ERROR, "services.calendars.board"):
        await stage.tell(FAR)
        assert [one.uid for one in await read(stage, ALL)] == ["heads-of-state-2027-1@secretariat"]
        assert await read(stage, f"{FEED}?language=ru&deadlines=true&all_day=true") == []
    assert len({record.getMessage() for record in caplog.records}) == len(caplog.records) == 1
    assert f"{MEETING} is in no feed: its years, 9999" in caplog.text
    await stage.tell(MOVED.model_copy(update={"previous": FAR.span, "sequence": 2}))
    assert len(await read(stage, ALL)) == 2


@pytest.mark.parametrize(
    ("damage", "why"),
    [
        ("UPDATE entry SET zone = 'Mars/Base'", "'Mars/Base' is no IANA time zone"),
        ("DELETE FROM fragment WHERE language = 'en'", "nothing is written of it"),
    ],
)
async def test_what_a_database_has_lost_costs_no_other_meeting(
    copy: Copy, damage: str, why: str
) -> None:
    async with copy.database.write() as session:
        await session.execute(text(damage))
    await copy.hear(SUMMIT, convened(SUMMIT))
    shown = await copy.shows()
    assert MEETING.encode() not in shown
    assert b"UID:heads-of-state-2027-1@" in shown
    board = Board(copy.database, CLOCK)
    await board.look(Changes())
    assert why in board.unshown.pop(MEETING)
    assert not board.unshown


async def test_what_fails_in_the_background_is_counted_and_ends_nothing(
    copy: Copy, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = feeds_of(copy.database, CLOCK)
    await kept.keep_fresh()
    asked = kept.ready_for(copy.everybody)
    failed = FEED_FAILURES.labels("calendars")
    before = failed._value.get()

    def breaks(*_args: Any, **_more: Any) -> Any:
        raise ValueError("сломано")

    with monkeypatch.context() as broken:
        broken.setattr(feeds, "renewed", breaks)
        warming = asyncio.create_task(keep_warm(copy.database, CLOCK))
        await copy.hear(MOVED)
        async with asyncio.timeout(PATIENCE):
            while failed._value.get() == before:  # noqa: ASYNC110
                await asyncio.sleep(0)
    await copy.hear(ADOPTED)
    async with asyncio.timeout(PATIENCE):
        while (made := kept.ready[asked.edition].issue) is asked:  # noqa: ASYNC110
            await asyncio.sleep(0)
    assert b"SEQUENCE:1" in made.feed.content
    warming.cancel()
    with suppress(asyncio.CancelledError):
        await warming


async def looks(copy: Copy) -> list[str]:
    async with copy.database.read() as session:
        return list(await session.scalars(text("SELECT look FROM mark")))


async def test_fragments_of_an_older_look_are_written_anew_once(copy: Copy) -> None:
    await copy.hear(DUE, owed("kazakhstan"))
    shown = await copy.shows()
    async with copy.database.write() as session:
        await session.execute(text("UPDATE fragment SET event = CAST(event || 'X' AS BLOB)"))
        await session.execute(text("UPDATE entry SET starts = '2027-09-14 03:30:00'"))
        await session.execute(text("UPDATE mark SET look = 'of before', number = number + 1"))
        await session.execute(text("UPDATE entry SET as_of = (SELECT number FROM mark)"))
    copy.feeds.committed.set()
    assert await copy.shows() != shown
    for _ in range(2):
        await rewrite(copy.database, CLOCK)
        assert await looks(copy) == [LOOK]
        assert await copy.shows() == shown
        assert list(copy.feeds.board.known["customs-heads"]) == [
            MEETING,
            "customs-heads-2027-d1-kazakhstan",
        ]
    assert copy.feeds.board.known["customs-heads"][MEETING].starts == STARTS
    async with copy.database.write() as session:
        before = await session.scalars(text("SELECT number FROM mark"))
        await session.execute(text("UPDATE mark SET look = 'of before'"))
    await rewrite(copy.database, CLOCK)
    async with copy.database.read() as session:
        assert await session.scalars(text("SELECT number FROM mark")) == before
    assert await looks(copy) == [LOOK]


async def test_one_meeting_that_cannot_be_written_holds_up_no_other(copy: Copy) -> None:
    other = convened().model_copy(update={"meeting": "customs-heads-2027-2"})
    await copy.hear(other, SUMMIT, convened(SUMMIT))
    async with copy.database.write() as session:
        await session.execute(text("UPDATE fragment SET event = CAST(event || 'X' AS BLOB)"))
        await session.execute(text("UPDATE mark SET look = 'of before'"))
        await session.execute(text(f"UPDATE entry SET document = '' WHERE id = '{MEETING}'"))
    await rewrite(copy.database, CLOCK)
    assert sorted(await looks(copy)) == [LOOK, "of before"]
    damaged = "SELECT DISTINCT entry FROM fragment WHERE substr(event, -1) = CAST('X' AS BLOB)"
    async with copy.database.read() as session:
        assert await session.scalars(text(damaged)) == [MEETING]
