"""Two parsers that know nothing of each other, and of us, reading one feed."""

from datetime import UTC, datetime
from typing import NamedTuple

import icalendar
from ical.calendar_stream import IcsCalendarStream


class Seen(NamedTuple):
    """A meeting as a calendar program understands it; times in UTC."""

    uid: str
    sequence: int
    status: str
    starts: datetime
    ends: datetime
    summary: str
    location: str
    description: str


def by_ical(content: bytes) -> list[Seen]:
    """What the package `ical` (of Home Assistant) reads."""
    calendar = IcsCalendarStream.calendar_from_ics(content.decode())
    return [
        Seen(
            uid=event.uid,
            sequence=event.sequence or 0,
            status=event.status.value if event.status else "",
            starts=in_utc(event.dtstart),
            ends=in_utc(event.dtend),
            summary=event.summary or "",
            location=event.location or "",
            description=event.description or "",
        )
        for event in calendar.events
    ]


def by_icalendar(content: bytes) -> list[Seen]:
    """What the package `icalendar` (of Plone) reads."""
    calendar = icalendar.Calendar.from_ical(content)
    return [
        Seen(
            uid=str(event["UID"]),
            sequence=int(event.decoded("SEQUENCE")),
            status=str(event["STATUS"]),
            starts=in_utc(event.decoded("DTSTART")),
            ends=in_utc(event.decoded("DTEND")),
            summary=str(event["SUMMARY"]),
            location=str(event["LOCATION"]),
            description=str(event["DESCRIPTION"]),
        )
        for event in calendar.walk("VEVENT")
    ]


def in_utc(value: object) -> datetime:
    assert isinstance(value, datetime)
    assert value.tzinfo is not None
    return value.astimezone(UTC)
