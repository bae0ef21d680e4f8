"""Which meetings are restricted and what hangs on them: a copy of its own that a service keeps.

A service hears of it, and says it at once (`tie`) of what it publishes itself: what belongs to a
restricted meeting is never to be read by others, not even until the road has brought it back.
"""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import MetaData, Select, select
from sqlmodel import Field, SQLModel, col

from events.event import Event
from events.meetings import MeetingPlanned, RestrictionSet
from events.road.handlers import Handlers
from events.road.session import Session
from events.road.transaction import Transaction
from events.vocabulary import Actor
from services import directory
from services.coordinators import KnownCoordinator
from services.refusals import NotFoundError
from services.rights import OFFICE
from services.seats import has_seat
from services.ties import TYING, ties

heard = Handlers()

Hidden = Select[Any]


class RestrictionsTable(SQLModel):
    metadata = MetaData()


class KnownRestriction(RestrictionsTable, table=True):
    """A restricted meeting."""

    __tablename__ = "known_restriction"

    meeting: str = Field(primary_key=True)
    mechanism: str = Field(index=True)


class KnownTie(RestrictionsTable, table=True):
    """That `thing` belongs to `owner`."""

    __tablename__ = "known_tie"

    thing: str = Field(primary_key=True)
    owner: str = Field(primary_key=True, index=True)


RESTRICTED_IN = select(col(KnownRestriction.mechanism)).distinct()


def tie(work: Transaction, *events: Event) -> None:
    """Keep what `events` say of restrictions, those that say nothing of them apart."""
    for event in events:
        if isinstance(event, MeetingPlanned | RestrictionSet):
            restrict(work.session, event)
        for one in ties(event):
            if one.ended:
                work.session.remove(KnownTie, one.thing, one.owner)
            else:
                work.session.put(KnownTie(thing=one.thing, owner=one.owner))


def restrict(session: Session, event: MeetingPlanned | RestrictionSet) -> None:
    if event.restricted:
        session.put(KnownRestriction(meeting=event.meeting, mechanism=event.mechanism))
    else:
        session.remove(KnownRestriction, event.meeting)


@heard.on(*TYING, RestrictionSet)
async def learn(work: Transaction, event: Event) -> None:
    tie(work, event)


async def owner_of(session: Session, thing: str) -> str | None:
    """What `thing` belongs to, where it belongs to one alone, like a poll to its meeting."""
    return await session.scalar(select(col(KnownTie.owner)).where(col(KnownTie.thing) == thing))


async def hidden_from(session: Session, who: Actor | None) -> Hidden | None:
    """The ids of all that `who` may not read; none where there is nothing of that kind."""
    if who is not None and who.role in OFFICE:
        return None
    blind = [
        mechanism
        for mechanism in await session.scalars(RESTRICTED_IN)
        if not await sits_in(session, who, mechanism)
    ]
    if not blind:
        return None
    query: Hidden = select(col(KnownRestriction.meeting).label("id"))
    return with_what_hangs_on(query.where(col(KnownRestriction.mechanism).in_(blind)))


def hanging_on(things: Iterable[str]) -> Hidden:
    """The ids of all that belongs to any of `things`, or to what does."""
    query: Hidden = select(col(KnownTie.thing).label("id"))
    return with_what_hangs_on(query.where(col(KnownTie.owner).in_(sorted(things))))


def with_what_hangs_on(query: Hidden) -> Hidden:
    things = query.cte("hidden", recursive=True)
    further = select(col(KnownTie.thing)).join(things, col(KnownTie.owner) == things.c.id)
    return select(things.union(further).c.id)


async def sits_in(session: Session, who: Actor | None, mechanism: str) -> bool:
    if who is None:
        return False
    try:
        body = await directory.find(session, mechanism)
    except NotFoundError:  # its first event is yet to come
        return False
    named = await session.get(KnownCoordinator, mechanism, who.party) if who.party else None
    return has_seat(who, body, named.name if named else None)


async def hidden_among(session: Session, hidden: Hidden | None, keys: Iterable[str]) -> set[str]:
    """Those of `keys` that are among the `hidden` ids."""
    wanted = sorted(set(keys))
    if hidden is None or not wanted:
        return set()
    return set(await session.scalars(hidden.where(hidden.selected_columns.id.in_(wanted))))
