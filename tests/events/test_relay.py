"""From the outbox to the road: all that was committed, in order, and nothing that was not."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from functools import partial
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from events.envelope import LARGEST, Cause, Envelope, EventTooLargeError
from events.road.database import Database
from events.road.relay import BATCH, Relay
from events.road.tables import OutboxRow
from events.road.transaction import transaction
from events.vocabulary import SYSTEM
from tests.events.listener import START, Listener, said


class Roadside:
    """Stands where a road begins and notes what it is given."""

    def __init__(self) -> None:
        self.taken: list[Envelope] = []
        self.closed = False

    async def publish(self, envelopes: Sequence[Envelope]) -> None:
        if self.closed:
            raise ConnectionError("the road is closed")
        self.taken.extend(envelopes)

    def subscribe(self, *_: object) -> None:
        raise NotImplementedError

    async def run(self) -> None:
        raise NotImplementedError

    def labels(self) -> list[str]:
        return [envelope.data["reason"] for envelope in self.taken]


@pytest.fixture
def roadside() -> Roadside:
    return Roadside()


@pytest.fixture
async def relay(database: Database, roadside: Roadside) -> AsyncIterator[Relay]:
    made = Relay(database, roadside)
    yield made
    await made.close()


async def commit(database: Database, *labels: str) -> None:
    cause = Cause(id=" ".join(labels), actor=SYSTEM, time=START)
    async with transaction(database, cause) as work:
        work.publish(*(said(label) for label in labels))


async def left(database: Database) -> int:
    async with database.read() as session:
        return await session.scalar(select(func.count()).select_from(OutboxRow)) or 0


async def test_what_is_committed_goes_out_in_order(
    database: Database, roadside: Roadside, relay: Relay
) -> None:
    await commit(database, "a", "b")
    await commit(database, "c")
    assert await relay.step() == 3
    assert roadside.labels() == ["a", "b", "c"]
    assert await left(database) == 0


async def test_a_command_that_fails_publishes_nothing(
    database: Database, roadside: Roadside, relay: Relay
) -> None:
    cause = Cause(id="x", actor=SYSTEM, time=START)

    async def fail() -> None:
        async with transaction(database, cause) as work:
            work.publish(said("a"))
            raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        await fail()
    assert await relay.step() == 0


async def test_a_road_that_is_closed_loses_nothing(
    database: Database, roadside: Roadside, relay: Relay
) -> None:
    await commit(database, "a")
    roadside.closed = True
    with pytest.raises(ConnectionError):
        await relay.step()
    await commit(database, "b")
    roadside.closed = False
    assert await relay.step() == 2
    assert roadside.labels() == ["a", "b"]


async def test_a_crash_between_the_road_and_the_outbox_sends_again_and_has_one_effect(
    database: Database,
    roadside: Roadside,
    relay: Relay,
    listener: Listener,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    await commit(database, "a", "b")

    def crash() -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(database, "write", crash)
        with pytest.raises(KeyboardInterrupt):
            await relay.step()
    assert await relay.step() == 2
    assert roadside.labels() == ["a", "b", "a", "b"]
    await listener.receiver.deliver(roadside.taken)
    assert await listener.effects() == ["a", "b"]


async def test_commits_made_at_the_same_time_all_go_out(
    database: Database, roadside: Roadside, relay: Relay
) -> None:

    async def relaying() -> None:
        while len(roadside.taken) < 40:
            await relay.step()
            await asyncio.sleep(0)

    await asyncio.gather(relaying(), *(commit(database, f"{number}") for number in range(40)))
    assert sorted(roadside.labels(), key=int) == [f"{number}" for number in range(40)]
    assert await left(database) == 0


async def test_a_long_outbox_goes_out_in_batches(
    database: Database, roadside: Roadside, relay: Relay
) -> None:
    await commit(database, *(f"{number}" for number in range(BATCH + 1)))
    assert [await relay.step(), await relay.step(), await relay.step()] == [BATCH, 1, 0]
    assert roadside.labels() == [f"{number}" for number in range(BATCH + 1)]


async def test_of_two_copies_one_relays_until_it_is_gone(postgres: str, roadside: Roadside) -> None:
    name = f"s{uuid4().hex[:12]}"
    copies = [Database(postgres, name) for _ in range(2)]
    first, second = (Relay(copy, roadside) for copy in copies)
    for copy in copies:
        await copy.migrate()
    await commit(copies[1], "a")
    assert [await first.step(), await second.step()] == [1, 0]
    await commit(copies[1], "b")
    assert await second.step() == 0
    await first.close()
    assert await second.step() == 1
    assert roadside.labels() == ["a", "b"]
    await second.close()
    for copy in copies:
        await copy.close()


async def test_a_relay_that_was_silent_for_too_long_sends_at_its_next_step(
    postgres: str, roadside: Roadside
) -> None:
    database = Database(postgres, f"s{uuid4().hex[:12]}")
    await database.migrate()
    relay = Relay(database, roadside)
    relay.lease.seconds = 0.1
    assert await relay.step() == 0
    assert relay.lease.session is not None
    connection = relay.lease.session.connection
    async with asyncio.timeout(30):
        while connection.alive:  # noqa: ASYNC110 - PostgreSQL tells nobody
            await asyncio.sleep(0.02)
    await commit(database, "a")
    assert await relay.step() == 1
    await relay.close()
    await database.close()


async def test_a_copy_hears_at_once_what_another_commits_and_not_itself(
    postgres: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = f"s{uuid4().hex[:12]}"
    here, there = copies = [Database(postgres, name) for _ in range(2)]
    await here.migrate()
    stirred: dict[Database, asyncio.Queue[object]] = {copy: asyncio.Queue() for copy in copies}

    def hear(queue: asyncio.Queue[object], handed: object = None) -> None:
        queue.put_nowait(handed)

    for copy in copies:
        monkeypatch.setattr(copy, "stir", partial(hear, stirred[copy]))
    talk = [asyncio.create_task(each) for copy in copies for each in (copy.listen(), copy.tell())]
    async with asyncio.timeout(30):
        for listening in stirred.values():
            await listening.get()
        for speaker, label in ((here, "a"), (there, "b"), (here, "c")):
            await commit(speaker, label)
            for heard in stirred.values():
                await heard.get()
    assert all(heard.empty() for heard in stirred.values()), "nobody is told of its own"
    for each in talk:
        each.cancel()
    await asyncio.gather(*talk, return_exceptions=True)
    for copy in copies:
        await copy.close()


async def test_an_event_that_no_road_would_carry_is_refused_before_it_is_committed(
    database: Database, roadside: Roadside, relay: Relay
) -> None:
    cause = Cause(id="large", actor=SYSTEM, time=START)
    event = said("a").model_copy(update={"reason": "ы" * (LARGEST // 2)})
    with pytest.raises(EventTooLargeError, match="an event at most 900,000"):
        async with transaction(database, cause) as work:
            work.publish(event)
    await commit(database, "a")
    assert await relay.step() == 1
    assert roadside.labels() == ["a"]
