"""The command `secretariat`."""

import asyncio
import sys

import typer
from rich.console import Console

from services.program.commands import (
    archive,
    demo,
    dlq,
    doctor,
    feed,
    mail,
    mechanism,
    meeting,
    migrate,
    plan,
    poll,
    rebuild,
    recheck,
    registry,
    rotation,
    routine,
    serve,
    slots,
    topics,
    trace,
)
from services.program.terminal import CommandError

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
app.add_typer(mechanism.app, name="mechanism")
app.add_typer(meeting.app, name="meeting")
app.add_typer(plan.app, name="plan")
app.add_typer(poll.app, name="poll")
app.add_typer(registry.app, name="registry")
app.add_typer(rotation.app, name="rotation")
app.add_typer(routine.app, name="routine")
app.add_typer(topics.app, name="topics")


def run() -> None:
    """Run the command; a failure that was to be expected is one sentence and exit code 1."""
    try:
        app()
    except (KeyboardInterrupt, asyncio.CancelledError):
        sys.exit(130)
    except (CommandError, OSError) as error:
        fail(error)
    except Exception as error:
        if not isinstance(error, expected()):
            raise
        fail(error)


def fail(error: Exception) -> None:
    Console(stderr=True).print(f"secretariat: {error}", style="red", markup=False, soft_wrap=True)
    sys.exit(1)


def expected() -> tuple[type[Exception], ...]:
    """What may go wrong where more than the API is asked; it takes seconds to load."""
    import httpx
    from pydantic import ValidationError

    from events.road.archive import ArchiveError
    from events.road.interface import RoadUnreachableError
    from events.road.kafka.connection import SettingsError
    from services.notices.post import PostSettingsError
    from services.organizer import OrganizerError
    from services.program.demo.caller import UnexpectedAnswerError
    from services.program.embedded import FolderInUseError
    from services.program.filling import SetAsideError
    from services.program.rebuild import HistoryGoneError
    from services.program.serve import PortInUseError
    from services.refusals import RefusedError

    return (
        ArchiveError,
        FolderInUseError,
        HistoryGoneError,
        PortInUseError,
        PostSettingsError,
        OrganizerError,
        RefusedError,
        RoadUnreachableError,
        SetAsideError,
        SettingsError,
        UnexpectedAnswerError,
        httpx.HTTPError,
        ValidationError,
    )
