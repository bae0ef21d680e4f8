"""One service's database: a SQLite file of its own, or its own schema in PostgreSQL."""

import asyncio
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker
from sqlalchemy.schema import CreateSchema

from events.road import history, postgres, sqlite

MIGRATING = 5_390_451
TELL_SECONDS = 0.02


class Database:
    """Where one service keeps its tables and the road's.

    `url` names a folder (`sqlite:///DIR`) that gets one file a service, or a PostgreSQL database
    (`postgresql://…`) that gets one schema a service. `lines` are the histories of the service's
    tables; the road's is always there.
    """

    def __init__(self, url: str, service: str, *lines: Path) -> None:
        self.url = url
        self.service = service
        self.lines = tuple(dict.fromkeys((history.ROAD, *lines)))
        self.committed = asyncio.Event()
        self.watchers: set[asyncio.Event] = set()
        self.untold = asyncio.Event()
        self.copy = uuid.uuid4().hex
        self.writing = asyncio.Lock()
        scheme, _, place = url.partition(":///" if url.startswith("sqlite") else "://")
        self.embedded = scheme == "sqlite"
        if self.embedded:
            self.file = Path(place) / f"{service}.db"
            self.engine = sqlite.engine_of(self.file)
            self.writer = self.engine.execution_options(begin="BEGIN IMMEDIATE")
            self.glancer = self.engine.execution_options(begin=None)
        else:
            self.engine = postgres.engine_of(url, service)
            self.writer = self.engine.execution_options(isolation_level="SERIALIZABLE")
            self.glancer = self.engine.execution_options(isolation_level="AUTOCOMMIT")
        self.read_sessions = async_sessionmaker(self.engine, expire_on_commit=False)
        self.glances = async_sessionmaker(self.glancer, expire_on_commit=False)
        self.write_sessions = async_sessionmaker(self.writer, expire_on_commit=False)

    async def migrate(self) -> None:
        """Bring the tables to the end of their history; make them where there are none."""
        if self.embedded:
            self.file.parent.mkdir(parents=True, exist_ok=True)
        at_once = self.writer if self.embedded else self.engine
        async with at_once.begin() as connection:
            if not self.embedded:
                await connection.execute(select(func.pg_advisory_xact_lock(MIGRATING)))
                await connection.execute(CreateSchema(self.service, if_not_exists=True))
            await connection.run_sync(history.upgrade, self.lines, self.schema)

    async def standing(self) -> history.Standing:
        """How far the tables have come along their history."""
        async with self.engine.connect() as connection:
            return await connection.run_sync(history.standing, self.lines, self.schema)

    @property
    def schema(self) -> str | None:
        return None if self.embedded else self.service

    async def checkpoint(self) -> None:
        """Have everything in the SQLite file itself, and nothing beside it."""
        async with self.glance() as session:
            await session.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))

    async def close(self) -> None:
        await self.engine.dispose()

    async def tell(self) -> None:
        """Let other copies of the service know that this one commits, until cancelled.

        At once, but then once for all that follows in TELL_SECONDS: PostgreSQL has all who notify
        commit one after the other.
        """
        while True:
            await self.untold.wait()
            async with self.glance() as session:
                self.untold.clear()
                await session.execute(select(func.pg_notify(self.service, self.copy)))
            await asyncio.sleep(TELL_SECONDS)

    async def listen(self) -> None:
        """Take note of what other copies of the service commit; returns when the line breaks."""

        def hear(_connection: object, _pid: int, _channel: str, copy: object) -> None:
            if copy != self.copy:
                self.stir()

        async with self.glancer.connect() as connection:
            line = (await connection.get_raw_connection()).driver_connection
            assert line is not None
            broken = asyncio.Event()
            line.add_termination_listener(lambda _: broken.set())
            try:
                with postgres.one_error("LISTEN"):
                    await line.add_listener(self.service, hear)
                self.stir()
                await broken.wait()
            finally:
                await connection.invalidate()

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncSession]:
        """A session that sees one state of the database and writes nothing."""
        async with self.read_sessions() as session:
            yield session

    @asynccontextmanager
    async def glance(self) -> AsyncIterator[AsyncSession]:
        """A session for one statement that reads, without a transaction around it."""
        async with self.glances() as session:
            yield session

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncSession]:
        """A session whose work is committed as a whole on leaving, or rolled back on an error."""
        if self.embedded:
            async with self.writing, self.write_sessions.begin() as session:
                yield session
        else:
            async with self.write_sessions.begin() as session:
                yield session
        self.untold.set()
        self.stir()

    @contextmanager
    def watched(self) -> Iterator[asyncio.Event]:
        """An event of the caller's own, set whenever something was committed."""
        watcher = asyncio.Event()
        self.watchers.add(watcher)
        try:
            yield watcher
        finally:
            self.watchers.discard(watcher)

    def stir(self) -> None:
        self.committed.set()
        for watcher in self.watchers:
            watcher.set()
