"""What calendars keeps: of each meeting with a date, its entry and its VEVENT."""

from datetime import datetime
from typing import Any, NoReturn

from sqlalchemy import MetaData
from sqlmodel import Field, SQLModel

from events.road.columns import UtcDateTime
from services.icalendar.entry import Entry
from services.icalendar.vevent import vevent
from services.records import Record, Records


class CalendarsTable(SQLModel):
    metadata = MetaData()


class EntryRow(CalendarsTable, Record, table=True):
    """A meeting as the feeds show it; `fragment` is its VEVENT."""

    __tablename__ = "entry"

    starts: datetime = Field(sa_type=UtcDateTime, index=True)
    zone: str
    offset: int
    changed: datetime = Field(sa_type=UtcDateTime)
    fragment: str


def written(state: Entry) -> dict[str, Any]:
    starts = state.span.starts
    return {
        "starts": starts.at,
        "zone": starts.zone,
        "offset": starts.offset,
        "changed": state.changed,
        "fragment": vevent(state),
    }


def by_handlers_alone(state: object, event: object) -> NoReturn:
    raise TypeError(f"{state} changes when {event} is heard, not by a command")


ENTRIES = Records(EntryRow, Entry, by_handlers_alone, written)
