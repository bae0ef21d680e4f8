"""`secretariat rebuild`: a service's copy, built anew from all that was ever said."""

import asyncio
from typing import Annotated

import typer
from rich.progress import Progress

from events.road.archive import Archive
from services.program.deployment import Deployment
from services.program.rebuild import rebuild as build_anew
from services.program.services import SERVICES
from services.program.terminal import (
    DEFAULT_FOLDER,
    ArchiveFolder,
    CommandError,
    DatabaseUrl,
    Folder,
    KafkaAddress,
    deployment,
    out,
)

COPIES = [service.name for service in SERVICES if service.copies]
Name = Annotated[str, typer.Argument(metavar="SERVICE", help=f"One of {', '.join(COPIES)}.")]


def rebuild(
    name: Name,
    folder: Folder = DEFAULT_FOLDER,
    kafka: KafkaAddress = None,
    database: DatabaseUrl = None,
    archive: ArchiveFolder = None,
) -> None:
    """Build what a service has copied from others anew, and swap it when it has caught up.

    A server on a folder must be stopped for it. On Kafka and PostgreSQL the service goes on
    meanwhile, and waits only for the last moment.
    """
    if name not in COPIES:
        raise CommandError(f"{name} is no service that only copies; those are {', '.join(COPIES)}")
    place = deployment(folder, kafka, database)
    asyncio.run(run(place, name, Archive(archive) if archive else None))
    out.print(f"{name} is as the log says.")


async def run(place: Deployment, name: str, archive: Archive | None) -> None:
    async with place.opened():
        with Progress(console=out) as shown:
            task = shown.add_task(name, total=1.0)
            await build_anew(
                place.workers[name],
                archive.history() if archive else None,
                lambda share: shown.update(task, completed=share),
            )
            shown.update(task, completed=1.0)
