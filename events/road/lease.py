"""Which copy of a service does what only one may: the one whose connection holds the lock.

PostgreSQL lets the lock go with the connection, so another copy takes over when its holder dies. It
also ends a connection that says nothing for too long: a holder that stands still, or whose machine
is gone without a word, loses the lease too. SQLite's folder has one process, which always holds it.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy import func, select

from events.road.absence import DatabaseUnreachableError
from events.road.database import Database
from events.road.session import Session

ANSWERS = select(1)


class Lease:
    """The right to do what one copy of a service does at a time.

    It is kept for `seconds` from one time that its holder asks for it to the next.
    """

    def __init__(self, database: Database, what: str, seconds: float) -> None:
        self.database = database
        self.name = f"{database.service} {what}"
        self.seconds = seconds
        self.session: Session | None = None

    @asynccontextmanager
    async def used(self) -> AsyncIterator[Session | None]:
        """What holds the lease, taking it if it is free; none if it is another's.

        Nobody else holds it as long as its connection answers. When it does not, it is let go.
        """
        try:
            yield self.session or await self.take()
        except DatabaseUnreachableError:
            await self.close()
            raise

    async def held(self) -> bool:
        """Whether this copy holds the lease now, taking it if it is free."""
        async with self.used() as session:
            if session is not None:
                await session.execute(ANSWERS)
            return session is not None

    async def take(self) -> Session | None:
        connection = await self.database.driver.connection()
        session = Session(connection)
        try:
            if self.database.embedded or await locked(session, self.name, self.seconds):
                self.session = session
        finally:
            if self.session is None:
                await connection.end()
        return self.session

    async def close(self) -> None:
        """Let the lease go."""
        session, self.session = self.session, None
        if session is not None:
            await session.connection.end()


async def locked(session: Session, name: str, seconds: float) -> bool:
    """Whether `session` got the lock; PostgreSQL ends it then after `seconds` of silence."""
    if not await session.scalar(select(func.pg_try_advisory_lock(func.hashtext(name)))):
        return False
    limit = f"{round(seconds * 1000)}ms"
    await session.execute(select(func.set_config("idle_session_timeout", limit, False)))
    return True
