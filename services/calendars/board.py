"""What one process knows of meetings and people, out of the database, and how it hears of changes.

A look asks for the marks of the mechanisms, and then for what changed since those it knew. One
meeting's change brings that meeting's fragments, whatever else there is.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlmodel import col

from events.road.database import Database
from events.road.session import Session
from services import directory
from services.calendars.rules.assembly import LONG_AGO, Fragment, Meeting
from services.calendars.rules.reading import People
from services.calendars.tables import (
    EntryRow,
    FollowerRow,
    FragmentRow,
    KnownCoordinator,
    MarkRow,
)
from services.http.addresses import public_address
from services.icalendar.vevent import with_url

MARKS = select(
    col(MarkRow.mechanism),
    col(MarkRow.number),
    col(MarkRow.people),
    col(MarkRow.followers),
    col(MarkRow.people_at),
)


ENTRY = (
    col(EntryRow.id),
    col(EntryRow.host),
    col(EntryRow.starts),
    col(EntryRow.ends),
    col(EntryRow.zone),
    col(EntryRow.first_year),
    col(EntryRow.last_year),
    col(EntryRow.cancelled),
    col(EntryRow.restricted),
    col(EntryRow.changed),
)


@dataclass(frozen=True)
class Mark:
    """How far a mechanism had come when it was looked at last."""

    number: int = 0
    people: int = 0
    followers: int = 0


@dataclass
class Changes:
    """What a look brought: mechanisms whose meetings changed, subscriptions, and people."""

    mechanisms: set[str] = field(default_factory=set)
    followers: set[str] = field(default_factory=set)
    people: bool = False


class Board:
    """Every meeting by its mechanism, in the order of time, and who may read what of it."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.address = public_address()
        self.marks: dict[str, Mark] = {}
        self.people = People()
        self.people_since = LONG_AGO
        self.known: dict[str, dict[str, Meeting]] = {}
        self.meetings: dict[str, list[Meeting]] = {}

    @property
    def restricted(self) -> frozenset[str]:
        """The mechanisms that have restricted meetings."""
        return frozenset(
            mechanism
            for mechanism, meetings in self.meetings.items()
            if any(meeting.restricted for meeting in meetings)
        )

    async def look(self, changes: Changes) -> None:
        """Bring all of it up to date, and add to `changes` what that may have changed.

        Interrupted, it has not looked: the next time brings the same again.
        """
        marks: dict[str, Mark] = {}
        async with self.database.read() as session:
            for row in await session.execute(MARKS):
                seen = self.marks.get(row.mechanism, Mark())
                if row.number != seen.number:
                    if row.number < seen.number:
                        seen = Mark()
                    await self.learn(session, row, seen, changes)
                    marks[row.mechanism] = Mark(row.number, row.people, row.followers)
            if changes.people:
                await self.learn_people(session)
        self.marks |= marks

    async def learn(self, session: Session, row: Any, seen: Mark, changes: Changes) -> None:
        mechanism: str = row.mechanism
        if await self.learn_meetings(session, mechanism, seen.number):
            changes.mechanisms.add(mechanism)
        if row.followers > seen.followers:
            changes.followers |= await changed_followers(session, mechanism, seen.number)
        if row.people > seen.people:
            changes.people = True
            self.people_since = max(self.people_since, row.people_at or LONG_AGO)

    async def learn_meetings(self, session: Session, mechanism: str, since: int) -> bool:
        """Learn what changed of the meetings of `mechanism`; whether anything did."""
        found: dict[str, tuple[Any, dict[str, Fragment]]] = {}
        for row in await changed_fragments(session, mechanism, since):
            _, fragments = found.setdefault(row.id, (row, {}))
            fragments[row.language] = Fragment.of(self.located(row), row.busy, row.deadlines)
        known = self.known.setdefault(mechanism, {})
        known |= {key: meeting_of(row, fragments) for key, (row, fragments) in found.items()}
        if found:
            self.meetings[mechanism] = sorted(known.values(), key=by_time)
        return bool(found)

    def located(self, row: Any) -> str:
        """The VEVENT in `row` with the address of the meeting's page, where it is known."""
        event: str = row.event
        return with_url(event, f"{self.address}/lineage/{row.id}") if self.address else event

    async def learn_people(self, session: Session) -> None:
        bodies = await directory.everything(session)
        named = await session.scalars(select(KnownCoordinator))
        self.people = People(
            {body.mechanism: body for body in bodies},
            {(row.mechanism, row.party): row.name for row in named},
        )


async def changed_fragments(session: Session, mechanism: str, since: int) -> Any:
    query = (
        select(
            *ENTRY,
            col(FragmentRow.language),
            col(FragmentRow.event),
            col(FragmentRow.busy),
            col(FragmentRow.deadlines),
        )
        .join(FragmentRow, col(FragmentRow.meeting) == col(EntryRow.id))
        .where(col(EntryRow.mechanism) == mechanism, col(EntryRow.as_of) > since)
    )
    return await session.execute(query)


async def changed_followers(session: Session, mechanism: str, since: int) -> set[str]:
    query = select(col(FollowerRow.id)).where(
        col(FollowerRow.mechanism) == mechanism, col(FollowerRow.as_of) > since
    )
    return set(await session.scalars(query))


def meeting_of(row: Any, fragments: dict[str, Fragment]) -> Meeting:
    return Meeting(
        id=row.id,
        host=row.host,
        starts=row.starts,
        ends=row.ends,
        zone=row.zone,
        first_year=row.first_year,
        last_year=row.last_year,
        cancelled=row.cancelled,
        restricted=row.restricted,
        changed=row.changed,
        fragments=fragments,
    )


def by_time(meeting: Meeting) -> tuple[datetime, str]:
    return meeting.starts, meeting.id
