"""SQLite as the road wants it: durable, with explicit transactions, and one hop a statement.

aiosqlite gives every call to its thread and waits for the answer: four times for a statement, with
its cursor made, executed, read and closed. Here it goes over once, and comes back with its rows.
"""

import sqlite3
from functools import partial
from pathlib import Path
from typing import Any

import aiosqlite
from sqlalchemy import Connection, event
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

PRAGMAS = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    "PRAGMA busy_timeout = 10000",
)


class EagerCursor(aiosqlite.Cursor):
    """Reads all rows of a statement in the hop that executes it."""

    rows: list[Any]

    async def execute(self, sql: str, parameters: Any = ()) -> "EagerCursor":
        def at_once() -> list[Any]:
            return self._cursor.execute(sql, parameters).fetchall()

        self.rows = await self._conn._execute(at_once)  # type: ignore[no-untyped-call]  # noqa: SLF001
        return self

    async def fetchall(self) -> list[Any]:
        return self.rows

    async def close(self) -> None:
        self._cursor.close()


class EagerConnection(aiosqlite.Connection):
    """Makes its cursors here, not in its thread; only statements touch the file."""

    async def begin(self, command: str) -> None:
        """Begin, without what somebody has left open who was cancelled just as it began."""

        def at_once() -> None:
            if self._conn.in_transaction:
                self._conn.rollback()
            self._conn.execute(command)

        await self._execute(at_once)  # type: ignore[no-untyped-call]

    async def rollback(self) -> None:
        if self.in_transaction:
            await super().rollback()

    def cursor(self) -> EagerCursor:  # type: ignore[override]  # SQLAlchemy enters what it gets
        return EagerCursor(self, self._conn.cursor())


def engine_of(file: Path) -> AsyncEngine:
    """An engine on `file`, which is made when it is first connected to."""

    def connector() -> sqlite3.Connection:
        return sqlite3.connect(file, check_same_thread=False, isolation_level=None)

    def connect() -> EagerConnection:
        connection = EagerConnection(connector, iter_chunk_size=64)
        connection._thread.daemon = True  # noqa: SLF001 - as SQLAlchemy does with its own
        return connection

    engine = create_async_engine(
        f"sqlite+aiosqlite:///{file}", async_creator=connect, pool_reset_on_return=None
    )
    prepare(engine)
    return engine


def prepare(engine: AsyncEngine) -> None:
    """Durable settings, and transactions that begin as they are told instead of by guess."""

    @event.listens_for(engine.sync_engine, "connect")
    def connect(connection: Any, _record: object) -> None:
        cursor = connection.cursor()
        for pragma in PRAGMAS:
            cursor.execute(pragma)
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def begin(connection: Connection) -> None:
        if command := connection.get_execution_options().get("begin", "BEGIN"):
            connection.connection.run_async(partial(EagerConnection.begin, command=command))
