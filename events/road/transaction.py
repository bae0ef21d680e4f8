"""One transaction of a service: its state, its events and its deadlines commit together."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Self

from sqlalchemy import insert

from events import tracing
from events.envelope import LARGEST, Cause, Envelope, EventTooLargeError
from events.event import Event
from events.road.database import Database
from events.road.session import Session
from events.road.tables import DeadlineRow, OutboxRow

FILL = insert(OutboxRow)


class Transaction:
    """What commands, handlers and deadlines work with.

    `now` is the time of the command, of the event handled, or the instant of the deadline; `heard`
    is the event handled, where it is one.
    """

    def __init__(
        self,
        session: Session,
        service: str,
        cause: Cause,
        heard: Envelope | None = None,
    ) -> None:
        self.session = session
        self.service = service
        self.cause = cause
        self.heard = heard
        self.published: list[Envelope] = []

    @classmethod
    def on(cls, session: Session, service: str, envelope: Envelope) -> Self:
        """What comes of an event that the service heard, in the trace of the work under way."""
        return cls(session, service, envelope.as_cause(tracing.here()), envelope)

    @property
    def now(self) -> datetime:
        return self.cause.time

    def publish(self, *events: Event) -> None:
        """Let `events` go out, in this order, if and when the transaction commits."""
        for event in events:
            self.published.append(
                Envelope.seal(
                    event,
                    source=f"/secretariat/{self.service}",
                    cause=self.cause,
                    ordinal=len(self.published),
                )
            )

    def set_deadline(self, name: str, subject: str, *, mechanism: str, due: datetime) -> None:
        """Have the service's deadline `name` called for `subject` at `due`, instead of before."""
        self.session.put(
            DeadlineRow(
                name=name,
                subject=subject,
                mechanism=mechanism,
                cause=self.cause.id,
                traceparent=self.cause.traceparent,
                due=due,
            )
        )

    def clear_deadline(self, name: str, subject: str) -> None:
        self.session.remove(DeadlineRow, name, subject)

    def fill_outbox(self) -> None:
        """Write what was published into the outbox; the last step before the commit."""
        self.session.insert(FILL, [{"envelope": carried(e)} for e in self.published])


def carried(envelope: Envelope) -> str:
    """The envelope as it goes into the outbox; EventTooLargeError when no road would carry it."""
    text = envelope.to_json()
    if (size := len(text.encode())) > LARGEST:
        raise EventTooLargeError(
            f"{envelope.type} of {envelope.subject} would have {size:,} bytes, and an event at "
            f"most {LARGEST:,}; shorten its texts, or say it in parts"
        )
    return text


@asynccontextmanager
async def transaction(database: Database, cause: Cause) -> AsyncIterator[Transaction]:
    """Everything done inside commits together on leaving; an error undoes all of it."""
    async with database.write() as session:
        work = Transaction(session, database.service, cause)
        yield work
        work.fill_outbox()
