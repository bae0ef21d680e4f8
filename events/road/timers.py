"""Deadlines: rows that become calls when their instant has come, once each, in order of time.

They also come after a stop that lasted past them, and then still with the instant they were set
for. One that fails is tried again with growing pauses and holds up no other.
"""

import logging
import uuid
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from functools import partial

from sqlalchemy import BindParameter, bindparam, or_, select, update
from sqlmodel import col

from events import tracing
from events.envelope import NAMESPACE, Cause
from events.road.absence import DatabaseUnreachableError
from events.road.conflicts import again_on_conflict
from events.road.database import Database
from events.road.retries import ATTEMPTS, explain, pause
from events.road.tables import DeadlineRow
from events.road.transaction import Transaction, transaction
from events.vocabulary import SYSTEM

Deadline = Callable[[Transaction, str], Awaitable[None]]

NOW: BindParameter[datetime] = bindparam("now")
FIRST_DUE = (
    select(DeadlineRow)
    .where(
        col(DeadlineRow.due) <= NOW,
        col(DeadlineRow.attempts) < ATTEMPTS,
        or_(col(DeadlineRow.retry_at).is_(None), col(DeadlineRow.retry_at) <= NOW),
    )
    .order_by(col(DeadlineRow.due), col(DeadlineRow.name), col(DeadlineRow.subject))
    .limit(1)
)

log = logging.getLogger(__name__)


class Timers:
    """The deadlines of one service."""

    def __init__(self, database: Database, deadlines: Mapping[str, Deadline]) -> None:
        self.database = database
        self.deadlines = deadlines

    async def step(self, now: datetime) -> int:
        """Call everything due at `now`; the number of deadlines that had their effect."""
        fired = 0
        while row := await self.first_due(now):
            try:
                with tracing.because_of(row.traceparent, f"deadline {row.name}", **self.about(row)):
                    fired += await again_on_conflict(partial(self.fire, row))
            except DatabaseUnreachableError:
                raise
            except Exception as error:
                log.exception("deadline %s of %s failed", row.name, row.subject)
                await again_on_conflict(partial(self.put_off, row, now, error))
        return fired

    async def first_due(self, now: datetime) -> DeadlineRow | None:
        async with self.database.glance() as session:
            return next(iter(await session.execute(FIRST_DUE, {"now": now})), None)

    async def fire(self, row: DeadlineRow) -> bool:
        """Take the row away and do what it asks, together; False when somebody else did."""
        setting = uuid.uuid5(NAMESPACE, f"{row.due.isoformat()} {row.cause}")
        cause = Cause(
            id=f"{row.name}:{row.subject}:{setting}",
            actor=SYSTEM,
            time=row.due,
            traceparent=tracing.here(),
        )
        async with transaction(self.database, cause) as work:
            standing = await work.session.get(DeadlineRow, row.name, row.subject, locked=True)
            if standing is None or (standing.due, standing.cause) != (row.due, row.cause):
                return False
            work.session.remove(DeadlineRow, row.name, row.subject)
            await self.deadlines[row.name](work, row.subject)
        return True

    def about(self, row: DeadlineRow) -> dict[str, str]:
        """What a span says of a deadline."""
        return {"secretariat.service": self.database.service, "secretariat.subject": row.subject}

    async def put_off(self, row: DeadlineRow, now: datetime, error: Exception) -> None:
        async with self.database.write() as session:
            await session.execute(
                update(DeadlineRow)
                .where(col(DeadlineRow.name) == row.name, col(DeadlineRow.subject) == row.subject)
                .values(
                    attempts=row.attempts + 1,
                    retry_at=now + pause(row.attempts + 1),
                    error=explain(error),
                )
            )
