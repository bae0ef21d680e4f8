"""What lineage keeps: nodes, links and acts."""

from datetime import datetime

from sqlalchemy import MetaData
from sqlmodel import Field, SQLModel

from events.road.columns import UtcDateTime


class LineageTable(SQLModel):
    metadata = MetaData()


class NodeRow(LineageTable, table=True):
    """Something that can be traced."""

    __tablename__ = "node"

    id: str = Field(primary_key=True)
    mechanism: str = Field(index=True)
    kind: str
    title: str


class LinkRow(LineageTable, table=True):
    """From what was there before to what came of it."""

    __tablename__ = "link"

    before: str = Field(primary_key=True)
    after: str = Field(primary_key=True, index=True)
    relation: str


class ActRow(LineageTable, table=True):
    """A line of a node's history."""

    __tablename__ = "act"
    __table_args__ = {"sqlite_autoincrement": True}

    seq: int | None = Field(default=None, primary_key=True)
    node: str = Field(index=True)
    what: str
    note: str | None
    who: str
    time: datetime = Field(sa_type=UtcDateTime)
