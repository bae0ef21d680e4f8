"""Fragments written anew where they look otherwise by now: with a new program, or new zone data."""

import asyncio
import logging
from collections.abc import Callable
from functools import partial
from typing import Any

from sqlalchemy import select
from sqlmodel import col

from events.clock import Clock
from events.road.absence import PASSING
from events.road.conflicts import again_on_conflict
from events.road.database import Database
from services.calendars.look import LOOK
from services.calendars.tables import (
    ENTRIES,
    TASKS,
    FragmentRow,
    MarkRow,
    fragments_of,
    fragments_of_task,
    keep,
)
from services.records import Records

PAUSE_SECONDS = 1.0

log = logging.getLogger(__name__)


async def rewrite(database: Database, clock: Clock) -> None:
    """Bring the fragments of every mechanism to LOOK; what fails costs no other."""
    del clock
    while True:
        try:
            async with database.glance() as session:
                behind = select(col(MarkRow.mechanism)).where(col(MarkRow.look) != LOOK)
                mechanisms = await session.scalars(behind.order_by(col(MarkRow.mechanism)))
            for mechanism in mechanisms:
                await rewrite_mechanism(database, mechanism)
        except PASSING as error:
            log.warning("feeds are written anew once their database is there: %s", error)
            await asyncio.sleep(PAUSE_SECONDS)
        else:
            return


async def rewrite_mechanism(database: Database, mechanism: str) -> None:
    """The same for one; its mark has the new look when all of it does."""
    whole = True
    for records, made in ((ENTRIES, fragments_of), (TASKS, fragments_of_task)):
        query = select(col(records.row.id)).where(col(records.row.mechanism) == mechanism)
        async with database.glance() as session:
            ids = await session.scalars(query)
        for id_ in ids:
            try:
                await again_on_conflict(partial(rewrite_one, database, records, made, id_))
            except PASSING:
                raise
            except Exception:
                log.exception("%s cannot be written anew, and is shown as it was", id_)
                whole = False
    if whole:
        await again_on_conflict(partial(note_look, database, mechanism))


async def rewrite_one(
    database: Database,
    records: Records[Any],
    made: Callable[[Any], list[FragmentRow]],
    id_: str,
) -> None:
    """Write one anew, if that makes a difference: its times by the clocks of today, its text."""
    async with database.write() as session:
        row: Any = await session.get_one(records.row, id_)
        state = records.state.model_validate_json(row.document)
        found: Any = records.kept(state)
        found.as_of = row.as_of
        fragments = made(state)
        query = select(FragmentRow).where(col(FragmentRow.entry) == id_)
        known = {one.language: one for one in await session.scalars(query)}
        if found != row or any(known.get(one.language) != one for one in fragments):
            await keep(session, found, fragments)


async def note_look(database: Database, mechanism: str) -> None:
    async with database.write() as session:
        mark = await session.get_one(MarkRow, mechanism)
        mark.look = LOOK
        session.put(mark)
