"""Fragments written anew where they look otherwise by now: with a new program, or new zone data."""

import asyncio
import logging
from functools import partial
from typing import Any

from sqlalchemy import select
from sqlmodel import col

from events.clock import Clock
from events.road.absence import PASSING
from events.road.conflicts import again_on_conflict
from events.road.database import Database
from events.road.session import Session
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
TOGETHER = 20

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
        async with database.glance() as session:
            ids = await session.scalars(
                select(col(records.row.id)).where(col(records.row.mechanism) == mechanism)
            )
        for at in range(0, len(ids), TOGETHER):
            some = sorted(ids)[at : at + TOGETHER]
            try:
                await again_on_conflict(partial(rewrite_some, database, records, made, some))
            except PASSING:
                raise
            except Exception:
                log.exception("some of %s cannot be written anew: %s", mechanism, ", ".join(some))
                whole = False
    if whole:
        await again_on_conflict(partial(note_look, database, mechanism))


async def rewrite_some(
    database: Database, records: Records[Any], made: Any, ids: list[str]
) -> None:
    async with database.write() as session:
        for row in await session.scalars(select(records.row).where(col(records.row.id).in_(ids))):
            await rewrite_one(session, records, made, row)


async def rewrite_one(session: Session, records: Records[Any], made: Any, row: Any) -> None:
    """Write one anew, if that makes a difference: its times by the clocks of today, its text."""
    state = records.state.model_validate_json(row.document)
    found: Any = records.kept(state)
    found.as_of = row.as_of
    fragments = made(state)
    query = select(FragmentRow).where(col(FragmentRow.entry) == row.id)
    known = {one.language: one for one in await session.scalars(query)}
    if found != row or any(known.get(one.language) != one for one in fragments):
        await keep(session, found, fragments)


async def note_look(database: Database, mechanism: str) -> None:
    async with database.write() as session:
        mark = await session.get_one(MarkRow, mechanism)
        mark.look = LOOK
        session.put(mark)
