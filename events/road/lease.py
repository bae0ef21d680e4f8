"""Which copy of a service does what only one may: the one whose connection holds the lock.

PostgreSQL lets the lock go with the connection, so another copy takes over when its holder dies. It
also ends a connection that says nothing for too long: a holder that stands still, or whose machine
is gone without a word, loses the lease too. SQLite's folder has one process, which always holds it.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from events.road.database import Database


class Lease:
    """The right to do what one copy of a service does at a time.

    It is kept for `seconds` from one time that its holder asks for it to the next.
    """

    def __init__(self, database: Database, what: str, seconds: float) -> None:
        self.database = database
        self.name = f"{database.service} {what}"
        self.seconds = seconds
        self.connection: AsyncConnection | None = None

    @asynccontextmanager
    async def used(self) -> AsyncIterator[AsyncConnection | None]:
        """The connection that holds the lease, taking it if it is free; none if it is another's.

        Nobody else holds it as long as that connection answers. When it does not, it is let go.
        """
        try:
            yield self.connection or await self.take()
        except (DBAPIError, OSError):
            await self.close()
            raise

    async def held(self) -> bool:
        """Whether this copy holds the lease now, taking it if it is free."""
        async with self.used() as connection:
            if connection is not None:
                await connection.execute(select(1))
            return connection is not None

    async def take(self) -> AsyncConnection | None:
        connection = await self.database.glancer.connect()
        if self.database.embedded or await locked(connection, self.name, self.seconds):
            self.connection = connection
        else:
            await connection.close()
        return self.connection

    async def close(self) -> None:
        """Let the lease go."""
        connection, self.connection = self.connection, None
        if connection is not None:
            await connection.invalidate()
            await connection.close()


async def locked(connection: AsyncConnection, name: str, seconds: float) -> bool:
    """Whether `connection` got the lock; PostgreSQL ends it then after `seconds` of silence."""
    if not await connection.scalar(select(func.pg_try_advisory_lock(func.hashtext(name)))):
        return False
    limit = f"{round(seconds * 1000)}ms"
    await connection.execute(select(func.set_config("idle_session_timeout", limit, False)))
    return True
