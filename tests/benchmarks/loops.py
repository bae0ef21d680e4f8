"""The way from a command in PostgreSQL over Kafka to its effect: the product's, and bare ones."""

import asyncio
import os
import tempfile
from collections.abc import AsyncIterator, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit
from uuid import uuid4

import asyncpg
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from sqlalchemy import func, select
from sqlmodel import col

from deploy.kafka.broker import broker
from deploy.postgres import postgres
from events.clock import SetClock
from events.envelope import Cause
from events.road.conflicts import again_on_conflict
from events.road.database import Database
from events.road.kafka.connection import Kafka
from events.road.kafka.road import BATCH
from events.road.kafka.topics import apply, asking
from events.road.transaction import transaction
from events.topics import LOOP
from events.vocabulary import SYSTEM
from services.program.distributed import Part
from tests.benchmarks.services import (
    DOCUMENT,
    LISTENER,
    MECHANISMS,
    SPEAKER,
    Note,
    said,
)

WRITERS = 16
ENVELOPE = b"x" * 900
FIRST = range(-1, 0)
NOW = datetime(2027, 1, 1, tzinfo=UTC)


@contextmanager
def servers() -> Iterator[tuple[str, str]]:
    """The addresses of a PostgreSQL and of a Kafka that run meanwhile."""
    os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.gettempdir())
    with tempfile.TemporaryDirectory() as folder:
        kafka, database = broker(Path(folder) / "kafka"), postgres(Path(folder) / "postgres")
        with kafka as running, database as url:
            yield url, running.bootstrap


async def fresh(postgres: str, bootstrap: str) -> tuple[str, Kafka]:
    """A database and topics that nobody has used."""
    name = f"bench_{uuid4().hex}"
    connection = await asyncpg.connect(postgres)
    await connection.execute(f"CREATE DATABASE {name}")
    await connection.close()
    kafka = Kafka(bootstrap, name)
    async with asking(kafka) as admin:
        await apply(admin, kafka.topics(1), replicas=1)
    return urlsplit(postgres)._replace(path=f"/{name}").geturl(), kafka


class Side(Protocol):
    """One way from command to effect."""

    async def command(self, number: int) -> None: ...

    async def effects(self, commands: range) -> None:
        """Return when the effects of `commands` are committed; each is waited for once."""


async def written(commands: range, side: Side) -> None:
    """Give `commands`, WRITERS at a time."""
    numbers = iter(commands)

    async def writer() -> None:
        for number in numbers:
            await side.command(number)

    async with asyncio.TaskGroup() as tasks:
        for _ in range(WRITERS):
            tasks.create_task(writer())


class Ours:
    """The product's own worker, relay, road and receiver."""

    def __init__(self, part: Part) -> None:
        self.speaker: Database = part.workers["speaker"].database
        self.listener: Database = part.workers["listener"].database

    async def command(self, number: int) -> None:
        async def once() -> None:
            cause = Cause(id=f"command-{number}", actor=SYSTEM, time=NOW)
            async with transaction(self.speaker, cause) as work:
                work.session.add(Note(id=cause.id, number=number, document=DOCUMENT))
                work.publish(said(number))

        await again_on_conflict(once)

    async def effects(self, commands: range) -> None:
        number = col(Note.number)
        heard = select(func.count()).where(commands.start <= number, number < commands.stop)
        with self.listener.watched() as changed:
            while True:
                changed.clear()
                async with self.listener.glance() as session:
                    if await session.scalar(heard) == len(commands):
                        return
                await changed.wait()


@asynccontextmanager
async def ours(database: str, kafka: Kafka) -> AsyncIterator[Ours]:
    """Both services at work, after one command has had its effect."""
    part = Part(kafka, database, (SPEAKER, LISTENER), SetClock(NOW))
    for worker in part.workers.values():
        await worker.database.migrate()
    async with part.opened(), at_work(part.run()):
        found = Ours(part)
        await found.command(FIRST.start)
        await found.effects(FIRST)
        yield found


class Bare:
    """Write, send, take, write, commit the offsets, by asyncpg and aiokafka: nothing else."""

    def __init__(self, pool: asyncpg.Pool, producer: AIOKafkaProducer, topic: str) -> None:
        self.pool = pool
        self.producer = producer
        self.topic = topic
        self.taken = 0
        self.wanted = 0
        self.changed = asyncio.Condition()

    async def command(self, number: int) -> None:
        await self.pool.execute("INSERT INTO said VALUES ($1, $2)", str(number), DOCUMENT)
        key = f"mechanism-{number % MECHANISMS}".encode()
        await self.producer.send_and_wait(self.topic, ENVELOPE, key=key)

    async def take(self, consumer: AIOKafkaConsumer) -> None:
        while True:
            found = await consumer.getmany(timeout_ms=1000, max_records=BATCH)
            rows = [
                (f"{record.partition}/{record.offset}", DOCUMENT)
                for batch in found.values()
                for record in batch
            ]
            if not rows:
                continue
            async with self.pool.acquire() as connection, connection.transaction():
                await connection.executemany("INSERT INTO heard VALUES ($1, $2)", rows)
            await consumer.commit()
            async with self.changed:
                self.taken += len(rows)
                self.changed.notify_all()

    async def effects(self, commands: range) -> None:
        self.wanted += len(commands)
        async with self.changed:
            await self.changed.wait_for(lambda: self.taken == self.wanted)


@asynccontextmanager
async def tables(database: str) -> AsyncIterator[asyncpg.Pool]:
    """Connections to two tables that were not there before."""
    async with asyncpg.create_pool(database, min_size=WRITERS, max_size=WRITERS) as pool:
        for table in ("said", "heard"):
            await pool.execute(f"CREATE TABLE {table} (id TEXT PRIMARY KEY, document TEXT)")
        yield pool


@asynccontextmanager
async def bare(database: str, kafka: Kafka) -> AsyncIterator[Bare]:
    """A bare loop at work, after one command has had its effect."""
    topic = kafka.name(LOOP)
    group = {"group_id": kafka.group("bare"), "enable_auto_commit": False}
    async with (
        tables(database) as pool,
        AIOKafkaProducer(**kafka.client, acks="all", enable_idempotence=True) as producer,
        AIOKafkaConsumer(topic, **kafka.client, **group, auto_offset_reset="earliest") as consumer,
    ):
        found = Bare(pool, producer, topic)
        async with at_work(found.take(consumer)):
            await found.command(FIRST.start)
            await found.effects(FIRST)
            yield found


@asynccontextmanager
async def at_work(work: Coroutine[None, None, None]) -> AsyncIterator[None]:
    """With `work` done in the background meanwhile."""
    task = asyncio.create_task(work)
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
