"""What a service does when it hears an event."""

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from events.envelope import Envelope
from events.event import Event
from events.road.transaction import Transaction

Handler = Callable[[Transaction, Any], Awaitable[None]]
H = TypeVar("H", bound=Handler)


class Handlers:
    """The events that a service listens to, and what it does on each, in the order given.

    heard = Handlers(directory.heard)

    @heard.on(MeetingScheduled)
    async def expect(work: Transaction, event: MeetingScheduled) -> None: ...
    """

    def __init__(self, *included: "Handlers") -> None:
        self.by_type: dict[str, list[Handler]] = {}
        for other in included:
            for event_type, handlers in other.by_type.items():
                self.by_type.setdefault(event_type, []).extend(handlers)

    def on(self, *events: type[Event]) -> Callable[[H], H]:
        """Have the function below called for each of `events`."""

        def register(handler: H) -> H:
            for event in events:
                self.by_type.setdefault(event.type, []).append(handler)
            return handler

        return register

    @property
    def types(self) -> frozenset[str]:
        return frozenset(self.by_type)

    async def handle(self, work: Transaction, envelope: Envelope) -> None:
        """Do all that this service does on the event in `envelope`."""
        event = envelope.open()
        for handler in self.by_type[event.type]:
            await handler(work, event)
        work.fill_outbox()
