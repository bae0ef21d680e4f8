"""One running service: its database, and what it does in the background."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime

from events.clock import Clock
from events.road.absence import PASSING
from events.road.database import Database
from events.road.interface import Road
from events.road.receiver import Receiver
from events.road.relay import Relay
from events.road.timers import Timers
from events.road.waiting import NEVER, look
from services.service import Service

PAUSE_SECONDS = 1.0
LOOK_SECONDS = 5.0
GATHER_SECONDS = 0.03

log = logging.getLogger(__name__)


class Worker:
    """Sends what the service committed, calls its deadlines, tries again what failed.

    Between two commits nothing can become due earlier than it was, so a worker that found nothing
    to do asks its database again only after a commit, or at `quiet_until`.
    """

    def __init__(self, service: Service, url: str, road: Road, clock: Clock) -> None:
        self.service = service
        self.road = road
        self.clock = clock
        self.database = Database(url, service.name, service.migrations)
        self.timers = Timers(self.database, service.deadlines)
        self.relay = Relay(self.database, road)
        self.receiver = Receiver(self.database, service.heard, clock)
        self.quiet_until = NEVER
        self.database.committed.set()
        road.subscribe(service.name, service.heard.types, self.receiver.deliver)

    async def step(self) -> int:
        """Do what there is to do now; how many things that was."""
        now = self.clock.now()
        if not self.stirred(now):
            return 0
        self.database.committed.clear()
        done = await self.relay.step()
        waiting = await look(self.database)
        if waiting.due <= now:
            done += await self.timers.step(now)
        if waiting.letters:
            done += await self.receiver.retry(now)
        self.quiet_until = waiting.due
        return done

    async def catch_up(self) -> None:
        """Call the deadlines that are due, so that a command sees what time has done."""
        now = self.clock.now()
        if self.stirred(now):
            await self.timers.step(now)

    def stirred(self, now: datetime) -> bool:
        return self.database.committed.is_set() or now >= self.quiet_until

    async def run(self) -> None:
        """Do what there is to do whenever there is something, until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self.work())
            for errand in self.service.errands:
                tasks.create_task(errand(self.database, self.clock))

    async def work(self) -> None:
        """What is committed while there is much to do gathers, and goes out together."""
        while True:
            try:
                if not await self.step():
                    await self.wait()
                else:
                    await asyncio.sleep(GATHER_SECONDS)
            except PASSING as error:
                log.warning("%s waits and tries again: %s", self.service.name, error)
                self.database.committed.set()
                await asyncio.sleep(PAUSE_SECONDS)

    async def be_one_of_several(self) -> None:
        """Tell other copies of commits and hear of theirs, until cancelled.

        Where that fails, `wait` looks.
        """
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self.persistently(self.database.tell))
            tasks.create_task(self.persistently(self.database.listen))

    async def persistently(self, talk: Callable[[], Awaitable[None]]) -> None:
        while True:
            try:
                await talk()
            except PASSING as error:
                log.warning("%s does not reach its copies: %s", self.service.name, error)
            await asyncio.sleep(PAUSE_SECONDS)

    async def close(self) -> None:
        await self.relay.close()
        await self.database.close()

    async def wait(self) -> None:
        """Until something was committed, the next deadline or retry is due, or LOOK_SECONDS are up.

        Another process may have committed: the command line, or a copy of this service.
        """
        waits = [
            asyncio.ensure_future(self.database.committed.wait()),
            asyncio.ensure_future(self.clock.wait_until(self.quiet_until)),
        ]
        try:
            done, _ = await asyncio.wait(
                waits, timeout=LOOK_SECONDS, return_when=asyncio.FIRST_COMPLETED
            )
            if not done:
                self.database.committed.set()
        finally:
            for wait in waits:
                wait.cancel()
