"""Days as rules of procedure count them: calendar days, or days that the host works."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from events.mechanisms import MilestoneKind, Rules
from events.moments import Moment
from services.working_time.calendar import ONE_DAY, Calendar
from services.working_time.minutes import instant_of, midnight

TO_ASK = timedelta(days=3)
"""From asking on, delegations have two days to answer, and the secretary has one to convoke."""


def counted(
    start: Moment, days: int, kind: MilestoneKind, rules: Rules, calendar: Calendar, host: str
) -> Moment:
    """The moment `days` after `start`, before it where they are negative."""
    if kind not in rules.working_days or not days:
        return later(start, timedelta(days=days))
    on = calendar.working_day_from(start.wall.date(), days, host)
    return later(start, on - start.wall.date())


def later(start: Moment, days: timedelta) -> Moment:
    """The same wall time whole `days` after `start`, or before it, whatever clocks do meanwhile.

    Where they skip it, it is as long after midnight as it was; of two, it is the first (RFC 5545,
    3.3.5).
    """
    wall = (start.wall + days).replace(tzinfo=ZoneInfo(start.zone))
    return Moment.of(wall.astimezone(UTC), start.zone)


def last_call(start: Moment, rules: Rules, calendar: Calendar, host: str) -> Moment:
    """Until when a meeting that begins at `start` is convoked with the notice of `rules`."""
    return counted(start, -rules.notice_days, MilestoneKind.INVITATION, rules, calendar, host)


def last_asking(first: date, rules: Rules, calendar: Calendar, host: str) -> date:
    """The last day for asking delegations about a meeting on `first`, so that notice can follow."""
    zone = calendar.office(host).zone
    dawn = Moment.of(instant_of(midnight(first, zone)), zone)
    return last_call(dawn, rules, calendar, host).wall.date() - TO_ASK


def first_start(called: Moment, rules: Rules, calendar: Calendar, host: str) -> Moment:
    """From when on any meeting may begin of which the `last_call` is not before `called`.

    Notice in working days ends on one: whoever calls on a day off might as well call on the next
    working day, and its meeting begins on a later date than the last day of notice.
    """
    kind = MilestoneKind.INVITATION
    if kind not in rules.working_days or not rules.notice_days:
        return counted(called, rules.notice_days, kind, rules, calendar, host)
    today = called.wall.date()
    ends = calendar.working_day_from(today, rules.notice_days, host)
    if not calendar.works(today, host):
        return Moment.of(instant_of(midnight(ends + ONE_DAY, called.zone)), called.zone)
    dawn = datetime.combine(ends, datetime.min.time(), ZoneInfo(called.zone))
    return Moment.of(max(later(called, ends - today).at, dawn), called.zone)
