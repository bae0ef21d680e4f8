"""Connections to one database, kept for the next who needs one."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from events.road.absence import DatabaseUnreachableError
from events.road.session import Connection

AT_MOST = 8
PATIENCE_SECONDS = 10.0


class Pool:
    """Up to AT_MOST connections, each with one user at a time; they are made when needed."""

    def __init__(self, connect: Callable[[], Awaitable[Connection]]) -> None:
        self.connect = connect
        self.idle: list[Connection] = []
        self.free = asyncio.Semaphore(AT_MOST)

    @asynccontextmanager
    async def borrowed(self) -> AsyncIterator[Connection]:
        """A connection; who leaves with an error leaves no transaction open."""
        await self.turn()
        try:
            connection = self.take() or await self.connect()
            try:
                yield connection
            except BaseException:
                await asyncio.shield(asyncio.ensure_future(self.clear(connection)))
                raise
            self.idle.append(connection)
        finally:
            self.free.release()

    async def turn(self) -> None:
        """Wait until one may be taken; DatabaseUnreachableError where nobody gives one back."""
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                await self.free.acquire()
        except TimeoutError:
            raise DatabaseUnreachableError(f"all {AT_MOST} connections are in use") from None

    def take(self) -> Connection | None:
        """The connection that was used last, of those that are still there."""
        while self.idle:
            connection = self.idle.pop()
            if connection.alive:
                return connection
        return None

    async def clear(self, connection: Connection) -> None:
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                await connection.undo()
        except Exception:  # noqa: BLE001 - whatever it is, nobody else gets this connection
            await connection.end()
        else:
            self.idle.append(connection)

    async def close(self) -> None:
        while self.idle:
            await self.idle.pop().end()
