"""The local road: a durable log in a SQLite file, for every service in one process."""

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Executable, MetaData, bindparam, func, select
from sqlalchemy.dialects.sqlite import insert
from sqlmodel import Field, SQLModel, UniqueConstraint, col

from events.catalogue import ON_THE_LOOP
from events.envelope import Envelope
from events.road import history
from events.road.database import Database
from events.road.interface import Bookmark, Deliver
from events.road.session import Session
from events.upcasting import with_old_versions

BATCH = 500
PAUSE_SECONDS = 1.0
LOG = "log"

log = logging.getLogger(__name__)


class LogTable(SQLModel):
    metadata = MetaData()


class LogRow(LogTable, table=True):
    """One event on the road; it stays."""

    __tablename__ = "log"
    __table_args__ = (UniqueConstraint("source", "id"), {"sqlite_autoincrement": True})

    position: int | None = Field(default=None, primary_key=True)
    source: str
    id: str
    type: str
    envelope: str


class PositionRow(LogTable, table=True):
    """How far a service has come: everything up to `position` has had its effect there."""

    __tablename__ = "position"

    service: str = Field(primary_key=True)
    position: int


APPEND = insert(LogRow).on_conflict_do_nothing()
END = select(func.max(col(LogRow.position)))


@cache
def stretch(types: frozenset[str]) -> Executable:
    """The next BATCH of events of `types` after a `position`, up to an `end`."""
    position = col(LogRow.position)
    return (
        select(position, col(LogRow.envelope))
        .where(
            position > bindparam("position"),
            position <= bindparam("end"),
            col(LogRow.type).in_(types),
        )
        .order_by(position)
        .limit(BATCH)
    )


@dataclass
class Subscription:
    """A service that listens, how far it has come, and the last position that may concern it."""

    types: frozenset[str]
    deliver: Deliver
    position: int = 0
    wanted: int = 0


class LocalRoad:
    """A log that services read from where each left off.

    Positions are written with the next append and on closing. After a crash a service may therefore
    get some events again; its inbox knows them.
    """

    def __init__(self, url: str) -> None:
        self.database = Database(url, LOG, history.LOG)
        self.subscriptions: dict[str, Subscription] = {}
        self.opened = False
        self.head = 0
        self.grown = asyncio.Condition()

    async def open(self) -> None:
        await self.database.migrate()
        async with self.database.read() as session:
            self.head = await session.scalar(END) or 0
            for row in await session.scalars(select(PositionRow)):
                if row.service in self.subscriptions:
                    self.subscriptions[row.service].position = row.position
        for subscription in self.subscriptions.values():
            subscription.wanted = self.head
        self.opened = True

    async def close(self) -> None:
        if self.opened:
            async with self.database.write() as session:
                self.keep_positions(session)
        await self.database.close()

    def subscribe(self, service: str, types: frozenset[str], deliver: Deliver) -> None:
        self.subscriptions[service] = Subscription(with_old_versions(types), deliver)

    async def publish(self, envelopes: Sequence[Envelope]) -> None:
        rows = [
            {"source": e.source, "id": e.id, "type": e.type, "envelope": e.to_json()}
            for e in envelopes
        ]
        async with self.database.write() as session:
            session.insert(APPEND, rows)
            self.keep_positions(session)
            self.head = await session.scalar(END) or 0
        types = {envelope.type for envelope in envelopes}
        for subscription in self.subscriptions.values():
            if not types.isdisjoint(subscription.types):
                subscription.wanted = self.head
        async with self.grown:
            self.grown.notify_all()

    def keep_positions(self, session: Session) -> None:
        for service, subscription in self.subscriptions.items():
            session.put(PositionRow(service=service, position=subscription.position))

    async def latest(self) -> datetime | None:
        """The latest time of what was published last; none on a road that nobody has used.

        Of some, not of one: a clock that was set back dates the newest events before older ones.
        """
        newest = select(col(LogRow.envelope)).order_by(col(LogRow.position).desc()).limit(BATCH)
        async with self.database.glance() as session:
            texts = await session.scalars(newest)
        return max((Envelope.model_validate_json(text).time for text in texts), default=None)

    async def lag(self, service: str) -> int:
        subscription = self.subscriptions[service]
        return max(subscription.wanted - subscription.position, 0)

    async def unreadable(self) -> int:
        """Nobody else writes here."""
        return 0

    async def length(self) -> int:
        async with self.database.glance() as session:
            return await session.scalar(END) or 0

    async def history(self, bookmark: Bookmark | None = None) -> AsyncIterator[Envelope]:
        marked = {} if bookmark is None else bookmark
        end = await self.length()
        while rows := await self.after(marked.get(LOG, 0), end, with_old_versions(ON_THE_LOOP)):
            for row in rows:
                marked[LOG] = row.position
                yield Envelope.model_validate_json(row.envelope)

    async def after(self, position: int, end: int, types: frozenset[str]) -> list[Any]:
        async with self.database.glance() as session:
            return await session.execute(stretch(types), {"position": position, "end": end})

    async def step(self, service: str) -> int:
        """Deliver one batch to `service`; how many events it held."""
        subscription = self.subscriptions[service]
        head = subscription.wanted
        if subscription.position >= head:
            return 0
        rows = await self.after(subscription.position, head, subscription.types)
        if rows:
            await subscription.deliver([Envelope.model_validate_json(row.envelope) for row in rows])
        subscription.position = rows[-1].position if len(rows) == BATCH else head
        return len(rows)

    async def run(self) -> None:
        """Deliver to every service, each at its own pace, until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            for service in self.subscriptions:
                tasks.create_task(self.follow(service), name=f"road to {service}")

    async def follow(self, service: str) -> None:
        subscription = self.subscriptions[service]
        while True:
            try:
                await self.step(service)
            except Exception:
                log.exception("%s could not take its events; trying again", service)
                await asyncio.sleep(PAUSE_SECONDS)
            async with self.grown:
                await self.grown.wait_for(lambda: subscription.wanted > subscription.position)
