"""Some of the services in this process, of a deployment on Kafka and PostgreSQL.

Neither has to be there when the process starts, nor to stay: whatever needs one waits, says so, and
goes on when it is back.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from functools import partial

from events.clock import Clock
from events.road.absence import BehindError, DatabaseUnreachableError
from events.road.conflicts import again_on_conflict
from events.road.history import BEHIND
from events.road.kafka.connection import Kafka
from events.road.kafka.road import KafkaRoad
from services.mechanisms.rules.registry import Registry
from services.program.formats import load_format
from services.program.worker import PAUSE_SECONDS, Worker
from services.service import Service

log = logging.getLogger(__name__)


class Part:
    """The services that one process runs. Any number of processes may run the same ones."""

    def __init__(
        self,
        kafka: Kafka,
        database: str,
        services: Sequence[Service],
        clock: Clock,
        *,
        registry: Registry | None = None,
        copy: str | None = None,
    ) -> None:
        self.services = services
        self.clock = clock
        self.registry = registry
        self.road = KafkaRoad(kafka, copy)
        self.workers = {
            service.name: Worker(service, database, self.road, clock) for service in services
        }

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[None]:
        try:
            yield
        finally:
            await self.close()

    async def close(self) -> None:
        await self.road.close()
        for worker in self.workers.values():
            await worker.close()

    async def run(self) -> None:
        """Join the deployment, and do everything whenever there is something to do."""
        for worker in self.workers.values():
            await when_reached(worker.service.name, partial(up_to_date, worker))
        if "mechanisms" in self.workers and self.registry is not None:
            mechanisms = self.workers["mechanisms"]
            await when_reached("mechanisms", partial(load_format, mechanisms, self.registry))
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self.road.run(), name="road")
            for name, worker in self.workers.items():
                tasks.create_task(worker.run(), name=name)
                tasks.create_task(worker.be_one_of_several(), name=f"{name} among its copies")


async def up_to_date(worker: Worker) -> None:
    """BehindError when the tables are not yet as this program's version has them."""
    if (await worker.database.standing()).behind:
        raise BehindError(BEHIND)


async def when_reached(name: str, work: Callable[[], Awaitable[object]]) -> None:
    """Do `work` as soon as the database of the service `name` lets it."""
    while True:
        try:
            await again_on_conflict(work)
        except DatabaseUnreachableError as error:
            log.warning("%s waits for its database: %s", name, error)
        else:
            return
        await asyncio.sleep(PAUSE_SECONDS)
