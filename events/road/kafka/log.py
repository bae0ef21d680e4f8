"""The loop's topic as a log: where it ends, how far each service has come, all that is on it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from events.binary import UnreadableError
from events.envelope import Envelope
from events.road.interface import Bookmark, RoadUnreachableError
from events.road.kafka.connection import Kafka, one_error, starting
from events.road.kafka.reading import read
from events.topics import LOOP, Topic

PATIENCE_SECONDS = 5.0
POLL_MILLISECONDS = 200

Offsets = dict[TopicPartition, int]


class Log:
    """One consumer of no group and one client for questions, replaced when they fail."""

    def __init__(self, kafka: Kafka) -> None:
        self.kafka = kafka
        self.consumer: AIOKafkaConsumer | None = None
        self.admin: AIOKafkaAdminClient | None = None
        self.asking = asyncio.Lock()

    async def ends(self, of: Topic = LOOP) -> Offsets:
        """The offset after the last record of each partition of a topic."""
        name = self.kafka.name(of)
        async with self.working() as (consumer, admin):
            (topic,) = await admin.describe_topics([name])
            places = [TopicPartition(name, found["partition"]) for found in topic["partitions"]]
            ends: Offsets = await consumer.end_offsets(places)
        return ends

    async def positions(self, service: str) -> Offsets:
        """The offset of each partition up to which `service` has acknowledged everything."""
        async with self.working() as (_, admin):
            found = await admin.list_consumer_group_offsets(self.kafka.group(service))
            return {partition: place.offset for partition, place in found.items()}

    async def lag(self, service: str) -> int:
        """How many records wait for `service`, of whatever kind."""
        positions = await self.positions(service)
        return waiting(await self.ends(), positions)

    async def find_topics(self) -> None:
        """Return if the topics are there; RoadUnreachableError when they are not."""
        wanted = {topic.name for topic in self.kafka.topics(1)}
        async with self.working() as (_, admin):
            missing = wanted.difference(await admin.list_topics())
        if missing:
            names = ", ".join(sorted(missing))
            raise RoadUnreachableError(f"no {names} there; run: secretariat topics apply")

    async def length(self) -> int:
        return sum((await self.ends()).values())

    async def history(self, bookmark: Bookmark | None = None) -> AsyncIterator[Envelope]:
        """Every event on the topic to its present end; what is no event is passed over."""
        marked = {} if bookmark is None else bookmark
        ends = {place: end for place, end in (await self.ends()).items() if end}
        async with self.reading(list(ends)) as consumer:
            for place in ends:
                if place in marked:
                    consumer.seek(place, marked[place])
            while ends:
                batches = await consumer.getmany(timeout_ms=POLL_MILLISECONDS)
                for place, records in batches.items():
                    for record in records:
                        marked[place] = record.offset + 1
                        with suppress(UnreadableError):
                            yield read(record.headers, record.value)
                for place, end in list(ends.items()):
                    if await consumer.position(place) >= end:
                        del ends[place]

    @asynccontextmanager
    async def reading(self, places: list[TopicPartition]) -> AsyncIterator[AIOKafkaConsumer]:
        """A consumer of `places`, at their beginning; RoadUnreachableError when Kafka is silent."""
        consumer = AIOKafkaConsumer(**self.kafka.client, auto_offset_reset="earliest")
        try:
            with starting():
                await consumer.start()
            consumer.assign(places)
            yield consumer
        except (KafkaError, OSError) as error:
            raise RoadUnreachableError(f"Kafka at {self.kafka.bootstrap}: {error!r}") from error
        finally:
            await consumer.stop()

    @asynccontextmanager
    async def working(self) -> AsyncIterator[tuple[AIOKafkaConsumer, AIOKafkaAdminClient]]:
        """Both clients, for one question at a time; RoadUnreachableError when Kafka is silent."""
        with one_error(self.kafka, PATIENCE_SECONDS):
            async with asyncio.timeout(PATIENCE_SECONDS), self.asking:
                try:
                    yield await self.clients()
                except (KafkaError, OSError, asyncio.CancelledError):
                    await self.close()
                    raise

    async def clients(self) -> tuple[AIOKafkaConsumer, AIOKafkaAdminClient]:
        with starting():
            if self.consumer is None:
                self.consumer = AIOKafkaConsumer(**self.kafka.client)
                await self.consumer.start()
            if self.admin is None:
                self.admin = AIOKafkaAdminClient(**self.kafka.client)
                await self.admin.start()
        return self.consumer, self.admin

    async def close(self) -> None:
        consumer, self.consumer = self.consumer, None
        admin, self.admin = self.admin, None
        with suppress(KafkaError, OSError):
            if consumer is not None:
                await consumer.stop()
            if admin is not None:
                await admin.close()


def waiting(ends: Offsets, positions: Offsets) -> int:
    """How many records lie between `positions` and `ends`."""
    return sum(end - max(positions.get(partition, 0), 0) for partition, end in ends.items())
