"""Two who change the same at once: the database lets one commit, and the other does its work again.

SQLite has one writer at a time and needs none of this. PostgreSQL runs transactions side by side
(SERIALIZABLE), so that each sees the others' work whole or not at all.
"""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from sqlalchemy.exc import DBAPIError

T = TypeVar("T")

ATTEMPTS = 10
SERIALIZATION_FAILURE = "40001"
DEADLOCK = "40P01"
UNIQUE_VIOLATION = "23505"
CONFLICTS = {SERIALIZATION_FAILURE, DEADLOCK, UNIQUE_VIOLATION}


async def again_on_conflict(work: Callable[[], Awaitable[T]]) -> T:
    """What `work` returns, done again from the beginning where another transaction came first."""
    for _ in range(ATTEMPTS - 1):
        try:
            return await work()
        except DBAPIError as error:
            if not is_conflict(error):
                raise
    return await work()


def is_conflict(error: DBAPIError) -> bool:
    return getattr(error.orig, "sqlstate", None) in CONFLICTS
