"""Answers that were given, so that a command sent twice takes effect once."""

from datetime import datetime

from sqlalchemy import MetaData
from sqlmodel import Field, SQLModel

from events.road.columns import UtcDateTime


class ReceiptTable(SQLModel):
    metadata = MetaData()


class Receipt(ReceiptTable, table=True):
    """The answer to the command that came with `key`; `fingerprint` tells another command apart."""

    __tablename__ = "receipt"

    key: str = Field(primary_key=True)
    fingerprint: str
    at: datetime = Field(sa_type=UtcDateTime)
    status: int
    body: str
    etag: str | None
