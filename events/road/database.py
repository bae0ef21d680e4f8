"""One service's database: a SQLite file of its own, or its own schema in PostgreSQL."""

import asyncio
import uuid
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, nullcontext
from pathlib import Path
from typing import Any

from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.schema import CreateSchema

from events.road import history, sqlite
from events.road.absence import DatabaseUnreachableError
from events.road.pool import Pool
from events.road.postgres import Postgres
from events.road.session import Session
from events.road.sqlite import Sqlite

MIGRATING = 5_390_451
TELL_SECONDS = 0.05

Taker = Callable[[Sequence[Any] | None], None]


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
        self.takers: set[Taker] = set()
        self.untold = asyncio.Event()
        self.copy = uuid.uuid4().hex
        self.writing = asyncio.Lock()
        scheme, _, place = url.partition(":///" if url.startswith("sqlite") else "://")
        self.embedded = scheme == "sqlite"
        self.file = Path(place) / f"{service}.db"
        self.driver: Sqlite | Postgres = (
            Sqlite(self.file) if self.embedded else Postgres(url, service)
        )
        self.pool = Pool(self.driver.connection)

    async def migrate(self) -> None:
        """Bring the tables to the end of their history; make them where there are none."""
        if self.embedded:
            self.file.parent.mkdir(parents=True, exist_ok=True)
        async with self.altered() as connection:
            if not self.embedded:
                await connection.execute(select(func.pg_advisory_xact_lock(MIGRATING)))
                await connection.execute(CreateSchema(self.service, if_not_exists=True))
            await connection.run_sync(history.upgrade, self.lines, self.schema)

    async def standing(self) -> history.Standing:
        """How far the tables have come along their history."""
        async with self.altered() as connection:
            return await connection.run_sync(history.standing, self.lines, self.schema)

    @asynccontextmanager
    async def altered(self) -> AsyncIterator[AsyncConnection]:
        """A transaction of SQLAlchemy's own, for Alembic."""
        try:
            async with self.driver.engine().begin() as connection:
                yield connection
        except DBAPIError as error:
            code = getattr(error.orig, "sqlite_errorcode", 0) & sqlite.PRIMARY
            if error.connection_invalidated or code in sqlite.GONE:
                raise DatabaseUnreachableError(str(error.orig)) from error
            raise

    @property
    def schema(self) -> str | None:
        return None if self.embedded else self.service

    async def checkpoint(self) -> None:
        """Have everything in the SQLite file itself, and nothing beside it.

        DatabaseUnreachableError where somebody else is reading it.
        """
        async with self.glance() as session:
            ((busy, *_),) = await session.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
        if busy:
            raise DatabaseUnreachableError(f"{self.file} is in use; try again")

    async def close(self) -> None:
        await self.pool.close()

    async def tell(self) -> None:
        """Let other copies of the service know that this one commits, until cancelled.

        At once, but then once for all that follows in TELL_SECONDS: PostgreSQL has all who notify
        commit one after the other.
        """
        while True:
            await self.untold.wait()
            async with self.glance() as session:
                self.untold.clear()
                try:
                    await session.execute(select(func.pg_notify(self.service, self.copy)))
                except DatabaseUnreachableError:
                    self.untold.set()
                    raise
            await asyncio.sleep(TELL_SECONDS)

    async def listen(self) -> None:
        """Take note of what other copies of the service commit; returns when the line breaks."""

        def hear(copy: str) -> None:
            if copy != self.copy:
                self.stir()

        assert isinstance(self.driver, Postgres)
        connection = await self.driver.connection()
        try:
            broken = await connection.listen(self.service, hear)
            self.stir()
            await broken.wait()
        finally:
            await connection.end()

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Session]:
        """A session that sees one state of the database and writes nothing."""
        async with self.pool.borrowed() as connection:
            session = Session(connection, self.driver.reading)
            yield session
            await session.commit()

    @asynccontextmanager
    async def glance(self) -> AsyncIterator[Session]:
        """A session for one statement that reads, without a transaction around it."""
        async with self.pool.borrowed() as connection:
            yield Session(connection)

    @asynccontextmanager
    async def write(self) -> AsyncIterator[Session]:
        """A session whose work is committed as a whole on leaving, or rolled back on an error."""
        alone = self.writing if self.embedded else nullcontext()
        async with alone, self.pool.borrowed() as connection:
            session = Session(connection, self.driver.writing)
            yield session
            await session.commit()
        self.untold.set()
        self.stir(session.handed)

    @contextmanager
    def watched(self) -> Iterator[asyncio.Event]:
        """An event of the caller's own, set whenever something was committed."""
        watcher = asyncio.Event()
        self.watchers.add(watcher)
        try:
            yield watcher
        finally:
            self.watchers.discard(watcher)

    def stir(self, handed: Sequence[Any] | None = None) -> None:
        """Let this process know of a commit.

        Takers have what was `handed` over before anybody goes on; none where another made it.
        """
        self.committed.set()
        for watcher in self.watchers:
            watcher.set()
        for take in self.takers:
            take(handed)
