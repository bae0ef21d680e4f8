"""VFREEBUSY (RFC 5545, 3.6.4): when somebody is busy, and nothing of why."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from services.icalendar.calendar import END, Method, head
from services.icalendar.lines import in_utc, lines

Period = tuple[datetime, datetime]


def free_busy(
    who: str,
    periods: Iterable[Period],
    *,
    first: datetime,
    last: datetime,
    changed: datetime,
    uid: str,
) -> bytes:
    """A calendar that says when `who` is busy from `first` to `last`; all in UTC.

    `periods` may overlap. `changed` is when the answer may have changed last: of two with the same
    UID programs keep the later one.
    """
    busy = [
        f"FREEBUSY;FBTYPE=BUSY:{in_utc(starts)}/{in_utc(ends)}"
        for starts, ends in merged(within(periods, first, last))
    ]
    content = [
        "BEGIN:VFREEBUSY",
        f"UID:{uid}@secretariat",
        f"DTSTAMP:{in_utc(changed)}",
        f"DTSTART:{in_utc(first)}",
        f"DTEND:{in_utc(last)}",
        f"ORGANIZER:mailto:{who}@secretariat.invalid",
        *busy,
        "END:VFREEBUSY",
    ]
    return f"{head(Method.PUBLISH)}{lines(content)}{END}".encode()


def within(periods: Iterable[Period], first: datetime, last: datetime) -> Iterator[Period]:
    for starts, ends in periods:
        if starts < last and ends > first:
            yield max(starts, first), min(ends, last)


def merged(periods: Iterable[Period]) -> Iterator[Period]:
    """The same time, in order, as periods that neither overlap nor touch."""
    current: Period | None = None
    for starts, ends in sorted(periods):
        if current is None:
            current = starts, ends
        elif starts <= current[1]:
            current = current[0], max(current[1], ends)
        else:
            yield current
            current = starts, ends
    if current is not None:
        yield current
