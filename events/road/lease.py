"""Which copy of a service does what only one may: the one whose connection holds the lock.

PostgreSQL lets the lock go with the connection, so another copy takes over when its holder dies.
SQLite's folder has one process, which always holds it.
"""

from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from events.road.database import Database


class Lease:
    """The right to do what one copy of a service does at a time."""

    def __init__(self, database: Database, what: str) -> None:
        self.database = database
        self.name = f"{database.service} {what}"
        self.connection: AsyncConnection | None = None

    async def held(self) -> bool:
        """Whether this copy holds the lease now, taking it if it is free."""
        if self.database.embedded:
            return True
        try:
            if self.connection is None:
                return await self.take()
            await self.connection.execute(select(1))
        except (DBAPIError, OSError):
            await self.close()
            raise
        return True

    async def take(self) -> bool:
        connection = await self.database.glancer.connect()
        if await connection.scalar(select(func.pg_try_advisory_lock(func.hashtext(self.name)))):
            self.connection = connection
            return True
        await connection.close()
        return False

    async def close(self) -> None:
        """Let the lease go."""
        connection, self.connection = self.connection, None
        if connection is not None:
            await connection.invalidate()
            await connection.close()
