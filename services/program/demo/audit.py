"""Whether every event took effect, and none twice: the log held against what each service did."""

from collections import Counter
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from events.envelope import Envelope
from events.road.local import LogRow
from events.road.tables import InboxRow, LetterRow, OutboxRow
from services.program.embedded import Program


@dataclass(frozen=True)
class Audit:
    """How many events were sent, how many are missing somewhere, and how many were said twice."""

    sent: int
    lost: int
    twice: int


async def audit(program: Program) -> Audit:
    """Compare the log with every service's outbox, inbox and letters.

    Lost is an event that has not left its service, or that a service which listens to it has not
    handled. Twice is a second event of the same kind about the same subject from the same cause.
    """
    async with program.road.database.read() as session:
        rows = await session.scalars(select(col(LogRow.envelope)))
        log = [Envelope.model_validate_json(row) for row in rows]
    lost = 0
    for worker in program.workers.values():
        heard = {e.id for e in log if e.type in worker.service.heard.types}
        async with worker.database.read() as session:
            handled = set(await session.scalars(select(col(InboxRow.id))))
            lost += len(heard - handled)
            lost += await count(session, OutboxRow) + await count(session, LetterRow)
    said = Counter((e.source, e.type, e.subject, e.causationid) for e in log)
    return Audit(sent=len(log), lost=lost, twice=sum(times - 1 for times in said.values()))


async def count(session: AsyncSession, table: type[OutboxRow | LetterRow]) -> int:
    return await session.scalar(select(func.count()).select_from(table)) or 0
