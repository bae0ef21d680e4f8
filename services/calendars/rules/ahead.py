"""What of a feed is still to come, read off its own bytes: what a calendar program will show."""

import re
from datetime import UTC, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from events.moments import Moment
from services.icalendar.vevent import DONE

EVENT = re.compile(rb"BEGIN:VEVENT\r\n.*?END:VEVENT\r\n", re.DOTALL)
WHEN = re.compile(
    rb"^DT(?P<which>START|END)(?:;TZID=(?P<zone>[^:;]+)|;VALUE=DATE)?:(?P<wall>\d{8}(?:T\d{6})?)",
    re.MULTILINE,
)
SUMMARY = re.compile(rb"^SUMMARY[^:]*:([^\r]*)", re.MULTILINE)
OF_DONE = f"\r\n{DONE}\r\n".encode()
ESCAPED = re.compile(r"\\(.)")


class Coming(NamedTuple):
    """A meeting to come; as clocks in `zone` show it, or in none where it is whole days."""

    starts: datetime
    zone: str | None
    title: str

    @property
    def moment(self) -> Moment:
        return Moment.of(self.starts, self.zone or "UTC")


class Ahead(NamedTuple):
    """How many meetings and deadlines are to come, and the first of the meetings."""

    meetings: int
    deadlines: int
    first: tuple[Coming, ...]


def ahead(content: bytes, now: datetime, *, most: int = 3) -> Ahead:
    """What is not over at `now` in a feed, not cancelled, and not done already.

    `most` is how many meetings are told of by themselves.
    """
    coming: list[Coming] = []
    deadlines = 0
    for event in EVENT.findall(content):
        said = {one["which"]: one for one in WHEN.finditer(event)}
        starts = said[b"START"]
        if instant(said.get(b"END", starts)) <= now or b"\r\nSTATUS:CANCELLED\r\n" in event:
            continue
        if b"\r\nTRANSP:TRANSPARENT\r\n" not in event:
            coming.append(Coming(instant(starts), zone_of(starts), title_of(event)))
        elif OF_DONE not in event:
            deadlines += 1
    return Ahead(len(coming), deadlines, tuple(sorted(coming, key=when)[:most]))


def when(one: Coming) -> datetime:
    return one.starts


def instant(found: re.Match[bytes]) -> datetime:
    """A DTSTART or DTEND; a whole day begins with its first hour in UTC."""
    wall = found["wall"].decode()
    zone = ZoneInfo(found["zone"].decode()) if found["zone"] else UTC
    form = "%Y%m%dT%H%M%S" if "T" in wall else "%Y%m%d"
    return datetime.strptime(wall, form).replace(tzinfo=zone).astimezone(UTC)


def zone_of(found: re.Match[bytes]) -> str | None:
    if found["zone"]:
        return found["zone"].decode()
    return "UTC" if b"T" in found["wall"] else None


def title_of(event: bytes) -> str:
    """The SUMMARY as it was written: unfolded, and without what escapes its marks (RFC 5545)."""
    found = SUMMARY.search(event.replace(b"\r\n ", b""))
    assert found is not None
    return ESCAPED.sub(lambda each: " " if each[1] in "nN" else each[1], found[1].decode())
