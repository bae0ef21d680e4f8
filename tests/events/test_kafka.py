"""What Kafka alone can do to a service: foreign records, other copies, its own absence."""

import asyncio
import struct
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

from deploy.kafka.broker import broker
from events.binary import to_record
from events.envelope import LARGEST, Envelope
from events.road.interface import Deliver, Road, RoadUnreachableError
from events.road.kafka.connection import Kafka
from events.road.kafka.road import KafkaRoad
from events.road.kafka.topics import asking
from events.topics import DEAD, LOOP
from tests.events.listener import consumer_of, sealed
from tests.events.test_roads import PATIENCE, Ear, Roads
from tests.servers import kafka_of_its_own


@pytest.fixture
async def stack() -> AsyncIterator[AsyncExitStack]:
    async with AsyncExitStack() as opened:
        yield opened


async def put(kafka: Kafka, *records: tuple[Any, bytes | None]) -> None:
    """Put records on the topic as a stranger would."""
    producer = AIOKafkaProducer(**kafka.client, max_request_size=2_000_000)
    await producer.start()
    try:
        for headers, value in records:
            await producer.send_and_wait(
                kafka.name(LOOP), value, key=b"customs-heads", headers=list(headers), partition=0
            )
    finally:
        await producer.stop()


async def dead_letters(kafka: Kafka, count: int) -> list[Any]:
    consumer = AIOKafkaConsumer(kafka.name(DEAD), **kafka.client, auto_offset_reset="earliest")
    await consumer.start()
    try:
        async with asyncio.timeout(PATIENCE):
            return [await consumer.getone() for _ in range(count)]
    finally:
        await consumer.stop()


def changed(envelope: Envelope, **attributes: Any) -> tuple[Any, bytes]:
    return to_record(envelope.model_copy(update=attributes))


STRANGE = {
    "no CloudEvent": ((), b"hello"),
    "a header that is no text": ((("ce_id", b"\xff\xfe"),), b"{}"),
    "no value": (to_record(sealed("x"))[0], None),
    "an unknown type": changed(sealed("x"), type="secretariat.meeting.eaten.v1"),
    "a newer version": changed(sealed("x"), type="secretariat.rotation.turn-declined.v2"),
    "a lying dataschema": changed(sealed("x"), dataschema="urn:secretariat:event:lie:v1"),
    "data of another form": changed(sealed("x"), data={"mechanism": "customs-heads"}),
    "another's partition key": changed(sealed("x"), partitionkey="heads-of-state"),
    "too large": (to_record(sealed("x"))[0], b" " * (LARGEST + 1)),
}


async def test_what_is_no_event_is_put_aside_with_a_reason_and_stops_nobody(
    kafka: Kafka, stack: AsyncExitStack
) -> None:
    before, after = to_record(sealed("before")), to_record(sealed("after"))
    await put(kafka, before, *STRANGE.values(), after)
    ear = Ear()
    road = await Roads(lambda: KafkaRoad(kafka)).opened(stack, ear=ear.deliver)
    assert await ear.hears(2) == ["before", "after"]
    letters = await dead_letters(kafka, len(STRANGE))
    assert await road.unreadable() == len(STRANGE)
    assert [letter.value for letter in letters] == [value for _, value in STRANGE.values()]
    for letter in letters:
        headers = dict(letter.headers)
        assert headers["dead_reason"]
        assert headers["dead_service"] == b"ear"
        assert headers["dead_origin"].startswith(kafka.name(LOOP).encode())


def heard_by(*ears: Ear) -> set[str]:
    return {envelope.id for ear in ears for envelope in ear.heard}


async def test_copies_of_a_service_share_the_partitions_and_each_event_comes_to_one(
    kafka: Kafka, stack: AsyncExitStack
) -> None:
    roads = Roads(lambda: KafkaRoad(kafka))
    one, two = Ear(), Ear()
    two.changed = one.changed
    road = await roads.opened(stack, ear=one.deliver)
    await roads.opened(stack, ear=two.deliver)
    sent: set[str] = set()
    rounds = 0

    def all_is_heard() -> bool:
        return heard_by(one, two) == sent

    while not (one.heard and two.heard):
        batch = [sealed(f"{rounds}", f"mechanism-{number}") for number in range(20)]
        sent |= {envelope.id for envelope in batch}
        await road.publish(batch)
        await one.until(all_is_heard)
        rounds += 1
    assert heard_by(one, two) == sent
    for ear in (one, two):
        for number in range(20):
            labels = [int(label) for label in ear.labels(f"mechanism-{number}")]
            assert labels == sorted(labels)


def partitions_of(road: KafkaRoad, service: str) -> set[int]:
    consumer = consumer_of(road, service)
    return {place.partition for place in consumer.assignment()} if consumer else set()


async def test_a_copy_that_joins_takes_its_share_and_moves_nothing_else(
    kafka: Kafka, stack: AsyncExitStack
) -> None:
    """In a process with two services, each of which has its own share."""
    roads, ear = Roads(lambda: KafkaRoad(kafka)), Ear()
    copies: list[KafkaRoad] = []

    async def join(**services: Deliver) -> list[set[int]]:
        """What every copy of `one` has once it is shared by as many as there are."""
        road = await roads.opened(stack, **services)
        assert isinstance(road, KafkaRoad)
        copies.append(road)
        async with asyncio.timeout(PATIENCE):
            while True:
                shares = [partitions_of(copy, "one") for copy in copies]
                if all(len(share) == LOOP.partitions // len(copies) for share in shares):
                    return shares
                await asyncio.sleep(0.05)

    await join(one=ear.deliver, two=ear.deliver)
    before = await join(one=ear.deliver)
    after = await join(one=ear.deliver)
    assert all(new < old for new, old in zip(after, before, strict=False))


async def test_a_copy_that_leaves_hands_over_what_it_had_not_done(kafka: Kafka) -> None:
    roads = Roads(lambda: KafkaRoad(kafka))
    first, second = Ear(fails_before=True), Ear()
    async with AsyncExitStack() as stack:
        road = await roads.opened(stack, ear=first.deliver)
        await road.publish([sealed("a"), sealed("b")])
        await first.until(lambda: not first.fails_before)
    async with AsyncExitStack() as stack:
        await roads.opened(stack, ear=second.deliver)
        heard = first.labels() + await second.hears(2 - len(first.heard))
        assert heard == ["a", "b"]


async def test_a_road_outlives_the_absence_of_kafka(tmp_path: Path) -> None:
    """Kafka is killed, events are published meanwhile as a relay would, and Kafka comes back."""
    with broker(tmp_path) as running:
        kafka = await kafka_of_its_own(running.bootstrap)
        ear = Ear()
        async with AsyncExitStack() as stack:
            roads = Roads(lambda: KafkaRoad(kafka))
            road = await roads.opened(stack, ear=ear.deliver)
            await road.publish([sealed("a")])
            await ear.hears(1)
            running.kill()
            sending = asyncio.create_task(persistently(road, sealed("b")))
            await asyncio.to_thread(running.start)
            await sending
            await ear.until(lambda: "b" in ear.labels())
            assert list(dict.fromkeys(ear.labels())) == ["a", "b"]


async def persistently(road: Road, envelope: Envelope) -> None:
    """Publish until it is taken, as a worker does."""
    async with asyncio.timeout(PATIENCE):
        while True:
            try:
                return await road.publish([envelope])
            except RoadUnreachableError:
                await asyncio.sleep(0.2)


async def test_a_road_that_starts_before_kafka_waits_for_it(tmp_path: Path) -> None:
    with broker(tmp_path) as running:
        kafka = await kafka_of_its_own(running.bootstrap)
        running.kill()
        ear = Ear()
        async with AsyncExitStack() as stack:
            roads = Roads(lambda: KafkaRoad(kafka))
            road = await roads.opened(stack, ear=ear.deliver)
            sending = asyncio.create_task(persistently(road, sealed("a")))
            await asyncio.to_thread(running.start)
            await sending
            assert await ear.hears(1) == ["a"]


METADATA = struct.pack(">hhh", 3, 0, 1)


class Fading:
    """A broker that says what it understands, and is silent when it is asked for anything."""

    def __init__(self) -> None:
        self.left = asyncio.Event()

    async def meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        size = int.from_bytes(await reader.readexactly(4), "big")
        correlation = (await reader.readexactly(size))[4:8]
        answer = correlation + struct.pack(">hi", 0, 1) + METADATA
        writer.write(len(answer).to_bytes(4, "big") + answer)
        while await reader.read(100):
            pass
        writer.close()
        self.left.set()


@pytest.mark.parametrize("way", ["asked", "sent", "read", "managed", "run"])
async def test_who_gives_up_on_a_broker_that_falls_silent_leaves_it(way: str) -> None:
    fading = Fading()
    async with await asyncio.start_server(fading.meet, "127.0.0.1", 0) as server:
        kafka = Kafka(f"127.0.0.1:{server.sockets[0].getsockname()[1]}")
        road = KafkaRoad(kafka)
        road.subscribe("ear", frozenset(), Ear().deliver)
        attempt = asyncio.create_task(ATTEMPTS[way](road))
        with pytest.raises(TimeoutError) as given_up:
            async with asyncio.timeout(0.5):
                await attempt
        async with asyncio.timeout(PATIENCE):
            await fading.left.wait()
        assert given_up.tb
        await road.close()


async def ask(road: KafkaRoad) -> None:
    await road.log.ends()


async def send(road: KafkaRoad) -> None:
    await road.publish([sealed("a")])


async def read(road: KafkaRoad) -> None:
    async with road.log.reading([]):
        pass


async def manage(road: KafkaRoad) -> None:
    async with asking(road.kafka):
        pass


async def run(road: KafkaRoad) -> None:
    """As after all topics were found."""
    road.log.find_topics = partial(asyncio.sleep, 0)  # type: ignore[method-assign]
    await road.run()


ATTEMPTS = {"asked": ask, "sent": send, "read": read, "managed": manage, "run": run}
