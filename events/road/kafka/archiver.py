"""The topic copied into an archive, for ever or up to its present end."""

import asyncio
import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from aiokafka import AIOKafkaConsumer

from events.binary import UnreadableError
from events.road.archive import Archive, Archived
from events.road.interface import RoadUnreachableError
from events.road.kafka.connection import Kafka
from events.road.kafka.log import Log, Offsets
from events.road.kafka.reading import read
from events.topics import LOOP

BATCH = 5000
POLL_MILLISECONDS = 1000
PAUSE_SECONDS = 1.0

log = logging.getLogger(__name__)


class Archiver:
    """Keeps its own positions, in the archive: it belongs to no group and commits nothing."""

    def __init__(self, kafka: Kafka, folder: Path) -> None:
        self.topic = kafka.name(LOOP)
        self.log = Log(kafka)
        self.archive = Archive(folder)

    async def run(self) -> None:
        """Archive until cancelled, whatever becomes of Kafka meanwhile."""
        while True:
            try:
                await self.follow(None)
            except RoadUnreachableError as error:
                log.warning("the archive waits: %s", error)
                await asyncio.sleep(PAUSE_SECONDS)

    async def catch_up(self) -> int:
        """Archive what is on the topic now; how many events those were."""
        return await self.follow(await self.log.ends())

    async def follow(self, ends: Offsets | None) -> int:
        """Archive up to `ends`, or without an end; how many events those were."""
        places = list(ends or await self.log.ends())
        count = 0
        with self.archive.opened(self.topic) as contents:
            async with self.log.reading(places) as consumer:
                for place in places:
                    if place.partition in contents.offsets:
                        consumer.seek(place, contents.offsets[place.partition])
                while ends is None or await behind(consumer, ends):
                    found = await consumer.getmany(timeout_ms=POLL_MILLISECONDS, max_records=BATCH)
                    batch = [one for records in found.values() for one in readable(records)]
                    if batch:
                        await asyncio.to_thread(self.archive.append, contents, batch)
                    count += len(batch)
        return count

    async def close(self) -> None:
        await self.log.close()


async def behind(consumer: AIOKafkaConsumer, ends: Offsets) -> bool:
    return any([await consumer.position(place) < end for place, end in ends.items()])


def readable(records: Sequence[Any]) -> list[Archived]:
    kept = []
    for record in records:
        try:
            envelope = read(record.headers, record.value)
        except UnreadableError as error:
            log.warning("%s/%s is not archived: %s", record.partition, record.offset, error)
        else:
            kept.append(Archived(record.partition, record.offset, envelope))
    return kept
