"""Where the year is played: services that take commands over HTTP, under a clock that is set."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Protocol, Self

import httpx

from events.clock import SetClock
from services.mechanisms.rules.registry import Registry
from services.program.app import create_app
from services.program.demo.audit import Audit, audit
from services.program.embedded import Program
from services.program.formats import load_format
from services.program.services import SERVICES


class Scene(Protocol):
    """What the scripts need of the services, whichever way they run."""

    @property
    def clock(self) -> SetClock: ...

    @property
    def http(self) -> httpx.AsyncClient: ...

    async def advance(self, instant: datetime) -> None:
        """Move the clock on to `instant`, stopping at every deadline on the way until all is done.

        Every effect of every command sent before has happened by then.
        """

    async def audit(self) -> Audit:
        """Hold what was on the road against what each service did."""


class OneProcess:
    """Every service in this process, on SQLite in `folder`."""

    def __init__(self, folder: Path, registry: Registry, begins: datetime) -> None:
        self.registry = registry
        self.clock = SetClock(begins)
        self.program = Program(folder, SERVICES, self.clock)
        app = create_app(self.program.services, self.program.workers)
        transport = httpx.ASGITransport(app)
        self.http = httpx.AsyncClient(transport=transport, base_url="http://demo")

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[Self]:
        """Hold the folder; FolderInUseError when another process does."""
        async with self.program.opened(), self.http:
            await load_format(self.program.workers["mechanisms"], self.registry)
            yield self

    async def advance(self, instant: datetime) -> None:
        await self.program.advance(self.clock, instant)

    async def audit(self) -> Audit:
        history = [envelope async for envelope in self.program.road.history()]
        return await audit(history, self.program.workers)
