"""`secretariat serve`: every service in one process, or some of them on Kafka and PostgreSQL."""

import asyncio
import os
import signal
import socket
import sys
import threading
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from services.program.terminal import (
    DEFAULT_FOLDER,
    DEFAULT_PORT,
    CommandError,
    DatabaseUrl,
    Folder,
    Host,
    KafkaAddress,
    Port,
    RegistryFile,
    log_to_terminal,
    out,
    place_given,
)

if TYPE_CHECKING:
    from events.clock import SystemClock
    from services.mechanisms.rules.registry import Registry
    from services.program.deployment import Deployment
    from services.program.distributed import Part
    from services.program.embedded import Program
    from services.service import Service

Ahead = Annotated[
    float, typer.Option("--ahead-days", help="Run the clock so many days ahead of the machine's.")
]
Only = Annotated[
    list[str] | None,
    typer.Option("--only", metavar="SERVICE", help="Serve this one; may be given several times."),
]
Copy = Annotated[
    str | None,
    typer.Option(
        "--copy",
        envvar="SECRETARIAT_COPY",
        help="A name that this copy keeps over restarts, so that nobody takes over meanwhile.",
    ),
]
ClockAt = Annotated[
    datetime | None,
    typer.Option("--clock", help="Show this UTC time until a PUT to /clock moves it. For tests."),
]
UntilEof = Annotated[
    bool, typer.Option("--until-eof", help="End when the standard input does.", hidden=True)
]


def serve(
    folder: Folder = DEFAULT_FOLDER,
    host: Host = "127.0.0.1",
    port: Port = DEFAULT_PORT,
    registry: RegistryFile = None,
    ahead_days: Ahead = 0,
    kafka: KafkaAddress = None,
    database: DatabaseUrl = None,
    only: Only = None,
    copy: Copy = None,
    clock_at: ClockAt = None,
    until_eof: UntilEof = False,
) -> None:
    """Serve until told to stop: every service in one process, on SQLite.

    With --kafka and --database, or the variables KAFKA_BOOTSTRAP and DATABASE_URL, the services are
    on Kafka and PostgreSQL, and this process runs all of them or those named by --only. Settings of
    the connection to Kafka are variables: KAFKA_PREFIX, KAFKA_SASL, KAFKA_USERNAME, KAFKA_PASSWORD,
    KAFKA_TLS, KAFKA_CA, KAFKA_CERTIFICATE, KAFKA_KEY, KAFKA_SESSION_SECONDS.

    Invitations go out by mail where MAIL_ADDRESS and SMTP_HOST are set, and answers are read from
    the mailbox at IMAP_HOST; both take _PORT, _TLS, _USERNAME, _PASSWORD and _CA.
    """
    from events.clock import SetClock
    from services.notices.post import Post
    from services.notices.service import notices
    from services.program.distributed import Part
    from services.program.embedded import Program
    from services.program.formats import read_format

    log_to_terminal()
    if until_eof:
        threading.Thread(target=end_with_input, daemon=True).start()
    read = read_format(registry)
    clock = SetClock(clock_at.replace(tzinfo=UTC)) if clock_at else clock_ahead(ahead_days)
    services = chosen(only)
    if notices in services:
        Post.from_settings()
    if place := place_given(kafka, database):
        part = Part(*place, services, clock, registry=read, copy=copy)
        asyncio.run(run_part(part, host, port))
    elif only:
        raise CommandError("services in processes of their own need --kafka and --database")
    else:
        asyncio.run(run_program(Program(folder, services, clock), host, port, read))


def clock_ahead(days: float) -> "SystemClock":
    from events.clock import SystemClock

    return SystemClock(timedelta(days=days))


def chosen(names: list[str] | None) -> "tuple[Service, ...]":
    from services.program.services import SERVICES

    known = {service.name: service for service in SERVICES}
    unknown = [name for name in names or () if name not in known]
    if unknown:
        raise CommandError(f"no service is called {unknown[0]}; there are {', '.join(known)}")
    return tuple(known[name] for name in names) if names else SERVICES


async def run_program(program: "Program", host: str, port: int, registry: "Registry") -> None:
    from services.program.formats import load_format
    from services.program.serve import listening

    with listening(host, port) as place:
        async with program.opened():
            await load_format(program.workers["mechanisms"], registry)
            if behind := await behind_its_events(program):
                out.print(behind, style="yellow")
            await run(program, place)


async def behind_its_events(program: "Program") -> str | None:
    """That the clock shows an earlier time than the events have, and how to go on; none if not."""
    from events.clock import SystemClock

    now, latest = program.clock.now(), await program.road.latest()
    if latest is None or latest <= now or not isinstance(program.clock, SystemClock):
        return None
    ahead = (program.clock.ahead + (latest - now)) // timedelta(days=1) + 1
    return (
        f"The events in {program.folder} go up to {latest:%d %b %Y %H:%M} UTC, and the clock of "
        f"this server shows {now:%d %b %Y %H:%M} UTC: what is done now is dated before them, and "
        "nothing of theirs is due until then. To go on after them, end it and serve with "
        f"--ahead-days {ahead}."
    )


async def run_part(part: "Part", host: str, port: int) -> None:
    from services.program.serve import listening

    with listening(host, port) as place:
        async with part.opened():
            await run(part, place)


async def run(deployment: "Deployment", place: socket.socket) -> None:
    from services.program.serve import serve_until_stopped

    host, port = place.getsockname()[:2]
    out.print(f"Serving at [link]http://{host}:{port}[/link]")
    await serve_until_stopped(deployment, place)


def end_with_input() -> None:
    """Ask this process to end when whoever started it has gone."""
    sys.stdin.read()
    os.kill(os.getpid(), signal.SIGTERM)
