"""One service's database: a SQLite file of its own, or its own schema in PostgreSQL."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from sqlalchemy import MetaData
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.schema import CreateSchema

from events.road import sqlite
from events.road.tables import RoadTable


class Database:
    """Where one service keeps its tables and the road's.

    `url` names a folder (`sqlite:///DIR`) that gets one file a service, or a PostgreSQL database
    (`postgresql://…`) that gets one schema a service.
    """

    def __init__(self, url: str, service: str, *tables: MetaData) -> None:
        self.service = service
        self.tables = (RoadTable.metadata, *tables)
        self.committed = asyncio.Event()
        self.writing = asyncio.Lock()
        scheme, _, place = url.partition(":///" if url.startswith("sqlite") else "://")
        self.embedded = scheme == "sqlite"
        if self.embedded:
            self.file = Path(place) / f"{service}.db"
            self.engine = sqlite.engine_of(self.file)
            self.writer = self.engine.execution_options(begin="BEGIN IMMEDIATE")
            self.glancer = self.engine.execution_options(begin=None)
        else:
            self.engine = create_async_engine(f"postgresql+asyncpg://{place}").execution_options(
                schema_translate_map={None: service}
            )
            self.writer = self.engine.execution_options(isolation_level="SERIALIZABLE")
            self.glancer = self.engine.execution_options(isolation_level="AUTOCOMMIT")
        self.read_sessions = async_sessionmaker(self.engine, expire_on_commit=False)
        self.glances = async_sessionmaker(self.glancer, expire_on_commit=False)
        self.write_sessions = async_sessionmaker(self.writer, expire_on_commit=False)

    async def open(self) -> None:
        """Make what is not there yet."""
        if self.embedded:
            self.file.parent.mkdir(parents=True, exist_ok=True)
        async with self.writer.begin() as connection:
            if not self.embedded:
                await connection.execute(CreateSchema(self.service, if_not_exists=True))
            for tables in self.tables:
                await connection.run_sync(tables.create_all)

    async def clear(self) -> None:
        """Make everything anew, with nothing in it."""
        async with self.writer.begin() as connection:
            for tables in self.tables:
                await connection.run_sync(tables.drop_all)
                await connection.run_sync(tables.create_all)

    async def close(self) -> None:
        await self.engine.dispose()

    async def listen(self) -> None:
        """Take note of what other copies of the service commit; returns when the line breaks."""
        async with self.glancer.connect() as connection:
            line = (await connection.get_raw_connection()).driver_connection
            assert line is not None
            broken = asyncio.Event()
            line.add_termination_listener(lambda _: broken.set())
            await line.add_listener(self.service, lambda *_: self.committed.set())
            self.committed.set()
            try:
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
        self.committed.set()
