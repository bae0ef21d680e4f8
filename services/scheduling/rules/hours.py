"""Whether a meeting keeps the office hours of a party, and on whose clocks."""

from datetime import datetime, time, timedelta

from events.moments import Span
from services.scheduling.rules.length import sessions_of
from services.scheduling.rules.slots.city import office_at, unless_online
from services.working_time.calendar import Calendar
from services.working_time.hours import Office


def kept_on(place: str | None, host: Office, party: Office, calendar: Calendar) -> Office | None:
    """The office on whose clocks the hours of `party` matter; none where they do not.

    In person only the host's hours do, on the clocks of the capital that `place` names, or else of
    its own; online (no place) each party's, on its own.
    """
    if not place or unless_online(place) is None:
        return party
    if party.party != host.party:
        return None
    return office_at(place, calendar.offices) or host


def outside(span: Span, party: Office, there: Office) -> tuple[time, time] | None:
    """When sessions begin and end on the clocks `there`, if not within the hours of `party`.

    Lunch is no matter.
    """
    starts, ends = first_session(span, there)
    return (starts.time(), ends.time()) if missed(span, party, there) else None


def missed(span: Span, party: Office, there: Office) -> timedelta:
    """How far sessions reach beyond the hours of `party` on the clocks `there`, on each day."""
    starts, ends = first_session(span, there)
    opens, closes = (datetime.combine(starts, wall) for wall in (party.opens, party.closes))
    return max(opens - starts, timedelta()) + max(ends - closes, timedelta())


def first_session(span: Span, there: Office) -> tuple[datetime, datetime]:
    """Its beginning and its end, as wall time."""
    local = span.in_zone(there.zone)
    _, duration = sessions_of(local)
    return local.starts.wall, local.starts.wall + duration
