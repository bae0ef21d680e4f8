"""Connections to one database, kept for the next who needs one."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from events.road.absence import DatabaseUnreachableError
from events.road.session import Connection

AT_MOST = 8


class Pool:
    """Up to AT_MOST connections, each with one user at a time; they are made when needed."""

    def __init__(self, connect: Callable[[], Awaitable[Connection]]) -> None:
        self.connect = connect
        self.idle: list[Connection] = []
        self.free = asyncio.Semaphore(AT_MOST)

    @asynccontextmanager
    async def borrowed(self) -> AsyncIterator[Connection]:
        """A connection; who leaves with an error leaves no transaction open."""
        async with self.free:
            connection = self.take() or await self.connect()
            try:
                yield connection
            except BaseException:
                await asyncio.shield(asyncio.ensure_future(self.clear(connection)))
                raise
            self.idle.append(connection)

    def take(self) -> Connection | None:
        """The connection that was used last, of those that are still there."""
        while self.idle:
            connection = self.idle.pop()
            if connection.alive:
                return connection
        return None

    async def clear(self, connection: Connection) -> None:
        try:
            await connection.undo()
        except DatabaseUnreachableError:
            await connection.end()
        else:
            self.idle.append(connection)

    async def close(self) -> None:
        while self.idle:
            await self.idle.pop().end()
