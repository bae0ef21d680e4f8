"""What one process knows of meetings and people, out of the database, and how it hears of changes.

A look asks for the marks of the mechanisms, and then for what changed since those it knew. One
meeting's change brings that meeting's fragments, whatever else there is. What this process wrote
itself is handed over, and needs no look, where it comes right after what is known.

`noticed` is when this process found a mechanism to have changed, which is never before it had; all
that follows from the program and its settings changes with the process.
"""

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select

from events.clock import Clock
from events.road.database import Database
from events.road.session import Session
from services import coordinators
from services.calendars.rules.assembly import (
    KEPT,
    LONG_AGO,
    NEVER,
    Fragment,
    Meeting,
    Move,
    Piece,
    alias_of,
    fault_of,
    without,
)
from services.calendars.tables import CalendarsTable, EntryRow, SecretRow, Written
from services.http.addresses import public_address
from services.icalendar.vevent import with_uid, with_url
from services.icalendar.wording import ENGLISH
from services.people import People

TABLES = CalendarsTable.metadata.tables
ENTRY, TASK = TABLES["entry"].c, TABLES["task"].c
FRAGMENT, FOLLOWER = TABLES["fragment"].c, TABLES["follower"].c
MARKS = select(TABLES["mark"])
ENTRIES = select(
    *(ENTRY[name] for name in ("id", "host", "starts", "ends", "zone", "first_year", "last_year")),
    *(ENTRY[name] for name in ("cancelled", "restricted", "changed")),
)
FRAGMENTS = select(TABLES["fragment"]).join(TABLES["entry"], ENTRY.id == FRAGMENT.entry)
TASKS = select(*(TASK[name] for name in ("id", "party", "ends", "cancelled")))
FRAGMENTS_OF_TASKS = select(TABLES["fragment"]).join(TABLES["task"], TASK.id == FRAGMENT.entry)

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Mark:
    """How far a mechanism had come when it was looked at last."""

    number: int = 0
    people: int = 0
    followers: int = 0


@dataclass
class Changes:
    """What was learnt: meetings that moved, mechanisms that others read now, followers, people."""

    moves: list[Move] = field(default_factory=list)
    mechanisms: set[str] = field(default_factory=set)
    followers: set[str] = field(default_factory=set)
    people: bool = False


class Board:
    """Every meeting and task by its mechanism and id, and who may read what of it.

    `languages` are those of its fragments: only what somebody reads is kept. `restricted` are the
    mechanisms with restricted meetings, `owing` those with tasks. `joined` is when anybody joined
    or left a body last, by the events. `unshown` are the meetings that cannot be shown, and why.
    """

    def __init__(self, database: Database, clock: Clock) -> None:
        self.database = database
        self.clock = clock
        self.secret = b""
        self.noticed: dict[str, datetime] = {}
        self.unshown: dict[str, str] = {}
        self.address = public_address()
        self.marks: dict[str, Mark] = {}
        self.people = People()
        self.people_since = LONG_AGO
        self.joined = LONG_AGO
        self.languages = {ENGLISH}
        self.known: dict[str, dict[str, Meeting]] = {}
        self.restricted: frozenset[str] = frozenset()
        self.owing: frozenset[str] = frozenset()

    def read_in(self, language: str) -> None:
        """Keep the fragments in one more language: the next look brings all meetings again."""
        self.languages.add(language)
        self.marks = {key: replace(mark, number=0) for key, mark in self.marks.items()}

    async def look(self, changes: Changes) -> None:
        """Bring all of it up to date, and add to `changes` what that may have changed.

        Interrupted, it has not looked: the next time brings the same again.
        """
        marks: dict[str, Mark] = {}
        joined = self.joined
        async with self.database.read() as session:
            if not self.secret:
                self.secret = (await session.get_one(SecretRow, "busy")).value
            for row in await session.execute(MARKS):
                seen = self.marks.get(row.mechanism, Mark())
                if row.number != seen.number:
                    if row.number < seen.number:
                        seen = Mark()
                    await self.learn(session, row, seen, changes)
                    marks[row.mechanism] = Mark(row.number, row.people, row.followers)
                    joined = max(joined, row.people_at or joined)
            if changes.people:
                await self.learn_people(session)
        self.marks |= marks
        self.joined = joined
        self.notice(marks, people=changes.people)

    def notice(self, mechanisms: Iterable[str], *, people: bool) -> None:
        now = self.clock.now()
        self.noticed |= dict.fromkeys(mechanisms, now)
        if people:
            self.people_since = now

    def since(self, mechanisms: Iterable[str]) -> datetime:
        """When anything was last found to have changed in them, or in who may read what."""
        return max((self.people_since, *(self.noticed.get(key, LONG_AGO) for key in mechanisms)))

    async def learn(self, session: Session, row: Any, seen: Mark, changes: Changes) -> None:
        mechanism: str = row.mechanism
        self.enter(mechanism, await self.changed_meetings(session, mechanism, seen.number), changes)
        if row.followers > seen.followers:
            changes.followers |= await changed_followers(session, mechanism, seen.number)
        if row.people > seen.people:
            changes.people = True

    async def changed_meetings(
        self, session: Session, mechanism: str, since: int
    ) -> dict[str, Meeting]:
        """The meetings and tasks of `mechanism` that changed, by their id."""
        found: dict[str, Meeting] = {}
        for table, rows_of, fragments_of, made in (
            (ENTRY, ENTRIES, FRAGMENTS, self.meeting_of),
            (TASK, TASKS, FRAGMENTS_OF_TASKS, task_of),
        ):
            changed = (table.mechanism == mechanism, table.as_of > since)
            if rows := await session.execute(rows_of.where(*changed)):
                spoken = FRAGMENT.language.in_(sorted(self.languages))
                pieces: dict[str, list[Any]] = {row.id: [] for row in rows}
                for piece in await session.execute(fragments_of.where(*changed, spoken)):
                    pieces[piece.entry].append(piece)
                found |= {row.id: made(row, self.fragments(pieces[row.id])) for row in rows}
        return found

    def take(self, written: Written, changes: Changes) -> bool:
        """Have what this process wrote, if it comes right after what is known; whether it did."""
        mechanism, number, row, fragments = written
        seen = self.marks.get(mechanism, Mark())
        if row is None or number != seen.number + 1 or not self.secret:
            return False
        made = self.meeting_of if isinstance(row, EntryRow) else task_of
        found = made(row, self.fragments(fragments))
        self.enter(mechanism, {row.id: found}, changes)
        self.marks[mechanism] = replace(seen, number=number)
        self.notice([mechanism], people=False)
        return True

    def enter(self, mechanism: str, found: Mapping[str, Meeting], changes: Changes) -> None:
        known = self.known.setdefault(mechanism, {})
        found = {id_: self.shown(one) for id_, one in found.items()}
        moves = [Move(mechanism, known.get(id_), one) for id_, one in found.items()]
        known |= found
        readable = self.restricted, self.owing
        if any(move.after.restricted for move in moves):
            self.restricted |= {mechanism}
        elif not any(one.restricted for one in known.values()):
            self.restricted -= {mechanism}
        if any(one.party for one in found.values()):
            self.owing |= {mechanism}
        if readable != (self.restricted, self.owing):
            changes.mechanisms.add(mechanism)
        changes.moves += moves

    def shown(self, meeting: Meeting) -> Meeting:
        """The same, where it can be shown; one that cannot is in no feed, and costs no other."""
        fault = fault_of(meeting)
        if fault is None:
            self.unshown.pop(meeting.id, None)
            return meeting
        if self.unshown.get(meeting.id) != fault:
            log.error("%s is in no feed: %s", meeting.id, fault)
        self.unshown[meeting.id] = fault
        return without(meeting)

    def meeting_of(self, row: Any, fragments: dict[str, Fragment]) -> Meeting:
        alias = None
        if row.restricted:
            alias = alias_of(row.id, self.secret)
            uid = f"{alias}@secretariat"
            fragments = {
                language: one._replace(
                    busy=Piece(with_uid(one.busy.content.decode(), uid).encode())
                )
                for language, one in fragments.items()
            }
        return Meeting(
            id=row.id,
            host=row.host,
            starts=row.starts,
            ends=row.ends,
            zone=row.zone,
            first_year=row.first_year,
            last_year=row.last_year,
            cancelled=row.cancelled,
            changed=row.changed,
            restricted=row.restricted,
            alias=alias,
            leaves=leaving(row),
            fragments=fragments,
        )

    def fragments(self, rows: Iterable[Any]) -> dict[str, Fragment]:
        return {
            row.language: Fragment.of(self.located(row), row.busy, row.deadlines)
            for row in rows
            if row.language in self.languages
        }

    def located(self, row: Any) -> bytes:
        """The VEVENT in `row` with the address of the meeting's page, where it is known."""
        event: bytes = row.event
        if self.address is None or not event:
            return event
        return with_url(event.decode(), f"{self.address}/meetings/{row.entry}").encode()

    async def learn_people(self, session: Session) -> None:
        self.people = await coordinators.people(session)


async def changed_followers(session: Session, mechanism: str, since: int) -> set[str]:
    query = select(FOLLOWER.id).where(FOLLOWER.mechanism == mechanism, FOLLOWER.as_of > since)
    return set(await session.scalars(query))


def leaving(row: Any) -> datetime:
    """When what is cancelled is no longer shown."""
    return row.ends + KEPT if row.cancelled and row.ends < NEVER - KEPT else NEVER


def task_of(row: Any, fragments: dict[str, Fragment]) -> Meeting:
    return Meeting(
        id=row.id,
        host="",
        starts=row.ends,
        ends=row.ends,
        cancelled=row.cancelled,
        leaves=leaving(row),
        fragments=fragments,
        party=row.party,
    )
