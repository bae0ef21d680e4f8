"""Events and deadlines that failed, for the operator who looks at them and tries them again."""

from collections.abc import Sequence

from sqlalchemy import select, update
from sqlmodel import col

from events.road.database import Database
from events.road.retries import ATTEMPTS
from events.road.tables import DeadlineRow, LetterRow, LetterState


async def letters(database: Database) -> Sequence[LetterRow]:
    """Every event that failed or waits behind one, in the order in which they came."""
    async with database.glance() as session:
        return await session.scalars(select(LetterRow).order_by(col(LetterRow.seq)))


async def failed_deadlines(database: Database) -> Sequence[DeadlineRow]:
    """Every deadline that has been given up."""
    async with database.glance() as session:
        return await session.scalars(
            select(DeadlineRow).where(col(DeadlineRow.attempts) >= ATTEMPTS)
        )


async def try_again(database: Database, event_id: str | None = None) -> int:
    """Give dead letters, or the one of `event_id`, all their attempts anew; how many there were.

    What failed is tried at the service's next step, in the order in which it came.
    """
    dead = update(LetterRow).where(col(LetterRow.state) == LetterState.DEAD)
    if event_id is not None:
        dead = dead.where(col(LetterRow.event_id) == event_id)
    async with database.write() as session:
        revived = await session.scalars(
            dead.values(state=LetterState.WAITING, attempts=0, retry_at=None).returning(
                col(LetterRow.seq)
            )
        )
        if event_id is None:
            await session.execute(
                update(DeadlineRow)
                .where(col(DeadlineRow.attempts) >= ATTEMPTS)
                .values(attempts=0, retry_at=None)
            )
    return len(revived)
