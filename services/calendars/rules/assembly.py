"""A feed put together out of the fragments of its meetings: joined, never written anew."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from services.calendars.rules.reading import Edition
from services.icalendar.calendar import END, head_of_feed
from services.icalendar.timezone import vtimezone
from services.icalendar.vevent import END as END_OF_EVENT
from services.icalendar.vevent import alarm, colour, in_whole_days

KEPT = timedelta(days=30)
NEVER = datetime.max.replace(tzinfo=UTC)
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Fragment:
    """What a language has of a meeting, and a digest of each of the three."""

    event: bytes
    busy: bytes
    deadlines: bytes
    digests: tuple[bytes, bytes, bytes]

    @classmethod
    def of(cls, event: str, busy: str, deadlines: str) -> "Fragment":
        texts = (event.encode(), busy.encode(), deadlines.encode())
        digests = [hashlib.blake2b(each, digest_size=16).digest() for each in texts]
        return cls(*texts, (digests[0], digests[1], digests[2]))


@dataclass(frozen=True, slots=True)
class Meeting:
    """What a feed has to know of a meeting to show it or not. `fragments` are by language."""

    id: str
    host: str
    starts: datetime
    ends: datetime
    zone: str
    first_year: int
    last_year: int
    cancelled: bool
    restricted: bool
    changed: datetime
    fragments: Mapping[str, Fragment]

    @property
    def leaves(self) -> datetime:
        """When a cancelled meeting is no longer shown as such."""
        return self.ends + KEPT if self.cancelled else NEVER


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed as it is until `until`, unless a meeting changes first."""

    content: bytes
    tag: str
    changed: datetime
    until: datetime


def feed(
    edition: Edition,
    meetings: Mapping[str, Iterable[Meeting]],
    *,
    since: datetime,
    now: datetime,
) -> Feed:
    """The feed of `edition` at `now` out of the meetings of each mechanism, in their order.

    `since` is when it was last decided who may read what.
    """
    pieces: list[bytes] = []
    digests = hashlib.sha256(f"{edition.alarm_minutes} {edition.all_day}".encode())
    years: dict[str, tuple[int, int]] = {}
    changed, until = max(since, LONG_AGO), NEVER
    for mechanism in edition.mechanisms:
        readable = mechanism in edition.readable
        for meeting in meetings.get(mechanism, ()):
            if edition.host not in {None, meeting.host}:
                continue
            changed = max(changed, meeting.changed)
            if meeting.leaves <= now:
                changed = max(changed, meeting.leaves)
                continue
            until = min(until, meeting.leaves)
            if meeting.cancelled and edition.hide_cancelled:
                continue
            for piece, digest in pieces_of(edition, meeting, readable or not meeting.restricted):
                pieces.append(piece)
                digests.update(digest)
            first, last = years.get(meeting.zone, (meeting.first_year, meeting.last_year))
            years[meeting.zone] = (min(first, meeting.first_year), max(last, meeting.last_year))
    if not pieces:  # a calendar has at least one component (RFC 5545, 3.6)
        years = {"Etc/UTC": (LONG_AGO.year, LONG_AGO.year)}
    zones = "".join(vtimezone(zone, *years[zone]) for zone in sorted(years))
    one = edition.mechanisms[0] if len(edition.mechanisms) == 1 else None
    opening = (head_of_feed(edition.name, colour(one) if one else None) + zones).encode()
    digests.update(opening)
    return Feed(
        content=b"".join([opening, *pieces, END.encode()]),
        tag=digests.hexdigest()[:32],
        changed=changed.replace(microsecond=0),
        until=until,
    )


def pieces_of(edition: Edition, meeting: Meeting, read: bool) -> Iterator[tuple[bytes, bytes]]:
    fragment = meeting.fragments[edition.language]
    whole, busy, deadlines = fragment.digests
    if edition.meetings:
        yield (
            (dressed(edition, fragment.event if read else fragment.busy, meeting.cancelled)),
            (whole if read else busy),
        )
    if edition.deadlines and read and fragment.deadlines:
        yield dressed(edition, fragment.deadlines, meeting.cancelled), deadlines


def dressed(edition: Edition, events: bytes, cancelled: bool) -> bytes:
    """`events` with what a subscriber wishes besides."""
    if edition.all_day:
        events = in_whole_days(events.decode()).encode()
    if edition.alarm_minutes and not cancelled:
        end = END_OF_EVENT.encode()
        events = events.replace(end, alarm(edition.alarm_minutes).encode() + end)
    return events
