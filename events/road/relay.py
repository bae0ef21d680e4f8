"""From the outbox to the road, in order, skipping nothing."""

from collections.abc import Sequence
from functools import partial

from sqlalchemy import select
from sqlmodel import col

from events.envelope import Envelope
from events.road.conflicts import again_on_conflict
from events.road.database import Database
from events.road.interface import PUBLISH_SECONDS, Publisher
from events.road.lease import Lease
from events.road.tables import OutboxRow

BATCH = 500
LEASE_SECONDS = PUBLISH_SECONDS + 2

OLDEST = (
    select(col(OutboxRow.seq), col(OutboxRow.envelope)).order_by(col(OutboxRow.seq)).limit(BATCH)
)


class Relay:
    """Sends what one service committed. Rows leave the outbox when the road has them."""

    def __init__(self, database: Database, road: Publisher) -> None:
        self.database = database
        self.road = road
        self.lease = Lease(database, "relay", LEASE_SECONDS)

    async def step(self) -> int:
        """Send one batch, if no other copy of the service does; the number of events sent.

        A crash between the road and the outbox sends the batch again: the road and every inbox know
        its ids.
        """
        async with self.lease.used() as session:
            if session is None:
                return 0
            rows = await session.execute(OLDEST)
        if rows:
            await self.road.publish([Envelope.model_validate_json(row.envelope) for row in rows])
            await again_on_conflict(partial(self.forget, [row.seq for row in rows]))
        return len(rows)

    async def forget(self, sent: Sequence[int | None]) -> None:
        async with self.database.write() as session:
            for seq in sent:
                session.remove(OutboxRow, seq)

    async def close(self) -> None:
        """Leave the relay to another copy."""
        await self.lease.close()
