"""The pages of feeds: what there is to follow, and how to follow it with a calendar program."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import quote

import segno
from babel.dates import format_date
from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from markupsafe import Markup

from events.subscriptions import Scope, Settings
from events.vocabulary import Actor
from services.calendars.feeds import Feeds, Follower, feeds_of
from services.calendars.http import TOKEN, everybody
from services.calendars.rules.ahead import ahead
from services.http import wishes
from services.http.addresses import address_of, is_reached_from_outside
from services.http.desk import office_of
from services.http.languages import LOCALES, NAMES, nearest
from services.http.pages import SAFETY, Pages
from services.icalendar.names import party_in
from services.icalendar.wording import WORDS
from services.people import People
from services.refusals import NotFoundError, RefusedError, UnacceptableError
from services.tokens import digest_of

pages = APIRouter(tags=["pages"], default_response_class=HTMLResponse, include_in_schema=False)
drawing = Pages("calendars", __package__)


@pages.get("/calendars")
async def index(request: Request) -> Response:
    """Every public feed there is, and how to come by a secret address."""
    people = (await fresh(request)).board.people
    language = request.query_params.get("language", "")
    return drawing.draw(
        request,
        "feeds.html",
        lang=nearest(language),
        languages=NAMES,
        bodies=people.bodies,
        parties=names_in(people, nearest(language)),
    )


@pages.get("/calendars/all")
@pages.get("/calendars/mechanisms/{mechanism}")
@pages.get("/calendars/parties/{party}")
@pages.get("/calendars/hosts/{party}")
async def follow(request: Request) -> Response:
    """How to follow a public feed; with its form, the way to the address that was wished."""
    here = await fresh(request)
    path, asked = request.url.path, request.query_params
    try:
        if wishes.SENT in asked:
            query = wishes.query_of(wishes.wished(asked))
            return RedirectResponse(f"{path}?{query}" if query else path, 303, headers=SAFETY)
        query = request.url.query
        follower = everybody(here, f"{path}.ics", query.encode())
        return await show(
            request, here, follower, f"{path}.ics?{query}" if query else f"{path}.ics"
        )
    except UnacceptableError as error:
        lang = nearest(asked.get("language", ""))
        return drawing.draw(
            request, "feed-unmet.html", status=422, lang=lang, why=str(error), path=path
        )
    except NotFoundError:
        lang = nearest(asked.get("language", ""))
        wanted = path.rpartition("/")[2]
        kind = "body" if path.startswith("/calendars/mechanisms/") else "party"
        return drawing.draw(
            request, "feed-unknown.html", status=404, lang=lang, wanted=wanted, kind=kind
        )


@pages.get("/calendars/by-token/{token}")
async def follow_by_token(token: str, request: Request) -> Response:
    """How to follow a subscription's feed."""
    here = await fresh(request)
    try:
        follower = await here.by_token(digest_of(token))
        return await show(request, here, follower, f"{TOKEN}{token}.{follower.scope.ending}")
    except RefusedError:
        return drawing.draw(request, "feed-dead.html", status=404, secret=True)


async def fresh(request: Request) -> Feeds:
    office = office_of(request, "calendars")
    here = feeds_of(office.database, office.clock)
    await here.keep_fresh()
    return here


async def show(request: Request, here: Feeds, follower: Follower, path: str) -> Response:
    issue = await here.issue_for(follower)
    settings = follower.settings
    lang = nearest(settings.language)
    return drawing.draw(
        request,
        "subscribe.html" if issue.edition.busy is None else "free-time.html",
        scripts=("copy.js",),
        lang=lang,
        secret=follower.owner is not None,
        name=issue.edition.name,
        owner=Actor.parse(follower.owner) if follower.owner else None,
        parties=names_in(here.board.people, lang),
        scope=follower.scope,
        settings=settings,
        words=WORDS,
        languages=NAMES,
        in_language=lambda code: in_language(settings, code),
        ahead=ahead(issue.feed.content, here.clock.now()),
        day=lambda instant: long_date(instant, lang),
        **ways(follower.scope, f"{address_of(request)}{path}", issue.edition.name),
    )


def ways(scope: Scope, address: str, name: str) -> Mapping[str, Any]:
    """The addresses by which programs take up the feed at `address`."""
    webcal = wishes.webcal_of(scope, address)
    return {
        "address": address,
        "reached": is_reached_from_outside(address),
        "webcal": webcal,
        "picture": picture(webcal or address),
        "google": f"https://calendar.google.com/calendar/r?cid={quote(webcal or address, safe='')}",
        "outlook": added("https://outlook.office.com", address, name),
        "outlook_at_home": added("https://outlook.live.com", address, name),
        "manage": f"{address.rpartition('.')[0]}/settings",
    }


def in_language(settings: Settings, code: str) -> str:
    """The query of the same public feed in another language."""
    return wishes.query_of(settings.model_copy(update={"language": code}))


def long_date(instant: datetime, lang: str) -> str:
    return format_date(instant.date(), format="full", locale=LOCALES[lang])


def names_in(people: People, language: str) -> dict[str, str]:
    everybody = (one for body in people.bodies.values() for one in body.parties)
    return {one.id: party_in(one.id, language, one.name) for one in everybody}


def added(outlook: str, address: str, name: str) -> str:
    """The page on which an Outlook on the web takes a calendar from an address."""
    there = "calendar/0/addfromweb"
    return f"{outlook}/{there}?url={quote(address, safe='')}&name={quote(name, safe='')}"


def picture(text: str) -> Markup:
    """`text` as a QR code, as SVG."""
    code = segno.make(text, error="m", micro=False)
    drawn = code.svg_inline(border=2, dark="#1f242b", light="#ffffff", omitsize=True)
    return Markup(drawn)  # noqa: S704 - of segno alone
