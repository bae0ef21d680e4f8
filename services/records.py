"""How a service keeps its aggregates: a JSON document a row, with the columns it is searched by."""

from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar

from pydantic import BaseModel
from sqlalchemy import ColumnElement, select
from sqlmodel import Field, SQLModel, col

from events.event import Event
from events.road.session import Session
from events.road.transaction import Transaction
from services.refusals import StaleError, nothing_called
from services.state import State

S = TypeVar("S", bound=State)

LONGEST_PAGE = 200


class Record(SQLModel):
    """The columns that every aggregate's table has; subclasses add those they search by."""

    id: str = Field(primary_key=True)
    mechanism: str = Field(index=True)
    revision: int
    document: str


class Page(BaseModel, Generic[S]):
    """Some of a list. `next` is where the following page starts; none after the last."""

    items: list[S]
    next: str | None = None


class Records(Generic[S]):
    """All aggregates of one kind. `columns` are the values that a state is searched by."""

    def __init__(
        self,
        row: type[Record],
        state: type[S],
        evolve: Callable[[S, Any], S],
        columns: Callable[[S], dict[str, Any]] = lambda _: {},
    ) -> None:
        self.row = row
        self.state = state
        self.evolve = evolve
        self.columns = columns

    async def find(self, session: Session, key: str) -> S | None:
        row = await session.get(self.row, key)
        return None if row is None else self.state.model_validate_json(row.document)

    async def get(self, session: Session, key: str) -> S:
        """The aggregate `key`; NotFoundError when there is none."""
        found = await self.find(session, key)
        if found is None:
            raise nothing_called(key)
        return found

    async def take(self, work: Transaction, key: str) -> S:
        """The aggregate `key` for a change.

        NotFoundError when there is none, StaleError when the actor saw an older revision.
        """
        found = await self.get(work.session, key)
        seen = work.cause.seen
        if seen is not None and seen != found.revision:
            raise StaleError(
                f"{key} is at revision {found.revision} and you saw {seen}; "
                "look at what changed and send yours again",
                current=found,
            )
        return found

    async def add(self, work: Transaction, state: S) -> S:
        work.session.add(self.kept(state))
        return state

    async def save(self, work: Transaction, state: S) -> S:
        """Keep `state` as the next revision of its aggregate."""
        saved = state.model_copy(update={"revision": state.revision + 1})
        work.session.put(self.kept(saved))
        return saved

    def kept(self, state: S) -> Record:
        """The row that keeps `state`."""
        return self.row(
            id=state.id,
            mechanism=state.mechanism,
            revision=state.revision,
            document=state.model_dump_json(),
            **self.columns(state),
        )

    async def apply(self, work: Transaction, state: S, events: Sequence[Event]) -> S:
        """Let `events` happen to `state`: keep what comes of it, and publish them."""
        for event in events:
            state = self.evolve(state, event)
        work.publish(*events)
        return await self.save(work, state)

    async def page(
        self,
        session: Session,
        after: str | None,
        limit: int,
        *where: ColumnElement[bool],
        **wanted: object,
    ) -> Page[S]:
        """Up to `limit` aggregates that fit `where`, in order of their id, after that of `after`.

        `wanted` are values of columns; those that are none do not matter.
        """
        query = select(self.row).where(*where).order_by(col(self.row.id)).limit(limit + 1)
        for name, value in wanted.items():
            if value is not None:
                query = query.where(col(getattr(self.row, name)) == value)
        if after is not None:
            query = query.where(col(self.row.id) > after)
        rows = await session.scalars(query)
        return Page(
            items=[self.state.model_validate_json(row.document) for row in rows[:limit]],
            next=rows[limit - 1].id if len(rows) > limit else None,
        )

    async def all(self, session: Session, *where: ColumnElement[bool]) -> list[S]:
        """Every aggregate that fits `where`, in order of its id."""
        rows = await session.scalars(select(self.row).where(*where).order_by(col(self.row.id)))
        return [self.state.model_validate_json(row.document) for row in rows]
