"""A service's database, whoever stops in the middle of using it."""

import asyncio
from contextlib import suppress

import pytest
from sqlalchemy import select
from sqlmodel import col

from events.road.database import Database
from events.road.tables import InboxRow


async def use(database: Database, *, writes: bool, steps: int) -> None:
    """Read or write, and be cancelled after so many turns of the event loop."""

    async def work() -> None:
        if writes:
            async with database.write() as session:
                session.add(InboxRow(id="cancelled", source="/test"))
                await session.flush()
                await session.execute(select(InboxRow))
                await asyncio.Event().wait()
        async with database.read() as session:
            await session.execute(select(InboxRow))
            await asyncio.Event().wait()

    task = asyncio.create_task(work())
    for _ in range(steps):
        await asyncio.sleep(0)
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


@pytest.mark.parametrize("writes", [False, True])
async def test_who_is_cancelled_at_any_moment_leaves_nothing_behind(
    database: Database, writes: bool
) -> None:
    for steps in range(60):
        await use(database, writes=writes, steps=steps)
        async with database.write() as session:
            session.add(InboxRow(id=f"{steps}", source="/test"))
    async with database.read() as session:
        kept = set(await session.scalars(select(col(InboxRow.id))))
    assert kept == {f"{steps}" for steps in range(60)}
