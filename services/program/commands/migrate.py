"""`secretariat migrate`: every service's tables brought to what this version works with."""

import asyncio
from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from services.program.terminal import out

if TYPE_CHECKING:
    from events.road.history import Standing

Url = Annotated[
    str,
    typer.Option(
        "--database", envvar="DATABASE_URL", help="PostgreSQL, like postgresql://user@host/name."
    ),
]


def migrate(database: Url) -> None:
    """Make the tables of every service in PostgreSQL, or bring them to this version's.

    Do it once, before the services of a new version start. Databases in a folder are brought up to
    date by the server that opens them.
    """
    table = Table("service", "from", "to")
    for name, before, after in asyncio.run(migrate_all(database)):
        table.add_row(name, listed(before.has), listed(after.has))
    out.print(table)


async def migrate_all(url: str) -> "list[tuple[str, Standing, Standing]]":
    """How far every service's tables had come, and have."""
    from events.road.conflicts import again_on_conflict
    from events.road.database import Database
    from services.program.services import SERVICES

    moves = []
    for service in SERVICES:
        database = Database(url, service.name, service.migrations)
        try:
            before = await database.standing()
            await again_on_conflict(database.migrate)
            moves.append((service.name, before, await database.standing()))
        finally:
            await database.close()
    return moves


def listed(revisions: Iterable[str]) -> str:
    return ", ".join(sorted(revisions)) or "-"
