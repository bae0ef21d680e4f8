"""What scheduling does by itself when a process starts."""

import asyncio
import logging
from functools import partial
from uuid import uuid4

from events.clock import Clock
from events.envelope import Cause
from events.road.absence import PASSING
from events.road.conflicts import again_on_conflict
from events.road.database import Database
from events.road.transaction import transaction
from events.vocabulary import SYSTEM
from services.scheduling.commands import rechecks
from services.scheduling.warming import warm

PAUSE_SECONDS = 1.0

log = logging.getLogger(__name__)


async def recheck(database: Database, clock: Clock) -> None:
    """Check all coming meetings with the holiday and zone data that this program came with."""
    while True:
        try:
            await warm(database, clock)
            await again_on_conflict(partial(check, database, clock))
        except PASSING as error:
            log.warning("meetings are checked once their database is there: %s", error)
            await asyncio.sleep(PAUSE_SECONDS)
        else:
            return


async def check(database: Database, clock: Clock) -> None:
    cause = Cause(id=f"recheck-{uuid4()}", actor=SYSTEM, time=clock.now())
    async with transaction(database, cause) as work:
        await rechecks.check(work)
