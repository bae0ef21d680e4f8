"""Every service in one process, on the local road."""

import asyncio
import fcntl
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path

from events.clock import Clock, SetClock
from events.road.local import LocalRoad
from services.program.worker import Worker
from services.service import Service


class FolderInUseError(Exception):
    """Another process runs on the same folder."""


class Program:
    """The services, opened on one folder, that are stepped by hand or run in the background."""

    def __init__(self, folder: Path, services: Sequence[Service], clock: Clock) -> None:
        self.folder = folder
        self.services = services
        self.clock = clock
        url = f"sqlite:///{folder}"
        self.road = LocalRoad(url)
        self.workers = {
            service.name: Worker(service, url, self.road, clock) for service in services
        }

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[None]:
        """Hold the folder and the databases in it; FolderInUseError when another process does."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise FolderInUseError(
                    f"another process runs on {self.folder}; end it, or choose another folder"
                ) from None
            for worker in self.workers.values():
                await worker.database.migrate()
            await self.road.open()
            try:
                yield
            finally:
                await self.close()

    async def close(self) -> None:
        await self.road.close()
        for worker in self.workers.values():
            await worker.close()

    async def settle(self) -> None:
        """Step until nothing is left to do at the present instant."""
        while await self.step():
            pass

    async def step(self) -> int:
        moved = 0
        for name, worker in self.workers.items():
            moved += await worker.step()
            moved += await self.road.step(name)
        return moved

    async def advance(self, clock: SetClock, instant: datetime) -> None:
        """Move `clock` on to `instant`, stopping at every deadline on the way."""
        await self.settle()
        while (due := self.quiet_until) <= instant:
            await clock.set(max(due, clock.now()))
            await self.settle()
        await clock.set(instant)

    @property
    def quiet_until(self) -> datetime:
        """In a settled program, the instant of the next deadline or retry."""
        return min(worker.quiet_until for worker in self.workers.values())

    async def run(self) -> None:
        """Do everything whenever there is something to do, until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self.road.run(), name="road")
            for name, worker in self.workers.items():
                tasks.create_task(worker.run(), name=name)
