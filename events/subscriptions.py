"""What the `subscriptions` service says: who follows which calendar feed by a secret address."""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from events.event import Event, Fact
from events.vocabulary import Identifier, Language, Prose, WrittenActor

Digest = Annotated[
    str,
    Field(pattern="^[0-9a-f]{64}$", description="SHA-256 of the token; nobody keeps the token"),
]


class ScopeKind(StrEnum):
    """Whose meetings a feed has: a delegate's are those of the bodies it is named for.

    BUSY is when a party is busy, and nothing of why.
    """

    ALL = "all"
    MECHANISM = "mechanism"
    PARTY = "party"
    HOST = "host"
    DELEGATE = "delegate"
    BUSY = "busy"


class Scope(Fact):
    """What a feed is about. `id` is the mechanism or the party; none for everything and oneself."""

    kind: ScopeKind
    id: Identifier | None = None

    @property
    def ending(self) -> str:
        """How the address of such a feed ends (RFC 5545, 8.1)."""
        return "ifb" if self.kind is ScopeKind.BUSY else "ics"


class Settings(Fact):
    """How a feed is wished. `alarm_minutes` before the start a calendar program gives notice."""

    meetings: bool = True
    deadlines: bool = Field(default=False, description="All that is due because of a meeting")
    hide_cancelled: bool = False
    language: Language = "en"
    alarm_minutes: Literal[5, 15, 30, 60, 120, 1440, 2880, 10080] | None = None
    all_day: bool = Field(default=False, description="Meetings of several days as whole days")


class SubscriptionMade(Event, name="subscription.made", about="subscription", version=3):
    """Somebody follows a feed. `mechanism` is the one it is about, or the top body."""

    subscription: Identifier
    owner: WrittenActor
    scope: Scope
    settings: Settings
    digest: Digest


class SubscriptionSettingsChanged(
    Event, name="subscription.settings-changed", about="subscription", version=2
):
    """The feed looks otherwise from now on; its address stays."""

    subscription: Identifier
    settings: Settings


class SubscriptionRotated(Event, name="subscription.rotated", about="subscription"):
    """The feed has another address, and the one before leads nowhere."""

    subscription: Identifier
    digest: Digest


class SubscriptionRevoked(Event, name="subscription.revoked", about="subscription"):
    """The address leads nowhere any more."""

    subscription: Identifier
    reason: Prose | None = None
