"""The year played by processes of their own, one a service, on Kafka and PostgreSQL."""

import asyncio
import logging
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import ExitStack, asynccontextmanager
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Self

import httpx

from events.clock import SetClock
from events.road.absence import PASSING
from events.road.kafka.connection import Kafka
from events.road.kafka.log import waiting
from events.road.waiting import NEVER, Waiting, look
from services.mechanisms.rules.registry import Registry
from services.program.demo.audit import Audit, audit
from services.program.demo.fleet import Fleet
from services.program.demo.gateway import Gateway
from services.program.distributed import Part
from services.program.serve import listening
from services.program.services import SERVICES

LOOK_SECONDS = 0.01
PAUSE_SECONDS = 0.5
HOST = "127.0.0.1"

log = logging.getLogger(__name__)


class ManyProcesses:
    """A fleet of services, looked at through their databases and the topic.

    Any of them may be killed, and so may Kafka and PostgreSQL: commands are sent again until they
    are answered, and all is done when there is nothing in any outbox, on the topic or due.
    """

    def __init__(
        self,
        kafka: Kafka,
        database: str,
        registry: Registry,
        registry_file: Path | None,
        begins: datetime,
    ) -> None:
        self.clock = SetClock(begins)
        self.database = database
        self.kafka = kafka
        self.registry_file = registry_file
        self.watch = Part(kafka, database, SERVICES, self.clock, registry=registry)
        names = [service.name for service in SERVICES]
        self.ports = dict(zip(names, free_ports(len(names)), strict=True))
        self.addresses = {name: f"http://{HOST}:{port}" for name, port in self.ports.items()}
        self.gateway = Gateway(SERVICES, self.addresses)
        self.http = httpx.AsyncClient(transport=self.gateway, base_url="http://demo", timeout=30)
        self.direct = httpx.AsyncClient(timeout=30)
        self.fleet = Fleet({name: partial(self.command, name) for name in self.ports})
        self.due = NEVER

    def command(self, name: str) -> Sequence[str]:
        serve = ["serve", "--only", name, "--port", str(self.ports[name]), "--until-eof"]
        place = ["--kafka", self.kafka.bootstrap, "--database", self.database]
        time = ["--clock", f"{self.clock.now():%Y-%m-%dT%H:%M:%S}"]
        other = ["--registry", str(self.registry_file)] if self.registry_file else []
        return [sys.executable, "-m", "services.program", *serve, *place, *time, *other]

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[Self]:
        """Start the services; topics and database have to be there."""
        async with self.watch.opened(), self.fleet.running(), self.direct, self.http:
            await self.set_clock(self.clock.now())
            self.gateway.stirred = True
            yield self

    async def advance(self, instant: datetime) -> None:
        await self.settle()
        while self.due <= instant:
            await self.set_clock(max(self.due, self.clock.now()))
            self.gateway.stirred = True
            await self.settle()
        await self.set_clock(instant)

    async def set_clock(self, instant: datetime) -> None:
        await self.clock.set(instant)
        reading = {"now": instant.isoformat()}
        await asyncio.gather(*(self.tell_time(name, reading) for name in self.addresses))

    async def tell_time(self, name: str, reading: dict[str, str]) -> None:
        """A service that is not there is told when it starts; until it answers, nothing goes on."""
        while True:
            try:
                answer = await self.direct.put(f"{self.addresses[name]}/clock", json=reading)
                answer.raise_for_status()
            except httpx.HTTPError:
                await asyncio.sleep(PAUSE_SECONDS)
            else:
                return

    async def settle(self) -> None:
        """Return when every effect of what was sent has happened at the present instant."""
        while self.gateway.stirred:
            try:
                if await self.settled():
                    self.gateway.stirred = False
                else:
                    await asyncio.sleep(LOOK_SECONDS)
            except PASSING as error:
                log.warning("waiting: %s", error)
                await asyncio.sleep(PAUSE_SECONDS)

    async def settled(self) -> bool:
        """Whether nothing is under way.

        What is taken from the topic has had its effect in the outbox before it is acknowledged, and
        what leaves an outbox is on the topic before it is gone there. So nothing is under way if
        all outboxes are empty after everything up to the topic's end was acknowledged, and the end
        is still the same.
        """
        if any(self.busy(found) for found in await self.waiting()):
            return False
        ends = await self.watch.road.log.ends()
        for name in self.watch.workers:
            if waiting(ends, await self.watch.road.log.positions(name)):
                return False
        found = await self.waiting()
        if any(map(self.busy, found)) or await self.watch.road.log.ends() != ends:
            return False
        self.due = min(one.due for one in found)
        return True

    async def waiting(self) -> list[Waiting]:
        workers = self.watch.workers.values()
        return await asyncio.gather(*(look(worker.database) for worker in workers))

    def busy(self, found: Waiting) -> bool:
        return found.outbox > 0 or found.due <= self.clock.now()

    async def audit(self) -> Audit:
        history = [envelope async for envelope in self.watch.road.history()]
        return await audit(history, self.watch.workers)


def free_ports(count: int) -> list[int]:
    """As many as are wanted, all held until the last is found: otherwise one may come twice."""
    with ExitStack() as stack:
        places = [stack.enter_context(listening(HOST, 0)) for _ in range(count)]
        return [place.getsockname()[1] for place in places]
