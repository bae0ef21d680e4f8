"""`secretariat dlq`: events whose handler failed, and those that wait behind them."""

import asyncio
import json
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape
from rich.table import Column

from services.program.terminal import (
    DEFAULT_FOLDER,
    AsJson,
    CommandError,
    DatabaseUrl,
    Folder,
    KafkaAddress,
    deployment,
    narrow,
    out,
    print_json,
)

if TYPE_CHECKING:
    from events.road.tables import LetterRow
    from services.program.deployment import Deployment

app = typer.Typer(no_args_is_help=True, help="Events whose handler failed, and those behind them.")
Event = Annotated[str, typer.Argument(metavar="EVENT", help="The event's id.")]


@app.command("list")
def list_letters(
    folder: Folder = DEFAULT_FOLDER,
    kafka: KafkaAddress = None,
    database: DatabaseUrl = None,
    as_json: AsJson = False,
) -> None:
    """List them, in the order in which they came."""
    found, aside = asyncio.run(gather(deployment(folder, kafka, database)))
    if as_json:
        print_json([described(service, row) for service, row in found])
        return
    table = narrow(Column("event", overflow="fold"), "service, mechanism", "stands, why")
    for service, row in found:
        kind = json.loads(row.envelope)["type"]
        table.add_row(
            f"{row.event_id}\n{kind}",
            f"{service}\n{row.mechanism}",
            f"{row.state}, attempts: {row.attempts}\n{escape(row.error or '')}",
        )
    out.print(table if found else "No event has failed.")
    if aside:
        out.print(f"{aside} records that nobody could read are on the topic of dead letters.")


@app.command()
def show(
    event: Event,
    folder: Folder = DEFAULT_FOLDER,
    kafka: KafkaAddress = None,
    database: DatabaseUrl = None,
) -> None:
    """Show one as it came, and why it failed where."""
    letters_there, _ = asyncio.run(gather(deployment(folder, kafka, database)))
    found = [found for found in letters_there if found[1].event_id == event]
    if not found:
        raise CommandError(f"no letter holds {event}; `secretariat dlq list` shows all")
    print_json([described(service, row) for service, row in found])


@app.command()
def retry(
    event: Annotated[str | None, typer.Argument(metavar="[EVENT]", help="One; else all.")] = None,
    folder: Folder = DEFAULT_FOLDER,
    kafka: KafkaAddress = None,
    database: DatabaseUrl = None,
) -> None:
    """Try the dead ones again: the running server does so in some seconds, else at its start."""
    count = asyncio.run(retry_all(deployment(folder, kafka, database), event))
    out.print(f"{count} to be tried again.")


async def gather(looked_at: "Deployment") -> "tuple[list[tuple[str, LetterRow]], int]":
    """The letters, and how many records nobody could read; none while the road does not say."""
    from events.road.interface import RoadUnreachableError
    from events.road.letters import letters

    aside = 0
    try:
        with suppress(RoadUnreachableError):
            aside = await looked_at.road.unreadable()
        found = [
            (name, row)
            for name, worker in looked_at.workers.items()
            for row in await letters(worker.database)
        ]
    finally:
        await looked_at.close()
    return found, aside


async def retry_all(looked_at: "Deployment", event: str | None) -> int:
    from events.road.conflicts import again_on_conflict
    from events.road.letters import try_again

    try:
        workers = looked_at.workers.values()
        again = [partial(try_again, worker.database, event) for worker in workers]
        return sum([await again_on_conflict(each) for each in again])
    finally:
        await looked_at.close()


def described(service: str, row: "LetterRow") -> dict[str, object]:
    return {
        "service": service,
        "state": row.state,
        "attempts": row.attempts,
        "retry_at": row.retry_at.isoformat() if row.retry_at else None,
        "error": row.error,
        "envelope": json.loads(row.envelope),
    }
