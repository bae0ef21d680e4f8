"""SQLite as the road wants it: durable, with transactions that begin as they are told.

Statements go over to aiosqlite's thread and come back with all their rows, one hop each.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import aiosqlite
from sqlalchemy import Connection, event
from sqlalchemy.dialects.sqlite.aiosqlite import dialect
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from events.road.absence import BehindError, DatabaseUnreachableError

DIALECT = dialect()
PRAGMAS = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    "PRAGMA busy_timeout = 10000",
)
GONE = {
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_CORRUPT,
    sqlite3.SQLITE_NOTADB,
    sqlite3.SQLITE_PROTOCOL,
}
PRIMARY = 0xFF
BEHIND = ("no such table", "no such column", "has no column")


class SqliteConnection:
    """A connection of aiosqlite."""

    dialect = DIALECT

    def __init__(self, driver: aiosqlite.Connection) -> None:
        self.driver = driver

    async def fetch(self, sql: str, values: Sequence[Any]) -> Sequence[Sequence[Any]]:
        with one_error():
            return list(await self.driver.execute_fetchall(sql, values))

    async def send(self, sql: str, rows: Sequence[Sequence[Any]]) -> None:
        with one_error():
            await self.driver.executemany(sql, rows)

    async def control(self, sql: str) -> None:
        await self.fetch(sql, ())

    async def undo(self) -> None:
        with one_error():
            await self.driver.rollback()

    async def end(self) -> None:
        await self.driver.close()

    @property
    def alive(self) -> bool:
        return True


class Sqlite:
    """The tables of one service, in `file`."""

    dialect = DIALECT
    reading = "BEGIN"
    writing = "BEGIN IMMEDIATE"

    def __init__(self, file: Path) -> None:
        self.file = file

    def connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self.file, check_same_thread=False, isolation_level=None)
        for pragma in PRAGMAS:
            connection.execute(pragma)
        return connection

    async def connection(self) -> SqliteConnection:
        driver = aiosqlite.Connection(self.connect, iter_chunk_size=64)
        driver._thread.daemon = True  # noqa: SLF001 - as SQLAlchemy does with its own
        with one_error():
            return SqliteConnection(await driver)

    def engine(self) -> AsyncEngine:
        """For SQLAlchemy and Alembic, who write the history of the tables."""

        async def connect() -> aiosqlite.Connection:
            return (await self.connection()).driver

        engine = create_async_engine(
            "sqlite+aiosqlite://", async_creator=connect, poolclass=NullPool
        )

        @event.listens_for(engine.sync_engine, "begin")
        def begin(connection: Connection) -> None:
            connection.exec_driver_sql(self.writing)

        return engine


@contextmanager
def one_error() -> Iterator[None]:
    """DatabaseUnreachableError where it is the file that fails, or others who hold it."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        if getattr(error, "sqlite_errorcode", 0) & PRIMARY in GONE:
            raise DatabaseUnreachableError(str(error)) from error
        if any(said in str(error) for said in BEHIND):
            raise BehindError(str(error)) from error
        raise
