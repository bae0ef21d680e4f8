"""The feeds of one process: kept ready, each once however many follow it, and never stale.

They are looked at again when something was committed here, or in another process that said so, and
after FRESH_SECONDS in any case. Memory is bounded: by MOST_BYTES of feeds, and by MOST_FOLLOWERS of
whom it is known what they follow. Whoever falls out is looked up again.
"""

import asyncio
import gzip
import logging
from collections import OrderedDict
from datetime import datetime
from functools import lru_cache
from weakref import WeakKeyDictionary, proxy

import brotli
from sqlalchemy import select

from events.clock import Clock
from events.road.absence import PASSING
from events.road.database import Database
from events.subscriptions import Scope, Settings
from events.vocabulary import Actor
from services.calendars.board import Board, Changes
from services.calendars.rules.assembly import LONG_AGO, NEVER, Feed, feed
from services.calendars.rules.reading import Edition, edition
from services.calendars.tables import CalendarsTable
from services.refusals import NotFoundError

FRESH_SECONDS = 0.5
PAUSE_SECONDS = 1.0
MOST_FOLLOWERS = 100_000
MOST_BYTES = 64 * 1024 * 1024
WARM = 16
BROTLI_QUALITY = 5

FOLLOWER = CalendarsTable.metadata.tables["follower"]

log = logging.getLogger(__name__)


class Ready:
    """A feed that is kept, as it is and compressed; `good` until something in it changes."""

    def __init__(self, edition: Edition, made: Feed) -> None:
        self.edition = edition
        self.feed = made
        self.good = True
        self.bodies: dict[str, bytes] = {"": made.content}

    async def body(self, coding: str) -> bytes:
        """The feed in a content coding: gzip, br, or none."""
        found = self.bodies.get(coding)
        if found is None:
            found = await asyncio.to_thread(compressed, self.feed.content, coding)
            self.bodies[coding] = found
        return found

    @property
    def size(self) -> int:
        return sum(map(len, self.bodies.values()))


class Follower:
    """Somebody who follows a feed by a secret address, or everybody who follows a public one."""

    __slots__ = ("changed", "owner", "ready", "scope", "settings")

    def __init__(
        self,
        scope: Scope,
        settings: Settings,
        owner: str | None = None,
        changed: datetime = LONG_AGO,
    ) -> None:
        self.scope = scope
        self.settings = settings
        self.owner = owner
        self.changed = changed
        self.ready: Ready | None = None


class Feeds:
    """What there is to follow, and who follows it."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.board = Board(database)
        self.ready: OrderedDict[Edition, Ready] = OrderedDict()
        self.followers: OrderedDict[str, Follower] = OrderedDict()
        self.digests: dict[str, str] = {}
        self.forgotten = 0
        self.committed = asyncio.Event()
        self.committed.set()
        self.looking = asyncio.Lock()
        self.look_again = 0.0
        self.until = NEVER
        database.watchers.add(self.committed)

    async def keep_fresh(self, now: datetime) -> None:
        """Have everything as the database has it, at `now`."""
        if now >= self.until:
            self.drop(set(self.board.meetings))
        if self.stale or self.looking.locked():
            async with self.looking:
                if self.stale:
                    await self.look()

    @property
    def stale(self) -> bool:
        return self.committed.is_set() or asyncio.get_running_loop().time() >= self.look_again

    async def look(self) -> None:
        changes = Changes()
        self.committed.clear()
        try:
            await self.board.look(changes)
        except BaseException:
            self.committed.set()
            raise
        finally:
            self.forget(changes)
        self.look_again = asyncio.get_running_loop().time() + FRESH_SECONDS

    def forget(self, changes: Changes) -> None:
        """Let go of all that `changes` may have changed."""
        if changes.people:
            changes.mechanisms |= set(self.board.people.bodies)
        self.drop(changes.mechanisms)
        self.forgotten += len(changes.followers)
        for key in changes.followers:
            if digest := self.digests.pop(key, None):
                self.followers.pop(digest, None)

    def drop(self, mechanisms: set[str]) -> None:
        if not mechanisms:
            return
        for known, ready in list(self.ready.items()):
            if not mechanisms.isdisjoint(known.mechanisms):
                ready.good = False
                del self.ready[known]
        self.until = min((ready.feed.until for ready in self.ready.values()), default=NEVER)

    async def by_token(self, digest: str) -> Follower:
        """Who follows by the token of that digest; NotFoundError where nobody does (any more)."""
        found = self.followers.get(digest)
        if found is not None:
            self.followers.move_to_end(digest)
            return found
        row, forgotten = None, -1
        while forgotten != self.forgotten:
            forgotten = self.forgotten
            async with self.database.glance() as session:
                rows = await session.execute(select(FOLLOWER).where(FOLLOWER.c.digest == digest))
                row = next(iter(rows), None)
        if row is None:
            raise nowhere()
        follower = Follower(scope_in(row.scope), settings_in(row.settings), row.owner, row.changed)
        self.digests[row.id] = digest
        return self.add(digest, follower)

    def add(self, key: str, follower: Follower) -> Follower:
        self.followers[key] = follower
        while len(self.followers) > MOST_FOLLOWERS:
            self.followers.popitem(last=False)
        if len(self.digests) > 2 * MOST_FOLLOWERS:
            kept = self.followers.keys()
            self.digests = {id_: known for id_, known in self.digests.items() if known in kept}
        return follower

    def ready_for(self, follower: Follower, now: datetime) -> Ready:
        """The feed that `follower` sees; NotFoundError where there is none any more."""
        ready = follower.ready
        if ready is not None and ready.good:
            self.ready.move_to_end(ready.edition)
        else:
            board = self.board
            who = Actor.parse(follower.owner) if follower.owner else None
            wanted = edition(
                follower.scope,
                follower.settings,
                who,
                board.people,
                restricted=board.restricted,
                owing=board.owing,
            )
            if wanted is None:
                raise nowhere()
            ready = follower.ready = self.ready.get(wanted) or self.make(wanted, now)
        return ready

    def make(self, wanted: Edition, now: datetime) -> Ready:
        made = feed(wanted, self.board.meetings, since=self.board.people_since, now=now)
        ready = self.ready[wanted] = Ready(wanted, made)
        self.until = min(self.until, made.until)
        size = sum(each.size for each in self.ready.values())
        while size > MOST_BYTES and len(self.ready) > 1:
            _, oldest = self.ready.popitem(last=False)
            oldest.good = False
            size -= oldest.size
        return ready


OF_DATABASES: WeakKeyDictionary[Database, Feeds] = WeakKeyDictionary()


def feeds_of(database: Database) -> Feeds:
    """The feeds that this process makes out of `database`."""
    found = OF_DATABASES.get(database)
    if found is None:
        found = OF_DATABASES[database] = Feeds(proxy(database))
    return found


async def keep_warm(database: Database, clock: Clock) -> None:
    """Make the feeds asked for last anew as soon as something changes in them, until cancelled."""
    feeds = feeds_of(database)
    with database.watched() as changed:
        while True:
            await changed.wait()
            changed.clear()
            try:
                await make_anew(feeds, clock.now())
            except PASSING as error:
                log.warning("feeds wait for their database: %s", error)
                await asyncio.sleep(PAUSE_SECONDS)
                changed.set()


async def make_anew(feeds: Feeds, now: datetime) -> None:
    before = list(feeds.ready.items())[-WARM:]
    who_reads_what = feeds.board.who_reads_what
    await feeds.keep_fresh(now)
    if who_reads_what != feeds.board.who_reads_what:
        return
    for wanted, old in before:
        if not old.good:
            ready = feeds.ready.get(wanted) or feeds.make(wanted, now)
            for coding in old.bodies:
                await ready.body(coding)


def compressed(content: bytes, coding: str) -> bytes:
    if coding == "br":
        return bytes(brotli.compress(content, quality=BROTLI_QUALITY))
    return gzip.compress(content, mtime=0)


def nowhere() -> NotFoundError:
    return NotFoundError("this address leads nowhere (any more); make another subscription")


@lru_cache(maxsize=4096)
def scope_in(text: str) -> Scope:
    return Scope.model_validate_json(text)


@lru_cache(maxsize=4096)
def settings_in(text: str) -> Settings:
    return Settings.model_validate_json(text)
