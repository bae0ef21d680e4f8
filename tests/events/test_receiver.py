"""The receiving end: once each, in order, and a failed event holds up its own mechanism alone."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from events.clock import SetClock
from events.road.absence import DatabaseUnreachableError
from events.road.letters import letters, try_again
from events.road.retries import ATTEMPTS, pause
from events.road.tables import InboxRow, LetterState
from tests.events.listener import Listener, sealed

OTHER = "energy-ministers"


async def states(listener: Listener) -> list[str]:
    return [row.state for row in await letters(listener.database)]


async def fail_until_dead(listener: Listener, clock: SetClock) -> None:
    for attempt in range(1, ATTEMPTS):
        await clock.set(clock.now() + pause(attempt))
        await listener.receiver.retry(clock.now())


async def test_events_take_effect_in_the_order_in_which_they_come(listener: Listener) -> None:
    labels = [f"{number}" for number in range(30)]
    await listener.receiver.deliver([sealed(label) for label in labels])
    assert await listener.effects() == labels


async def test_an_event_that_comes_again_changes_nothing(listener: Listener) -> None:
    await listener.receiver.deliver([sealed("a"), sealed("b"), sealed("a")])
    await listener.receiver.deliver([sealed("b"), sealed("c")])
    assert await listener.effects() == ["a", "b", "c"]


async def test_the_same_id_from_another_source_is_another_event(listener: Listener) -> None:
    await listener.receiver.deliver([sealed("a"), sealed("a").model_copy(update={"source": "/x"})])
    assert await listener.effects() == ["a", "a"]


async def test_a_failing_event_leaves_nothing_behind_and_stops_nobody_else(
    listener: Listener,
) -> None:
    listener.broken = {"bad"}
    await listener.receiver.deliver(
        [sealed("a"), sealed("bad"), sealed("b"), sealed("a", OTHER), sealed("b", OTHER)]
    )
    assert await listener.effects("customs-heads") == ["a"]
    assert await listener.effects(OTHER) == ["a", "b"]
    failed, behind = await letters(listener.database)
    assert (failed.state, failed.attempts) == (LetterState.RETRYING, 1)
    assert failed.error == "ValueError: bad не принято"
    assert behind.state is LetterState.WAITING


async def test_later_events_of_a_mechanism_wait_in_later_batches_too(listener: Listener) -> None:
    listener.broken = {"bad"}
    await listener.receiver.deliver([sealed("bad")])
    await listener.receiver.deliver([sealed("late"), sealed("late", OTHER)])
    assert await listener.effects() == ["late"]
    assert await states(listener) == ["retrying", "waiting"]


async def test_a_failed_event_is_tried_again_when_its_pause_is_over_and_not_before(
    listener: Listener, clock: SetClock
) -> None:
    listener.broken = {"bad"}
    await listener.receiver.deliver([sealed("bad"), sealed("late")])
    listener.broken = set()
    await clock.set(clock.now() + pause(1) - timedelta(microseconds=1))
    assert await listener.receiver.retry(clock.now()) == 0
    await clock.set(clock.now() + timedelta(microseconds=1))
    assert await listener.receiver.retry(clock.now()) == 2
    assert await listener.effects() == ["bad", "late"]
    assert await letters(listener.database) == []


async def test_an_event_is_dead_after_its_last_attempt_and_the_later_ones_wait_on(
    listener: Listener, clock: SetClock
) -> None:
    listener.broken = {"bad"}
    await listener.receiver.deliver([sealed("bad"), sealed("late")])
    await fail_until_dead(listener, clock)
    dead, behind = await letters(listener.database)
    assert (dead.state, dead.attempts, dead.retry_at) == (LetterState.DEAD, ATTEMPTS, None)
    assert behind.state is LetterState.WAITING
    listener.broken = set()
    assert await listener.receiver.retry(clock.now() + timedelta(days=365)) == 0
    assert await listener.effects() == []


async def test_a_dead_event_that_is_tried_again_goes_before_those_that_waited(
    listener: Listener, clock: SetClock
) -> None:
    listener.broken = {"bad"}
    await listener.receiver.deliver([sealed("bad"), sealed("late")])
    await fail_until_dead(listener, clock)
    listener.broken = set()
    assert await try_again(listener.database, "unknown") == 0
    assert await try_again(listener.database, sealed("bad").id) == 1
    await listener.receiver.deliver([sealed("latest")])
    assert await listener.receiver.retry(clock.now()) == 3
    assert await listener.effects() == ["bad", "late", "latest"]


async def test_a_dead_event_that_still_fails_gets_all_its_attempts_anew(
    listener: Listener, clock: SetClock
) -> None:
    listener.broken = {"bad"}
    await listener.receiver.deliver([sealed("bad")])
    await fail_until_dead(listener, clock)
    assert await try_again(listener.database) == 1
    assert await listener.receiver.retry(clock.now()) == 0
    [again] = await letters(listener.database)
    assert (again.state, again.attempts) == (LetterState.RETRYING, 1)


async def test_a_letter_that_comes_again_is_one_letter(listener: Listener) -> None:
    listener.broken = {"bad"}
    for _ in range(3):
        await listener.receiver.deliver([sealed("bad"), sealed("late")])
    assert await states(listener) == ["retrying", "waiting"]


async def test_two_failing_mechanisms_do_not_wait_for_each_other(
    listener: Listener, clock: SetClock
) -> None:
    listener.broken = {"bad", "worse"}
    await listener.receiver.deliver([sealed("bad"), sealed("worse", OTHER), sealed("b", OTHER)])
    listener.broken = {"bad"}
    await clock.set(clock.now() + pause(1))
    assert await listener.receiver.retry(clock.now()) == 2
    assert await listener.effects() == ["worse", "b"]
    assert await states(listener) == ["retrying"]


async def test_events_of_a_database_that_is_gone_are_not_taken_for_failed(
    listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(*_: object) -> None:
        raise DatabaseUnreachableError("disk")

    with monkeypatch.context() as patch:
        patch.setattr(listener.database, "write", gone)
        with pytest.raises(DatabaseUnreachableError):
            await listener.receiver.deliver([sealed("a")])
    assert await letters(listener.database) == []
    async with listener.database.read() as session:
        assert await session.scalar(select(func.count()).select_from(InboxRow)) == 0
    await listener.receiver.deliver([sealed("a")])
    assert await listener.effects() == ["a"]
