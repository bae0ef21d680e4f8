"""The road itself. Consumption is FastStream's, a batch at a time, acknowledged when delivered."""

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from typing import Any

from aiokafka import AIOKafkaConsumer
from aiokafka.coordinator.assignors.sticky.sticky_assignor import StickyPartitionAssignor
from aiokafka.errors import IllegalStateError, KafkaError
from faststream import AckPolicy
from faststream.kafka import KafkaBroker, KafkaMessage
from faststream.kafka.message import KafkaAckableMessage

from events.binary import UnreadableError, type_of
from events.envelope import Envelope
from events.road.absence import PASSING
from events.road.interface import Bookmark, Deliver, RoadUnreachableError
from events.road.kafka.connection import Kafka, starting
from events.road.kafka.log import Log
from events.road.kafka.reading import read
from events.road.kafka.sender import Sender
from events.topics import DEAD, LOOP
from events.upcasting import known, newest

BATCH = 500
SILENCE_MILLISECONDS = 60_000
PAUSE_SECONDS = 1.0
LOOK_SECONDS = 5.0
HEARTBEAT_MILLISECONDS = 2000

log = logging.getLogger(__name__)


class KafkaRoad:
    """The topics as services see them. Each service is one consumer group, of any number of copies.

    A copy with a name of its own keeps its partitions when it comes back within the session's
    time-out: nobody waits for a rebalance on a restart (static membership).
    """

    def __init__(self, kafka: Kafka, copy: str | None = None) -> None:
        self.kafka = kafka
        self.copy = copy
        self.sender = Sender(kafka)
        self.log = Log(kafka)
        self.broker = KafkaBroker(
            kafka.bootstrap.split(","),
            security=kafka.security,
            consumer_only=True,
            allow_auto_create_topics=False,
            apply_types=False,
            logger=None,
        )

    async def open(self) -> None:
        """Nothing to open: Kafka is met when it is needed."""

    async def close(self) -> None:
        await self.sender.close()
        await self.log.close()

    async def publish(self, envelopes: Sequence[Envelope]) -> None:
        """Return once `envelopes` are durable on the topics of their types, in this order."""
        await self.sender.send(envelopes)

    def subscribe(self, service: str, types: frozenset[str], deliver: Deliver) -> None:
        class Sticky(StickyPartitionAssignor):  # type: ignore[misc]
            """This group's own: aiokafka keeps in the class what a member was assigned."""

        subscriber = self.broker.subscriber(
            self.kafka.name(LOOP),
            group_id=self.kafka.group(service),
            group_instance_id=f"{service}-{self.copy}" if self.copy else None,
            partition_assignment_strategy=(Sticky,),
            session_timeout_ms=self.kafka.session_seconds * 1000,
            heartbeat_interval_ms=HEARTBEAT_MILLISECONDS,
            batch=True,
            max_records=BATCH,
            ack_policy=AckPolicy.MANUAL,
            auto_offset_reset="earliest",
        )

        async def as_it_came(records: Any, _parse: Any) -> KafkaMessage:
            """Past FastStream's parser, which loses a batch for one header that is no text."""
            assert subscriber.consumer is not None
            return KafkaAckableMessage(
                body=b"", raw_message=records, headers={}, consumer=subscriber.consumer
            )

        subscriber.get_msg = batch_of  # type: ignore[method-assign]

        @subscriber(parser=as_it_came, decoder=itself)
        async def take(message: KafkaMessage) -> None:
            assert isinstance(message.raw_message, tuple)
            try:
                wanted = await self.sort(service, types, message.raw_message)
                if wanted:
                    await deliver(wanted)
            except PASSING as error:
                log.warning("%s can't take its events and waits: %s", service, error)
                await give_back(message)
            except Exception:
                log.exception("%s could not take its events; trying again", service)
                await give_back(message)
            else:
                await message.ack()

    async def sort(
        self, service: str, types: frozenset[str], records: Sequence[Any]
    ) -> list[Envelope]:
        """What `service` listens to among `records`; what nobody can read is put aside."""
        wanted = []
        for record in records:
            kind = type_of(record.headers)
            if kind is not None and known(kind) and newest(kind) not in types:
                continue
            try:
                envelope = read(record.headers, record.value)
            except UnreadableError as error:
                await self.put_aside(service, record, str(error))
            else:
                if newest(envelope.type) in types:
                    wanted.append(envelope)
        return wanted

    async def put_aside(self, service: str, record: Any, reason: str) -> None:
        """Keep a record's bytes on the topic of dead letters, with why and from where."""
        origin = f"{record.topic}/{record.partition}/{record.offset}"
        log.error("%s puts %s aside: %s", service, origin, reason)
        said = {"dead_reason": reason, "dead_service": service, "dead_origin": origin}
        await self.sender.send_record(
            self.kafka.name(DEAD), record, [(name, text.encode()) for name, text in said.items()]
        )

    async def run(self) -> None:
        """Deliver until cancelled; a batch under way is finished first."""
        try:
            await self.start()
            await self.watch()
        finally:
            await self.broker.stop()

    async def start(self) -> None:
        """Join the groups, as soon as Kafka can be reached and has the topics.

        A consumer that starts before its topic is there hears of it only minutes later.
        """
        while True:
            try:
                await self.log.find_topics()
                with starting():
                    await self.broker.start()
            except (RoadUnreachableError, KafkaError, OSError) as error:
                log.warning("waiting for the road: %s", error)
                await self.broker.stop()
                await asyncio.sleep(PAUSE_SECONDS)
            else:
                return

    async def watch(self) -> None:
        """Say when Kafka has gone and when it is back; consumers come back to it by themselves."""
        gone = False
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            try:
                await self.log.find_topics()
            except RoadUnreachableError as error:
                log.warning("waiting for the road to come back: %s", error)
                gone = True
            else:
                if gone:
                    log.warning("the road is back: Kafka at %s answers", self.kafka.bootstrap)
                gone = False

    async def lag(self, service: str) -> int:
        return await self.log.lag(service)

    async def unreadable(self) -> int:
        return sum((await self.log.ends(DEAD)).values())

    async def length(self) -> int:
        return await self.log.length()

    def history(self, bookmark: Bookmark | None = None) -> AsyncIterator[Envelope]:
        return self.log.history(bookmark)


async def batch_of(consumer: AIOKafkaConsumer) -> tuple[Any, ...]:
    """The next records as soon as there are any; FastStream's own sleeps after each silence."""
    while True:
        found = await consumer.getmany(timeout_ms=SILENCE_MILLISECONDS, max_records=BATCH)
        if found:
            return tuple(record for records in found.values() for record in records)


async def give_back(message: KafkaMessage) -> None:
    """Have a batch come again, after a pause."""
    await asyncio.sleep(PAUSE_SECONDS)
    with suppress(IllegalStateError):  # the partition is another copy's by now
        await message.nack()


async def itself(message: KafkaMessage) -> KafkaMessage:
    return message
