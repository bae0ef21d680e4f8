"""The command `secretariat`."""

import asyncio
import sys

import httpx
import typer
from pydantic import ValidationError
from rich.console import Console

from events.road.archive import ArchiveError
from events.road.interface import RoadUnreachableError
from events.road.kafka.connection import SettingsError
from services.notices.post import PostSettingsError
from services.program.commands import (
    archive,
    demo,
    dlq,
    doctor,
    feed,
    mail,
    migrate,
    plan,
    poll,
    rebuild,
    recheck,
    registry,
    serve,
    slots,
    topics,
    trace,
)
from services.program.demo.caller import UnexpectedAnswerError
from services.program.embedded import FolderInUseError
from services.program.rebuild import HistoryGoneError
from services.program.serve import PortInUseError
from services.program.terminal import CommandError
from services.refusals import RefusedError

app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Runs the meetings of a cooperation format and closes the loop.",
)
app.command()(serve.serve)
app.command()(demo.demo)
app.command()(trace.trace)
app.command()(slots.slots)
app.command()(recheck.recheck)
app.command()(doctor.doctor)
app.command()(rebuild.rebuild)
app.command()(migrate.migrate)
app.command()(archive.archive)
app.add_typer(dlq.app, name="dlq")
app.add_typer(feed.app, name="feed")
app.add_typer(mail.app, name="mail")
app.add_typer(plan.app, name="plan")
app.add_typer(poll.app, name="poll")
app.add_typer(registry.app, name="registry")
app.add_typer(topics.app, name="topics")

EXPECTED = (
    ArchiveError,
    CommandError,
    FolderInUseError,
    HistoryGoneError,
    PortInUseError,
    PostSettingsError,
    RefusedError,
    RoadUnreachableError,
    SettingsError,
    UnexpectedAnswerError,
    httpx.HTTPError,
    OSError,
    ValidationError,
)


def run() -> None:
    """Run the command; a failure that was to be expected is one sentence and exit code 1."""
    try:
        app()
    except EXPECTED as error:
        Console(stderr=True).print(
            f"secretariat: {error}", style="red", markup=False, soft_wrap=True
        )
        sys.exit(1)
    except (KeyboardInterrupt, asyncio.CancelledError):
        sys.exit(130)
