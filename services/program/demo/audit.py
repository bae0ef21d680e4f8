"""Whether every event took effect, and none twice: the log held against what each service did."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlmodel import col

from events.envelope import Envelope
from events.road.session import Session
from events.road.tables import InboxRow, LetterRow, OutboxRow
from services.program.worker import Worker


@dataclass(frozen=True)
class Audit:
    """How many events were sent, how many are missing somewhere, and how many were said twice."""

    sent: int
    lost: int
    twice: int


async def audit(history: Iterable[Envelope], workers: Mapping[str, Worker]) -> Audit:
    """Compare what was on the road with every service's outbox, inbox and letters.

    Lost is an event that has not left its service, or that a service which listens to it has not
    handled. Twice is a second event of the same kind about the same subject from the same cause;
    one that only travelled twice is one event.
    """
    log = {(e.source, e.id): e for e in history}.values()
    lost = 0
    for worker in workers.values():
        heard = {e.id for e in log if e.type in worker.service.heard.types}
        async with worker.database.read() as session:
            handled = set(await session.scalars(select(col(InboxRow.id))))
            lost += len(heard - handled)
            lost += await count(session, OutboxRow) + await count(session, LetterRow)
    said = Counter((e.source, e.type, e.subject, e.causationid) for e in log)
    return Audit(sent=len(log), lost=lost, twice=sum(times - 1 for times in said.values()))


async def count(session: Session, table: type[OutboxRow | LetterRow]) -> int:
    return await session.scalar(select(func.count()).select_from(table)) or 0
