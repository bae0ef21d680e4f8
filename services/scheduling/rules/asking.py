"""What a secretary who asks for a date might begin with: until when, and between which days."""

from datetime import date, datetime, timedelta

from events.event import Fact
from events.mechanisms import Rules
from events.moments import Moment
from services.scheduling.rules.meeting import Meeting
from services.working_time.calendar import ONE_DAY, Calendar
from services.working_time.counting import first_start

TO_ANSWER = timedelta(days=14)
CLOSES = 18  # o'clock
AROUND = timedelta(days=21)


class Suggestion(Fact):
    """Answers are taken until `closes`; dates are asked from `first` to `last`, if any are left."""

    closes: datetime
    first: date | None
    last: date | None


def suggestion(
    meeting: Meeting, zone: str, rules: Rules, calendar: Calendar, now: datetime
) -> Suggestion:
    """Six weeks around the date that the meeting has, or else as soon as there is notice.

    Wall times are those of `zone`.
    """
    answered = Moment.of(now + TO_ANSWER, zone)
    closes = answered.wall.replace(hour=CLOSES, minute=0, second=0, microsecond=0)
    noticed = first_start(answered, rules, calendar, meeting.turn.host)
    first = max(noticed.wall.date() + ONE_DAY, date(meeting.year, 1, 1))
    if meeting.span is not None:
        first = max(first, meeting.span.starts.wall.date() - AROUND)
    year_ends = date(meeting.year, 12, 31)
    if first > year_ends:
        return Suggestion(closes=closes, first=None, last=None)
    return Suggestion(closes=closes, first=first, last=min(first + 2 * AROUND, year_ends))
