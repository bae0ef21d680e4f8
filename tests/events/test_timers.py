"""Deadlines: once each, in order of time, also late, also when one of them fails."""

import asyncio
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from events.clock import SetClock
from events.envelope import Cause, Envelope
from events.road.database import Database
from events.road.letters import failed_deadlines, try_again
from events.road.retries import ATTEMPTS, pause
from events.road.tables import DeadlineRow, OutboxRow
from events.road.timers import Timers
from events.road.transaction import Transaction, transaction
from events.vocabulary import SYSTEM
from tests.events.listener import START, Effect, Listener, said

HOUR = timedelta(hours=1)


async def keep(work: Transaction, subject: str) -> None:
    work.session.add(Effect(mechanism="m", label=f"{subject} {work.now:%H:%M}"))
    work.publish(said(subject))


async def fail(work: Transaction, subject: str) -> None:
    await keep(work, subject)
    raise ValueError("просрочено")


@pytest.fixture
def timers(database: Database) -> Timers:
    return Timers(database, {"keep": keep, "fail": fail})


async def put(
    database: Database, subject: str, due: datetime, *, name: str = "keep", by: str = "command"
) -> None:
    cause = Cause(id=by, actor=SYSTEM, time=START)
    async with transaction(database, cause) as work:
        work.set_deadline(name, subject, mechanism="m", due=due)


async def published(database: Database) -> list[Envelope]:
    async with database.read() as session:
        rows = await session.scalars(select(OutboxRow))
        return [Envelope.model_validate_json(row.envelope) for row in rows]


async def test_a_deadline_comes_at_its_instant_and_not_before(
    timers: Timers, listener: Listener
) -> None:
    await put(timers.database, "a", START + HOUR)
    assert await timers.step(START + HOUR - timedelta(microseconds=1)) == 0
    assert await timers.step(START + HOUR) == 1
    assert await timers.step(START + 2 * HOUR) == 0
    assert await listener.effects() == ["a 10:00"]


async def test_after_a_long_stop_all_come_in_order_each_with_its_own_instant(
    timers: Timers, listener: Listener
) -> None:
    for hours, subject in ((3, "c"), (1, "a"), (2, "b")):
        await put(timers.database, subject, START + hours * HOUR)
    assert await timers.step(START + timedelta(days=40)) == 3
    assert await listener.effects() == ["a 10:00", "b 11:00", "c 12:00"]
    assert [e.time for e in await published(timers.database)] == [
        START + n * HOUR for n in (1, 2, 3)
    ]


async def test_a_deadline_that_is_set_anew_comes_at_the_new_instant_alone(
    timers: Timers, listener: Listener
) -> None:
    await put(timers.database, "a", START + HOUR)
    await put(timers.database, "a", START + 3 * HOUR)
    assert await timers.step(START + 2 * HOUR) == 0
    assert await timers.step(START + 3 * HOUR) == 1
    assert await listener.effects() == ["a 12:00"]


async def test_a_deadline_that_is_cleared_does_not_come(timers: Timers, listener: Listener) -> None:
    await put(timers.database, "a", START + HOUR)
    async with transaction(timers.database, Cause(id="x", actor=SYSTEM, time=START)) as work:
        work.clear_deadline("keep", "a")
    assert await timers.step(START + 2 * HOUR) == 0


async def test_the_same_deadline_set_again_by_another_cause_has_events_of_its_own(
    timers: Timers,
) -> None:
    await put(timers.database, "a", START, by="first command")
    assert await timers.step(START) == 1
    await put(timers.database, "a", START, by="second command")
    assert await timers.step(START) == 1
    first, second = await published(timers.database)
    assert first.id != second.id


async def test_a_failing_deadline_leaves_nothing_behind_and_holds_up_no_other(
    timers: Timers, listener: Listener
) -> None:
    await put(timers.database, "bad", START, name="fail")
    await put(timers.database, "good", START + HOUR)
    assert await timers.step(START + HOUR) == 1
    assert await listener.effects() == ["good 10:00"]
    assert len(await published(timers.database)) == 1


async def test_a_failing_deadline_is_given_up_after_its_attempts_until_somebody_asks(
    timers: Timers, clock: SetClock, listener: Listener
) -> None:
    await put(timers.database, "bad", START, name="fail")
    for attempt in range(1, ATTEMPTS + 1):
        assert await failed_deadlines(timers.database) == []
        await timers.step(clock.now())
        await clock.set(clock.now() + pause(attempt))
    [given_up] = await failed_deadlines(timers.database)
    assert given_up.error == "ValueError: просрочено"
    timers.deadlines = {"fail": keep}
    assert await timers.step(clock.now() + timedelta(days=9)) == 0
    await try_again(timers.database)
    assert await timers.step(clock.now()) == 1
    assert await listener.effects() == ["bad 09:00"]


async def test_two_processes_that_see_the_same_deadline_give_it_one_effect(
    timers: Timers, listener: Listener
) -> None:
    for number in range(10):
        await put(timers.database, f"{number}", START)
    others = [Timers(timers.database, {"keep": keep}) for _ in range(3)]
    fired = await asyncio.gather(*(each.step(START) for each in others))
    assert sum(fired) == 10
    assert len(await listener.effects()) == 10
    async with timers.database.read() as session:
        assert await session.scalars(select(DeadlineRow)) == []
