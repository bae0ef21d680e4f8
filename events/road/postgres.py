"""PostgreSQL as the road wants it: a schema a service, and one error for whatever keeps it away.

A process that stands still, or whose machine is gone without a word, holds up others with what it
has locked. So PostgreSQL rolls a transaction back whose process says nothing for SILENCE_SECONDS.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import asyncpg
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

CONNECT_SECONDS = 5.0
SILENCE_SECONDS = 10.0
STEADY, AT_MOST = 3, 8


def engine_of(url: str, schema: str) -> AsyncEngine:
    """An engine on the database at `url` whose tables are those of `schema`."""
    settings = {
        "search_path": f'"{schema}"',
        "idle_in_transaction_session_timeout": f"{SILENCE_SECONDS:g}s",
    }

    async def connect() -> Any:
        with one_error("connect"):
            return await asyncpg.connect(url, timeout=CONNECT_SECONDS, server_settings=settings)

    return create_async_engine(
        "postgresql+asyncpg://",
        async_creator=connect,
        pool_size=STEADY,
        max_overflow=AT_MOST - STEADY,
    )


@contextmanager
def one_error(doing: str) -> Iterator[None]:
    """Make an OperationalError of whichever way asyncpg has of saying that PostgreSQL is away."""
    try:
        yield
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        raise OperationalError(doing, None, error, connection_invalidated=True) from error
