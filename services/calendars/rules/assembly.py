"""A feed put together out of the fragments of its meetings: joined, never written anew."""

import hashlib
from bisect import bisect_left
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple, Self, cast

from events.moments import known_zone
from services.calendars.rules.reading import Edition
from services.icalendar.calendar import END, head_of_feed
from services.icalendar.lines import OF_UTC
from services.icalendar.timezone import vtimezone
from services.icalendar.vevent import colour, in_whole_days, with_alarms
from services.icalendar.wording import ENGLISH

KEPT = timedelta(days=30)
NEVER = datetime.max.replace(tzinfo=UTC)
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
EARLIEST, LATEST = 1970, 2200


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
    """What a feed has to know of a meeting to show it or not.

    `fragments` are by language; an older copy of the service may have written them in few of them.

    A task is one too, which is of the `party` that owes it, and in no zone. `changed` is when a
    meeting did, by the events. `leaves` is when it is no longer shown: KEPT after its date if it is
    cancelled, else NEVER. `alias` stands for the id
    of a restricted meeting before those who may not read it.
    """

    id: str
    host: str
    starts: datetime
    ends: datetime
    cancelled: bool
    leaves: datetime
    fragments: Mapping[str, Fragment]
    zone: str | None = None
    first_year: int = 0
    last_year: int = 0
    restricted: bool = False
    alias: str | None = None
    party: str | None = None
    changed: datetime = LONG_AGO


class Move(NamedTuple):
    """What became of a meeting of `mechanism`; `before` is none where it was not known."""

    mechanism: str
    before: Meeting | None
    after: Meeting


Order = tuple[datetime, str]
Span = tuple[str, int, int]


class Sheet(NamedTuple):
    """What a feed has of one meeting, maybe nothing. `span` is its zone, and its years there.

    `changed` is when it left the feed, if it did; else LONG_AGO.
    """

    order: Order
    text: bytes
    digest: bytes
    changed: datetime
    until: datetime
    span: Span | None


class Sheets(NamedTuple):
    """The sheets of a feed in their order, a list a field: what is wanted of all is at hand."""

    orders: list[Order]
    texts: list[bytes]
    digests: list[bytes]
    changes: list[datetime]
    untils: list[datetime]
    spans: list[Span | None]

    @classmethod
    def of(cls, sheets: Iterable[Sheet]) -> Self:
        columns: list[list[Any]] = [list(column) for column in zip(*sorted(sheets), strict=True)]
        return cls(*columns) if columns else cls([], [], [], [], [], [])

    @property
    def columns(self) -> Sequence[list[Any]]:
        return cast("Sequence[list[Any]]", self)

    def copied(self) -> "Sheets":
        return Sheets(*[column.copy() for column in self.columns])

    def put_in(self, sheet: Sheet) -> None:
        at = bisect_left(self.orders, sheet.order)
        for column, value in zip(self.columns, sheet, strict=True):
            column.insert(at, value)

    def take_out(self, order: Order) -> Span | None:
        """Take out the sheet of a meeting, if there is one; its span."""
        at = bisect_left(self.orders, order)
        if at == len(self.orders) or self.orders[at] != order:
            return None
        *_, span = [column.pop(at) for column in self.columns]
        return cast("Span | None", span)


NOTHING = Sheets.of(())


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed as it is until `until`, unless a meeting changes first; it was otherwise `changed`.

    `opening` and `sheets` are what the next one is made of; free time has none.
    """

    content: bytes
    tag: str
    changed: datetime
    until: datetime
    opening: bytes = b""
    sheets: Sheets = NOTHING


def feed(
    edition: Edition,
    meetings: Mapping[str, Iterable[Meeting]],
    *,
    since: datetime,
    now: datetime,
) -> Feed:
    """The feed of `edition` at `now` out of the meetings of each mechanism.

    `since` is when any of that was last found to have changed.
    """
    sheets = Sheets.of(
        sheet
        for mechanism in edition.mechanisms
        for meeting in meetings.get(mechanism, ())
        if (sheet := sheet_of(edition, mechanism, meeting, now))
    )
    return bound(edition, opening_of(edition, set(sheets.spans)), sheets, since)


def fault_of(meeting: Meeting) -> str | None:
    """Why `meeting` cannot be shown, if it cannot."""
    if ENGLISH not in meeting.fragments:
        return "nothing is written of it; secretariat rebuild calendars writes it"
    if meeting.zone is None:
        return None
    if not (meeting.first_year >= EARLIEST and meeting.last_year <= LATEST):
        return f"its years, {meeting.first_year} to {meeting.last_year}, are none that are shown"
    try:
        known_zone(meeting.zone)
    except ValueError as error:
        return str(error)
    return None


def alias_of(meeting: str, secret: bytes) -> str:
    """What stands for the id of a meeting, which only those can find who have the secret."""
    return hashlib.blake2b(meeting.encode(), key=secret, digest_size=16).hexdigest()


def without(meeting: Meeting) -> Meeting:
    """What stands for a meeting that cannot be shown: it is in no feed."""
    return replace(meeting, leaves=LONG_AGO, fragments={})


def renewed(
    known: Feed, edition: Edition, moves: Iterable[Move], *, since: datetime, now: datetime
) -> Feed:
    """What `feed` gives after `moves`, out of what it gave before; `known` is good until `now`.

    Only the meetings that changed are looked at. It does not matter if `known` has some already.
    """
    sheets = known.sheets.copied()
    spans: Counter[Span | None] = Counter()
    for mechanism, before, after in moves:
        if mechanism not in edition.mechanisms:
            continue
        for one in filter(None, (before, after)):
            spans[sheets.take_out(order_of(edition, mechanism, one))] -= 1
        if sheet := sheet_of(edition, mechanism, after, now):
            sheets.put_in(sheet)
            spans[sheet.span] += 1
    del spans[None]
    opening = opening_of(edition, set(sheets.spans)) if any(spans.values()) else known.opening
    made = bound(edition, opening, sheets, since)
    return replace(made, changed=known.changed) if made.tag == known.tag else made


def order_of(edition: Edition, mechanism: str, meeting: Meeting) -> Order:
    """By date, so that the place of a busy block does not tell its body."""
    name = meeting.alias if is_veiled(edition, mechanism, meeting) else meeting.id
    return meeting.starts, name or ""


def is_veiled(edition: Edition, mechanism: str, meeting: Meeting) -> bool:
    """Whether only the time that the meeting takes is shown."""
    return meeting.restricted and mechanism not in edition.readable


def sheet_of(edition: Edition, mechanism: str, meeting: Meeting, now: datetime) -> Sheet | None:
    """What `edition` has of a meeting; none where the meeting is no business of its readers."""
    veiled = is_veiled(edition, mechanism, meeting)
    if edition.host is not None and (veiled or edition.host != meeting.host):
        return None
    if meeting.party is not None and not owed(edition, mechanism, meeting):
        return None
    gone = meeting.leaves <= now
    shown = not gone and not (meeting.cancelled and edition.hide_cancelled)
    pieces = pieces_of(edition, mechanism, meeting) if shown else []
    return Sheet(
        order=order_of(edition, mechanism, meeting),
        text=b"".join([dressed(edition, one.content, veiled=veiled) for one in pieces]),
        digest=b"".join([one.digest for one in pieces]),
        changed=meeting.leaves if gone else LONG_AGO,
        until=NEVER if gone else meeting.leaves,
        span=(meeting.zone, meeting.first_year, meeting.last_year)
        if pieces and meeting.zone and meeting.zone not in OF_UTC and not veiled
        else None,
    )


def bound(edition: Edition, opening: bytes, sheets: Sheets, since: datetime) -> Feed:
    """The feed that `sheets` make. Its ETag follows from their digests."""
    wishes = f"{edition.alarm_minutes} {edition.all_day}".encode()
    return Feed(
        content=b"".join([opening, *sheets.texts, END.encode()]),
        tag=hashlib.sha256(b"".join([opening, wishes, *sheets.digests])).hexdigest()[:32],
        changed=max((since, *sheets.changes)),
        until=min(sheets.untils, default=NEVER),
        opening=opening,
        sheets=sheets,
    )


def opening_of(edition: Edition, spans: Collection[Span | None]) -> bytes:
    """All that comes before the events: the feed's own properties, and the zones."""
    one = edition.mechanisms[0] if len(edition.mechanisms) == 1 else None
    head = head_of_feed(edition.name, colour(one) if one else None)
    years: dict[str, list[int]] = {}
    for zone, first, last in filter(None, spans):
        years.setdefault(zone, []).extend((first, last))
    if not years:  # a calendar has at least one component (RFC 5545, 3.6)
        years = {"Etc/UTC": [LONG_AGO.year]}
    zones = "".join(vtimezone(zone, min(years[zone]), max(years[zone])) for zone in sorted(years))
    return f"{head}{zones}".encode()


def owed(edition: Edition, mechanism: str, task: Meeting) -> bool:
    return task.party == edition.party and mechanism in edition.readable


def pieces_of(edition: Edition, mechanism: str, meeting: Meeting) -> list[Piece]:
    event, busy, deadlines = meeting.fragments.get(edition.language) or meeting.fragments[ENGLISH]
    if meeting.party is not None:
        return [deadlines]
    if is_veiled(edition, mechanism, meeting):
        return [busy] if edition.meetings else []
    if not edition.deadlines:
        return [event]
    return [event, deadlines] if edition.meetings else [deadlines]


def dressed(edition: Edition, events: bytes, *, veiled: bool) -> bytes:
    """`events` with what a subscriber wishes besides. What is veiled keeps its hours in UTC."""
    if not (edition.all_day or edition.alarm_minutes):
        return events
    shown = events.decode()
    if edition.all_day and not veiled:
        shown = in_whole_days(shown)
    if edition.alarm_minutes:
        shown = with_alarms(shown, edition.alarm_minutes)
    return shown.encode()
