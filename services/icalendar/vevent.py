"""The VEVENTs of a meeting: the same in a feed, and in mail, where it has attendees besides."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from events.meetings import Milestone
from events.moments import Moment, Span
from services.icalendar.addresses import address_in
from services.icalendar.bodies import body_in, title_in
from services.icalendar.clocks import on_clocks, span_on_clocks
from services.icalendar.dates import moment_in
from services.icalendar.entry import Entry, Status
from services.icalendar.lines import dated, in_utc, lines, quoted, text
from services.icalendar.names import item_in, party_in
from services.icalendar.wording import WORDS

COLOURS = (
    "teal",
    "firebrick",
    "darkgoldenrod",
    "steelblue",
    "olivedrab",
    "indigo",
    "sienna",
    "cadetblue",
    "mediumvioletred",
    "seagreen",
    "chocolate",
    "slateblue",
    "darkolivegreen",
    "crimson",
    "midnightblue",
    "peru",
    "darkcyan",
    "maroon",
    "rebeccapurple",
    "dimgray",
)
NOBODY = "secretariat@secretariat.invalid"  # an address that takes no mail (RFC 2606)
BEGIN = "BEGIN:VEVENT"
END = "END:VEVENT\r\n"
DONE = "X-SECRETARIAT-DONE:TRUE"  # RFC 5545 has no such STATUS of a VEVENT
OVER = (f"\r\n{DONE}\r\n", f"\r\nSTATUS:{Status.CANCELLED}\r\n")
ALL_DAY = "\r\nDTSTART;VALUE=DATE:"
SUMMARY = re.compile(r"\r\nSUMMARY(?:;[^:]*)?:((?:[^\r]|\r\n )*)")
DAY, MORNING = 24 * 60, 9 * 60
SPAN = re.compile(
    r"DTSTART(?:;TZID=(?P<zone>[^:]+))?:(?P<starts>\d{8}T\d+Z?)\r\n"
    r"DTEND(?:;TZID=(?P<other>[^:]+))?:(?P<ends>\d{8}T\d+Z?)\r\n"
)


class Participation(StrEnum):
    """RFC 5545 PARTSTAT: what somebody said of an invitation."""

    NEEDS_ACTION = "NEEDS-ACTION"
    ACCEPTED = "ACCEPTED"
    TENTATIVE = "TENTATIVE"
    DECLINED = "DECLINED"


@dataclass(frozen=True)
class Attendee:
    """Who is invited, by e-mail address; `asked` where their program's answer would be read."""

    address: str
    name: str
    participation: Participation = Participation.NEEDS_ACTION
    asked: bool = True

    @property
    def line(self) -> str:
        return (
            f"ATTENDEE;CN={quoted(self.name)};ROLE=REQ-PARTICIPANT;"
            f"PARTSTAT={self.participation};RSVP={'TRUE' if self.asked else 'FALSE'}:"
            f"mailto:{self.address}"
        )


def vevent(
    entry: Entry,
    *,
    language: str = "en",
    attendees: Sequence[Attendee] = (),
    organizer: str = NOBODY,
) -> str:
    """One meeting's VEVENT. UID, SEQUENCE and DTSTAMP follow from the entry alone.

    `language` is one of LANGUAGES. `organizer` is an e-mail address, the same wherever the meeting
    is told of: programs take a UID from one organizer only.
    """
    online = address_in(entry.place)
    return lines(
        [
            BEGIN,
            f"UID:{entry.uid}",
            f"SEQUENCE:{entry.sequence}",
            f"STATUS:{entry.status}",
            f"DTSTAMP:{in_utc(entry.changed)}",
            f"CREATED:{in_utc(entry.created)}",
            f"LAST-MODIFIED:{in_utc(entry.changed)}",
            *when(entry.span),
            f"SUMMARY:{text(title_in(entry.title, language))}",
            f"LOCATION:{text(entry.place)}",
            f"DESCRIPTION;LANGUAGE={language}:{text(description(entry, language))}",
            f"CATEGORIES:{text(body_in(entry.category, language))}",
            f"COLOR:{colour(entry.mechanism)}",
            *([f"CONFERENCE;VALUE=URI;FEATURE=AUDIO,VIDEO:{online}"] if online else []),
            *(["CLASS:CONFIDENTIAL"] if entry.restricted else []),
            f"ORGANIZER:mailto:{organizer}",
            *(attendee.line for attendee in attendees),
            f"TRANSP:{'TRANSPARENT' if entry.cancelled else 'OPAQUE'}",
            "END:VEVENT",
        ]
    )


def says_the_same(one: Entry, other: Entry) -> bool:
    """Whether who has the VEVENT of `one` reads nothing new in that of `other` but stamps."""
    stamps = {"created": one.created, "changed": one.changed}
    return vevent(one) == vevent(other.model_copy(update=stamps))


def withdrawal(entry: Entry, attendee: Attendee, *, language: str, organizer: str) -> str:
    """What tells `attendee`, and nobody else, that the meeting is without them.

    It has no STATUS, for the meeting itself is not cancelled (RFC 5546, 3.2.5).
    """
    return lines(
        [
            BEGIN,
            f"UID:{entry.uid}",
            f"SEQUENCE:{entry.sequence}",
            f"DTSTAMP:{in_utc(entry.changed)}",
            *when(entry.span),
            f"SUMMARY:{text(title_in(entry.title, language))}",
            f"LOCATION:{text(entry.place)}",
            *(["CLASS:CONFIDENTIAL"] if entry.restricted else []),
            f"ORGANIZER:mailto:{organizer}",
            attendee.line,
            "END:VEVENT",
        ]
    )


def busy(entry: Entry, *, language: str = "en", organizer: str = NOBODY) -> str:
    """What of a restricted meeting those see who may not read it: when it is, and nothing else.

    It has no UID until it is told `with_uid`, since that of the meeting names its body. Nothing in
    it changes but with the time that is taken, which is in UTC, since a zone names the host.
    """
    span, changed = span_on_clocks(entry.span), entry.moved or entry.created
    return lines(
        [
            BEGIN,
            f"SEQUENCE:{entry.moves}",
            f"STATUS:{entry.status}",
            f"DTSTAMP:{in_utc(changed)}",
            f"CREATED:{in_utc(entry.created)}",
            f"LAST-MODIFIED:{in_utc(changed)}",
            f"DTSTART:{in_utc(span.starts.at)}",
            f"DTEND:{in_utc(span.ends.at)}",
            f"SUMMARY;LANGUAGE={language}:{text(WORDS[language].busy)}",
            "CLASS:CONFIDENTIAL",
            f"ORGANIZER:mailto:{organizer}",
            f"TRANSP:{'TRANSPARENT' if entry.cancelled else 'OPAQUE'}",
            "END:VEVENT",
        ]
    )


def with_uid(event: str, uid: str) -> str:
    """`event`, which has none, with a UID."""
    return lines([BEGIN, f"UID:{uid}"]) + event.removeprefix(f"{BEGIN}\r\n")


def deadlines(entry: Entry, *, language: str = "en", organizer: str = NOBODY) -> str:
    """The VEVENTs of all that is due because of a meeting: moments that keep nobody busy.

    They are in the zone of the meeting, though it may have moved since to another one.
    """
    return "".join(deadline(entry, one, language, organizer) for one in entry.milestones)


def deadline(entry: Entry, due: Milestone, language: str, organizer: str) -> str:
    words, zone = WORDS[language], entry.span.starts.zone
    done = f"{words.done}: {moment_in(Moment.of(due.met, zone), language)}\n" if due.met else ""
    status = Status.CANCELLED if entry.cancelled and not due.met else Status.CONFIRMED
    return lines(
        [
            BEGIN,
            f"UID:{entry.id}.{due.kind}@secretariat",
            f"SEQUENCE:{max(entry.plans - 1, 0)}",
            f"STATUS:{status}",
            f"DTSTAMP:{in_utc(entry.planned)}",
            f"CREATED:{in_utc(entry.created)}",
            f"LAST-MODIFIED:{in_utc(entry.planned)}",
            dated("DTSTART", Moment.of(on_clocks(due.due).at, zone)),
            f"SUMMARY:{text(f'{words.due[due.kind]}: {title_in(entry.title, language)}')}",
            f"DESCRIPTION;LANGUAGE={language}:{text(done + body_in(entry.body, language))}",
            f"CATEGORIES:{text(body_in(entry.category, language))},{text(words.deadline)}",
            f"COLOR:{colour(entry.mechanism)}",
            f"RELATED-TO:{entry.uid}",
            *(["CLASS:CONFIDENTIAL"] if entry.restricted else []),
            *([DONE] if due.met else []),
            f"ORGANIZER:mailto:{organizer}",
            "TRANSP:TRANSPARENT",
            "END:VEVENT",
        ]
    )


def when(span: Span) -> list[str]:
    shown = span_on_clocks(span)
    return [dated("DTSTART", shown.starts), dated("DTEND", shown.ends)]


def in_whole_days(event: str) -> str:
    """`event` as an all-day event where it lasts several days: more than 24 hours by its clocks.

    What only runs past midnight keeps its time. An end at midnight is of the day before.
    """
    found = SPAN.search(event)
    if found is None:
        return event
    zone = found["zone"] or found["other"] or "UTC"
    starts, ends = (wall_time(found[name], zone) for name in ("starts", "ends"))
    if ends - starts <= timedelta(1):
        return event
    after = (ends - timedelta.resolution).date() + timedelta(1)
    days = [f"DTSTART;VALUE=DATE:{starts:%Y%m%d}", f"DTEND;VALUE=DATE:{after:%Y%m%d}"]
    return event.replace(found[0], lines(days))


def wall_time(value: str, zone: str) -> datetime:
    """What clocks in `zone` show at a DATE-TIME that is in that zone or in UTC."""
    if value.endswith("Z"):
        return Moment.of(datetime.strptime(value, "%Y%m%dT%H%M%S%z"), zone).wall
    return datetime.strptime(value, "%Y%m%dT%H%M%S")  # noqa: DTZ007


def with_url(event: str, url: str) -> str:
    """`event` with the address of a page about it."""
    return event.removesuffix(END) + lines([f"URL:{url}"]) + END


def with_alarms(events: str, minutes: int) -> str:
    """`events` with an alarm in each that is neither cancelled nor done."""
    return "".join(
        f"{one}{'' if any(said in one for said in OVER) else alarm(one, minutes)}{END}"
        for one in events.split(END)[:-1]
    )


def alarm(event: str, minutes: int) -> str:
    """What rings `minutes` before `event`, and says what it is about."""
    summary = SUMMARY.search(event)
    said = summary[1].replace("\r\n ", "") if summary else ""
    return lines(
        [
            "BEGIN:VALARM",
            "ACTION:DISPLAY",
            f"DESCRIPTION:{said}",
            f"TRIGGER:-PT{in_the_morning(minutes) if ALL_DAY in event else minutes}M",
            "END:VALARM",
        ]
    )


def in_the_morning(minutes: int) -> int:
    """The minutes before a whole day, which begins at midnight where its reader is.

    It is MORNING then, of the day before at the latest.
    """
    return max(-(-minutes // DAY), 1) * DAY - MORNING


def description(entry: Entry, language: str) -> str:
    words, turn = WORDS[language], entry.turn
    host, chair = (
        party_in(party, language, name)
        for party, name in ((turn.host, entry.host), (turn.chair, entry.chair))
    )
    said = [body_in(entry.body, language), f"{words.host}: {host}. {words.chair}: {chair}."]
    if entry.cancelled:
        said.append(f"{words.cancelled}: {entry.reason}")
    else:
        if entry.reason and entry.previous == entry.span:  # only the place is another
            said.append(entry.reason)
        elif entry.reason and entry.previous:
            before = moment_in(entry.previous.starts, language)
            if entry.previous_place:
                before += f", {entry.previous_place}"
            said.append(f"{words.moved.format(before)}: {entry.reason}")
        said += agenda(entry, language)
    return "\n".join(said)


def agenda(entry: Entry, language: str) -> list[str]:
    words = WORDS[language]
    if not entry.agenda:
        return [words.no_agenda]
    heading = words.agenda if entry.adopted else words.provisional
    return [f"{heading}:", *(item_in(item, language) for item in entry.agenda)]


def colour(mechanism: str) -> str:
    """A CSS3 colour name (RFC 7986, 5.9), the same for all meetings of a mechanism."""
    return COLOURS[sum(mechanism.encode()) % len(COLOURS)]
