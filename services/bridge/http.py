"""The routes of bridge: the stream of decisions, and the secretary's list of webhooks."""

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Query, Request, Response
from fastapi.responses import StreamingResponse
from fastapi.sse import KEEPALIVE_COMMENT, format_sse_event
from pydantic import BaseModel

from events.road.database import Database
from events.road.session import Session
from events.vocabulary import Actor, Identifier
from services import directory, rights
from services.bridge import commands
from services.bridge.commands import WEBHOOKS, NewWebhook, Subscribed
from services.bridge.rules.webhook import Webhook
from services.bridge.tables import position_of, said_after
from services.http.desk import Desk, actor_of, desk_of, office_of, reading, who_reads
from services.http.streams import STREAM, first_of, streamed
from services.reading import Reader

BATCH = 100

routes = APIRouter(tags=["bridge"])
Reading = Annotated[Session, Depends(reading("bridge"), scope="function")]
AtDesk = Annotated[Desk, Depends(desk_of("bridge"))]


class WebhookList(BaseModel):
    """Every webhook there is."""

    items: list[Webhook]


@routes.get("/events/decisions", response_class=StreamingResponse, responses=STREAM)
async def stream(
    request: Request,
    last_event_id: Annotated[str | None, Header(description="Go on after this event")] = None,
    mechanism: Annotated[
        list[Identifier] | None, Query(description="All when none is named")
    ] = None,
    actor: Annotated[str | None, Header(examples=["kazakhstan/delegate A. Omarova"])] = None,
) -> StreamingResponse:
    """Decisions and corrigenda as server-sent events, from the first one, and then as they come.

    Each `data` is a CloudEvent in structured mode, its `id` the event's: a client that comes back
    sends the last one as Last-Event-ID, as every EventSource does, and goes on after it. What
    belongs to a restricted meeting goes to those alone who have a seat there, by the Actor header.
    """
    del actor  # declared for the API's description
    office = office_of(request, "bridge")
    async with office.database.read() as session:
        for each in mechanism or ():
            await directory.find(session, each)
        position = await position_of(session, last_event_id) if last_event_id else 0
    who = who_reads(request)
    said = told(office.database, request.app.state.closing, who, position, tuple(mechanism or ()))
    return streamed(said)


async def told(
    database: Database,
    closing: asyncio.Event,
    who: Actor | None,
    position: int,
    mechanisms: tuple[str, ...],
) -> AsyncIterator[bytes]:
    """What `who` may read of what was said after `position`, and then is, until the server closes.

    Who may read what is asked again before every batch.
    """
    with database.watched() as changed:
        while not closing.is_set():
            changed.clear()
            async with database.read() as session:
                found = await said_after(await Reader.of(session, who), position, mechanisms, BATCH)
            for seq, envelope in found:
                position = seq
                yield format_sse_event(
                    data_str=envelope.to_json(), event=envelope.type, id=envelope.id
                )
            if not found and not await first_of(changed, closing):
                yield KEEPALIVE_COMMENT


@routes.post("/webhooks", status_code=201, response_model=Subscribed)
async def subscribe(body: NewWebhook, desk: AtDesk) -> Response:
    """Have decisions posted to an address, signed as Standard Webhooks says."""
    return await desk.run(commands.subscribe, body, status=201)


@routes.get("/webhooks")
async def webhooks(session: Reading, actor: Annotated[Actor, Depends(actor_of)]) -> WebhookList:
    """Every webhook, and how it fares."""
    rights.secretary(actor, "see the webhooks")
    return WebhookList(items=[hook for _, hook in await WEBHOOKS.all(session)])


@routes.post("/webhooks/{webhook}/enabling", response_model=Webhook)
async def enable(webhook: str, desk: AtDesk) -> Response:
    """Go on with a webhook that was disabled, from where it stopped."""
    return await desk.run(commands.enable, webhook)


@routes.delete("/webhooks/{webhook}", response_model=Webhook)
async def remove(webhook: str, desk: AtDesk) -> Response:
    """Stop telling a subscriber, for good."""
    return await desk.run(commands.remove, webhook)
