"""The road itself. Consumption is FastStream's, a batch at a time, acknowledged when delivered."""

import asyncio
import logging
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from aiokafka.errors import IllegalStateError, KafkaError
from faststream import AckPolicy
from faststream.kafka import KafkaBroker, KafkaMessage
from faststream.kafka.message import KafkaAckableMessage

from events.binary import UnreadableError, type_of
from events.catalogue import CATALOGUE, LOOP
from events.envelope import Envelope
from events.road.interface import Deliver
from events.road.kafka.reading import read
from events.road.kafka.sender import Sender

BATCH = 500
POLL_MILLISECONDS = 20
PAUSE_SECONDS = 1.0

log = logging.getLogger(__name__)


class KafkaRoad:
    """The topic as services see it. Each service is one consumer group, of any number of copies."""

    def __init__(self, bootstrap: str, topic: str = LOOP) -> None:
        self.bootstrap = bootstrap
        self.topic = topic
        self.sender = Sender(bootstrap)
        self.broker = KafkaBroker(
            bootstrap,
            consumer_only=True,
            allow_auto_create_topics=False,
            apply_types=False,
            logger=None,
        )

    async def open(self) -> None:
        """Nothing to open: Kafka is met when it is needed."""

    async def close(self) -> None:
        await self.sender.close()

    async def publish(self, envelopes: Sequence[Envelope]) -> None:
        await self.sender.send(self.topic, envelopes)

    def subscribe(self, service: str, types: frozenset[str], deliver: Deliver) -> None:
        subscriber = self.broker.subscriber(
            self.topic,
            group_id=f"{self.topic}.{service}",
            batch=True,
            max_records=BATCH,
            batch_timeout_ms=POLL_MILLISECONDS,
            ack_policy=AckPolicy.MANUAL,
            auto_offset_reset="earliest",
        )

        async def as_it_came(records: Any, _parse: Any) -> KafkaMessage:
            """Past FastStream's parser, which loses a batch for one header that is no text."""
            assert subscriber.consumer is not None
            return KafkaAckableMessage(
                body=b"", raw_message=records, headers={}, consumer=subscriber.consumer
            )

        @subscriber(parser=as_it_came, decoder=itself)
        async def take(message: KafkaMessage) -> None:
            assert isinstance(message.raw_message, tuple)
            try:
                wanted = await self.sort(service, types, message.raw_message)
                if wanted:
                    await deliver(wanted)
            except Exception:
                log.exception("%s could not take its events; trying again", service)
                await asyncio.sleep(PAUSE_SECONDS)
                with suppress(IllegalStateError):  # the partition is another copy's by now
                    await message.nack()
            else:
                await message.ack()

    async def sort(
        self, service: str, types: frozenset[str], records: Sequence[Any]
    ) -> list[Envelope]:
        """What `service` listens to among `records`; what nobody can read is put aside."""
        wanted = []
        for record in records:
            kind = type_of(record.headers)
            if kind in CATALOGUE and kind not in types:
                continue
            try:
                envelope = read(record.headers, record.value)
            except UnreadableError as error:
                await self.put_aside(service, record, str(error))
            else:
                if envelope.type in types:
                    wanted.append(envelope)
        return wanted

    async def put_aside(self, service: str, record: Any, reason: str) -> None:
        """Keep a record's bytes on the topic of dead letters, with why and from where."""
        origin = f"{record.topic}/{record.partition}/{record.offset}"
        log.error("%s puts %s aside: %s", service, origin, reason)
        said = {"dead_reason": reason, "dead_service": service, "dead_origin": origin}
        await self.sender.send_record(
            f"{self.topic}.dead", record, [(name, text.encode()) for name, text in said.items()]
        )

    async def run(self) -> None:
        """Deliver until cancelled; a batch under way is finished first."""
        try:
            await self.start()
            await asyncio.Event().wait()
        finally:
            await self.broker.stop()

    async def start(self) -> None:
        """Join the groups, as soon as Kafka can be reached."""
        while True:
            try:
                await self.broker.start()
            except (KafkaError, OSError) as error:
                log.warning(
                    "Kafka at %s can't be reached (%s); trying again", self.bootstrap, error
                )
                await self.broker.stop()
                await asyncio.sleep(PAUSE_SECONDS)
            else:
                return


async def itself(message: KafkaMessage) -> KafkaMessage:
    return message
