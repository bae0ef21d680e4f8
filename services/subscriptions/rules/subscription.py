"""A calendar feed that somebody follows by a secret address, until it is revoked."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from events.event import Event
from events.subscriptions import (
    Scope,
    ScopeKind,
    Settings,
    SubscriptionMade,
    SubscriptionRevoked,
    SubscriptionRotated,
    SubscriptionSettingsChanged,
)
from events.vocabulary import Actor, Role
from services import rights
from services.icalendar import settings as feed_settings
from services.people import People
from services.refusals import (
    NotAllowedError,
    NotFoundError,
    UnacceptableError,
    WrongStateError,
)
from services.state import State


class Subscription(State):
    """Who follows what, and how. `digest` is that of the token which leads to the feed now.

    `made` is when; none of those from before that was kept. `reason` is why it was revoked, where
    that was said.
    """

    owner: Actor
    scope: Scope
    settings: Settings
    digest: str
    made: datetime | None = None
    revoked: bool = False
    reason: str | None = None

    def is_like(self, other: "Subscription") -> bool:
        """Whether both are there and lead the same person to the same calendar."""
        both = (self.owner, self.scope) == (other.owner, other.scope)
        return both and not self.revoked and not other.revoked and self.id != other.id


def subscribe(
    key: str,
    *,
    owner: Actor,
    scope: Scope,
    settings: Settings,
    digest: str,
    people: People,
    actor: Actor,
) -> list[Event]:
    """Let `owner` follow a feed; for somebody else only the secretary asks.

    An address is given only where it leads somewhere. The first of the bodies stands for all.
    """
    if actor != owner:
        rights.secretary(actor, "subscribe somebody else")
    feed_settings.check(settings, scope.kind)
    if scope.kind is ScopeKind.DELEGATE and (owner.name is None or owner.party is None):
        raise UnacceptableError(
            "a delegate's own feed is of somebody with a name; "
            "act as one, like kazakhstan/delegate A. Omarova"
        )
    within = asked_for(scope, owner, people)
    if not within:
        raise NotFoundError(
            f"no mechanism is in a feed of {scope.kind} {scope.id or owner.party or ''}".strip()
            + "; GET /api/v1/mechanisms lists them with their parties"
        )
    if scope.kind is ScopeKind.BUSY:
        rights.when_busy(owner, scope.id or "")
    if owner.role is not Role.SECRETARY:
        parties = {party.id for key in within for party in people.bodies[key].parties}
        rights.party(owner, tuple(sorted(parties)), "follow this feed by a secret address")
        if not people.may_follow(scope, owner):
            raise NotAllowedError(
                f"this address would lead nowhere: {want_of_role(owner, within, people)}; "
                "the secretary names coordinators "
                "(PUT /api/v1/mechanisms/MECHANISM/delegations/PARTY)"
            )
    return [
        SubscriptionMade(
            mechanism=scope.id
            if scope.kind is ScopeKind.MECHANISM and scope.id
            else next(iter(people.bodies)),
            subscription=key,
            owner=owner,
            scope=scope,
            settings=settings,
            digest=digest,
        )
    ]


def asked_for(scope: Scope, owner: Actor, people: People) -> frozenset[str]:
    """The mechanisms of a feed of `scope` for an owner who has a role in all of them."""
    match scope.kind:
        case ScopeKind.DELEGATE:
            return people.of_party(owner.party)
        case ScopeKind.BUSY:
            return people.of_party(scope.id)
        case _:
            return people.within(scope, owner)


def want_of_role(owner: Actor, within: Iterable[str], people: People) -> str:
    """Why a coordinator has no role in the mechanisms `within`: who is named there."""
    named = {
        key: name
        for key in sorted(within)
        if (name := people.coordinators.get((key, owner.party or "")))
    }
    if not named:
        return f"nobody has named {owner.name} coordinator of {owner.party}"
    return f"coordinator of {owner.party} is {who_is_where(named)}, not {owner.name or 'you'}"


def who_is_where(named: Mapping[str, str]) -> str:
    """The coordinators by name, each with the mechanisms that it was named in."""
    bodies = {name: [key for key in named if named[key] == name] for name in named.values()}
    return ", ".join(f"{name} ({', '.join(keys)})" for name, keys in bodies.items())


def lose(subscription: Subscription, people: People) -> list[Event]:
    """End it for good where its owner has lost the role that it asks for."""
    owner, scope = subscription.owner, subscription.scope
    if subscription.revoked or people.may_follow(scope, owner):
        return []
    kept = people.of_party(owner.party)
    within = kept if scope.kind is ScopeKind.DELEGATE else kept & people.within(scope, owner)
    why = (
        want_of_role(owner, within, people)
        if owner.role is Role.COORDINATOR and within
        else f"{owner.party} is no party there any more"
    )
    return [
        SubscriptionRevoked(
            mechanism=subscription.mechanism, subscription=subscription.id, reason=why
        )
    ]


def change(subscription: Subscription, *, settings: Settings, actor: Actor) -> list[Event]:
    """Have the feed look otherwise; nothing happens where it does already."""
    check(subscription, actor, "change a subscription")
    feed_settings.check(settings, subscription.scope.kind)
    if settings == subscription.settings:
        return []
    return [
        SubscriptionSettingsChanged(
            mechanism=subscription.mechanism, subscription=subscription.id, settings=settings
        )
    ]


def rotate(subscription: Subscription, *, digest: str, actor: Actor) -> list[Event]:
    """Give the feed another address; the one before leads nowhere."""
    check(subscription, actor, "have another address")
    return [
        SubscriptionRotated(
            mechanism=subscription.mechanism, subscription=subscription.id, digest=digest
        )
    ]


def revoke(subscription: Subscription, *, reason: str | None, actor: Actor) -> list[Event]:
    """End it for good."""
    check(subscription, actor, "revoke a subscription")
    return [
        SubscriptionRevoked(
            mechanism=subscription.mechanism, subscription=subscription.id, reason=reason
        )
    ]


def check(subscription: Subscription, actor: Actor, what: str) -> None:
    if not may_see(subscription, actor):
        raise NotAllowedError(
            f"only {subscription.owner}, the coordinator of its party and the secretary may {what}"
        )
    if subscription.revoked:
        raise WrongStateError("the subscription is revoked; make another one")


def may_see(subscription: Subscription, actor: Actor) -> bool:
    """Whether it is the actor's own, or of its delegation, or the actor is the secretary."""
    leads = actor.role is Role.COORDINATOR and actor.party == subscription.owner.party
    return actor.role in rights.OFFICE or actor == subscription.owner or leads


def begin(event: SubscriptionMade, made: datetime) -> Subscription:
    return Subscription(
        id=event.subscription,
        mechanism=event.mechanism,
        owner=event.owner,
        scope=event.scope,
        settings=event.settings,
        digest=event.digest,
        made=made,
    )


def evolve(subscription: Subscription, event: Event) -> Subscription:
    """The subscription after `event`."""
    match event:
        case SubscriptionSettingsChanged():
            change: dict[str, object] = {"settings": event.settings}
        case SubscriptionRotated():
            change = {"digest": event.digest}
        case SubscriptionRevoked():
            change = {"revoked": True, "reason": event.reason}
        case _:
            raise TypeError(f"no subscription changes by {event.type}")
    return subscription.model_copy(update=change)
