"""Two who change the same at once: the database lets one commit, and the other does its work again.

SQLite has one writer at a time and needs none of this. PostgreSQL runs transactions side by side
(SERIALIZABLE), so that each sees the others' work whole or not at all.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

T = TypeVar("T")

ATTEMPTS = 10
PAUSE_SECONDS = 0.002


class ConflictError(Exception):
    """Another transaction came first; the same work may succeed when it is done again."""


class TakenError(ConflictError):
    """A key that somebody has: who came first, or who was there long before."""


async def again_on_conflict(work: Callable[[], Awaitable[T]]) -> T:
    """What `work` returns, done again from the beginning where another transaction came first."""
    for attempt in range(1, ATTEMPTS):
        try:
            return await work()
        except ConflictError:
            await asyncio.sleep(attempt * PAUSE_SECONDS)
    return await work()
