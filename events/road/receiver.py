"""The receiving end of the road: each event takes effect once, and none overtakes a failed one.

A batch is one transaction, with one inbox row an event. When a handler fails, the batch is done
again one event at a time; the failing event becomes a letter, is tried again with growing pauses,
and after the last attempt stays as a dead letter. Later events of the same mechanism wait behind
it, those of other mechanisms go on.
"""

import json
import logging
from collections.abc import Sequence
from datetime import datetime
from functools import partial

from opentelemetry.trace import SpanKind
from sqlalchemy import func, select, text, update
from sqlmodel import col

from events import tracing
from events.clock import Clock
from events.envelope import Envelope
from events.road.absence import passes
from events.road.conflicts import again_on_conflict
from events.road.database import Database
from events.road.handlers import Handlers
from events.road.retries import ATTEMPTS, explain, pause
from events.road.session import Session
from events.road.tables import LetterRow, LetterState
from events.road.transaction import Transaction

NOTE = {
    "sqlite": """
        INSERT INTO inbox (source, id)
        SELECT value ->> 0, value ->> 1 FROM json_each(:pairs) WHERE true
        ON CONFLICT DO NOTHING RETURNING source, id
    """,
    "postgresql": """
        INSERT INTO inbox (source, id)
        SELECT value ->> 0, value ->> 1 FROM json_array_elements(CAST(:pairs AS json))
        ON CONFLICT DO NOTHING RETURNING source, id
    """,
}
NOTED = {dialect: text(sql) for dialect, sql in NOTE.items()}
BLOCKED = select(col(LetterRow.mechanism)).distinct()

log = logging.getLogger(__name__)


class Receiver:
    """Gives one service the events that it listens to."""

    def __init__(self, database: Database, handlers: Handlers, clock: Clock) -> None:
        self.database = database
        self.handlers = handlers
        self.clock = clock

    async def deliver(self, envelopes: Sequence[Envelope]) -> None:
        """Give each of `envelopes` its effect, or a place among the letters.

        Raises what the database raises when it can't be reached; nothing has happened then.
        """
        try:
            await self.take_together(envelopes)
        except Exception as error:
            if passes(error):
                raise
            await self.take_one_by_one(envelopes)

    async def take_together(self, envelopes: Sequence[Envelope]) -> None:
        async def once() -> None:
            async with self.database.write() as session:
                await self.take(session, envelopes)

        await again_on_conflict(once)

    async def take(self, session: Session, envelopes: Sequence[Envelope]) -> None:
        fresh = await noted(session, envelopes)
        if not fresh:
            return
        blocked = set(await session.scalars(BLOCKED))
        for envelope in fresh:
            if envelope.partitionkey in blocked:
                session.add(letter(envelope, LetterState.WAITING))
            else:
                await self.handle(session, envelope)

    async def handle(self, session: Session, envelope: Envelope) -> None:
        said = {
            "secretariat.service": self.service,
            "cloudevents.event_id": envelope.id,
            "cloudevents.event_subject": envelope.subject,
        }
        name = f"{self.service} hears {envelope.type}"
        with tracing.following(envelope.traceparent, name, SpanKind.CONSUMER, **said):
            work = Transaction.on(session, self.service, envelope)
            await self.handlers.handle(work, envelope)

    async def take_one_by_one(self, envelopes: Sequence[Envelope]) -> None:
        for envelope in envelopes:
            try:
                await self.take_together([envelope])
            except Exception as error:
                if passes(error):
                    raise
                log.exception("%s %s failed in %s", envelope.type, envelope.id, self.service)
                await again_on_conflict(partial(self.set_aside, envelope, error))

    async def set_aside(self, envelope: Envelope, error: Exception) -> None:
        async with self.database.write() as session:
            if await noted(session, [envelope]):
                row = letter(envelope, LetterState.RETRYING)
                row.attempts = 1
                row.retry_at = self.clock.now() + pause(1)
                row.error = explain(error)
                session.add(row)

    @property
    def service(self) -> str:
        return self.database.service

    async def retry(self, now: datetime) -> int:
        """Try the failed events whose pause is over, then those behind them; how many succeeded."""
        succeeded = 0
        for head in await self.heads():
            row: LetterRow | None = head
            while row is not None and may_be_tried(row, now):
                if not await self.try_again(row, now):
                    break
                succeeded += 1
                row = await self.first_letter(row.mechanism)
        return succeeded

    async def heads(self) -> list[LetterRow]:
        first = select(func.min(col(LetterRow.seq))).group_by(col(LetterRow.mechanism))
        async with self.database.glance() as session:
            return await session.scalars(
                select(LetterRow).where(col(LetterRow.seq).in_(first)).order_by(col(LetterRow.seq))
            )

    async def first_letter(self, mechanism: str) -> LetterRow | None:
        async with self.database.glance() as session:
            return await session.scalar(
                select(LetterRow)
                .where(col(LetterRow.mechanism) == mechanism)
                .order_by(col(LetterRow.seq))
                .limit(1)
            )

    async def try_again(self, row: LetterRow, now: datetime) -> bool:
        envelope = Envelope.model_validate_json(row.envelope)

        async def once() -> bool:
            async with self.database.write() as session:
                standing = await session.get(LetterRow, row.seq, locked=True)
                if standing is None:
                    return False
                session.remove(LetterRow, row.seq)
                await self.handle(session, envelope)
            return True

        try:
            return await again_on_conflict(once)
        except Exception as error:
            if passes(error):
                raise
            log.exception("%s %s failed again in %s", envelope.type, envelope.id, self.service)
            await again_on_conflict(partial(self.count_failure, row, now, error))
            return False

    async def count_failure(self, row: LetterRow, now: datetime, error: Exception) -> None:
        attempts = row.attempts + 1
        async with self.database.write() as session:
            await session.execute(
                update(LetterRow)
                .where(col(LetterRow.seq) == row.seq)
                .values(
                    attempts=attempts,
                    state=LetterState.RETRYING if attempts < ATTEMPTS else LetterState.DEAD,
                    retry_at=now + pause(attempts) if attempts < ATTEMPTS else None,
                    error=explain(error),
                )
            )


async def noted(session: Session, envelopes: Sequence[Envelope]) -> list[Envelope]:
    """Those of `envelopes` that had no inbox row yet, each once. Now they have one."""
    found: dict[tuple[str, str], Envelope] = {}
    for envelope in envelopes:
        found.setdefault((envelope.source, envelope.id), envelope)
    pairs = {"pairs": json.dumps(list(found))}
    fresh = set(await session.execute(NOTED[session.dialect.name], pairs))
    return [envelope for identity, envelope in found.items() if identity in fresh]


def letter(envelope: Envelope, state: LetterState) -> LetterRow:
    return LetterRow(
        mechanism=envelope.partitionkey,
        event_id=envelope.id,
        source=envelope.source,
        state=state,
        envelope=envelope.to_json(),
    )


def may_be_tried(row: LetterRow, now: datetime) -> bool:
    if row.state is LetterState.RETRYING:
        return row.retry_at is not None and row.retry_at <= now
    return row.state is LetterState.WAITING
