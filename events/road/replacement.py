"""A service's database built anew beside the one in use, and put in its place, or part of it."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from sqlalchemy import func, select, text
from sqlmodel import col

from events.envelope import Envelope
from events.road.database import Database
from events.road.session import Session
from events.road.tables import InboxRow, LetterRow, OutboxRow

BESIDE = "_rebuilt"

Heard = set[tuple[str, str]]


class Replacement:
    """An empty database that is to take the place of `live` once it holds as much."""

    def __init__(self, live: Database) -> None:
        self.live = live
        self.fresh = Database(live.url, f"{live.service}{BESIDE}", *live.lines)

    async def prepare(self) -> None:
        """Make it, without what an interrupted attempt has left."""
        await self.clear()
        await self.fresh.migrate()

    async def clear(self) -> None:
        """Leave nothing of it."""
        if self.live.embedded:
            await self.fresh.close()
            for file in files_of(self.fresh.file):
                file.unlink(missing_ok=True)
        else:
            async with self.fresh.write() as session:
                await session.execute(text(f'DROP SCHEMA IF EXISTS "{self.fresh.service}" CASCADE'))

    @asynccontextmanager
    async def swap(self) -> AsyncIterator[Heard]:
        """Hold up whoever writes to the live one, and swap the two on leaving without an error.

        Yields what the live one has heard. The live SQLite file is open to nobody else by then. In
        PostgreSQL nobody gets past the inbox meanwhile, and who waited for it finds the fresh one.
        """
        if self.live.embedded:
            async with self.live.glance() as session:
                yield await heard(session)
            for database in (self.live, self.fresh):
                await database.checkpoint()
                await database.close()
            self.fresh.file.replace(self.live.file)
            return
        live, fresh = self.live.service, self.fresh.service
        async with self.live.write() as session:
            await session.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))
            await session.execute(text(f'LOCK TABLE "{live}".inbox IN ACCESS EXCLUSIVE MODE'))
            yield await heard(session)
            await session.execute(text(f'DROP SCHEMA "{live}" CASCADE'))
            await session.execute(text(f'ALTER SCHEMA "{fresh}" RENAME TO "{live}"'))

    @asynccontextmanager
    async def held(self, tables: Sequence[str]) -> AsyncIterator[Session]:
        """The live one, for a change of `tables`: nobody else writes to them, hears or speaks.

        Who waited for it in PostgreSQL finds a conflict, and does its work again.
        """
        async with self.live.write() as session:
            if not self.live.embedded:
                await session.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))
                named = (f'"{self.live.service}".{name}' for name in (*tables, "inbox", "outbox"))
                await session.execute(text(f"LOCK TABLE {', '.join(named)} IN EXCLUSIVE MODE"))
            yield session

    async def lacks(self, wanted: Heard) -> Heard:
        """Those of `wanted` that the fresh one has not heard."""
        async with self.fresh.glance() as session:
            return wanted - await heard(session)

    async def close(self) -> None:
        await self.fresh.close()


async def heard(session: Session) -> Heard:
    return set(await session.execute(select(col(InboxRow.source), col(InboxRow.id))))


async def letters(session: Session) -> int:
    """How many events were set aside."""
    return await session.scalar(select(func.count()).select_from(LetterRow)) or 0


async def unsent(session: Session) -> AsyncIterator[Envelope]:
    """What is committed and may not yet be on the road, in its order."""
    rows = await session.scalars(select(OutboxRow).order_by(col(OutboxRow.seq)))
    for row in rows:
        yield Envelope.model_validate_json(row.envelope)


def files_of(file: Path) -> list[Path]:
    """A SQLite database's file, and those that SQLite keeps beside it."""
    return [file, *(file.with_name(f"{file.name}{kind}") for kind in ("-wal", "-shm"))]
