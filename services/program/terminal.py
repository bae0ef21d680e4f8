"""What the subcommands share: their options, and how they print."""

import json
import logging
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Column, Table

if TYPE_CHECKING:
    from events.road.kafka.connection import Kafka
    from services.program.distributed import Part
    from services.program.embedded import Program

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
Url = Annotated[
    str | None,
    typer.Option(
        "--url",
        help=f"The server to ask.  [default: SECRETARIAT_URL, or {DEFAULT_URL} if one answers]",
    ),
]
FolderInstead = Annotated[
    Path | None,
    typer.Option(
        "--folder",
        help=f"Its databases, if no server is to be asked.  [default: {DEFAULT_FOLDER}]",
    ),
]
Server = Annotated[
    str, typer.Option("--url", envvar="SECRETARIAT_URL", help="Of the running server.")
]
ForParty = Annotated[
    str,
    typer.Option(
        "--as",
        metavar="ACTOR",
        help="Who says so for the party: its coordinator, like china/coordinator, or secretary.",
    ),
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


def deployment(folder: Path, kafka: str | None, database: str | None) -> "Program | Part":
    """The services on `folder`, or on Kafka and PostgreSQL where those are given, to look at.

    CommandError when nothing has run in the folder, or only one of the two is given.
    """
    place = place_given(kafka, database)
    if place is None and not has_databases(folder):
        raise CommandError(f"no databases are in {folder}; name their folder with --folder{hint()}")

    from events.clock import SystemClock
    from services.program.distributed import Part
    from services.program.embedded import Program
    from services.program.services import SERVICES

    if place is not None:
        return Part(*place, SERVICES, SystemClock())
    return Program(folder, SERVICES, SystemClock())


def has_databases(folder: Path) -> bool:
    return (folder / "log.db").exists()


def hint() -> str:
    """Where databases are beside DEFAULT_FOLDER, if any are, like those of a demo."""
    found = sorted(str(log.parent) for log in DEFAULT_FOLDER.parent.glob("*/log.db"))
    return f" (there are some in {' and '.join(found)})" if found else ""


def place_given(kafka: str | None, database: str | None) -> "tuple[Kafka, str] | None":
    """Kafka and PostgreSQL, none where neither is given; CommandError when only one is."""
    if kafka and database:
        from events.road.kafka.connection import Kafka

        return Kafka.from_settings(kafka), database
    if kafka or database:
        raise CommandError("Kafka and PostgreSQL go together: give both --kafka and --database")
    return None


def narrow(*columns: str | Column) -> Table:
    """A table with room for ids in 80 columns."""
    return Table(*columns, box=SIMPLE_HEAD, show_edge=False, pad_edge=False)


def whole(header: str) -> Column:
    """A column of ids or dates, which are never broken."""
    return Column(header, no_wrap=True)


def print_json(content: Any) -> None:
    typer.echo(json.dumps(content, indent=2, ensure_ascii=False))


def log_to_terminal() -> None:
    """What needs a person's eye, a line each. aiokafka repeats what we say ourselves once."""
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(message)s")
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)
