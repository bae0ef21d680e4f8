"""What a road is: the one interface that the local road and the Kafka road share."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol

from events.envelope import Envelope


class RoadUnreachableError(Exception):
    """The road does not take events now; the same call may succeed later."""


Deliver = Callable[[Sequence[Envelope]], Awaitable[None]]


class Road(Protocol):
    """Carries events, in order per mechanism, at least once, to every service that subscribed."""

    async def publish(self, envelopes: Sequence[Envelope]) -> None:
        """Return once `envelopes` are durable, in this order; may be called again with the same."""

    def subscribe(self, service: str, types: frozenset[str], deliver: Deliver) -> None:
        """Hand every event of `types` to `deliver`, in batches, from where `service` left off.

        The road moves on when `deliver` returns. When it raises, the same batch comes again later.
        """

    async def run(self) -> None:
        """Deliver until cancelled."""
