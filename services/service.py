"""What a service consists of, for the program that runs it."""

from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fastapi import APIRouter
from sqlalchemy import MetaData
from sqlmodel import SQLModel

from events.clock import Clock
from events.road.database import Database
from events.road.handlers import Handlers
from events.road.timers import Deadline
from services.http.plain import PlainRouter
from services.records import Records

Errand = Callable[[Database, Clock], Coroutine[Any, Any, None]]


@dataclass(frozen=True)
class Derived:
    """What follows from the log alone in a service that also decides: these records and tables.

    `told` fills them, and does nothing else.
    """

    told: Handlers
    records: Sequence[Records[Any]] = ()
    tables: Sequence[type[SQLModel]] = ()

    @property
    def names(self) -> list[str]:
        """What the tables are called."""
        rows = [records.row for records in self.records]
        return [str(row.__tablename__) for row in (*rows, *self.tables)]


@dataclass(frozen=True)
class Service:
    """A name, its tables and their history, what it hears, its deadlines, and its routes.

    `routes` stand under /api/v1; `pages` stand at the root, and so do the `plain` ones, which come
    first. A service that only `copies` takes no commands and says nothing: all it keeps follows
    from what it heard, and can be built anew; but for the rows of its `own` tables, which are taken
    over then. Of others, what is `derived` can be filled anew.
    `errands` are what it does besides in the background, each until it is cancelled.
    """

    name: str
    tables: tuple[MetaData, ...]
    migrations: Path
    heard: Handlers
    deadlines: Mapping[str, Deadline] = field(default_factory=dict)
    routes: APIRouter = field(default_factory=APIRouter)
    pages: APIRouter = field(default_factory=APIRouter)
    plain: Sequence[PlainRouter] = ()
    copies: bool = False
    own: Sequence[type[SQLModel]] = ()
    derived: Derived | None = None
    errands: Sequence[Errand] = ()
