"""Instants as whole minutes since 1970-01-01T00:00Z: what a search over a year counts in."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from events.moments import MINUTE

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
DAY = timedelta(days=1) // MINUTE


def minute_of(instant: datetime) -> int:
    """The minute that `instant` lies in; ValueError when it has no zone."""
    if instant.tzinfo is None:
        raise ValueError(f"{instant.isoformat()} has no zone; write one, like {instant}+05:00")
    return (instant - EPOCH) // MINUTE


def instant_of(minute: int) -> datetime:
    """In UTC."""
    return EPOCH + minute * MINUTE


def midnight(on: date, zone: str) -> int:
    """The minute in which `on` begins in `zone`; where clocks skip midnight, the one after it."""
    return minute_of(datetime.combine(on, time(), ZoneInfo(zone)))


def date_of(minute: int, zone: str) -> date:
    """The date that calendars in `zone` show."""
    return instant_of(minute).astimezone(ZoneInfo(zone)).date()
