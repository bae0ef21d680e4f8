"""`secretariat serve`: every service in one process."""

import asyncio
from datetime import timedelta
from typing import Annotated

import typer

from events.clock import SystemClock
from services.program.embedded import Program
from services.program.formats import load_format, read_format
from services.program.serve import listening, serve_until_stopped
from services.program.services import SERVICES
from services.program.terminal import (
    DEFAULT_FOLDER,
    DEFAULT_PORT,
    Folder,
    Host,
    Port,
    RegistryFile,
    out,
)

Ahead = Annotated[
    float, typer.Option("--ahead-days", help="Run the clock so many days ahead of the machine's.")
]


def serve(
    folder: Folder = DEFAULT_FOLDER,
    host: Host = "127.0.0.1",
    port: Port = DEFAULT_PORT,
    registry: RegistryFile = None,
    ahead_days: Ahead = 0,
) -> None:
    """Serve every service in one process, on SQLite, until it is told to stop."""
    asyncio.run(run(Program(folder, SERVICES, clock_ahead(ahead_days)), host, port, registry))


def clock_ahead(days: float) -> SystemClock:
    return SystemClock(timedelta(days=days))


async def run(program: Program, host: str, port: int, registry: RegistryFile) -> None:
    read = read_format(registry)
    place = listening(host, port)
    async with program.opened():
        await load_format(program, read)
        out.print(f"Serving at [link]http://{host}:{place.getsockname()[1]}[/link]")
        await serve_until_stopped(program, place)
