"""Instants with the place they were meant for.

An instant alone loses what a secretary wrote down ("09:00 in Tashkent"); a wall time alone loses
when it is. A `Moment` keeps both, with the offset that joined them, so that a later change of a
zone's rules is noticed instead of silently moving a meeting.
"""

import zoneinfo
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Self

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, model_validator

zoneinfo.reset_tzpath(to=[])  # the pinned tzdata distribution, never the machine's own files

MINUTE = timedelta(minutes=1)


def in_utc(value: datetime) -> datetime:
    return value.astimezone(UTC)


def known_zone(name: str) -> str:
    """The name of an IANA time zone; ValueError for any other text."""
    try:
        zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        message = f"{name!r} is no IANA time zone; write one like Asia/Tashkent"
        raise ValueError(message) from None
    return name


def offset_at(instant: datetime, zone: str) -> int:
    """Minutes east of UTC that clocks in `zone` show at `instant`, by the zone data of today."""
    offset = instant.astimezone(zoneinfo.ZoneInfo(zone)).utcoffset()
    assert offset is not None
    return offset // MINUTE


Instant = Annotated[AwareDatetime, AfterValidator(in_utc)]
Zone = Annotated[str, AfterValidator(known_zone), Field(max_length=64, examples=["Asia/Tashkent"])]


class Moment(BaseModel):
    """One instant (UTC), the zone it was said in, and the offset from UTC in minutes that held."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    at: Instant
    zone: Zone
    offset: int = Field(description="Minutes east of UTC", ge=-1080, le=1080)

    @classmethod
    def at_wall(cls, wall: datetime, zone: str) -> Self:
        """The instant at which clocks in `zone` show `wall` (a datetime without a zone).

        Raises ValueError when that wall time does not exist there or exists twice, or lies in the
        first or the last year that there is: nothing can be reckoned from there.
        """
        if wall.tzinfo is not None:
            raise ValueError("give the wall time without an offset, and the zone beside it")
        place = zoneinfo.ZoneInfo(known_zone(zone))
        early, late = (wall.replace(tzinfo=place, fold=fold) for fold in (0, 1))
        if not date.min.year < wall.year < date.max.year:
            raise ValueError(f"{wall.isoformat()} is out of the calendar; check the year")
        if early.astimezone(UTC).astimezone(place).replace(tzinfo=None) != wall:
            raise ValueError(f"{wall.isoformat()} does not exist in {zone}: clocks skip it")
        if early.utcoffset() != late.utcoffset():
            raise ValueError(f"{wall.isoformat()} happens twice in {zone}; choose another hour")
        return cls.of(early, zone)

    @classmethod
    def of(cls, instant: datetime, zone: str) -> Self:
        """`instant` as seen in `zone`."""
        return cls(at=instant, zone=zone, offset=offset_at(instant, zone))

    @property
    def wall(self) -> datetime:
        """Local time as it was said, without a zone."""
        return self.at.replace(tzinfo=None) + self.offset * MINUTE

    @property
    def zone_has_changed(self) -> bool:
        """Whether today's zone data gives this instant another offset than when it was said."""
        return offset_at(self.at, self.zone) != self.offset

    def __str__(self) -> str:
        sign = "-" if self.offset < 0 else "+"
        hours, minutes = divmod(abs(self.offset), 60)
        return f"{self.wall:%Y-%m-%d %H:%M} {self.zone} (UTC{sign}{hours:02}:{minutes:02})"


class Span(BaseModel):
    """From one moment to a later one, in the same zone."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    starts: Moment
    ends: Moment

    @model_validator(mode="after")
    def ends_after_it_starts(self) -> Self:
        if self.ends.at <= self.starts.at:
            raise ValueError("the end must come after the start")
        return self

    def in_zone(self, zone: str) -> "Span":
        """The same time as clocks in `zone` show it."""
        return Span(starts=Moment.of(self.starts.at, zone), ends=Moment.of(self.ends.at, zone))


def written(on: date) -> str:
    """Like 14 September 2027."""
    return f"{on.day} {on:%B %Y}"
