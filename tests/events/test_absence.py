"""A connection to PostgreSQL that ends in the midst of work, or says nothing."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from uuid import uuid4

import pytest
from sqlalchemy import func, select, text

from events.clock import SetClock
from events.envelope import Cause
from events.meetings import TurnDeclined
from events.road.absence import DatabaseUnreachableError
from events.road.database import Database
from events.road.handlers import Handlers
from events.road.lease import Lease
from events.road.letters import letters
from events.road.pool import AT_MOST
from events.road.receiver import Receiver
from events.road.tables import DeadlineRow
from events.road.timers import Timers
from events.road.transaction import Transaction, transaction
from events.vocabulary import SYSTEM
from tests.events.listener import EFFECTS, START, Effect, sealed

PATIENCE = 30


@pytest.fixture
async def database(postgres: str) -> AsyncIterator[Database]:
    opened = Database(postgres, f"s{uuid4().hex[:12]}", EFFECTS)
    await opened.migrate()
    yield opened
    await opened.close()


class Fragile:
    """Work during which its connection ends, as often as it is told."""

    def __init__(self, times: int = 1) -> None:
        self.times = times

    async def keep(self, work: Transaction, label: str) -> None:
        work.session.add(Effect(mechanism="m", label=label))
        await work.session.flush()
        if self.times:
            self.times -= 1
            await work.session.execute(select(func.pg_terminate_backend(func.pg_backend_pid())))

    async def hear(self, work: Transaction, event: TurnDeclined) -> None:
        await self.keep(work, event.reason)


async def effects(database: Database) -> list[str]:
    async with database.read() as session:
        return [row.label for row in await session.scalars(select(Effect))]


async def test_a_batch_whose_connection_ends_comes_again_as_if_nothing_had_been(
    database: Database,
) -> None:
    heard = Handlers()
    heard.on(TurnDeclined)(Fragile().hear)
    receiver = Receiver(database, heard, SetClock(START))
    with pytest.raises(DatabaseUnreachableError):
        await receiver.deliver([sealed("a"), sealed("b")])
    assert await letters(database) == []
    await receiver.deliver([sealed("a"), sealed("b")])
    assert await effects(database) == ["a", "b"]


async def test_a_deadline_whose_connection_ends_has_not_failed(database: Database) -> None:
    timers = Timers(database, {"keep": Fragile().keep})
    async with transaction(database, Cause(id="command", actor=SYSTEM, time=START)) as work:
        work.set_deadline("keep", "a", mechanism="m", due=START)
    with pytest.raises(DatabaseUnreachableError):
        await timers.step(START)
    async with database.read() as session:
        (row,) = await session.scalars(select(DeadlineRow))
    assert row.attempts == 0
    assert await timers.step(START) == 1
    assert await effects(database) == ["a"]


async def until_held(lease: Lease) -> None:
    async with asyncio.timeout(PATIENCE):
        while not await lease.held():  # noqa: ASYNC110 - PostgreSQL tells nobody
            await asyncio.sleep(0.02)


async def test_a_lease_whose_holder_says_nothing_goes_to_another(postgres: str) -> None:
    name = f"s{uuid4().hex[:12]}"
    copies = [Database(postgres, name) for _ in range(2)]
    silent, other = Lease(copies[0], "relay", 0.1), Lease(copies[1], "relay", PATIENCE)
    assert await silent.held()
    await until_held(other)
    with pytest.raises(DatabaseUnreachableError):
        await silent.held()
    assert not await silent.held()
    await other.close()
    await until_held(silent)
    await silent.close()
    for copy in copies:
        await copy.close()


async def test_a_transaction_whose_process_says_nothing_holds_nobody_up_for_long(
    postgres: str, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("events.road.postgres.SILENCE_SECONDS", 0.1)
    stopped = Database(postgres, database.service)

    async def stand_still() -> None:
        async with stopped.write() as session:
            session.add(Effect(seq=1, mechanism="m", label="never"))
            await session.flush()
            async with database.write() as other:
                other.add(Effect(seq=1, mechanism="m", label="a"))

    async with asyncio.timeout(PATIENCE):
        with pytest.raises(DatabaseUnreachableError):
            await stand_still()
    assert await effects(database) == ["a"]
    await stopped.close()


@pytest.mark.parametrize("state", ["53100", "53200", "58030", "25006", "XX001", "57P01"])
async def test_a_server_in_trouble_makes_no_letters_of_innocent_events(
    database: Database, state: str
) -> None:
    """Disk full, out of memory, input or output, read-only, damaged, shutting down."""
    trouble = text(f"DO $$ BEGIN RAISE EXCEPTION 'x' USING ERRCODE = '{state}'; END $$")
    heard = Handlers()

    @heard.on(TurnDeclined)
    async def meet(work: Transaction, _event: TurnDeclined) -> None:
        await work.session.execute(trouble)

    receiver = Receiver(database, heard, SetClock(START))
    with pytest.raises(DatabaseUnreachableError):
        await receiver.deliver([sealed("a")])
    assert await letters(database) == []


async def test_who_finds_no_connection_free_is_told_so(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("events.road.pool.PATIENCE_SECONDS", 0.01)
    async with AsyncExitStack() as all_of_them:
        for _ in range(AT_MOST):
            await all_of_them.enter_async_context(database.glance())
        with pytest.raises(DatabaseUnreachableError, match="in use"):
            await all_of_them.enter_async_context(database.glance())
    assert await effects(database) == []
