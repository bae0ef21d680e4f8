"""What the subcommands share: their options, and how they print."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from events.clock import SystemClock
from services.program.embedded import Program
from services.program.services import SERVICES

DEFAULT_FOLDER = Path("data/secretariat")
DEFAULT_PORT = 8000

out = Console()

Folder = Annotated[Path, typer.Option("--folder", help="Where the databases are.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for a program to read.")]
Host = Annotated[str, typer.Option("--host", help="Address to listen on.")]
Port = Annotated[int, typer.Option("--port", min=0, max=65535, help="Port to listen on.")]
RegistryFile = Annotated[
    Path | None,
    typer.Option("--registry", help="The registry file of another format.", exists=True),
]


class CommandError(Exception):
    """Why a command ends without having done its work, in a sentence for the terminal."""


def reader(folder: Path) -> Program:
    """A program on `folder` that is only read from; CommandError when none has run there."""
    if not (folder / "log.db").exists():
        raise CommandError(f"no databases are in {folder}; name their folder with --folder")
    return Program(folder, SERVICES, SystemClock())


def print_json(content: Any) -> None:
    typer.echo(json.dumps(content, indent=2, ensure_ascii=False))
