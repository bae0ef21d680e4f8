"""What a service consists of, for the program that runs it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from fastapi import APIRouter
from sqlalchemy import MetaData

from events.road.handlers import Handlers
from events.road.timers import Deadline


@dataclass(frozen=True)
class Service:
    """A name, its tables, what it hears, what it does when deadlines come, and its routes.

    `routes` stand under /api/v1; `pages` stand at the root. A service that only `copies` takes no
    commands and says nothing: all it keeps follows from what it heard, and can be built anew.
    """

    name: str
    tables: tuple[MetaData, ...]
    heard: Handlers
    deadlines: Mapping[str, Deadline] = field(default_factory=dict)
    routes: APIRouter = field(default_factory=APIRouter)
    pages: APIRouter = field(default_factory=APIRouter)
    copies: bool = False
