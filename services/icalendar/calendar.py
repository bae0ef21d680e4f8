"""A VCALENDAR around some components: a feed that is published, or a message (RFC 5546)."""

from collections.abc import Iterable
from enum import StrEnum

from events.moments import Moment
from services.icalendar.lines import lines, text
from services.icalendar.timezone import timezones

PRODUCT = "-//Secretariat//Meetings//EN"
EVERY = "PT1H"


class Method(StrEnum):
    """RFC 5546 METHOD."""

    PUBLISH = "PUBLISH"
    REQUEST = "REQUEST"
    CANCEL = "CANCEL"
    REPLY = "REPLY"


def feed(name: str, events: Iterable[tuple[str, Moment]]) -> bytes:
    """A calendar to subscribe to (RFC 7986), of VEVENTs with their starts."""
    return calendar(
        Method.PUBLISH,
        events,
        (
            f"NAME:{text(name)}",
            f"X-WR-CALNAME:{text(name)}",
            f"REFRESH-INTERVAL;VALUE=DURATION:{EVERY}",
            f"X-PUBLISHED-TTL:{EVERY}",
        ),
    )


def calendar(
    method: Method, events: Iterable[tuple[str, Moment]], properties: Iterable[str] = ()
) -> bytes:
    """A calendar of VEVENTs with their starts, whose zones it defines."""
    kept = list(events)
    head = lines(
        [
            "BEGIN:VCALENDAR",
            "VERSION:2.0",
            f"PRODID:{PRODUCT}",
            "CALSCALE:GREGORIAN",
            f"METHOD:{method}",
            *properties,
        ]
    )
    zones = timezones(starts for _, starts in kept)
    return "".join([head, zones, *(event for event, _ in kept), "END:VCALENDAR\r\n"]).encode()
