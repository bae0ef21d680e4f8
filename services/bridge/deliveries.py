"""Posting to webhooks: each subscriber at its own pace, in order, and again until it takes it.

A crash after the subscriber's answer posts the same event again, under the same `webhook-id`.
"""

import asyncio
import logging
from datetime import datetime
from functools import partial

import httpx
from standardwebhooks import Webhook as Signer

from events.clock import Clock
from events.envelope import Envelope
from events.road.conflicts import again_on_conflict
from events.road.database import Database
from events.road.lease import Lease
from events.vocabulary import Actor
from services.bridge.rules import webhook as rules
from services.bridge.rules.webhook import Webhook
from services.bridge.tables import WebhookRow, Webhooks, said_after
from services.reading import Reader

PATIENCE_SECONDS = 15.0
LEASE_SECONDS = PATIENCE_SECONDS + 5
WEBHOOKS = Webhooks()

log = logging.getLogger(__name__)


async def deliver_for_ever(database: Database, clock: Clock) -> None:
    """Post what there is to post, one copy of the service at a time, until cancelled."""
    async with httpx.AsyncClient(timeout=PATIENCE_SECONDS) as http:
        lease = Lease(database, "webhooks", LEASE_SECONDS)
        await lease.work(partial(step, database, http, clock))


async def step(database: Database, http: httpx.AsyncClient, clock: Clock) -> int:
    """Post the next event to every subscriber that is due; how many took it."""
    now = clock.now()
    async with database.read() as session:
        due = [
            (row, hook)
            for row, hook in await WEBHOOKS.all(session)
            if hook.disabled is None and (row.retry_at is None or row.retry_at <= now)
        ]
    return sum(
        await asyncio.gather(*(post_next(database, http, row, hook, now) for row, hook in due))
    )


async def post_next(
    database: Database, http: httpx.AsyncClient, row: WebhookRow, hook: Webhook, now: datetime
) -> bool:
    async with database.read() as session:
        who = Actor.parse(hook.reads_as) if hook.reads_as else None
        reader = await Reader.of(session, who)
        found = await said_after(reader, row.position, hook.mechanisms, 1)
    if not found:
        return False
    ((seq, envelope),) = found
    code, error = await post(http, row.secret, hook.address, envelope, now)
    await again_on_conflict(partial(note, database, hook.id, seq, code, error, now))
    return error is None


async def post(
    http: httpx.AsyncClient, secret: str, address: str, envelope: Envelope, now: datetime
) -> tuple[int | None, str | None]:
    """The code of the answer, and what is wrong with it; none when it was taken."""
    body = envelope.to_json()
    headers = {
        "content-type": "application/cloudevents+json",
        "webhook-id": envelope.id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Signer(secret).sign(envelope.id, now, body),
    }
    try:
        answer = await http.post(address, content=body.encode(), headers=headers)
    except httpx.HTTPError as error:
        return None, f"{type(error).__name__}: {error}"
    return answer.status_code, None if answer.is_success else f"answered {answer.status_code}"


async def note(
    database: Database, key: str, seq: int, code: int | None, error: str | None, now: datetime
) -> None:
    """Keep what became of an attempt; nothing where the webhook was removed meanwhile."""
    async with database.write() as session:
        row = await session.get(WebhookRow, key, locked=True)
        if row is None:
            return
        hook = Webhook.model_validate_json(row.document)
        if error is None:
            row.position, row.retry_at = seq, None
            row.document = rules.delivered(hook).model_dump_json()
        else:
            after, row.retry_at = rules.failed(hook, code, error, now)
            row.document = after.model_dump_json()
            log.warning("%s did not take an event: %s", hook.address, after.disabled or error)
        session.put(row)
