"""The feeds, at addresses of their own: calendar programs ask for them again and again."""

import hashlib
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from events.moments import Moment
from services import directory
from services.calendars.tables import EntryRow
from services.http.counters import FEED_READS
from services.http.desk import reading
from services.icalendar.calendar import feed
from services.refusals import NotFoundError

pages = APIRouter(tags=["calendars"])
Reading = Annotated[AsyncSession, Depends(reading("calendars"))]
CALENDAR: dict[int | str, dict[str, Any]] = {
    200: {"content": {"text/calendar": {}}},
    304: {"description": "Nothing has changed"},
}


@pages.head("/calendars/all.ics", include_in_schema=False)
@pages.get("/calendars/all.ics", responses=CALENDAR)
async def all_meetings(request: Request, session: Reading) -> Response:
    """Every meeting of the format."""
    return await answer(request, session, "all", "All meetings", None)


@pages.head("/calendars/mechanisms/{mechanism}.ics", include_in_schema=False)
@pages.get("/calendars/mechanisms/{mechanism}.ics", responses=CALENDAR)
async def of_mechanism(mechanism: str, request: Request, session: Reading) -> Response:
    """The meetings of one mechanism."""
    known = await directory.find(session, mechanism)
    return await answer(request, session, "mechanism", known.short_name, [mechanism])


@pages.head("/calendars/parties/{party}.ics", include_in_schema=False)
@pages.get("/calendars/parties/{party}.ics", responses=CALENDAR)
async def of_party(party: str, request: Request, session: Reading) -> Response:
    """The meetings of every mechanism that a party belongs to."""
    bodies = [
        (body.mechanism, known.name)
        for body in await directory.everything(session)
        for known in body.parties
        if known.id == party
    ]
    if not bodies:
        raise NotFoundError(f"there is no party called {party}; GET /api/v1/parties lists them")
    mechanisms = [mechanism for mechanism, _ in bodies]
    return await answer(request, session, "party", bodies[0][1], mechanisms)


async def answer(
    request: Request, session: AsyncSession, kind: str, name: str, mechanisms: list[str] | None
) -> Response:
    """The feed of those mechanisms (all when none are named), or 304 when the caller has it."""
    query = select(EntryRow).order_by(col(EntryRow.starts), col(EntryRow.id))
    if mechanisms is not None:
        query = query.where(col(EntryRow.mechanism).in_(mechanisms))
    rows = list(await session.scalars(query))
    content = feed(
        name,
        [(row.fragment, Moment(at=row.starts, zone=row.zone, offset=row.offset)) for row in rows],
    )
    changed = max((row.changed for row in rows), default=datetime(2000, 1, 1, tzinfo=UTC))
    headers = {
        "etag": f'"{hashlib.sha256(content).hexdigest()[:32]}"',
        "last-modified": format_datetime(changed.replace(microsecond=0), usegmt=True),
        "cache-control": "public, max-age=300",
    }
    known = unchanged(request, headers["etag"], changed)
    FEED_READS.labels("calendars", kind, "unchanged" if known else "whole").inc()
    if known:
        return Response(status_code=304, headers=headers)
    return Response(content, headers=headers, media_type="text/calendar; charset=utf-8")


def unchanged(request: Request, etag: str, changed: datetime) -> bool:
    """Whether the caller's copy is still good (RFC 9110, 13.2.2: the ETag goes first)."""
    tags = request.headers.get("if-none-match")
    if tags is not None:
        known = {tag.strip().removeprefix("W/") for tag in tags.split(",")}
        return etag in known or "*" in known
    since = request.headers.get("if-modified-since")
    if since is None:
        return False
    try:
        return changed.replace(microsecond=0) <= parsedate_to_datetime(since)
    except (ValueError, TypeError):
        return False
