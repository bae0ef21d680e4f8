"""The feeds of one process: kept ready, each once however many follow it, and never stale.

They are looked at again when something was committed here, or in another process that said so, and
after FRESH_SECONDS in any case; what this process writes of meetings is handed over without a look.
A feed is made anew out of what it was and the meetings that moved. Memory is bounded: by MOST_BYTES
of feeds, by MOST_MOVES that one has not seen yet, by MOST_FOLLOWERS of whom it is known what they
follow, and by MOST_PUBLIC addresses with their wishes, which anybody may write in any number.
Whoever falls out is looked up again.
"""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from weakref import WeakKeyDictionary, proxy

from sqlalchemy import select

from events.clock import Clock
from events.road.absence import PASSING
from events.road.database import Database
from events.subscriptions import Scope, Settings
from events.vocabulary import Actor
from services.calendars.board import Board, Changes
from services.calendars.conditions import tag_of
from services.calendars.issues import Issue, Ready
from services.calendars.rules import free_time
from services.calendars.rules.assembly import LONG_AGO, NEVER, Feed, Move, feed, renewed
from services.calendars.rules.reading import Edition, edition
from services.calendars.tables import CalendarsTable, Written
from services.http.counters import FEED_FAILURES
from services.icalendar.wording import spoken
from services.refusals import NotFoundError

FRESH_SECONDS = 0.5
PAUSE_SECONDS = 1.0
MOST_FOLLOWERS = 100_000
MOST_PUBLIC = 1000
MOST_BYTES = 64 * 1024 * 1024
MOST_MOVES = 500
WARM = 16

FOLLOWER = CalendarsTable.metadata.tables["follower"]

log = logging.getLogger(__name__)


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

    def __init__(self, database: Database, clock: Clock) -> None:
        self.database = database
        self.clock = clock
        self.board = Board(database, clock)
        self.ready: OrderedDict[Edition, Ready] = OrderedDict()
        self.followers: OrderedDict[str, Follower] = OrderedDict()
        self.public: OrderedDict[str, Follower] = OrderedDict()
        self.digests: dict[str, str] = {}
        self.forgotten = 0
        self.committed = asyncio.Event()
        self.committed.set()
        self.looking = asyncio.Lock()
        self.look_again = 0.0
        self.until = NEVER
        database.takers.add(self.take)

    async def keep_fresh(self) -> None:
        """Have everything as the database has it now."""
        if self.clock.now() >= self.until:
            self.drop(set(self.board.known))
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

    def take(self, handed: Sequence[Written] | None) -> None:
        """Have what was committed here; what is not known by that is looked up before a reading."""
        if handed is None or self.looking.locked():
            self.committed.set()
            return
        changes = Changes()
        for written in handed:
            if not self.board.take(written, changes):
                self.committed.set()
        self.forget(changes)

    def forget(self, changes: Changes) -> None:
        """Let go of all that `changes` may have changed."""
        if changes.people:
            changes.mechanisms |= set(self.board.people.bodies)
        self.drop(changes.mechanisms)
        self.move(changes.moves)
        self.forgotten += len(changes.followers)
        for key in changes.followers:
            if digest := self.digests.pop(key, None):
                self.followers.pop(digest, None)

    def move(self, moves: Sequence[Move]) -> None:
        mechanisms = {move.mechanism for move in moves}
        for known, ready in list(self.ready.items()):
            if not mechanisms.isdisjoint(known.mechanisms):
                ready.moves += moves
                if len(ready.moves) > MOST_MOVES:
                    self.let_go(known)

    def drop(self, mechanisms: set[str]) -> None:
        for known in list(self.ready):
            if not mechanisms.isdisjoint(known.mechanisms):
                self.let_go(known)
        self.until = min((ready.issue.feed.until for ready in self.ready.values()), default=NEVER)

    def let_go(self, known: Edition) -> None:
        self.ready.pop(known).good = False

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
        since = self.board.since([row.mechanism])
        follower = Follower(scope_in(row.scope), settings_in(row.settings), row.owner, since)
        self.digests[row.id] = digest
        return self.add(digest, follower)

    def add(self, digest: str, follower: Follower) -> Follower:
        keep(self.followers, digest, follower, MOST_FOLLOWERS)
        if len(self.digests) > 2 * MOST_FOLLOWERS:
            kept = self.followers.keys()
            self.digests = {id_: known for id_, known in self.digests.items() if known in kept}
        return follower

    async def issue_for(self, follower: Follower) -> Issue:
        """The feed that `follower` sees; NotFoundError where there is none any more."""
        language = spoken(follower.settings.language)
        if language not in self.board.languages:
            self.board.read_in(language)
            self.committed.set()
        await self.keep_fresh()
        return self.ready_for(follower)

    def ready_for(self, follower: Follower) -> Issue:
        """The same, of a language that is read already, as it was when it was last fresh."""
        ready = follower.ready
        if ready is None or not ready.good:
            wanted = self.edition_for(follower)
            ready = follower.ready = self.ready.get(wanted) or self.make(wanted)
        self.ready.move_to_end(ready.issue.edition)
        return self.latest(ready)

    def edition_for(self, follower: Follower) -> Edition:
        board = self.board
        who = Actor.parse(follower.owner) if follower.owner else None
        found = edition(
            follower.scope,
            follower.settings,
            who,
            board.people,
            restricted=board.restricted,
            owing=board.owing,
        )
        if found is None:
            raise nowhere()
        return found

    def make(self, wanted: Edition) -> Ready:
        made = self.whole(wanted)
        ready = self.ready[wanted] = Ready(Issue(wanted, made))
        self.until = min(self.until, made.until)
        self.make_room()
        return ready

    def whole(self, wanted: Edition) -> Feed:
        board, since = self.board, self.board.since(wanted.mechanisms)
        if wanted.busy is not None:
            taken = free_time.of_bodies(wanted.mechanisms, board.known)
            content = free_time.throughout(wanted.busy, taken, board.joined)
            return Feed(content, tag_of(content), since, NEVER)
        meetings = {key: known.values() for key, known in board.known.items()}
        return feed(wanted, meetings, since=since, now=self.clock.now())

    def latest(self, ready: Ready) -> Issue:
        """The issue of `ready` with all that has moved since the last one."""
        if ready.moves:
            old = ready.issue
            if old.edition.busy is not None:
                made = self.whole(old.edition)
            else:
                since, now = self.board.since(old.edition.mechanisms), self.clock.now()
                made = renewed(old.feed, old.edition, ready.moves, since=since, now=now)
            ready.issue, ready.moves = Issue(old.edition, made), []
            self.until = min(self.until, made.until)
            self.make_room()
        return ready.issue

    def make_room(self) -> None:
        """Let go of the feeds that nobody has asked for the longest, where they are too many."""
        size = sum(each.issue.size for each in self.ready.values())
        while size > MOST_BYTES and len(self.ready) > 1:
            known, oldest = next(iter(self.ready.items()))
            self.let_go(known)
            size -= oldest.issue.size


OF_DATABASES: WeakKeyDictionary[Database, Feeds] = WeakKeyDictionary()


def feeds_of(database: Database, clock: Clock) -> Feeds:
    """The feeds that this process makes out of `database`."""
    found = OF_DATABASES.get(database)
    if found is None:
        found = OF_DATABASES[database] = Feeds(proxy(database), clock)
    return found


async def keep_warm(database: Database, clock: Clock) -> None:
    """Make the feeds asked for last anew as soon as something changes in them, until cancelled.

    The meetings are known from the start on. Where that fails, whoever asks next makes them.
    """
    feeds = feeds_of(database, clock)
    with database.watched() as changed:
        changed.set()
        while True:
            await changed.wait()
            changed.clear()
            try:
                await make_anew(feeds)
            except PASSING as error:
                log.warning("feeds wait for their database: %s", error)
                await asyncio.sleep(PAUSE_SECONDS)
                changed.set()
            except Exception:
                FEED_FAILURES.labels("calendars").inc()
                log.exception("feeds could not be made anew")


async def make_anew(feeds: Feeds) -> None:
    await feeds.keep_fresh()
    for ready in list(feeds.ready.values())[-WARM:]:
        if ready.moves and ready.good:
            asked = ready.issue.bodies
            issue = feeds.latest(ready)
            for coding in asked:
                await issue.body(coding)


def keep(known: OrderedDict[str, Follower], key: str, follower: Follower, most: int) -> Follower:
    known[key] = follower
    while len(known) > most:
        known.popitem(last=False)
    return follower


def nowhere() -> NotFoundError:
    return NotFoundError("this address leads nowhere (any more); make another subscription")


@lru_cache(maxsize=4096)
def scope_in(text: str) -> Scope:
    return Scope.model_validate_json(text)


@lru_cache(maxsize=4096)
def settings_in(text: str) -> Settings:
    return Settings.model_validate_json(text)
