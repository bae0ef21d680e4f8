"""The routes of subscriptions."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel

from events.road.session import Session
from events.subscriptions import Settings
from events.vocabulary import Actor
from services.http.desk import Desk, Paged, actor_of, desk_of, reading, shown
from services.refusals import NotAllowedError
from services.subscriptions import commands
from services.subscriptions.commands import Shown, WithAddress
from services.subscriptions.rules import subscription as rules
from services.subscriptions.tables import SUBSCRIPTIONS, those_of

routes = APIRouter(tags=["subscriptions"])
Here = Annotated[Desk, Depends(desk_of("subscriptions", guarded=False))]
Reading = Annotated[Session, Depends(reading("subscriptions"), scope="function")]
Acting = Annotated[Actor, Depends(actor_of)]


class Subscribed(BaseModel):
    """Some of the subscriptions. `next` is where the following page starts; none after the last."""

    items: list[Shown]
    next: str | None


@routes.get("/subscriptions")
async def list_subscriptions(session: Reading, paging: Paged, actor: Acting) -> Subscribed:
    """Subscriptions to feeds: one's own, a coordinator's delegation's, or all for the secretary."""
    page = await SUBSCRIPTIONS.page(session, paging.after, paging.limit, **those_of(actor))
    return Subscribed(items=[Shown.of(state) for state in page.items], next=page.next)


@routes.get("/subscriptions/{subscription}", response_model=Shown)
async def read_subscription(subscription: str, session: Reading, actor: Acting) -> Response:
    """A subscription as it stands; its address is shown to nobody."""
    state = await SUBSCRIPTIONS.get(session, subscription)
    if not rules.may_see(state, actor):
        raise NotAllowedError(
            "that subscription is somebody else's; GET /api/v1/subscriptions lists your own"
        )
    return shown(Shown.of(state))


@routes.post("/subscriptions", status_code=201, response_model=WithAddress)
async def subscribe(body: commands.NewSubscription, desk: Here) -> Response:
    """Follow a feed by a secret address; it is shown only in this answer."""
    return unkept(await desk.run(commands.subscribe, body, status=201))


@routes.put("/subscriptions/{subscription}/settings", response_model=Shown)
async def change(subscription: str, body: Settings, desk: Here) -> Response:
    """Have the feed look otherwise at the same address."""
    return await desk.run(commands.change, subscription, body)


@routes.post("/subscriptions/{subscription}/rotation", response_model=WithAddress)
async def rotate(subscription: str, desk: Here) -> Response:
    """Give the feed another address; the one before leads nowhere from now on."""
    return unkept(await desk.run(commands.rotate, subscription))


@routes.post("/subscriptions/{subscription}/revocation", response_model=Shown)
async def revoke(subscription: str, body: commands.Revocation, desk: Here) -> Response:
    """End a subscription for good."""
    return await desk.run(commands.revoke, subscription, body)


def unkept(answer: Response) -> Response:
    """`answer`, which has a secret address: for no cache."""
    answer.headers["cache-control"] = "no-store"
    return answer
