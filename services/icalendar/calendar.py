"""A VCALENDAR around some components: a feed that is published, or a message (RFC 5546)."""

from collections.abc import Iterable
from enum import StrEnum

from events.moments import Moment
from services.icalendar.lines import lines, text
from services.icalendar.timezone import timezones

PRODUCT = "-//Secretariat//Meetings//EN"
EVERY = "PT1H"
END = "END:VCALENDAR\r\n"


class Method(StrEnum):
    """RFC 5546 METHOD."""

    PUBLISH = "PUBLISH"
    REQUEST = "REQUEST"
    CANCEL = "CANCEL"
    REPLY = "REPLY"


def head(method: Method, properties: Iterable[str] = ()) -> str:
    """The beginning of a calendar, which END ends."""
    return lines(
        [
            "BEGIN:VCALENDAR",
            "VERSION:2.0",
            f"PRODID:{PRODUCT}",
            "CALSCALE:GREGORIAN",
            f"METHOD:{method}",
            *properties,
        ]
    )


def head_of_feed(name: str, colour: str | None = None) -> str:
    """The beginning of a calendar to subscribe to (RFC 7986), which is asked for again EVERY."""
    return head(
        Method.PUBLISH,
        [
            f"NAME:{text(name)}",
            f"X-WR-CALNAME:{text(name)}",
            f"REFRESH-INTERVAL;VALUE=DURATION:{EVERY}",
            f"X-PUBLISHED-TTL:{EVERY}",
            *([f"COLOR:{colour}"] if colour else []),
        ],
    )


def calendar(method: Method, events: Iterable[tuple[str, Moment]]) -> bytes:
    """A message of VEVENTs with their starts, whose zones it defines."""
    kept = list(events)
    zones = timezones(starts for _, starts in kept)
    return "".join([head(method), zones, *(event for event, _ in kept), END]).encode()
