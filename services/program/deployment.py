"""What a running program is to those that serve it, whichever road its services are on."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Protocol

from events.clock import Clock
from events.road.interface import Road
from services.program.worker import Worker
from services.service import Service


class Deployment(Protocol):
    """Services in this process, each with its worker, on one road and under one clock."""

    @property
    def services(self) -> Sequence[Service]: ...

    @property
    def workers(self) -> Mapping[str, Worker]: ...

    @property
    def clock(self) -> Clock: ...

    @property
    def road(self) -> Road: ...

    def opened(self) -> AbstractAsyncContextManager[None]:
        """Hold what the services need, and let it go on leaving."""

    async def close(self) -> None:
        """Let go of what was only looked at."""

    async def run(self) -> None:
        """Do everything whenever there is something to do, until cancelled."""
