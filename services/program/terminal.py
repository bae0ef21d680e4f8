"""What the subcommands share: their options, and how they print."""

import json
import logging
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from events.clock import SystemClock
from events.road.kafka.connection import Kafka
from services.program.distributed import Part
from services.program.embedded import Program
from services.program.services import SERVICES

DEFAULT_FOLDER = Path("data/secretariat")
DEFAULT_PORT = 8000
DEFAULT_URL = f"http://127.0.0.1:{DEFAULT_PORT}"

out = Console()

Folder = Annotated[Path, typer.Option("--folder", help="Where the databases are.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for a program to read.")]
Host = Annotated[str, typer.Option("--host", help="Address to listen on.")]
Port = Annotated[int, typer.Option("--port", min=0, max=65535, help="Port to listen on.")]
RegistryFile = Annotated[
    Path | None,
    typer.Option("--registry", help="The registry file of another format.", exists=True),
]
KafkaAddress = Annotated[
    str | None,
    typer.Option("--kafka", envvar="KAFKA_BOOTSTRAP", help="Address of Kafka, like host:9092."),
]
DatabaseUrl = Annotated[
    str | None,
    typer.Option(
        "--database", envvar="DATABASE_URL", help="PostgreSQL, like postgresql://user@host/name."
    ),
]
Url = Annotated[str | None, typer.Option("--url", help="Ask a running server instead.")]
Server = Annotated[
    str, typer.Option("--url", envvar="SECRETARIAT_URL", help="Of the running server.")
]
ArchiveFolder = Annotated[
    Path | None,
    typer.Option("--archive", help="Folder of an archive, for what is no longer on the topic."),
]
Bootstrap = Annotated[
    str,
    typer.Option("--kafka", envvar="KAFKA_BOOTSTRAP", help="Address of Kafka, like host:9092."),
]


class CommandError(Exception):
    """Why a command ends without having done its work, in a sentence for the terminal."""


def deployment(folder: Path, kafka: str | None, database: str | None) -> Program | Part:
    """The services on `folder`, or on Kafka and PostgreSQL where those are given, to look at.

    CommandError when nothing has run in the folder, or only one of the two is given.
    """
    if place := place_given(kafka, database):
        return Part(*place, SERVICES, SystemClock())
    if not (folder / "log.db").exists():
        raise CommandError(f"no databases are in {folder}; name their folder with --folder")
    return Program(folder, SERVICES, SystemClock())


def place_given(kafka: str | None, database: str | None) -> tuple[Kafka, str] | None:
    """Kafka and PostgreSQL, none where neither is given; CommandError when only one is."""
    if kafka and database:
        return Kafka.from_settings(kafka), database
    if kafka or database:
        raise CommandError("Kafka and PostgreSQL go together: give both --kafka and --database")
    return None


def print_json(content: Any) -> None:
    typer.echo(json.dumps(content, indent=2, ensure_ascii=False))


def log_to_terminal() -> None:
    """What needs a person's eye, a line each. aiokafka repeats what we say ourselves once."""
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(message)s")
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)
