"""The pages of feeds: what there is to follow, and how to follow it with a calendar program."""

from urllib.parse import quote

import segno
from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse
from markupsafe import Markup

from services.calendars.feeds import Feeds, Follower, feeds_of
from services.calendars.http import TOKEN, everybody
from services.http.addresses import address_of
from services.http.desk import office_of
from services.http.pages import Pages
from services.icalendar.wording import WORDS
from services.refusals import RefusedError
from services.tokens import digest_of

pages = APIRouter(tags=["pages"], default_response_class=HTMLResponse, include_in_schema=False)
drawing = Pages("calendars", __package__)


@pages.get("/calendars")
async def index(request: Request) -> Response:
    """Every public feed there is."""
    people = (await fresh(request)).board.people
    parties = {one.id: one.name for body in people.bodies.values() for one in body.parties}
    return drawing.draw(request, "feeds.html", bodies=people.bodies, parties=parties)


@pages.get("/calendars/all")
@pages.get("/calendars/mechanisms/{mechanism}")
@pages.get("/calendars/parties/{party}")
@pages.get("/calendars/hosts/{party}")
async def follow(request: Request) -> Response:
    """How to follow a public feed."""
    here = await fresh(request)
    path, query = f"{request.url.path}.ics", request.url.query
    try:
        follower = everybody(here, path, query.encode())
        return await show(request, here, follower, f"{path}?{query}" if query else path)
    except RefusedError as error:
        return missing(request, error)


@pages.get("/calendars/by-token/{token}")
async def follow_by_token(token: str, request: Request) -> Response:
    """How to follow a subscription's feed."""
    here = await fresh(request)
    try:
        follower = await here.by_token(digest_of(token))
        return await show(request, here, follower, f"{TOKEN}{token}.ics")
    except RefusedError as error:
        return missing(request, error)


async def fresh(request: Request) -> Feeds:
    office = office_of(request, "calendars")
    here = feeds_of(office.database, office.clock)
    await here.keep_fresh()
    return here


def missing(request: Request, error: RefusedError) -> Response:
    return drawing.draw(request, "feed-missing.html", status=404, why=str(error))


async def show(request: Request, here: Feeds, follower: Follower, path: str) -> Response:
    issue = await here.issue_for(follower)
    name = issue.edition.name
    address = f"{address_of(request)}{path}"
    webcal = f"webcal://{address.partition('://')[2]}"
    return drawing.draw(
        request,
        "subscribe.html",
        edition=issue.edition,
        secret=follower.owner,
        words=WORDS,
        address=address,
        webcal=webcal,
        picture=picture(webcal),
        google=f"https://calendar.google.com/calendar/r?cid={quote(webcal, safe='')}",
        outlook=added("https://outlook.office.com", address, name),
        outlook_at_home=added("https://outlook.live.com", address, name),
        entries=issue.feed.content.count(b"BEGIN:VEVENT"),
    )


def added(outlook: str, address: str, name: str) -> str:
    """The page on which an Outlook on the web takes a calendar from an address."""
    there = "calendar/0/addfromweb"
    return f"{outlook}/{there}?url={quote(address, safe='')}&name={quote(name, safe='')}"


def picture(text: str) -> Markup:
    """`text` as a QR code, as SVG."""
    code = segno.make(text, error="m", micro=False)
    drawn = code.svg_inline(border=2, dark="#1f242b", light="#ffffff", omitsize=True)
    return Markup(drawn)  # noqa: S704 - of segno alone
