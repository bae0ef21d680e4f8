"""PostgreSQL as the road wants it: a schema a service, and one error for whatever keeps it away.

A process that stands still, or whose machine is gone without a word, holds up others with what it
has locked. So PostgreSQL rolls a transaction back whose process says nothing for SILENCE_SECONDS.
"""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

import asyncpg
from sqlalchemy.dialects.postgresql.asyncpg import dialect
from sqlalchemy.engine import Dialect
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from events.road.absence import BehindError, DatabaseUnreachableError
from events.road.conflicts import ConflictError, TakenError

CONNECT_SECONDS = 5.0
SILENCE_SECONDS = 10.0
DIALECT: Dialect = dialect()  # type: ignore[no-untyped-call]

CONFLICTS = (
    asyncpg.SerializationError,
    asyncpg.DeadlockDetectedError,
    asyncpg.InvalidCachedStatementError,
)
BEHIND = (
    asyncpg.UndefinedTableError,
    asyncpg.UndefinedColumnError,
    asyncpg.InvalidSchemaNameError,
)
FAILURES = (
    OSError,
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # of what the server says to who is not asking, as it ends
)
GONE = ("08", "53", "57P", "58", "25006", "25P03", "25P04", "XX")


class OneError:
    """DatabaseUnreachableError for whichever way asyncpg has of saying that PostgreSQL is away."""

    def __init__(self, driver: asyncpg.Connection | None = None) -> None:
        self.driver = driver

    def __enter__(self) -> None:
        pass

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if error is None:
            return
        if isinstance(error, asyncpg.UniqueViolationError):
            raise TakenError(str(error)) from error
        if isinstance(error, CONFLICTS):
            raise ConflictError(str(error)) from error
        if isinstance(error, BEHIND):
            raise BehindError(str(error)) from error
        if isinstance(error, FAILURES):
            state = getattr(error, "sqlstate", None) or ""
            unheard_of = isinstance(error, asyncpg.InternalClientError)
            if self.driver is not None and (unheard_of or state.startswith(GONE)):
                self.driver.terminate()
            if self.driver is None or self.driver.is_closed():
                raise DatabaseUnreachableError(str(error)) from error


class PostgresConnection:
    """A connection of asyncpg."""

    dialect = DIALECT

    def __init__(self, driver: asyncpg.Connection) -> None:
        self.driver = driver
        self.one_error = OneError(driver)

    async def fetch(self, sql: str, values: Sequence[Any]) -> Sequence[Sequence[Any]]:
        with self.one_error:
            rows: list[asyncpg.Record] = await self.driver.fetch(sql, *values)
        return rows

    async def send(self, sql: str, rows: Sequence[Sequence[Any]]) -> None:
        with self.one_error:
            await self.driver.executemany(sql, rows)

    async def control(self, sql: str) -> None:
        """ConflictError when the transaction had failed before, and PostgreSQL undid it."""
        with self.one_error:
            done = await self.driver.execute(sql)
        if (sql, done) == ("COMMIT", "ROLLBACK"):
            raise ConflictError("the transaction had failed, and was rolled back")

    async def listen(self, channel: str, hear: Callable[[str], None]) -> asyncio.Event:
        """Have `hear` called with whatever is said on `channel`; set when the connection ends."""
        broken = asyncio.Event()
        self.driver.add_termination_listener(lambda _: broken.set())
        with self.one_error:
            await self.driver.add_listener(channel, lambda *said: hear(said[-1]))
        return broken

    async def undo(self) -> None:
        await self.control("ROLLBACK")

    @property
    def alive(self) -> bool:
        return not self.driver.is_closed()

    async def end(self) -> None:
        """Without a word to the server, which may be away."""
        self.driver.terminate()


class Postgres:
    """The schema of one service in the database at `url`."""

    dialect = DIALECT
    reading = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
    writing = "BEGIN ISOLATION LEVEL SERIALIZABLE"

    def __init__(self, url: str, schema: str) -> None:
        self.url = url
        self.settings = {
            "search_path": f'"{schema}"',
            "idle_in_transaction_session_timeout": f"{SILENCE_SECONDS:g}s",
        }

    async def connect(self) -> asyncpg.Connection:
        with OneError():
            return await asyncpg.connect(
                self.url, timeout=CONNECT_SECONDS, server_settings=self.settings
            )

    async def connection(self) -> PostgresConnection:
        return PostgresConnection(await self.connect())

    def engine(self) -> AsyncEngine:
        """For SQLAlchemy and Alembic, who write the history of the tables."""
        return create_async_engine(
            "postgresql+asyncpg://", async_creator=self.connect, poolclass=NullPool
        )
