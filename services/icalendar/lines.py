"""Content lines and their values (RFC 5545, 3.1 and 3.3)."""

from collections.abc import Iterable
from datetime import UTC, datetime

from events.moments import Moment
from services.icalendar.clocks import is_shown_once

LONGEST_LINE = 75
OF_UTC = frozenset({"UTC", "Etc/UTC"})  # zones that need no VTIMEZONE
ESCAPES = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n"})


def lines(content: Iterable[str]) -> str:
    """Content lines, folded and ended as RFC 5545, 3.1 says."""
    return "".join(f"{folded(line)}\r\n" for line in content)


def folded(line: str) -> str:
    """`line` in pieces of at most 75 octets, never cut inside a character."""
    if line.isascii() and len(line) <= LONGEST_LINE:
        return line
    octets = line.encode()
    if len(octets) <= LONGEST_LINE:
        return line
    pieces = []
    start, end = 0, LONGEST_LINE
    while end < len(octets):
        while octets[end] & 0xC0 == 0x80:  # noqa: PLR2004 - inside a character of UTF-8
            end -= 1
        pieces.append(octets[start:end])
        start, end = end, end + LONGEST_LINE - 1
    pieces.append(octets[start:])
    return b"\r\n ".join(pieces).decode()


def text(value: str) -> str:
    """`value` as TEXT (RFC 5545, 3.3.11)."""
    return value.translate(ESCAPES)


def quoted(value: str) -> str:
    """`value` as a parameter in quotes, with the escapes of RFC 6868."""
    escaped = value.replace("^", "^^").replace("\n", "^n").replace('"', "^'")
    return f'"{escaped}"'


def in_utc(instant: datetime) -> str:
    """DATE-TIME in UTC."""
    return f"{instant.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def dated(name: str, moment: Moment) -> str:
    """The property `name` with a DATE-TIME in the zone of `moment` (RFC 5545, 3.3.5).

    `moment` is one of the clocks of today. What they show twice is in UTC: parsers differ in which
    of the two they read. A DTEND may be so beside a DTSTART in a zone (3.8.2.2).
    """
    if moment.zone in OF_UTC or not is_shown_once(moment):
        return f"{name}:{in_utc(moment.at)}"
    return f"{name};TZID={moment.zone}:{moment.wall:%Y%m%dT%H%M%S}"
