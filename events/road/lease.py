"""Which copy of a service does what only one may: the one whose connection holds the lock.

PostgreSQL lets the lock go with the connection, so another copy takes over when its holder dies. It
also ends a connection that says nothing for too long: a holder that stands still, or whose machine
is gone without a word, loses the lease too. SQLite's folder has one process, which always holds it.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

from sqlalchemy import func, select

from events.road.absence import PASSING, DatabaseUnreachableError
from events.road.database import Database
from events.road.session import Session

Step = Callable[[], Awaitable[object]]

LOOK_SECONDS = 5.0
ANSWERS = select(1)

log = logging.getLogger(__name__)


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
        """What holds the lease, for one step of work; none if it is another's.

        It is taken if it is free, and anew where its connection has ended since the step before.
        Nobody else holds it as long as its connection answers. When it does not, it is let go.
        """
        if self.session is not None and not self.session.connection.alive:
            await self.close()
        async with self.let_go_if_lost():
            yield self.session or await self.take()

    async def held(self) -> bool:
        """Whether this copy holds the lease now, taking it if it is free.

        DatabaseUnreachableError where it was lost since: another may have done the work meanwhile.
        """
        async with self.let_go_if_lost():
            session = self.session or await self.take()
            if session is not None:
                await session.execute(ANSWERS)
            return session is not None

    @asynccontextmanager
    async def let_go_if_lost(self) -> AsyncIterator[None]:
        try:
            yield
        except DatabaseUnreachableError:
            await self.close()
            raise

    async def work(self, step: Step) -> None:
        """Do `step` where no other copy does, until cancelled, and let the lease go then.

        Again at once while it finds something to do; else as soon as something was committed, or
        after LOOK_SECONDS.
        """
        try:
            with self.database.watched() as changed:
                while not told_to_stop():
                    changed.clear()
                    if not (await self.attempt(step) or told_to_stop()):
                        await set_or_waited(changed)
        finally:
            await self.close()

    async def attempt(self, step: Step) -> bool:
        """One round, if this copy is the one; whether there was anything to do."""
        try:
            return await self.held() and bool(await step())
        except PASSING as error:
            log.warning("%s waits and tries again: %s", self.name, error)
            return False

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


def told_to_stop() -> bool:
    """Whether this task was cancelled; a library may have swallowed that (CPython 86296)."""
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


async def set_or_waited(event: asyncio.Event) -> None:
    with suppress(TimeoutError):
        async with asyncio.timeout(LOOK_SECONDS):
            await event.wait()


async def locked(session: Session, name: str, seconds: float) -> bool:
    """Whether `session` got the lock; PostgreSQL ends it then after `seconds` of silence."""
    if not await session.scalar(select(func.pg_try_advisory_lock(func.hashtext(name)))):
        return False
    limit = f"{round(seconds * 1000)}ms"
    await session.execute(select(func.set_config("idle_session_timeout", limit, False)))
    return True
