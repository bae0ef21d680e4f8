"""Who reads: every read path goes through a reader, which leaves out what is not for them.

To others, what belongs to a restricted meeting is not there: 404, in the words for what never was.
403 would tell that there is a decision, a poll, a report of that name, and so count them. That a
restricted meeting takes time is no secret, so a meeting itself answers with its time (`Busy`).
"""

from collections.abc import Iterable
from typing import Protocol, TypeVar

from sqlalchemy import ColumnElement, true
from sqlmodel import col

from events.road.session import Session
from events.vocabulary import Actor
from services.records import Page, Records
from services.refusals import nothing_called
from services.restrictions import Hidden, hidden_among, hidden_from
from services.state import State

S = TypeVar("S", bound=State)


class Paging(Protocol):
    """Where a page of a list starts and how long it is."""

    after: str | None
    limit: int


class Reader:
    """Somebody who reads a service's tables in one session; `hidden` are the ids not for them."""

    def __init__(self, session: Session, who: Actor | None, hidden: Hidden | None) -> None:
        self.session = session
        self.who = who
        self.hidden = hidden

    @classmethod
    async def of(cls, session: Session, who: Actor | None) -> "Reader":
        return cls(session, who, await hidden_from(session, who))

    async def hidden_among(self, keys: Iterable[str]) -> set[str]:
        """Those of `keys` that are not for the reader."""
        return await hidden_among(self.session, self.hidden, keys)

    async def check(self, *keys: str) -> None:
        """NotFoundError where one of `keys` is not for the reader."""
        for key in sorted(await self.hidden_among(keys)):
            raise nothing_called(key)

    def may_see(self, id_: object) -> ColumnElement[bool]:
        """The condition that a row with this column of ids is for the reader."""
        return true() if self.hidden is None else col(id_).not_in(self.hidden)

    async def get(self, records: Records[S], key: str) -> S:
        """The aggregate `key` as far as it is for the reader; NotFoundError where none of it is."""
        await self.check(key)
        return await self.shown(await records.get(self.session, key))

    async def page(self, records: Records[S], paging: Paging, **wanted: object) -> Page[S]:
        """A page of what the reader may see, as if there were nothing else."""
        only = self.may_see(records.row.id)
        page = await records.page(self.session, paging.after, paging.limit, only, **wanted)
        hidden = await self.hidden_among(key for state in page.items for key in state.mentions)
        items = [state.without(hidden).told(self.who) for state in page.items]
        return page.model_copy(update={"items": items})

    async def shown(self, state: S) -> S:
        """`state` without what it tells of things, or in words, that are not for the reader."""
        return state.without(await self.hidden_among(state.mentions)).told(self.who)
