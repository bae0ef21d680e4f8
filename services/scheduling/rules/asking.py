"""What a secretary who asks for a date might begin with: until when, and between which days."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from events.event import Fact
from events.mechanisms import PartyFacts, Rules
from events.moments import Moment, Zone
from services.scheduling.rules.meeting import Meeting
from services.scheduling.rules.rhythm import Rhythm
from services.scheduling.rules.slots.city import at_capital, capital_of
from services.working_time.calendar import ONE_DAY, Calendar
from services.working_time.counting import first_start

TO_ANSWER = timedelta(days=14)
CLOSES = 18  # o'clock
AROUND = timedelta(days=21)


class Suggestion(Fact):
    """Answers are taken until `closes`; dates are asked from `first` to `last`, if any are left.

    Wall times, and dates, are those of `zone`.
    """

    zone: Zone
    closes: datetime
    first: date | None
    last: date | None


def suggestion(
    meeting: Meeting,
    zone: str,
    rules: Rules,
    calendar: Calendar,
    others: Rhythm,
    now: datetime,
) -> Suggestion:
    """Six weeks around the date that the meeting has, or else as soon as there is notice.

    They come after the body's meeting before and before the next, `others`, and as long as it waits
    where there is room.
    """
    answered = Moment.of(now + TO_ANSWER, zone)
    closes = answered.wall.replace(hour=CLOSES, minute=0, second=0, microsecond=0)
    noticed = first_start(answered, rules, calendar, meeting.turn.host)
    first = max(noticed.wall.date() + ONE_DAY, date(meeting.year, 1, 1))
    if meeting.span is not None:
        first = max(first, meeting.span.starts.wall.date() - AROUND)
    year_ends = date(meeting.year, 12, 31)
    if first > year_ends:
        return Suggestion(zone=zone, closes=closes, first=None, last=None)
    first, until = room(first, year_ends, zone, others)
    last = min(first + 2 * AROUND, until)
    return Suggestion(zone=zone, closes=closes, first=first, last=last)


def room(first: date, last: date, zone: str, others: Rhythm) -> tuple[date, date]:
    """What of these dates keeps the days that a body waits; else its order; else all of them."""
    for waits in (others.waits, 1):
        begins, ends = others.between(zone, waits)
        kept = max(first, begins), min(last, ends)
        if kept[0] <= kept[1]:
            return kept
    return first, last


def zone_of(meeting: Meeting, parties: Mapping[str, PartyFacts]) -> str:
    """The zone of the capital that the place names; else that of the date; else of the host."""
    zones = {capital_of(party): party.zone for party in parties.values()}
    named = at_capital(meeting.place, zones)
    if named:
        return named
    if meeting.span:
        return meeting.span.starts.zone
    host = parties.get(meeting.turn.host)
    return host.zone if host else "UTC"
