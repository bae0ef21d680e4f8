"""What people may ask of subscriptions."""

import secrets
from collections.abc import Iterable
from datetime import datetime
from typing import ClassVar

from pydantic import BaseModel, Field
from sqlmodel import col

from events.road.session import Session
from events.road.transaction import Transaction
from events.subscriptions import Scope, Settings, SubscriptionMade
from events.vocabulary import Prose, WrittenActor
from services import coordinators
from services.inputs import Input
from services.refusals import NotFoundError
from services.subscriptions.rules import subscription as rules
from services.subscriptions.rules.subscription import Subscription
from services.subscriptions.tables import SUBSCRIPTIONS, SubscriptionRow
from services.tokens import digest_of, new_token


class NewSubscription(Input):
    """Which feed, for whom, and how it is wished."""

    scope: Scope = Field(examples=[{"kind": "party", "id": "kazakhstan"}])
    settings: Settings = Settings()
    owner: WrittenActor | None = Field(
        default=None,
        description="Oneself when nobody is named; the secretary may name another",
        examples=["kazakhstan/delegate A. Omarova"],
    )


class Revocation(Input):
    """Why, where it is worth saying."""

    reason: Prose | None = Field(default=None, examples=["The laptop was stolen"])


class Shown(BaseModel):
    """A subscription as people see it. `made` is when; none where that was not kept yet."""

    id: str
    revision: int
    owner: str
    scope: Scope
    settings: Settings
    made: datetime | None
    revoked: bool
    reason: str | None = Field(default=None, description="Why it leads nowhere any more")

    @classmethod
    def of(cls, state: Subscription) -> "Shown":
        return cls(
            id=state.id,
            revision=state.revision,
            owner=str(state.owner),
            scope=state.scope,
            settings=state.settings,
            made=state.made,
            revoked=state.revoked,
            reason=state.reason,
        )


class WithAddress(Shown):
    """A subscription and the address of its feed, which is shown only now.

    Of the same command sent again the answer is without it: rotate the subscription then. `like`
    are the subscriptions to the same calendar that its owner has besides.
    """

    shown_once: ClassVar[tuple[str, ...]] = ("address",)

    address: str | None = Field(examples=["/calendars/by-token/8Q7ZcVbT.ics"])
    like: list[str]

    @classmethod
    def at(
        cls, state: Subscription, token: str, others: Iterable[Subscription] = ()
    ) -> "WithAddress":
        shown = Shown.of(state).model_dump()
        like = [other.id for other in others if other.is_like(state)]
        address = f"/calendars/by-token/{token}.{state.scope.ending}"
        return cls(**shown, address=address, like=like)


async def subscribe(work: Transaction, body: NewSubscription) -> WithAddress:
    token, digest = new_token()
    (made,) = rules.subscribe(
        f"feed-{secrets.token_hex(6)}",
        owner=body.owner or work.cause.actor,
        scope=body.scope,
        settings=body.settings,
        digest=digest,
        people=await coordinators.people(work.session),
        actor=work.cause.actor,
    )
    assert isinstance(made, SubscriptionMade)
    work.publish(made)
    others = await SUBSCRIPTIONS.all(work.session, col(SubscriptionRow.owner) == str(made.owner))
    begun = await SUBSCRIPTIONS.add(work, rules.begin(made, work.now))
    return WithAddress.at(begun, token, others)


async def change(work: Transaction, key: str, body: Settings) -> Shown:
    state = await SUBSCRIPTIONS.take(work, key)
    events = rules.change(state, settings=body, actor=work.cause.actor)
    return Shown.of(await SUBSCRIPTIONS.apply(work, state, events) if events else state)


async def rotate(work: Transaction, key: str) -> WithAddress:
    state = await SUBSCRIPTIONS.take(work, key)
    token, digest = new_token()
    events = rules.rotate(state, digest=digest, actor=work.cause.actor)
    return WithAddress.at(await SUBSCRIPTIONS.apply(work, state, events), token)


async def revoke(work: Transaction, key: str, body: Revocation) -> Shown:
    state = await SUBSCRIPTIONS.take(work, key)
    events = rules.revoke(state, reason=body.reason, actor=work.cause.actor)
    return Shown.of(await SUBSCRIPTIONS.apply(work, state, events))


async def held(session: Session, token: str) -> Subscription:
    """The subscription that a secret address leads to; NotFoundError where there is none (more)."""
    found = await SUBSCRIPTIONS.all(session, col(SubscriptionRow.digest) == digest_of(token))
    if not found:
        raise NotFoundError("this address leads nowhere (any more); ask for another")
    return found[0]


async def change_held(work: Transaction, token: str, body: Settings) -> Shown:
    return await change(work, (await held(work.session, token)).id, body)


async def rotate_held(work: Transaction, token: str) -> WithAddress:
    return await rotate(work, (await held(work.session, token)).id)


async def revoke_held(work: Transaction, token: str, body: Revocation) -> Shown:
    return await revoke(work, (await held(work.session, token)).id, body)
