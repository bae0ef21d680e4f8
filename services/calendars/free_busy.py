"""When a delegation is busy, for those who may know it, and nothing of why."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from events.vocabulary import Actor
from services import rights
from services.calendars.conditions import names, tag_of
from services.calendars.pages import fresh
from services.calendars.rules import free_time
from services.http.desk import actor_of
from services.people import People
from services.refusals import NotAllowedError, NotFoundError, UnacceptableError

LONGEST = timedelta(days=731)
EARLIEST, LATEST = date(1990, 1, 1), date(2200, 12, 31)

routes = APIRouter(tags=["calendars"])
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
    actor: Annotated[Actor, Depends(actor_of)],
) -> Response:
    """VFREEBUSY of a delegation, from a date to another in UTC: for itself and the secretary."""
    starts, ends = bounds(first, last)
    board = (await fresh(request)).board
    meetings = free_time.of_bodies(theirs(party, actor, board.people), board.known)
    content = free_time.between(party, meetings, starts, ends, board.joined)
    tag = tag_of(content)
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
    rights.when_busy(actor, party)
    mechanisms = people.of_party(party)
    if not mechanisms:
        raise NotFoundError(f"there is no party called {party}; GET /api/v1/parties lists them")
    if mechanisms.isdisjoint(people.seats(actor)):
        raise NotAllowedError(
            f"{actor} has no role in the bodies of {party}: others are its coordinators now"
        )
    return mechanisms


def day(value: date) -> datetime:
    return datetime.combine(value, time(), UTC)
