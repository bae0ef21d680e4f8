"""What a road is: the one interface that the local road and the Kafka road share."""

from collections.abc import AsyncIterator, Awaitable, Callable, Hashable, Sequence
from typing import Protocol

from events.envelope import Envelope

PUBLISH_SECONDS = 8.0


class RoadUnreachableError(Exception):
    """The road does not take events now; the same call may succeed later."""


Bookmark = dict[Hashable, int]
Deliver = Callable[[Sequence[Envelope]], Awaitable[None]]


class Publisher(Protocol):
    """The way onto a road."""

    async def publish(self, envelopes: Sequence[Envelope]) -> None:
        """Return once `envelopes` are durable, in this order; may be called again with the same.

        RoadUnreachableError when they may not be, after PUBLISH_SECONDS at the latest.
        """


class Road(Publisher, Protocol):
    """Carries events, in order per mechanism, at least once, to every service that subscribed."""

    def subscribe(self, service: str, types: frozenset[str], deliver: Deliver) -> None:
        """Hand every event of `types` to `deliver`, in batches, from where `service` left off.

        The road moves on when `deliver` returns. When it raises, the same batch comes again later.
        """

    async def run(self) -> None:
        """Deliver until cancelled."""

    async def lag(self, service: str) -> int:
        """How many events wait on the road for `service`; RoadUnreachableError if none can say."""

    async def unreadable(self) -> int:
        """How many records nobody could read, that somebody should look at."""

    async def length(self) -> int:
        """How many events there are on the loop, by the same measure as a bookmark."""

    def history(self, bookmark: Bookmark | None = None) -> AsyncIterator[Envelope]:
        """Every event on the loop from its beginning to its present end, in order per mechanism.

        What was published twice may come twice. `bookmark` says where an earlier reading ended, and
        is kept up to where this one is.
        """
