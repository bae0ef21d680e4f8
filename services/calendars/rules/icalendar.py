"""iCalendar text (RFC 5545, with RFC 5546 METHOD and RFC 7986 NAME), byte for byte from the state.

No clock takes part: the same state gives the same bytes, and so the same ETag. A meeting's VEVENT
is written once when the meeting changes and kept; a feed is a head, the zones and those fragments.
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from functools import lru_cache

from icalendar import Timezone, vText

from events.moments import Moment
from services.calendars.rules.entry import Entry

PRODUCT = "-//Secretariat//Meetings//EN"
LONGEST_LINE = 75
EVERY = "PT1H"


def fragment(entry: Entry) -> str:
    """The VEVENT of one meeting."""
    description = f"{entry.body}\nHost: {entry.turn.host}. Chair: {entry.turn.chair}.\n{entry.note}"
    return lines(
        [
            "BEGIN:VEVENT",
            f"UID:{entry.uid}",
            f"SEQUENCE:{entry.sequence}",
            f"STATUS:{entry.status}",
            f"DTSTAMP:{in_utc(entry.changed)}",
            f"CREATED:{in_utc(entry.created)}",
            f"LAST-MODIFIED:{in_utc(entry.changed)}",
            f"DTSTART;{local(entry.span.starts)}",
            f"DTEND;{local(entry.span.ends)}",
            f"SUMMARY:{escaped(entry.title)}",
            f"LOCATION:{escaped(entry.place)}",
            f"DESCRIPTION:{escaped(description)}",
            f"CATEGORIES:{escaped(entry.mechanism)}",
            f"ORGANIZER:mailto:{entry.mechanism}@secretariat.invalid",
            "TRANSP:OPAQUE",
            "END:VEVENT",
        ]
    )


def feed(name: str, entries: Iterable[tuple[str, Moment]]) -> bytes:
    """A calendar of `entries`, each a fragment and the start of its meeting."""
    kept = list(entries)
    years: dict[str, set[int]] = {}
    for _, starts in kept:
        years.setdefault(starts.zone, set()).add(starts.wall.year)
    head = lines(
        [
            "BEGIN:VCALENDAR",
            "VERSION:2.0",
            f"PRODID:{PRODUCT}",
            "CALSCALE:GREGORIAN",
            "METHOD:PUBLISH",
            f"NAME:{escaped(name)}",
            f"X-WR-CALNAME:{escaped(name)}",
            f"REFRESH-INTERVAL;VALUE=DURATION:{EVERY}",
            f"X-PUBLISHED-TTL:{EVERY}",
        ]
    )
    zones = (zone_block(zone, min(seen), max(seen)) for zone, seen in sorted(years.items()))
    body = (text for text, _ in kept)
    return "".join([head, *zones, *body, lines(["END:VCALENDAR"])]).encode()


@lru_cache(maxsize=256)
def zone_block(zone: str, first_year: int, last_year: int) -> str:
    """The VTIMEZONE of `zone` for those years and the one after."""
    block = Timezone.from_tzid(
        zone, first_date=date(first_year, 1, 1), last_date=date(last_year + 2, 1, 1)
    )
    block.pop("COMMENT", None)
    written: bytes = block.to_ical()
    return written.decode()


def in_utc(instant: datetime) -> str:
    return f"{instant.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def local(moment: Moment) -> str:
    return f"TZID={moment.zone}:{moment.wall:%Y%m%dT%H%M%S}"


def escaped(text: str) -> str:
    """`text` as an RFC 5545 TEXT value."""
    value: bytes = vText(text).to_ical()
    return value.decode()


def lines(content: Iterable[str]) -> str:
    """Content lines, folded and ended as RFC 5545, 3.1 says."""
    return "".join(f"{folded(line)}\r\n" for line in content)


def folded(line: str) -> str:
    """`line` in pieces of at most 75 octets, never cut inside a character."""
    if len(line) * 4 <= LONGEST_LINE or len(line.encode()) <= LONGEST_LINE:
        return line
    pieces = []
    piece = ""
    room = LONGEST_LINE
    for character in line:
        size = len(character.encode())
        if size > room:
            pieces.append(piece)
            piece = ""
            room = LONGEST_LINE - 1
        piece += character
        room -= size
    return "\r\n ".join([*pieces, piece])
