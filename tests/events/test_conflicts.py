"""Changes of the same thing at the same time: each happens, and on what the others left."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from functools import partial
from uuid import uuid4

import pytest
from sqlalchemy import select
from sqlmodel import col

from events.clock import SetClock
from events.envelope import Cause
from events.meetings import TurnDeclined
from events.road.conflicts import ATTEMPTS, ConflictError, again_on_conflict
from events.road.database import Database
from events.road.handlers import Handlers
from events.road.letters import letters
from events.road.receiver import Receiver
from events.road.tables import DeadlineRow
from events.road.timers import Timers
from events.road.transaction import Transaction, transaction
from events.vocabulary import SYSTEM
from tests.events.listener import EFFECTS, START, Effect, sealed


@pytest.fixture
async def copies(url: str) -> AsyncIterator[list[Database]]:
    """Two processes' databases of one service; on SQLite there is one process."""
    name = f"s{uuid4().hex[:12]}"
    count = 2 if url.startswith("postgres") else 1
    opened = [Database(url, name, EFFECTS) for _ in range(count)]
    for copy in opened:
        await copy.migrate()
    yield opened
    for copy in opened:
        await copy.close()


async def add_one(database: Database) -> None:
    """Count up what a row says, as a command changes its aggregate."""
    async with database.write() as session:
        row = await session.scalar(select(Effect).where(col(Effect.mechanism) == "m"))
        if row is None:
            session.add(Effect(seq=1, mechanism="m", label="1"))
        else:
            row.label = str(int(row.label) + 1)
            session.put(row)


async def test_no_change_is_lost_among_many_at_once(copies: list[Database]) -> None:
    for _ in range(4):
        await asyncio.gather(*(again_on_conflict(partial(add_one, copy)) for copy in copies * 2))
    async with copies[0].read() as session:
        assert await session.scalars(select(col(Effect.label))) == [str(8 * len(copies))]


async def test_what_always_conflicts_is_given_up(copies: list[Database]) -> None:
    tried = 0

    async def twice_the_same() -> None:
        nonlocal tried
        tried += 1
        async with copies[0].write() as session:
            session.add(Effect(seq=1, mechanism="m", label="a"))
            session.add(Effect(seq=1, mechanism="m", label="b"))

    with pytest.raises((ConflictError, sqlite3.IntegrityError)):
        await again_on_conflict(twice_the_same)
    assert tried == (1 if copies[0].embedded else ATTEMPTS)


async def test_an_event_whose_row_is_there_already_stops_nobody_else(database: Database) -> None:
    """PostgreSQL says the same of it as of somebody who came first."""
    heard = Handlers()

    @heard.on(TurnDeclined)
    async def keep(work: Transaction, event: TurnDeclined) -> None:
        work.session.add(Effect(seq=7 if event.reason == "bad" else None, mechanism="m", label="a"))

    async with database.write() as session:
        session.add(Effect(seq=7, mechanism="m", label="first"))
    receiver = Receiver(database, heard, SetClock(START))
    await receiver.deliver([sealed("bad"), sealed("good", "other")])
    assert [row.mechanism for row in await letters(database)] == [sealed("bad").partitionkey]
    async with database.read() as session:
        assert len(await session.scalars(select(Effect))) == 2


async def test_deadlines_that_fail_in_several_copies_at_once_end_none_of_them(
    copies: list[Database],
) -> None:
    async def fail(_work: Transaction, subject: str) -> None:
        raise ValueError(subject)

    cause = Cause(id="command", actor=SYSTEM, time=START)
    async with transaction(copies[0], cause) as work:
        for number in range(20):
            work.set_deadline("due", f"{number}", mechanism="m", due=START)
    await asyncio.gather(*(Timers(copy, {"due": fail}).step(START) for copy in copies))
    async with copies[0].read() as session:
        rows = await session.scalars(select(DeadlineRow))
    assert len(rows) == 20
    assert all(row.retry_at and row.error for row in rows)
