"""Programs that are kept running: one that ends is started again, and all end with this one."""

import asyncio
import logging
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress

PAUSE_SECONDS = 0.5
GRACE_SECONDS = 15.0

log = logging.getLogger(__name__)

Command = Callable[[], Sequence[str]]


class Fleet:
    """Processes by name. Each has a pipe from here, whose end tells it that nobody keeps it."""

    def __init__(self, commands: Mapping[str, Command]) -> None:
        self.commands = commands
        self.processes: dict[str, Process] = {}

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        keepers = [asyncio.create_task(self.keep(name)) for name in self.commands]
        try:
            yield
        finally:
            for keeper in keepers:
                keeper.cancel()
            await asyncio.gather(*keepers, return_exceptions=True)
            await asyncio.gather(*(end(process) for process in self.processes.values()))

    async def keep(self, name: str) -> None:
        while True:
            process = await asyncio.create_subprocess_exec(
                *self.commands[name](), stdin=PIPE, stdout=DEVNULL
            )
            self.processes[name] = process
            code = await process.wait()
            log.warning("%s ended with %s; it is started again", name, code)
            await asyncio.sleep(PAUSE_SECONDS)


async def end(process: Process) -> None:
    """Ask it to finish what is under way; end it when it does not."""
    with suppress(ProcessLookupError):
        process.terminate()
        try:
            await asyncio.wait_for(process.wait(), GRACE_SECONDS)
        except TimeoutError:
            process.kill()
            await process.wait()
