"""`secretariat rebuild`: a service's copy, built anew from all that was ever said."""

import asyncio
from typing import TYPE_CHECKING, Annotated

import typer
from rich.progress import Progress

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

if TYPE_CHECKING:
    from events.road.archive import Archive
    from services.program.deployment import Deployment

Name = Annotated[str, typer.Argument(metavar="SERVICE", help="Like portal.")]


def rebuild(
    name: Name,
    folder: Folder = DEFAULT_FOLDER,
    kafka: KafkaAddress = None,
    database: DatabaseUrl = None,
    archive: ArchiveFolder = None,
) -> None:
    """Build what follows from the log in a service anew, and swap it when it has caught up.

    A server on a folder must be stopped for it. On Kafka and PostgreSQL a service that only copies
    goes on meanwhile, and waits only for the last moment; one that also decides waits.
    """
    from events.road.archive import Archive
    from services.program.services import SERVICES

    names = [service.name for service in SERVICES if service.copies or service.derived]
    if name not in names:
        raise CommandError(f"{name} has nothing to build anew; these have: {', '.join(names)}")
    place = deployment(folder, kafka, database)
    asyncio.run(run(place, name, Archive(archive) if archive else None))
    out.print(f"{name} is as the log says.")


async def run(place: "Deployment", name: str, archive: "Archive | None") -> None:
    from services.program.filling import fill
    from services.program.rebuild import rebuild as build_anew

    async with place.opened():
        worker = place.workers[name]
        with Progress(console=out) as shown:
            task = shown.add_task(name, total=1.0)
            await (build_anew if worker.service.copies else fill)(
                worker,
                archive.history() if archive else None,
                lambda share: shown.update(task, completed=share),
            )
            shown.update(task, completed=1.0)
