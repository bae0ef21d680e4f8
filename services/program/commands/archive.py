"""`secretariat archive`: the topic's events in files, a day each."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from services.program.terminal import Bootstrap, log_to_terminal, out

if TYPE_CHECKING:
    from events.road.kafka.archiver import Archiver

To = Annotated[Path, typer.Argument(metavar="FOLDER", help="Where the files are.")]
Once = Annotated[bool, typer.Option("--once", help="End when all that is there now is archived.")]


def archive(folder: To, kafka: Bootstrap, once: Once = False) -> None:
    """Copy every event from the topic into FOLDER, and go on where the last run ended.

    The files outlive what the topic keeps, and `secretariat rebuild --archive` reads them.
    """
    from events.road.kafka.archiver import Archiver
    from events.road.kafka.connection import Kafka

    log_to_terminal()
    asyncio.run(run(Archiver(Kafka.from_settings(kafka), folder), once=once))


async def run(archiver: "Archiver", *, once: bool) -> None:
    try:
        if once:
            out.print(f"{await archiver.catch_up():,} events archived.")
        else:
            await archiver.run()
    finally:
        await archiver.close()
