"""A service whose effects can be read back, and the events that it hears."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from aiokafka import AIOKafkaConsumer
from faststream.kafka.subscriber.usecase import LogicSubscriber
from sqlalchemy import MetaData, select
from sqlmodel import Field, SQLModel, col

from events.clock import SetClock
from events.envelope import Cause, Envelope
from events.meetings import TurnDeclined
from events.road.database import Database
from events.road.handlers import Handlers
from events.road.kafka.road import KafkaRoad
from events.road.receiver import Receiver
from events.road.transaction import Transaction
from events.vocabulary import SYSTEM

START = datetime(2027, 3, 1, 9, tzinfo=UTC)


EFFECTS = Path(__file__).parent / "migrations"


class EffectTable(SQLModel):
    metadata = MetaData()


class Effect(EffectTable, table=True):
    """What an event or a deadline did, in the order in which it was done."""

    __table_args__ = {"sqlite_autoincrement": True}

    seq: int | None = Field(default=None, primary_key=True)
    mechanism: str
    label: str


def said(label: str, mechanism: str = "customs-heads") -> TurnDeclined:
    """An event that carries `label`."""
    return TurnDeclined(mechanism=mechanism, party="china", reason=label)


def sealed(label: str, mechanism: str = "customs-heads") -> Envelope:
    cause = Cause(id=f"{mechanism} {label}", actor=SYSTEM, time=START)
    return Envelope.seal(said(label, mechanism), source="/test", cause=cause, ordinal=0)


def consumer_of(road: KafkaRoad, service: str) -> AIOKafkaConsumer | None:
    """The consumer of `service`, once it has been started."""
    for subscriber in road.broker.subscribers:
        assert isinstance(subscriber, LogicSubscriber)
        if subscriber.group_id == road.kafka.group(service):
            return subscriber.consumer
    return None


@dataclass
class Listener:
    """A service that keeps the label of each event, and fails on those in `broken`."""

    database: Database
    clock: SetClock
    broken: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.heard = Handlers()
        self.heard.on(TurnDeclined)(self.keep)
        self.receiver = Receiver(self.database, self.heard, self.clock)

    async def keep(self, work: Transaction, event: TurnDeclined) -> None:
        work.session.add(Effect(mechanism=event.mechanism, label=event.reason))
        await work.session.flush()
        if event.reason in self.broken:
            raise ValueError(f"{event.reason} не принято")

    async def effects(self, mechanism: str | None = None) -> list[str]:
        async with self.database.read() as session:
            rows = await session.scalars(select(Effect).order_by(col(Effect.seq)))
            return [row.label for row in rows if mechanism in {None, row.mechanism}]
