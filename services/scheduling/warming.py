"""Holidays, hours and names of capitals, computed when a process starts, not for who asks first.

The `holidays` package alone takes half a second to load what it knows.
"""

import asyncio
from collections import deque
from collections.abc import Iterable
from contextlib import suppress
from datetime import date

from events.clock import Clock
from events.road.database import Database
from services import directory
from services.scheduling.queries import calendar_of
from services.scheduling.rules.slots.city import capitals_of, names_of
from services.working_time.calendar import Calendar


async def warm(database: Database, clock: Clock) -> None:
    """Compute this year and the next of all parties, in a thread beside the event loop."""
    async with database.read() as session:
        together = {
            tuple(party.id for party in body.parties)
            for body in await directory.everything(session)
        }
        calendars = [await calendar_of(session, parties) for parties in sorted(together)]
    await asyncio.to_thread(compute, calendars, clock.now().year)


def compute(calendars: Iterable[Calendar], year: int) -> None:
    first, last = date(year, 1, 1), date(year + 1, 12, 31)
    for calendar in calendars:
        names_of(capitals_of(calendar.offices))
        for office in calendar.offices:
            with suppress(ValueError):  # an hour that its clocks skip: said to who asks for slots
                deque(calendar.stretches(office.party, first, last), maxlen=0)
