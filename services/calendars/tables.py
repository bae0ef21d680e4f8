"""What calendars keeps: of each meeting its entry and VEVENTs, of each subscription its digest.

All but the secret follows from events, and a copy that is built anew takes that over. `as_of` is
the mark of the mechanism at which a row changed last, so that a process which knows what stood at
one mark asks only for what has changed since.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Any, NamedTuple, NoReturn

from sqlalchemy import MetaData
from sqlmodel import Field, SQLModel

from events.road.columns import UtcDateTime
from events.road.session import Session
from services.calendars.look import look
from services.icalendar.clocks import span_on_clocks
from services.icalendar.entry import Entry
from services.icalendar.task import Task, vtask
from services.icalendar.vevent import busy, deadlines, vevent
from services.icalendar.wording import LANGUAGES
from services.organizer import organizer_in
from services.records import Record, Records


class CalendarsTable(SQLModel):
    metadata = MetaData()


class EntryRow(CalendarsTable, Record, table=True):
    """A meeting as the feeds show it. Its years are those of all that is said of it."""

    __tablename__ = "entry"

    host: str
    starts: datetime = Field(sa_type=UtcDateTime)
    ends: datetime = Field(sa_type=UtcDateTime)
    zone: str
    first_year: int
    last_year: int
    cancelled: bool
    restricted: bool
    changed: datetime = Field(sa_type=UtcDateTime)
    as_of: int = 0


class TaskRow(CalendarsTable, Record, table=True):
    """What a party owes, as its own feeds show it. `ends` is the end of the due day, in UTC."""

    __tablename__ = "task"

    party: str
    ends: datetime = Field(sa_type=UtcDateTime)
    cancelled: bool
    as_of: int = 0


class FragmentRow(CalendarsTable, table=True):
    """In one language, a meeting's VEVENT, the one for who may not read it, and the deadlines'.

    Of a task there is a deadline alone.
    """

    __tablename__ = "fragment"

    entry: str = Field(primary_key=True)
    language: str = Field(primary_key=True)
    event: bytes
    busy: bytes
    deadlines: bytes


class FollowerRow(CalendarsTable, table=True):
    """A subscription, its scope and settings as JSON; `digest` is none once it is revoked."""

    __tablename__ = "follower"

    id: str = Field(primary_key=True)
    mechanism: str = Field(index=True)
    digest: str | None = Field(default=None, index=True, unique=True)
    owner: str
    scope: str
    settings: str
    as_of: int


class SecretRow(CalendarsTable, table=True):
    """A key that nobody else knows; drawn once, when the table is made."""

    __tablename__ = "secret"

    name: str = Field(primary_key=True)
    value: bytes


class MarkRow(CalendarsTable, table=True):
    """How many changes a mechanism has seen, and which of them was the last of its kind.

    `look` is that of its fragments, as `rewriting` has it.
    """

    __tablename__ = "mark"

    mechanism: str = Field(primary_key=True)
    number: int = 0
    people: int = 0
    followers: int = 0
    people_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    look: str = ""


def searched_by(state: Entry) -> dict[str, Any]:
    span = span_on_clocks(state.span)
    moments = [state.span.starts, state.span.ends, *(one.due for one in state.milestones)]
    years = [moment.wall.year for moment in moments]
    return {
        "host": state.turn.host,
        "starts": span.starts.at,
        "ends": span.ends.at,
        "zone": state.span.starts.zone,
        "first_year": min(years),
        "last_year": max(years),
        "cancelled": state.cancelled,
        "restricted": state.restricted,
        "changed": max(state.changed, state.planned),
    }


def tasks_searched_by(state: Task) -> dict[str, Any]:
    return {
        "party": state.party,
        "ends": datetime.combine(state.due + timedelta(days=1), time(), UTC),
        "cancelled": state.cancelled,
    }


def by_handlers_alone(state: object, event: object) -> NoReturn:
    raise TypeError(f"{state} changes when {event} is heard, not by a command")


ENTRIES = Records(EntryRow, Entry, by_handlers_alone, searched_by)
TASKS = Records(TaskRow, Task, by_handlers_alone, tasks_searched_by)


class Written(NamedTuple):
    """What a transaction wrote as change `number` of a mechanism, for feeds of its own process.

    `row` is the meeting or the task; none for people and followers, which are looked up.
    """

    mechanism: str
    number: int
    row: EntryRow | TaskRow | None = None
    fragments: Sequence[FragmentRow] = ()


async def next_mark(session: Session, mechanism: str) -> MarkRow:
    """The mark of `mechanism`, one further than it was, to be put there."""
    mark = await session.get(MarkRow, mechanism) or MarkRow(mechanism=mechanism, look=look())
    mark.number += 1
    return mark


async def write(session: Session, entry: Entry) -> None:
    """Write the fragments of `entry` anew, in every language."""
    await keep(session, await session.get_one(EntryRow, entry.id), fragments_of(entry))


async def write_task(session: Session, task: Task) -> None:
    """Write the fragments of `task` anew, in every language."""
    await keep(session, await session.get_one(TaskRow, task.id), fragments_of_task(task))


def fragments_of(entry: Entry) -> list[FragmentRow]:
    organizer = organizer_in()
    return [
        FragmentRow(
            entry=entry.id,
            language=language,
            event=vevent(entry, language=language, organizer=organizer).encode(),
            busy=busy(entry, language=language, organizer=organizer).encode(),
            deadlines=deadlines(entry, language=language, organizer=organizer).encode(),
        )
        for language in LANGUAGES
    ]


def fragments_of_task(task: Task) -> list[FragmentRow]:
    organizer = organizer_in()
    return [
        FragmentRow(
            entry=task.id,
            language=language,
            event=b"",
            busy=b"",
            deadlines=vtask(task, language=language, organizer=organizer).encode(),
        )
        for language in LANGUAGES
    ]


async def keep(session: Session, row: EntryRow | TaskRow, fragments: Sequence[FragmentRow]) -> None:
    mark = await next_mark(session, row.mechanism)
    row.as_of = mark.number
    for each in (mark, row, *fragments):
        session.put(each)
    session.hand_over(Written(row.mechanism, mark.number, row, fragments))
