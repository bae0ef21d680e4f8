"""Copies of a service that die, stop, come and go: nothing is lost, nothing happens twice."""

import signal
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import pytest

from events.road.kafka.connection import Kafka
from events.topics import LOOP
from tests.faults.copies import HERE, SOME, Copies, until

SHORT_SESSION = {"KAFKA_SESSION_SECONDS": "6"}
LONG_SESSION = 60


@pytest.fixture
async def copies(kafka: Kafka, own_database: str, tmp_path: Path) -> AsyncIterator[Copies]:
    async with Copies.on(kafka, own_database, tmp_path) as opened:
        yield opened


async def test_a_process_that_dies_between_its_commit_and_its_offsets_repeats_nothing(
    copies: Copies,
) -> None:
    await copies.publish()
    first = copies.start("one", "listener", SECRETARIAT_COPY="one", DIES_BEFORE_OFFSETS="yes")
    assert await first.ended() == -signal.SIGKILL
    assert await copies.heard() > 0
    assert await copies.lag() > 0
    async with copies.here("one"):
        await until(copies.all_acknowledged)
    assert await copies.all_heard()


async def test_a_process_that_was_stopped_in_the_midst_of_its_work_comes_back_to_the_rest(
    copies: Copies,
) -> None:
    """It held a transaction and the relay's lease, and others have long done its work."""
    await copies.commit()
    async with copies.gate_closed():
        zombie = copies.start("zombie", "speaker", "listener", **SHORT_SESSION)
        await until(partial(copies.in_midst, zombie.name))
        assert await copies.relaying() == {"zombie"}
        zombie.send(signal.SIGSTOP)
        other = copies.start("other", "speaker", "listener", **SHORT_SESSION)
    await copies.commit()
    await until(copies.all_heard)
    assert await copies.relaying() == {"other"}
    zombie.send(signal.SIGCONT)
    await copies.commit()
    await until(copies.all_heard)
    assert await other.end(signal.SIGTERM) == 0
    await copies.commit()
    await until(copies.all_heard)
    assert await copies.relaying() == {"zombie"}
    assert await zombie.end(signal.SIGTERM) == 0


async def test_a_named_copy_that_restarts_has_its_share_again_and_moves_nobody_elses(
    copies: Copies,
) -> None:
    named = {"SECRETARIAT_COPY": "there", "KAFKA_SESSION_SECONDS": f"{LONG_SESSION}"}
    there = copies.start("there", "listener", **named)
    async with copies.here("here", LONG_SESSION) as consumer:

        async def shared() -> bool:
            return len(consumer.assignment()) == LOOP.partitions // 2

        def standing() -> tuple[object, int]:
            return consumer.assignment(), consumer._coordinator.generation

        await until(shared)
        before = standing()
        await copies.publish()
        await until(copies.all_heard)
        await there.end(signal.SIGKILL)
        await copies.publish()
        copies.start("there", "listener", **named)
        await until(copies.all_heard)
        assert standing() == before


async def test_copies_may_come_and_go_in_the_midst_of_a_batch(copies: Copies) -> None:
    """One that is told to go finishes its batch and acknowledges just that."""
    async with copies.here():
        async with copies.gate_closed():
            await copies.publish()
            await until(partial(copies.in_midst, HERE))
            other = copies.start("other", "listener")
            await until(partial(copies.in_midst, other.name))
            await copies.publish()
        await until(copies.all_heard)
    async with copies.gate_closed():
        await copies.publish()
        await until(partial(copies.in_midst, other.name))
        other.send(signal.SIGTERM)
    assert await other.ended() == 0
    left = await copies.lag()
    assert left == copies.spoken - await copies.heard()
    assert left < SOME
    async with copies.here():
        await until(copies.all_heard)


async def test_a_relay_that_dies_is_followed_by_another_within_seconds(copies: Copies) -> None:
    both = [copies.start(name, "speaker") for name in ("one", "two")]
    await copies.commit()
    await until(copies.all_sent)
    (name,) = await copies.relaying()
    holder, other = sorted(both, key=lambda copy: copy.name != name)
    holder.send(signal.SIGKILL)
    await copies.commit()
    await until(copies.all_sent, 10)
    assert await copies.relaying() == {other.name}
