"""Processes that are copies of the same services, and what a test does to them and sees of them."""

import asyncio
import os
import signal
import subprocess
import sys
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import replace
from pathlib import Path

import asyncpg
from aiokafka import AIOKafkaConsumer
from sqlalchemy import func, select
from sqlmodel import col

from events.clock import SystemClock
from events.envelope import Cause
from events.road.database import Database
from events.road.kafka.connection import SESSION_SECONDS, Kafka
from events.road.kafka.road import KafkaRoad
from events.road.receiver import Receiver
from events.road.tables import OutboxRow
from events.road.transaction import transaction
from events.vocabulary import SYSTEM
from tests.events.listener import EFFECTS, START, Effect, consumer_of, said, sealed
from tests.events.test_roads import Roads
from tests.faults.one_copy import GATE, heard

PATIENCE = 60.0
LOOK_SECONDS = 0.05
MECHANISMS = 20
HERE = "here"
SOME = 3 * MECHANISMS


async def until(condition: Callable[[], Awaitable[bool]], seconds: float = PATIENCE) -> None:
    """Return as soon as `condition` holds; TimeoutError after `seconds`."""
    async with asyncio.timeout(seconds):
        while not await condition():  # noqa: ASYNC110 - other processes tell nobody
            await asyncio.sleep(LOOK_SECONDS)


class Copy:
    """A running process; `name` is how the database knows it."""

    def __init__(self, name: str, command: Sequence[str], log: Path, **settings: str) -> None:
        self.name = name
        self.log = log
        with log.open("ab") as errors:
            self.process = subprocess.Popen(
                command, stdout=subprocess.DEVNULL, stderr=errors, env={**os.environ, **settings}
            )

    def send(self, number: signal.Signals) -> None:
        self.process.send_signal(number)

    async def end(self, number: signal.Signals) -> int:
        """Send a signal that ends it, and wait; its exit code."""
        self.send(number)
        return await self.ended()

    async def ended(self) -> int:
        return await asyncio.to_thread(self.process.wait, PATIENCE)


class Copies:
    """Topics and a database of a test's own, and the copies of services that run on them."""

    def __init__(self, kafka: Kafka, url: str, folder: Path) -> None:
        self.kafka = kafka
        self.url = url
        self.folder = folder
        self.running: list[Copy] = []
        self.speaker, self.listener = (
            Database(f"{url}&application_name={HERE}", name, EFFECTS)
            for name in ("speaker", "listener")
        )
        self.road = KafkaRoad(kafka)
        self.spoken = 0

    @classmethod
    @asynccontextmanager
    async def on(cls, kafka: Kafka, url: str, folder: Path) -> AsyncIterator["Copies"]:
        copies = cls(kafka, url, folder)
        databases = (copies.speaker, copies.listener)
        for database in databases:
            await database.migrate()
        telling = asyncio.create_task(copies.speaker.tell())
        try:
            yield copies
        finally:
            telling.cancel()
            with suppress(asyncio.CancelledError):
                await telling
            for copy in copies.running:
                copy.process.kill()
                copy.process.wait(PATIENCE)
            await copies.road.close()
            for database in databases:
                await database.close()

    def start(self, name: str, *services: str, **settings: str) -> Copy:
        """Run `services` in a process that PostgreSQL sees as `name`."""
        copy = Copy(
            name,
            [
                *(sys.executable, "-m", "tests.faults.one_copy", self.kafka.bootstrap),
                f"{self.url}&application_name={name}",
                *services,
            ],
            self.folder / f"{name}.log",
            KAFKA_PREFIX=self.kafka.prefix,
            **settings,
        )
        self.running.append(copy)
        return copy

    @asynccontextmanager
    async def here(
        self, name: str | None = None, session: int = SESSION_SECONDS
    ) -> AsyncIterator[AIOKafkaConsumer]:
        """A copy of the listener in this process, and its consumer."""
        road = KafkaRoad(replace(self.kafka, session_seconds=session), name)
        receiver = Receiver(self.listener, heard, SystemClock())
        async with AsyncExitStack() as stack:
            await Roads(lambda: road).opened(stack, listener=receiver.deliver)

            async def started() -> bool:
                return consumer_of(road, "listener") is not None

            await until(started)
            yield consumer_of(road, "listener")

    def more(self) -> list[tuple[str, str]]:
        """Labels that go on counting, and mechanisms in turn."""
        numbers = range(self.spoken, self.spoken + SOME)
        self.spoken += SOME
        return [(f"{number}", f"mechanism-{number % MECHANISMS}") for number in numbers]

    async def commit(self) -> None:
        """Put some more events into the speaker's outbox."""
        cause = Cause(id=f"{self.spoken}", actor=SYSTEM, time=START)
        async with transaction(self.speaker, cause) as work:
            work.publish(*(said(*one) for one in self.more()))

    async def publish(self) -> None:
        """Put some more events on the road."""
        await self.road.publish([sealed(*one) for one in self.more()])

    async def effects(self) -> dict[str, list[int]]:
        """The numbers that took effect in each mechanism, in the order in which they did."""
        found = defaultdict(list)
        async with self.listener.read() as session:
            for row in await session.scalars(select(Effect).order_by(col(Effect.seq))):
                found[row.mechanism].append(int(row.label))
        return found

    async def heard(self) -> int:
        """How many events took effect; never one twice or out of order."""
        found = (await self.effects()).values()
        for numbers in found:
            assert numbers == sorted(set(numbers))
        return sum(map(len, found))

    async def all_heard(self) -> bool:
        return await self.heard() == self.spoken

    async def all_sent(self) -> bool:
        """Whether the speaker's outbox is empty."""
        async with self.speaker.glance() as session:
            return not await session.scalar(select(func.count()).select_from(OutboxRow))

    async def lag(self) -> int:
        """How many records the listener has not acknowledged."""
        return await self.road.lag("listener")

    async def all_acknowledged(self) -> bool:
        return await self.lag() == 0

    @asynccontextmanager
    async def asking(self) -> AsyncIterator[asyncpg.Connection]:
        connection = await asyncpg.connect(self.url)
        try:
            yield connection
        finally:
            await connection.close()

    @asynccontextmanager
    async def gate_closed(self) -> AsyncIterator[None]:
        """No event takes effect inside."""
        async with self.asking() as connection:
            await connection.execute("SELECT pg_advisory_lock($1)", GATE)
            yield

    async def in_midst(self, name: str) -> bool:
        """Whether the copy `name` stands with a batch at the gate, or behind one who does."""
        return name in await self.names("wait_event_type = 'Lock'")

    async def relaying(self) -> set[str]:
        """Who holds the lease of the speaker's relay."""
        lock = "objid = hashtext('speaker relay')::oid"
        return await self.names(f"pid IN (SELECT pid FROM pg_locks WHERE granted AND {lock})")

    async def names(self, which: str) -> set[str]:
        """The copies that have such a connection to the database."""
        asked = (
            "SELECT application_name FROM pg_stat_activity"
            f" WHERE datname = current_database() AND {which}"
        )
        async with self.asking() as connection:
            return {row[0] for row in await connection.fetch(asked)}
