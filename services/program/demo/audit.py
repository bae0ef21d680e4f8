"""Whether every event took effect, and none twice: the log held against what each service did."""

import json
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
    handled.
    """
    events = list(history)
    log = {(e.source, e.id): e for e in events}.values()
    lost = 0
    for worker in workers.values():
        heard = {e.id for e in log if e.type in worker.service.heard.types}
        async with worker.database.read() as session:
            handled = set(await session.scalars(select(col(InboxRow.id))))
            lost += len(heard - handled)
            lost += await count(session, OutboxRow) + await count(session, LetterRow)
    return Audit(sent=len(log), lost=lost, twice=twice(events))


def twice(events: Iterable[Envelope]) -> int:
    """How many of `events` show that their cause had its effect twice.

    They say what another says because of the same cause, or have the id of another and say
    something else. The same event that travelled twice is one, and a command may say several things
    of one subject: a plan is accepted body by body.
    """
    said = {(e.source, e.id, e.causationid, content(e)) for e in events}
    ids = {(source, key) for source, key, _, _ in said}
    effects = {(source, cause, what) for source, _, cause, what in said}
    return (len(said) - len(ids)) + (len(said) - len(effects))


def content(event: Envelope) -> str:
    return json.dumps([event.type, event.subject, event.data], sort_keys=True)


async def count(session: Session, table: type[OutboxRow | LetterRow]) -> int:
    return await session.scalar(select(func.count()).select_from(table)) or 0
