"""What waits in one service, seen at one glance."""

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import func, select
from sqlmodel import col

from events.road.columns import UtcDateTime
from events.road.database import Database
from events.road.retries import ATTEMPTS
from events.road.tables import DeadlineRow, LetterRow, OutboxRow

NEVER = datetime(9999, 1, 1, tzinfo=UTC)

DEADLINE = func.min(
    func.coalesce(DeadlineRow.retry_at, DeadlineRow.due, type_=UtcDateTime), type_=UtcDateTime
)
EVERYTHING = select(
    select(DEADLINE).where(col(DeadlineRow.attempts) < ATTEMPTS).scalar_subquery(),
    select(func.min(LetterRow.retry_at, type_=UtcDateTime)).scalar_subquery(),
    select(func.count()).select_from(LetterRow).scalar_subquery(),
    select(func.count()).select_from(OutboxRow).scalar_subquery(),
)


@dataclass(frozen=True)
class Waiting:
    """`due` is the instant of the next deadline or retry, NEVER when there is none."""

    due: datetime
    letters: int
    outbox: int


async def look(database: Database) -> Waiting:
    async with database.glance() as session:
        deadline, retry, letters, outbox = (await session.execute(EVERYTHING))[0]
    return Waiting(min(deadline or NEVER, retry or NEVER), letters, outbox)
