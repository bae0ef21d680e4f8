"""A session: what is read is what was written, however the driver has it."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import func, select, text, update
from sqlmodel import col

from events.road.absence import BehindError
from events.road.conflicts import ConflictError
from events.road.database import Database
from events.road.session import Session
from events.road.tables import DeadlineRow, InboxRow, LetterRow, LetterState, OutboxRow
from tests.events.listener import Effect

DUE = datetime(2027, 3, 1, 9, 30, 0, 123456, tzinfo=UTC)
TITLE = "Ташкент · 塔什干 · e\u0301"


def deadline(subject: str, due: datetime = DUE) -> DeadlineRow:
    return DeadlineRow(name="due", subject=subject, mechanism="m", cause=TITLE, due=due)


async def letters(session: Session) -> list[LetterRow]:
    return await session.scalars(select(LetterRow).order_by(col(LetterRow.seq)))


async def test_a_row_comes_back_as_it_was_written(database: Database) -> None:
    async with database.write() as session:
        session.add(deadline("a", DUE.astimezone(timezone(timedelta(hours=5)))))
        session.add(
            LetterRow(
                mechanism="m", event_id="1", source="/", state=LetterState.DEAD, envelope=TITLE
            )
        )
    async with database.read() as session:
        row = await session.get(DeadlineRow, "due", "a")
        assert row is not None
        assert (row.due, row.cause, row.retry_at, row.attempts) == (DUE, TITLE, None, 0)
        assert row.due.utcoffset() == timedelta()
        (letter,) = await letters(session)
        assert (letter.state, letter.envelope, letter.retry_at) == (LetterState.DEAD, TITLE, None)
        assert letter.seq is not None


async def test_a_time_without_a_zone_is_refused(database: Database) -> None:
    with pytest.raises(TypeError, match="has no zone"):
        async with database.write() as session:
            session.add(deadline("a", DUE.replace(tzinfo=None)))


async def test_what_is_put_takes_the_place_of_what_has_its_key(database: Database) -> None:
    later = DUE + timedelta(days=1)
    async with database.write() as session:
        for due in (DUE, later):
            session.put(deadline("a", due))
        session.put(InboxRow(id="1", source="/"))
        session.put(InboxRow(id="1", source="/"))
    async with database.read() as session:
        (row,) = await session.scalars(select(DeadlineRow))
        assert row.due == later
        assert await session.scalar(select(func.count()).select_from(InboxRow)) == 1


async def test_what_was_written_is_read_in_the_same_session(database: Database) -> None:
    async with database.write() as session:
        session.add(deadline("a"))
        session.add(deadline("b"))
        session.remove(DeadlineRow, "due", "a")
        assert await session.get(DeadlineRow, "due", "a") is None
        row = await session.get(DeadlineRow, "due", "b", locked=True)
        assert row is not None
        row.attempts = 3
        assert await session.scalars(select(col(DeadlineRow.attempts))) == [0]
        session.put(row)
        assert await session.scalars(select(col(DeadlineRow.attempts))) == [3]


async def test_what_is_written_keeps_its_order(database: Database) -> None:
    async with database.write() as session:
        for number in range(5):
            session.add(Effect(mechanism="m", label=f"{number}"))
            if number % 2:
                session.add(OutboxRow(envelope=f"{number}"))
    async with database.read() as session:
        labels = await session.scalars(select(col(Effect.label)).order_by(col(Effect.seq)))
        assert labels == ["0", "1", "2", "3", "4"]


async def test_columns_have_their_names(database: Database) -> None:
    async with database.write() as session:
        session.add(Effect(mechanism="m", label="a"))
        rows = await session.execute(
            select(col(Effect.label), func.count(), func.max(DeadlineRow.due))
            .select_from(Effect)
            .join(DeadlineRow, text("true"), isouter=True)
            .group_by(col(Effect.label))
        )
        assert [(row.label, *row[1:]) for row in rows] == [("a", 1, None)]


async def test_a_statement_says_what_it_changed(database: Database) -> None:
    async with database.write() as session:
        for label in ("a", "b"):
            session.add(Effect(mechanism="m", label=label))
        changed = await session.scalars(
            update(Effect)
            .where(col(Effect.label).in_(["b", "c"]))
            .values(label="d")
            .returning(col(Effect.label))
        )
        assert changed == ["d"]
        assert await session.scalars(select(Effect).where(col(Effect.label).in_([]))) == []


async def test_an_error_undoes_all_of_it(database: Database) -> None:
    async def fail() -> None:
        async with database.write() as session:
            session.add(deadline("a"))
            await session.get_one(DeadlineRow, "due", "b")

    with pytest.raises(LookupError):
        await fail()
    async with database.read() as session:
        assert await session.scalars(select(DeadlineRow)) == []


async def test_who_goes_on_after_a_failed_statement_hears_of_it(own_database: str) -> None:
    """PostgreSQL answers the COMMIT of a failed transaction with ROLLBACK, and no error."""
    database = Database(own_database, "failing")
    await database.migrate()

    async def go_on() -> None:
        async with database.write() as session:
            session.add(deadline("a"))
            with suppress(BehindError):
                await session.execute(text("SELECT * FROM nowhere"))

    with pytest.raises(ConflictError):
        await go_on()
    async with database.read() as session:
        assert await session.scalars(select(DeadlineRow)) == []
    await database.close()


async def test_a_reader_sees_one_state_whatever_is_committed_meanwhile(
    database: Database,
) -> None:
    async with database.read() as reader:
        assert await reader.scalars(select(DeadlineRow)) == []
        async with database.write() as session:
            session.add(deadline("a"))
        assert await reader.scalars(select(DeadlineRow)) == []
    async with database.read() as reader:
        assert len(await reader.scalars(select(DeadlineRow))) == 1
