"""When a delegation is busy, for those who may know it, and nothing of why."""

from collections.abc import Collection
from datetime import UTC, date, datetime, time, timedelta
from hashlib import sha256
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from sqlalchemy import ColumnElement, func, select
from sqlmodel import col

from events.road.session import Session
from events.vocabulary import Actor
from services import coordinators, rights
from services.calendars.conditions import names
from services.calendars.tables import EntryRow, MarkRow
from services.http.desk import actor_of, reading
from services.icalendar.freebusy import free_busy
from services.people import People
from services.refusals import NotAllowedError, NotFoundError, UnacceptableError

LONGEST = timedelta(days=731)
EARLIEST, LATEST = date(1990, 1, 1), date(2200, 12, 31)

routes = APIRouter(tags=["calendars"])
Reading = Annotated[Session, Depends(reading("calendars"), scope="function")]
First = Annotated[date, Query(examples=["2027-03-01"])]
Last = Annotated[date, Query(examples=["2027-03-31"])]


@routes.head("/parties/{party}/free-busy", include_in_schema=False)
@routes.get(
    "/parties/{party}/free-busy",
    responses={200: {"content": {"text/calendar": {}}}},
    response_class=Response,
)
async def of_party(
    party: str,
    first: First,
    last: Last,
    request: Request,
    session: Reading,
    actor: Annotated[Actor, Depends(actor_of)],
) -> Response:
    """VFREEBUSY of a delegation, from a date to another in UTC: for itself and the secretary."""
    starts, ends = bounds(first, last)
    mechanisms = theirs(party, actor, await coordinators.people(session))
    content = await busy_of(session, party, mechanisms, starts, ends)
    tag = sha256(content).hexdigest()[:32]
    headers = {"etag": f'"{tag}"', "cache-control": "private, no-cache"}
    if names(request.headers.get("if-none-match", "").encode("latin-1"), tag):
        return Response(status_code=304, headers=headers)
    if request.method == "HEAD":
        headers["content-length"] = str(len(content))
        return Response(headers=headers, media_type="text/calendar")
    return Response(content, headers=headers, media_type="text/calendar")


def bounds(first: date, last: date) -> tuple[datetime, datetime]:
    """From the beginning of the first date to the end of the last, where that may be asked for."""
    if last < first:
        raise UnacceptableError(f"the last date, {last}, comes before the first, {first}")
    if not EARLIEST <= first <= last <= LATEST:
        raise UnacceptableError(f"take dates from {EARLIEST} to {LATEST}")
    starts, ends = day(first), day(last) + timedelta(days=1)
    if ends > starts + LONGEST:
        raise UnacceptableError(f"take a range of dates of at most {LONGEST.days} days")
    return starts, ends


def theirs(party: str, actor: Actor, people: People) -> frozenset[str]:
    """The mechanisms of `party`, for who has a role in one of them now, and the secretary."""
    if actor.role not in rights.OFFICE and actor.party != party:
        raise NotAllowedError(
            f"only {party} itself and the secretary may see when it is busy; you act as {actor}"
        )
    mechanisms = people.of_party(party)
    if not mechanisms:
        raise NotFoundError(f"there is no party called {party}; GET /api/v1/parties lists them")
    if mechanisms.isdisjoint(people.seats(actor)):
        raise NotAllowedError(
            f"{actor} has no role in the bodies of {party}: others are its coordinators now"
        )
    return mechanisms


async def busy_of(
    session: Session, party: str, mechanisms: Collection[str], first: datetime, last: datetime
) -> bytes:
    here = col(EntryRow.mechanism).in_(sorted(mechanisms))
    query = select(col(EntryRow.starts), col(EntryRow.ends)).where(
        here,
        col(EntryRow.cancelled).is_(False),
        col(EntryRow.starts) < last,
        col(EntryRow.ends) > first,
    )
    rows = await session.execute(query)
    return free_busy(
        party,
        [(row.starts, row.ends) for row in rows],
        first=first,
        last=last,
        changed=await changed(session, here),
    )


async def changed(session: Session, here: ColumnElement[bool]) -> datetime:
    """When any meeting `here` changed last, of whatever date, or anybody joined or left a body.

    It never goes back: a meeting that leaves the range counts, and so does one of a body left.
    """
    found = (
        await session.scalar(select(func.max(col(EntryRow.changed))).where(here)),
        await session.scalar(select(func.max(col(MarkRow.people_at)))),
    )
    return max((at for at in found if at is not None), default=day(EARLIEST))


def day(value: date) -> datetime:
    return datetime.combine(value, time(), UTC)
