"""The pages, and what they are drawn with: HTML that needs no script and nothing from elsewhere."""

from collections.abc import Iterable
from hashlib import sha256
from importlib.resources import files
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined
from sqlalchemy.ext.asyncio import AsyncSession

from events.mechanisms import PartyFacts
from services import directory
from services.http.desk import office_of, reading
from services.portal.queries import (
    recent_decisions,
    standing_of,
    standings,
    unsettled_follow_ups,
)
from services.portal.rules import picture, words
from services.portal.rules.meeting import LOOP
from services.refusals import NotFoundError

SAFETY = {
    "content-security-policy": "default-src 'none'; style-src 'self'; img-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
}
STATIC = {
    name: ((files(__package__) / "static" / name).read_bytes(), media_type)
    for name, media_type in (("secretariat.css", "text/css"), ("mark.svg", "image/svg+xml"))
}

pages = APIRouter(tags=["pages"], default_response_class=HTMLResponse, include_in_schema=False)
Reading = Annotated[AsyncSession, Depends(reading("portal"))]

drawing = Environment(
    loader=PackageLoader(__package__),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
drawing.filters |= {
    "day": words.day,
    "hours": words.hours,
    "clock": words.place_of_clock,
    "instant": words.instant,
    "plain": words.plain,
    "address": quote,
}
drawing.globals |= {"counted": words.counted, "LOOP": LOOP}


@pages.get("/")
async def start(request: Request, session: Reading) -> Response:
    """Where every body stands."""
    found = await standings(session)
    return drawn(
        request,
        "start.html",
        standings=found,
        stations=picture.stations(found),
        picture=picture,
        idle=sum(standing.stage is None for standing in found),
        unsettled=sum(standing.unsettled for standing in found),
        overdue=sum(standing.overdue for standing in found),
        escalated=sum(standing.escalated for standing in found),
        names=names_of(party for s in found for party in s.body.parties),
    )


@pages.get("/bodies/{mechanism}")
async def one_body(mechanism: str, request: Request, session: Reading) -> Response:
    """A body's meetings, decisions and what is owed in it."""
    try:
        standing, meetings = await standing_of(session, mechanism)
    except NotFoundError:
        return drawn(request, "missing.html", status=404, wanted=mechanism)
    known = {known.mechanism: known.short_name for known in await directory.everything(session)}
    return drawn(
        request,
        "body.html",
        standing=standing,
        body=standing.body,
        known=known,
        meetings=meetings,
        decisions=await recent_decisions(session, mechanism),
        follow_ups=await unsettled_follow_ups(session, mechanism),
        names=names_of(standing.body.parties),
        zones={party.id: party.zone for party in standing.body.parties},
        host=request.url.netloc,
    )


@pages.get("/static/{name}")
async def static(name: str, request: Request) -> Response:
    """What the pages are dressed in."""
    if name not in STATIC:
        return drawn(request, "missing.html", status=404, wanted=name)
    content, media_type = STATIC[name]
    tag = f'"{sha256(content).hexdigest()[:32]}"'
    headers = {"etag": tag, "cache-control": "no-cache", "x-content-type-options": "nosniff"}
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=headers)
    return Response(content, headers=headers, media_type=media_type)


def names_of(parties: Iterable[PartyFacts]) -> dict[str, str]:
    return {party.id: party.name for party in parties}


def drawn(request: Request, template: str, *, status: int = 200, **shown: Any) -> HTMLResponse:
    """The page, with the instant at which it was true."""
    now = office_of(request, "portal").clock.now()
    return HTMLResponse(
        drawing.get_template(template).render(now=now, **shown), status, headers=SAFETY
    )
