"""The way onto the topics: what may repeat after a failure, but never overtake.

Events go out as one record batch a partition, which Kafka takes whole or not at all, and the next
batch is not sent before the one ahead of it has arrived.
"""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError
from aiokafka.partitioner import DefaultPartitioner

from events.binary import to_record
from events.catalogue import CATALOGUE
from events.envelope import LARGEST, Envelope
from events.road.interface import PUBLISH_SECONDS
from events.road.kafka.connection import Kafka, one_error, starting

MOMENT_SECONDS = 0.1
PARTITION = DefaultPartitioner()


class Sender:
    """One idempotent producer, replaced when it fails."""

    def __init__(self, kafka: Kafka) -> None:
        self.kafka = kafka
        self.producer: AIOKafkaProducer | None = None
        self.sending = asyncio.Lock()

    async def send(self, envelopes: Sequence[Envelope]) -> None:
        """Return once `envelopes` are durable on the topics of their types.

        RoadUnreachableError when they may not be; all of them are to be sent again then.
        """
        async with self.working() as producer:
            places = await self.places(producer, envelopes)
            outcomes = await asyncio.gather(
                *(send_in_order(producer, *place, some) for place, some in places.items()),
                return_exceptions=True,
            )
            for outcome in outcomes:
                if isinstance(outcome, BaseException):
                    raise outcome

    async def places(
        self, producer: AIOKafkaProducer, envelopes: Sequence[Envelope]
    ) -> dict[tuple[str, int], list[Envelope]]:
        """What goes to which partition of which topic."""
        places: dict[tuple[str, int], list[Envelope]] = defaultdict(list)
        for envelope in envelopes:
            for topic in CATALOGUE[envelope.type].topics:
                name = self.kafka.name(topic)
                partitions = sorted(await producer.partitions_for(name))
                key = envelope.partitionkey.encode()
                places[name, PARTITION(key, partitions, partitions)].append(envelope)
        return places

    async def send_record(
        self, topic: str, record: Any, headers: Sequence[tuple[str, bytes]]
    ) -> None:
        """Copy a consumed `record` to `topic`, with `headers` after its own."""
        async with self.working() as producer:
            await producer.send_and_wait(
                topic, record.value, key=record.key, headers=[*record.headers, *headers]
            )

    @asynccontextmanager
    async def working(self) -> AsyncIterator[AIOKafkaProducer]:
        """The producer, for one who sends at a time; RoadUnreachableError when Kafka is silent."""
        with one_error(self.kafka, PUBLISH_SECONDS):
            async with asyncio.timeout(PUBLISH_SECONDS), self.sending:
                try:
                    if self.producer is None:
                        self.producer = await started(self.kafka)
                    yield self.producer
                except (KafkaError, OSError, asyncio.CancelledError):
                    await self.close()
                    raise

    async def close(self) -> None:
        """Let the producer go: one that failed may refuse for ever after (aiokafka #1017)."""
        gone, self.producer = self.producer, None
        if gone is not None:
            await end(gone)


async def started(kafka: Kafka) -> AIOKafkaProducer:
    producer = AIOKafkaProducer(
        **kafka.client, acks="all", enable_idempotence=True, max_batch_size=LARGEST
    )
    try:
        with starting():
            await producer.start()
    except BaseException:
        await producer.stop()
        raise
    return producer


async def end(producer: AIOKafkaProducer) -> None:
    """End `producer` at once; its own stop() waits until everything is sent, and be it for ever.

    Cancelled once it still waits for each request under way, so it is told until it ends.
    """
    producer._closed = True  # noqa: SLF001
    sending = producer._sender.sender_task  # noqa: SLF001
    while not sending.done():
        sending.cancel()
        await asyncio.wait({sending}, timeout=MOMENT_SECONDS)
    await producer.client.close()


async def send_in_order(
    producer: AIOKafkaProducer, topic: str, partition: int, envelopes: Sequence[Envelope]
) -> None:
    batch = producer.create_batch()
    for envelope in envelopes:
        headers, value = to_record(envelope)
        key = envelope.partitionkey.encode()
        if batch.append(timestamp=None, key=key, value=value, headers=headers) is None:
            await (await producer.send_batch(batch, topic, partition=partition))
            batch = producer.create_batch()
            batch.append(timestamp=None, key=key, value=value, headers=headers)
    await (await producer.send_batch(batch, topic, partition=partition))
