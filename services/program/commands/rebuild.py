"""`secretariat rebuild`: a service's copy, built anew from the log of events."""

import asyncio
from typing import Annotated

import typer
from rich.progress import Progress

from services.program.embedded import Program
from services.program.services import SERVICES
from services.program.terminal import DEFAULT_FOLDER, CommandError, Folder, out, reader

COPIES = [service.name for service in SERVICES if service.copies]
Name = Annotated[str, typer.Argument(metavar="SERVICE", help=f"One of {', '.join(COPIES)}.")]


def rebuild(name: Name, folder: Folder = DEFAULT_FOLDER) -> None:
    """Build what a service has copied from others anew. The server must be stopped."""
    if name not in COPIES:
        raise CommandError(f"{name} is no service that only copies; those are {', '.join(COPIES)}")
    asyncio.run(run(reader(folder), name))
    out.print(f"{name} is as the log says.")


async def run(program: Program, name: str) -> None:
    async with program.opened():
        with Progress(console=out) as shown:
            task = shown.add_task(name, total=1.0)
            await program.rebuild(name, lambda share: shown.update(task, completed=share))
            shown.update(task, completed=1.0)
