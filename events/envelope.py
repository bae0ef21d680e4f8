"""CloudEvents 1.0: what is written around an event when it leaves its service."""

import uuid
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field

from events.catalogue import CATALOGUE
from events.event import Event
from events.moments import Instant
from events.upcasting import lifted
from events.vocabulary import WrittenActor

NAMESPACE = uuid.UUID("8f6f6a0e-54f1-5f0c-9d6e-2b0f3a4c7d11")


LARGEST = 900_000
"""Bytes that an envelope may have as JSON: below what Kafka takes by default, with its headers."""


class EventTooLargeError(Exception):
    """An event that no road would carry; says how large it is."""


class UnknownEventError(Exception):
    """An envelope of a type that the catalogue does not hold."""


class Cause(BaseModel):
    """What made something happen: a command, a deadline or an earlier event, and whose act it was.

    `id` is unique among causes; `time` is when it happened, in UTC. `seen` is the revision that the
    actor of a command had before its eyes, where it said so.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    actor: WrittenActor
    time: Instant
    traceparent: str | None = None
    seen: int | None = None


class Envelope(BaseModel):
    """The attributes of CloudEvents 1.0.2, with four extensions.

    `partitionkey` keeps events in order (a mechanism's id, where the event says nothing else),
    `actor` is who acted, `causationid` the id of what caused the event, `traceparent` the W3C trace
    it belongs to. `source` and `id` together are unique.
    """

    model_config = ConfigDict(frozen=True)

    specversion: Literal["1.0"] = "1.0"
    id: str = Field(min_length=1)
    source: str = Field(min_length=1)
    type: str = Field(min_length=1)
    subject: str
    time: Instant
    datacontenttype: Literal["application/json"] = "application/json"
    dataschema: str
    partitionkey: str
    actor: str
    causationid: str
    traceparent: str | None = None
    data: dict[str, Any]

    @classmethod
    def seal(cls, event: Event, *, source: str, cause: Cause, ordinal: int) -> Self:
        """`event` as the `ordinal`-th effect of `cause` in the service `source`.

        The id follows from these alone: the same effect of the same cause is the same event.
        """
        return cls(
            id=str(uuid.uuid5(NAMESPACE, f"{source} {cause.id} {ordinal}")),
            source=source,
            type=event.type,
            subject=event.subject,
            time=cause.time,
            dataschema=event.dataschema,
            partitionkey=event.partitionkey,
            actor=str(cause.actor),
            causationid=cause.id,
            traceparent=cause.traceparent,
            data=event.model_dump(mode="json"),
        )

    def open(self) -> Event:
        """The event inside, in its version of today; fields that this version lacks do not matter.

        Raises UnknownEventError, or ValidationError when the data is wrong.
        """
        kind, data = lifted(self.type, self.data)
        model = CATALOGUE.get(kind)
        if model is None:
            raise UnknownEventError(f"no event in the catalogue is called {self.type}")
        return model.model_validate(data, extra="ignore")

    def as_cause(self, traceparent: str | None = None) -> Cause:
        """The event as a cause, in the trace of the work on it."""
        return Cause(id=self.id, actor=self.actor, time=self.time, traceparent=traceparent)

    def to_json(self) -> str:
        """Structured mode: one JSON object, `application/cloudevents+json`."""
        return self.model_dump_json(exclude_none=True)
