"""The tables that the road keeps in every service's database, beside the service's own."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import MetaData
from sqlmodel import Field, SQLModel

from events.road.columns import UtcDateTime


class RoadTable(SQLModel):
    metadata = MetaData()


class OutboxRow(RoadTable, table=True):
    """An event that is committed and not yet on the road."""

    __tablename__ = "outbox"
    __table_args__ = {"sqlite_autoincrement": True}

    seq: int | None = Field(default=None, primary_key=True)
    envelope: str


class InboxRow(RoadTable, table=True):
    """An event that has had its effect here."""

    __tablename__ = "inbox"

    id: str = Field(primary_key=True)
    source: str = Field(primary_key=True)


class DeadlineRow(RoadTable, table=True):
    """An instant at which something happens by itself. Gone once it has happened.

    `cause` is the id of what set it: the same deadline, set again for the same instant, is another.
    `traceparent` is the trace of that.
    """

    __tablename__ = "deadline"

    name: str = Field(primary_key=True)
    subject: str = Field(primary_key=True)
    mechanism: str
    cause: str
    traceparent: str | None = None
    due: datetime = Field(sa_type=UtcDateTime, index=True)
    attempts: int = 0
    retry_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    error: str | None = None


class LetterState(StrEnum):
    """Where an event stands whose handler failed, or that waits behind such a one."""

    RETRYING = "retrying"
    DEAD = "dead"
    WAITING = "waiting"


class LetterRow(RoadTable, table=True):
    """An event that could not have its effect. The later ones of its mechanism wait behind it."""

    __tablename__ = "letter"
    __table_args__ = {"sqlite_autoincrement": True}

    seq: int | None = Field(default=None, primary_key=True)
    mechanism: str = Field(index=True)
    event_id: str
    source: str
    state: LetterState
    envelope: str
    attempts: int = 0
    retry_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    error: str | None = None
