"""PostgreSQL as the road wants it: a schema a service, and one error for whatever keeps it away."""

from typing import Any

import asyncpg
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

CONNECT_SECONDS = 5.0
STEADY, AT_MOST = 3, 8


def engine_of(url: str, schema: str) -> AsyncEngine:
    """An engine on the database at `url` whose tables are those of `schema`.

    A database that takes no connection is an OperationalError, whichever way it refuses.
    """
    settings = {"search_path": f'"{schema}"'}

    async def connect() -> Any:
        try:
            return await asyncpg.connect(url, timeout=CONNECT_SECONDS, server_settings=settings)
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            raise OperationalError("connect", None, error, connection_invalidated=True) from error

    return create_async_engine(
        "postgresql+asyncpg://",
        async_creator=connect,
        pool_size=STEADY,
        max_overflow=AT_MOST - STEADY,
    )
