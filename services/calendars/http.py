"""The feeds, at addresses of their own: calendar programs ask for them again and again.

Whatever a program says it takes, it gets text/calendar, and nothing that looks like a download.
"""

import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from difflib import get_close_matches
from email.utils import format_datetime
from functools import cache, lru_cache
from typing import Annotated, Any, NamedTuple
from urllib.parse import parse_qsl

from fastapi import Query
from starlette.types import Receive, Scope, Send

from events.subscriptions import Scope as FeedScope
from events.subscriptions import ScopeKind, Settings
from services.calendars.conditions import coding_named, coding_of, instant_in, names
from services.calendars.feeds import MOST_PUBLIC, Feeds, Follower, feeds_of, keep, nowhere
from services.http.counters import FEED_READS
from services.http.plain import PlainRouter
from services.icalendar import settings as feed_settings
from services.refusals import NotFoundError, UnacceptableError
from services.tokens import digest_of

CALENDAR: dict[int | str, dict[str, Any]] = {
    200: {"content": {"text/calendar": {}}},
    304: {"description": "Nothing has changed"},
}
WAY = re.compile(r"/calendars/(?:(all)|(mechanisms|parties|hosts|by-token)/([^/]+))\.ics")
KINDS = {
    "all": ScopeKind.ALL,
    "mechanisms": ScopeKind.MECHANISM,
    "parties": ScopeKind.PARTY,
    "hosts": ScopeKind.HOST,
}
TAG = re.compile(r"[a-z]{2,3}(?:-[a-z0-9]{1,8})*")
TOKEN = "/calendars/by-token/"  # noqa: S105 - an address, no secret
SECRET = b"private, max-age=300"
PUBLIC = b"public, max-age=300"
SHORTEST_WISH = 3  # letters of a name that may be a misspelt one
LONGEST_QUERY = 512  # of what is remembered of everybody who asks
SETTLES = timedelta(seconds=2)
DATE_LAGS = timedelta(seconds=2)
ALWAYS = [
    (b"content-type", b"text/calendar; charset=utf-8"),
    (b"vary", b"accept-encoding"),
    (b"x-content-type-options", b"nosniff"),
]
CONDITIONS = frozenset({b"if-none-match", b"if-modified-since", b"accept-encoding"})
Wish = Annotated[Settings, Query()]


async def answer(scope: Scope, receive: Receive, send: Send) -> None:
    """A feed, or 304 where the caller has it (RFC 9110, 13.2.2: the ETag goes first)."""
    del receive
    office = scope["app"].state.offices["calendars"]
    here = feeds_of(office.database, office.clock)
    await here.keep_fresh()
    path: str = scope["path"]
    secret = path.startswith(TOKEN)
    follower = await following(here, path, scope["query_string"])
    issue = await here.issue_for(follower)
    said = conditions_in(scope["headers"])
    coding = coding_of(said.get(b"accept-encoding", b""))
    age = Age(max(issue.feed.changed, follower.changed), office.clock.now())
    tag = issue.feed.tag
    known = has_it(said, tag, age)
    if known:
        coding = coding_named(said.get(b"if-none-match", b""), tag, coding)
    headers = headers_of(tag, coding, age.said, secret)
    counter(follower.scope.kind, "unchanged" if known else "whole").inc()
    if known:
        await send({"type": "http.response.start", "status": 304, "headers": headers})
        await send({"type": "http.response.body"})
        return
    body = await issue.body(coding)
    sent = [*headers, (b"content-length", b"%d" % len(body))]
    if coding:
        sent.append((b"content-encoding", coding.encode()))
    await send({"type": "http.response.start", "status": 200, "headers": sent})
    await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})


feeds = PlainRouter(answer)


async def following(here: Feeds, path: str, query: bytes) -> Follower:
    """Who asks: the holder of a token, or everybody for a public feed with these wishes."""
    if path.startswith(TOKEN):
        token, _, ending = path.removeprefix(TOKEN).rpartition(".")
        follower = await here.by_token(digest_of(token))
        if ending != follower.scope.ending:
            raise nowhere()
        return follower
    if len(query) > LONGEST_QUERY:
        raise UnacceptableError(
            f"the query is longer than {LONGEST_QUERY} bytes; say every wish once"
        )
    key = f"{path}?{query.decode('latin-1')}"
    if (found := here.public.get(key)) is None:
        found = keep(here.public, key, everybody(here, path, query), MOST_PUBLIC)
    return found


def everybody(here: Feeds, path: str, query: bytes) -> Follower:
    found = WAY.fullmatch(path)
    if found is None:
        raise NotFoundError("there is no feed at this address; /calendars has all addresses")
    kind = KINDS[found[1] or found[2]]
    scope = FeedScope.model_construct(kind=kind, id=found[3])
    people = here.board.people
    if kind is ScopeKind.MECHANISM and scope.id not in people.bodies:
        raise NotFoundError(
            f"there is no mechanism called {scope.id}; GET /api/v1/mechanisms lists them"
        )
    if kind in {ScopeKind.PARTY, ScopeKind.HOST} and not people.of_party(scope.id):
        raise NotFoundError(f"there is no party called {scope.id}; GET /api/v1/parties lists them")
    return Follower(scope, wished_in(query))


def wished_in(query: bytes) -> Settings:
    """The settings in a query; UnacceptableError where one of them is none, or is misspelt.

    Calendar programs show no words of ours, so what resembles no wish is left out: people append
    `?x=1` to have a feed read anew, and others add their own marks to every address.
    """
    asked = dict(parse_qsl(query.decode("latin-1")))
    for name in asked.keys() - Settings.model_fields.keys():
        if meant := wish_like(name):
            raise UnacceptableError(f"{name}: feeds have no such wish; did you mean {meant}?")
        del asked[name]
    if "language" in asked:
        asked["language"] = language_of(asked["language"])
    return feed_settings.wished(asked, "the query")


def wish_like(name: str) -> str | None:
    """The setting that `name` resembles, as a whole or in one of its words."""
    written = name.lower().replace("-", "_")
    if len(written) < SHORTEST_WISH:
        return None
    for wish in Settings.model_fields:
        words = [wish, *wish.split("_")]
        if get_close_matches(written, words, 1) or set(written.split("_")) & set(words):
            return wish
    return None


def language_of(tag: str) -> str:
    """The language of a tag (RFC 5646) like RU or ru-Cyrl-RU, by lookup (RFC 4647, 3.4)."""
    small = tag.lower()
    return small.partition("-")[0] if TAG.fullmatch(small) else tag


class Age(NamedTuple):
    """When a feed was otherwise for the last time, as far as this process knows, and now.

    A date has whole seconds, and another process may know of a change a second later. So a copy is
    good by its date alone from SETTLES later on, and a date that is said before is of no use.

    None may be later than the Date of the answer (RFC 9110, 8.8.2.1), which the server renews once
    a second, or a little later: DATE_LAGS.
    """

    changed: datetime
    now: datetime

    @property
    def settled(self) -> datetime:
        return (self.changed + SETTLES).replace(microsecond=0)

    @property
    def said(self) -> datetime:
        if self.settled <= self.now - DATE_LAGS:
            return self.settled
        return self.changed.replace(microsecond=0) - DATE_LAGS

    def is_known(self, since: bytes) -> bool:
        """Whether nothing has changed since a date, which is none that is still to come."""
        found = instant_in(since)
        return found is not None and self.settled <= found <= self.now


def conditions_in(headers: Iterable[tuple[bytes, bytes]]) -> dict[bytes, bytes]:
    """What is said of a copy or a coding; several lines of one name are one (RFC 9110, 5.3)."""
    said: dict[bytes, bytes] = {}
    for name, value in headers:
        if name in CONDITIONS:
            said[name] = said[name] + b", " + value if name in said else value
    return said


def has_it(said: dict[bytes, bytes], tag: str, age: Age) -> bool:
    """Whether the caller's copy is still good."""
    tags = said.get(b"if-none-match")
    if tags is not None:
        return names(tags, tag)
    since = said.get(b"if-modified-since")
    return since is not None and age.is_known(since)


@lru_cache(maxsize=4096)
def headers_of(tag: str, coding: str, dated: datetime, secret: bool) -> list[tuple[bytes, bytes]]:
    """What is said of a feed in a coding, with a body or without: other bytes, another ETag."""
    etag = f'"{tag}-{coding}"' if coding else f'"{tag}"'
    return [
        *ALWAYS,
        (b"etag", etag.encode()),
        (b"last-modified", format_datetime(dated, usegmt=True).encode()),
        (b"cache-control", SECRET if secret else PUBLIC),
    ]


@cache
def counter(kind: str, answered: str) -> Any:
    return FEED_READS.labels("calendars", kind, answered)


@feeds.head("/calendars/all.ics", include_in_schema=False)
@feeds.get("/calendars/all.ics", responses=CALENDAR, tags=["calendars"])
async def all_meetings(settings: Wish) -> None:
    """Every meeting of the format."""


@feeds.head("/calendars/mechanisms/{mechanism}.ics", include_in_schema=False)
@feeds.get("/calendars/mechanisms/{mechanism}.ics", responses=CALENDAR, tags=["calendars"])
async def of_mechanism(mechanism: str, settings: Wish) -> None:
    """The meetings of one mechanism."""


@feeds.head("/calendars/parties/{party}.ics", include_in_schema=False)
@feeds.get("/calendars/parties/{party}.ics", responses=CALENDAR, tags=["calendars"])
async def of_party(party: str, settings: Wish) -> None:
    """The meetings of every mechanism that a party belongs to."""


@feeds.head("/calendars/hosts/{party}.ics", include_in_schema=False)
@feeds.get("/calendars/hosts/{party}.ics", responses=CALENDAR, tags=["calendars"])
async def of_host(party: str, settings: Wish) -> None:
    """The meetings that a party hosts."""


@feeds.head("/calendars/by-token/{token}.ics", include_in_schema=False)
@feeds.get("/calendars/by-token/{token}.ics", responses=CALENDAR, tags=["calendars"])
async def by_token(token: str) -> None:
    """The feed of a subscription; its token says whose, and its settings how."""


@feeds.head("/calendars/by-token/{token}.ifb", include_in_schema=False)
@feeds.get("/calendars/by-token/{token}.ifb", responses=CALENDAR, tags=["calendars"])
async def busy_by_token(token: str) -> None:
    """VFREEBUSY of a party, in all years that have meetings; its token says of which."""
