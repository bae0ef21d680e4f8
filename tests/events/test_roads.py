"""What every road promises, whatever it is made of."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, suppress
from pathlib import Path

import pytest

from events.clock import SetClock
from events.envelope import Cause, Envelope
from events.meetings import TurnDeclined
from events.road.database import Database
from events.road.interface import Deliver, Road
from events.road.kafka.road import KafkaRoad
from events.road.local import LocalRoad
from events.road.relay import Relay
from events.road.transaction import transaction
from events.vocabulary import SYSTEM
from tests.events.listener import EFFECTS, START, Listener, said, sealed
from tests.servers import kafka_of_its_own

TYPES = frozenset({TurnDeclined.type})
PATIENCE = 30


class Ear:
    """A subscriber that keeps what it hears, and at will fails once before or after keeping it."""

    def __init__(self, *, fails_before: bool = False, fails_after: bool = False) -> None:
        self.heard: list[Envelope] = []
        self.fails_before = fails_before
        self.fails_after = fails_after
        self.changed = asyncio.Condition()

    async def deliver(self, envelopes: Sequence[Envelope]) -> None:
        async with self.changed:
            if self.fails_before:
                self.fails_before = False
                self.changed.notify_all()
                raise ConnectionError("not now")
            self.heard.extend(envelopes)
            self.changed.notify_all()
        if self.fails_after:
            self.fails_after = False
            raise ConnectionError("gone before the position was kept")

    async def hears(self, count: int) -> list[str]:
        """The labels heard, once there are `count` of them."""
        await self.until(lambda: len(self.heard) >= count)
        return self.labels()

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait until `condition` holds of what was heard, or refused to be heard."""
        async with asyncio.timeout(PATIENCE), self.changed:
            await self.changed.wait_for(condition)

    def labels(self, mechanism: str | None = None) -> list[str]:
        return [e.data["reason"] for e in self.heard if mechanism in {None, e.partitionkey}]


class Roads:
    """Roads of one kind in one place: each the same road again after a restart."""

    def __init__(self, make: Callable[[], LocalRoad | KafkaRoad]) -> None:
        self.make = make

    async def opened(self, stack: AsyncExitStack, **subscribers: Deliver) -> Road:
        """The road with its subscribers, delivering in the background until `stack` unwinds."""
        road = self.make()
        for service, deliver in subscribers.items():
            road.subscribe(service, TYPES, deliver)
        await road.open()
        stack.push_async_callback(road.close)
        running = asyncio.create_task(road.run())

        async def stop() -> None:
            running.cancel()
            with suppress(asyncio.CancelledError):
                await running

        stack.push_async_callback(stop)
        return road


@pytest.fixture(params=["local", "kafka"])
async def roads(request: pytest.FixtureRequest, tmp_path: Path) -> Roads:
    if request.param == "local":
        return Roads(lambda: LocalRoad(f"sqlite:///{tmp_path}"))
    kafka = await kafka_of_its_own(request.getfixturevalue("bootstrap"))
    return Roads(lambda: KafkaRoad(kafka))


@pytest.fixture
async def stack() -> AsyncIterator[AsyncExitStack]:
    async with AsyncExitStack() as opened:
        yield opened


async def test_events_reach_every_subscriber_in_their_order(
    roads: Roads, stack: AsyncExitStack
) -> None:
    one, two = Ear(), Ear()
    road = await roads.opened(stack, one=one.deliver, two=two.deliver)
    labels = [f"{number}" for number in range(700)]
    for start in range(0, 700, 70):
        await road.publish([sealed(label) for label in labels[start : start + 70]])
    assert await one.hears(700) == labels
    assert await two.hears(700) == labels


async def test_each_mechanism_keeps_its_order_among_others(
    roads: Roads, stack: AsyncExitStack
) -> None:
    ear = Ear()
    road = await roads.opened(stack, ear=ear.deliver)
    mechanisms = [f"mechanism-{number}" for number in range(7)]
    await asyncio.gather(
        *(
            road.publish([sealed(f"{number}", mechanism) for number in range(5)])
            for mechanism in mechanisms
        )
    )
    await ear.hears(35)
    for mechanism in mechanisms:
        assert ear.labels(mechanism) == ["0", "1", "2", "3", "4"]


async def test_a_subscriber_hears_only_what_it_asked_for(
    roads: Roads, stack: AsyncExitStack
) -> None:
    ear = Ear()
    road = await roads.opened(stack, ear=ear.deliver)
    other = sealed("other").model_copy(update={"type": "secretariat.meeting.opened.v1"})
    await road.publish([other, sealed("a"), other.model_copy(update={"id": "2"})])
    assert await ear.hears(1) == ["a"]


async def test_what_is_published_again_is_heard_by_an_inbox_as_one(
    roads: Roads, stack: AsyncExitStack, tmp_path: Path
) -> None:
    database = Database(f"sqlite:///{tmp_path}", "listener", EFFECTS)
    await database.migrate()
    stack.push_async_callback(database.close)
    listener, ear = Listener(database, SetClock(START)), Ear()

    async def deliver(envelopes: Sequence[Envelope]) -> None:
        await listener.receiver.deliver(envelopes)
        await ear.deliver(envelopes)

    road = await roads.opened(stack, listener=deliver)
    for _ in range(3):
        await road.publish([sealed("a"), sealed("b")])
    await road.publish([sealed("c")])
    await ear.until(lambda: "c" in ear.labels())
    assert await listener.effects() == ["a", "b", "c"]


@pytest.mark.parametrize("when", ["before", "after"])
async def test_a_batch_whose_delivery_failed_comes_again(
    roads: Roads, stack: AsyncExitStack, when: str
) -> None:
    ear = Ear(fails_before=when == "before", fails_after=when == "after")
    road = await roads.opened(stack, ear=ear.deliver)
    await road.publish([sealed("a"), sealed("b")])
    heard = await ear.hears(2 if when == "before" else 4)
    assert heard[-2:] == ["a", "b"]
    await road.publish([sealed("c")])
    assert (await ear.hears(len(heard) + 1))[-3:] == ["a", "b", "c"]


async def test_a_subscriber_goes_on_where_it_left_off(roads: Roads) -> None:
    ear = Ear()
    async with AsyncExitStack() as stack:
        road = await roads.opened(stack, ear=ear.deliver)
        await road.publish([sealed("a")])
        await ear.hears(1)
    async with AsyncExitStack() as stack:
        road = await roads.opened(stack)
        await road.publish([sealed("b")])
    async with AsyncExitStack() as stack:
        await roads.opened(stack, ear=ear.deliver)
        assert await ear.hears(2) == ["a", "b"]


async def test_a_new_subscriber_hears_everything_from_the_beginning(roads: Roads) -> None:
    old, new = Ear(), Ear()
    async with AsyncExitStack() as stack:
        road = await roads.opened(stack, old=old.deliver)
        await road.publish([sealed(f"{number}") for number in range(3)])
        await old.hears(3)
    async with AsyncExitStack() as stack:
        await roads.opened(stack, old=old.deliver, new=new.deliver)
        assert await new.hears(3) == ["0", "1", "2"]
        assert old.labels() == ["0", "1", "2"]


async def test_what_a_service_commits_reaches_the_others_through_its_relay(
    roads: Roads, stack: AsyncExitStack, tmp_path: Path
) -> None:
    ear = Ear()
    road = await roads.opened(stack, ear=ear.deliver)
    database = Database(f"sqlite:///{tmp_path}", "speaker")
    await database.migrate()
    stack.push_async_callback(database.close)
    async with transaction(database, Cause(id="c", actor=SYSTEM, time=START)) as work:
        work.publish(said("Бишкек"), said("北京"))
    relay = Relay(database, road)
    await relay.step()
    await relay.close()
    assert await ear.hears(2) == ["Бишкек", "北京"]
    assert ear.heard[0].source == "/secretariat/speaker"
