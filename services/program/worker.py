"""One running service: its database, and what it does in the background."""

import asyncio
import logging
from datetime import UTC, datetime

from sqlalchemy.exc import DBAPIError

from events.clock import Clock
from events.road.database import Database
from events.road.interface import Road
from events.road.receiver import Receiver
from events.road.relay import Relay
from events.road.timers import Timers
from services.service import Service

PAUSE_SECONDS = 1.0
NEVER = datetime(9999, 1, 1, tzinfo=UTC)

log = logging.getLogger(__name__)


class Worker:
    """Sends what the service committed, calls its deadlines, tries again what failed."""

    def __init__(self, service: Service, url: str, road: Road, clock: Clock) -> None:
        self.service = service
        self.clock = clock
        self.database = Database(url, service.name, *service.tables)
        self.timers = Timers(self.database, service.deadlines)
        self.relay = Relay(self.database, road)
        self.receiver = Receiver(self.database, service.heard, clock)
        road.subscribe(service.name, service.heard.types, self.receiver.deliver)

    async def step(self) -> int:
        """Do what there is to do now; how many things that was."""
        now = self.clock.now()
        return (
            await self.timers.step(now) + await self.receiver.retry(now) + await self.relay.step()
        )

    async def run(self) -> None:
        """Do what there is to do whenever there is something, until cancelled."""
        while True:
            self.database.committed.clear()
            try:
                if not await self.step():
                    await self.wait()
            except DBAPIError:
                log.exception("%s can't reach its database; trying again", self.service.name)
                await asyncio.sleep(PAUSE_SECONDS)

    async def wait(self) -> None:
        """Until something was committed, or the next deadline or retry is due."""
        instants = (await self.timers.next_due(), await self.receiver.next_retry())
        due = min((instant for instant in instants if instant), default=NEVER)
        waits = [
            asyncio.ensure_future(self.database.committed.wait()),
            asyncio.ensure_future(self.clock.wait_until(due)),
        ]
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()
