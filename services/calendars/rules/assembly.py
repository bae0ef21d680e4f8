"""A feed put together out of the fragments of its meetings: joined, never written anew."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from services.calendars.rules.reading import Edition
from services.icalendar.calendar import END, head_of_feed
from services.icalendar.timezone import vtimezone
from services.icalendar.vevent import END as END_OF_EVENT
from services.icalendar.vevent import alarm, colour, in_whole_days

KEPT = timedelta(days=30)
NEVER = datetime.max.replace(tzinfo=UTC)
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


class Piece:
    """Some events, with a digest that is made when it is wanted first."""

    __slots__ = ("content", "known")

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.known: bytes | None = None

    @property
    def digest(self) -> bytes:
        if self.known is None:
            self.known = hashlib.blake2b(self.content, digest_size=16).digest()
        return self.known


class Fragment(NamedTuple):
    """What one language has of a meeting."""

    event: Piece
    busy: Piece
    deadlines: Piece

    @classmethod
    def of(cls, event: bytes, busy: bytes, deadlines: bytes) -> "Fragment":
        return cls(Piece(event), Piece(busy), Piece(deadlines))


@dataclass(frozen=True, slots=True)
class Meeting:
    """What a feed has to know of a meeting to show it or not. `fragments` are by language.

    A task is one too, which is of the `party` that owes it, and in no zone. `leaves` is when it is
    no longer shown: KEPT after its date if it is cancelled, else NEVER.
    """

    id: str
    host: str
    starts: datetime
    cancelled: bool
    changed: datetime
    leaves: datetime
    fragments: Mapping[str, Fragment]
    zone: str | None = None
    first_year: int = 0
    last_year: int = 0
    restricted: bool = False
    party: str | None = None


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
    shown: list[tuple[str, Meeting]] = []
    changed, until = max(since, LONG_AGO), NEVER
    for mechanism, meeting in within(edition, meetings):
        changed = max(changed, meeting.changed)
        if meeting.leaves <= now:
            changed = max(changed, meeting.leaves)
            continue
        until = min(until, meeting.leaves)
        if not (meeting.cancelled and edition.hide_cancelled):
            shown.append((mechanism, meeting))
    pieces = [
        (piece, meeting.cancelled)
        for mechanism, meeting in shown
        for piece in pieces_of(edition, mechanism, meeting)
    ]
    opening = opening_of(edition, [meeting for _, meeting in shown])
    wishes = f"{edition.alarm_minutes} {edition.all_day}".encode()
    digests = b"".join([opening, wishes, *(piece.digest for piece, _ in pieces)])
    texts = (dressed(edition, piece.content, cancelled) for piece, cancelled in pieces)
    return Feed(
        content=b"".join([opening, *texts, END.encode()]),
        tag=hashlib.sha256(digests).hexdigest()[:32],
        changed=changed.replace(microsecond=0),
        until=until,
    )


def opening_of(edition: Edition, meetings: Sequence[Meeting]) -> bytes:
    """All that comes before the events: the feed's own properties, and the zones."""
    one = edition.mechanisms[0] if len(edition.mechanisms) == 1 else None
    head = head_of_feed(edition.name, colour(one) if one else None)
    spans = {(one.zone, one.first_year, one.last_year) for one in meetings if one.zone}
    if not spans:  # a calendar has at least one component (RFC 5545, 3.6)
        spans = {("Etc/UTC", LONG_AGO.year, LONG_AGO.year)}
    years: dict[str, list[int]] = {}
    for zone, first, last in spans:
        years.setdefault(zone, []).extend((first, last))
    zones = "".join(vtimezone(zone, min(years[zone]), max(years[zone])) for zone in sorted(years))
    return f"{head}{zones}".encode()


def within(
    edition: Edition, meetings: Mapping[str, Iterable[Meeting]]
) -> Iterator[tuple[str, Meeting]]:
    """The meetings that `edition` is about, each with its mechanism."""
    for mechanism in edition.mechanisms:
        for meeting in meetings.get(mechanism, ()):
            if edition.host is None or edition.host == meeting.host:
                yield mechanism, meeting


def pieces_of(edition: Edition, mechanism: str, meeting: Meeting) -> list[Piece]:
    event, busy, deadlines = meeting.fragments[edition.language]
    if meeting.party is not None:
        owed = meeting.party == edition.party and mechanism in edition.readable
        return [deadlines] if owed else []
    if meeting.restricted and mechanism not in edition.readable:
        return [busy] if edition.meetings else []
    if not edition.deadlines:
        return [event]
    return [event, deadlines] if edition.meetings else [deadlines]


def dressed(edition: Edition, events: bytes, cancelled: bool) -> bytes:
    """`events` with what a subscriber wishes besides."""
    if not (edition.all_day or edition.alarm_minutes):
        return events
    if edition.all_day:
        events = in_whole_days(events.decode()).encode()
    if edition.alarm_minutes and not cancelled:
        end = END_OF_EVENT.encode()
        events = events.replace(end, alarm(edition.alarm_minutes).encode() + end)
    return events
