"""The VEVENT of a meeting: the same in a feed, and in mail, where it has attendees besides."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from services.icalendar.entry import Entry
from services.icalendar.lines import in_utc, lines, local, quoted, text


class Participation(StrEnum):
    """RFC 5545 PARTSTAT: what somebody said of an invitation."""

    NEEDS_ACTION = "NEEDS-ACTION"
    ACCEPTED = "ACCEPTED"
    TENTATIVE = "TENTATIVE"
    DECLINED = "DECLINED"


@dataclass(frozen=True)
class Attendee:
    """Who is invited, by e-mail address."""

    address: str
    name: str
    participation: Participation = Participation.NEEDS_ACTION

    @property
    def line(self) -> str:
        return (
            f"ATTENDEE;CN={quoted(self.name)};ROLE=REQ-PARTICIPANT;"
            f"PARTSTAT={self.participation};RSVP=TRUE:mailto:{self.address}"
        )


def vevent(
    entry: Entry, *, attendees: Sequence[Attendee] = (), organizer: str | None = None
) -> str:
    """The content lines of one meeting's VEVENT.

    `organizer` is an e-mail address that takes replies; without one the mechanism's stands there,
    which takes none. UID, SEQUENCE and DTSTAMP follow from the entry alone.
    """
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
            f"SUMMARY:{text(entry.title)}",
            f"LOCATION:{text(entry.place)}",
            f"DESCRIPTION:{text(description)}",
            f"CATEGORIES:{text(entry.mechanism)}",
            f"ORGANIZER:mailto:{organizer or f'{entry.mechanism}@secretariat.invalid'}",
            *(attendee.line for attendee in attendees),
            "TRANSP:OPAQUE",
            "END:VEVENT",
        ]
    )
