"""When something is, where a zone has other rules by now than when it was said.

What people agreed on is the wall time. So that stands everywhere, in feeds, free-busy and mail,
until somebody reschedules the meeting.
"""

import zoneinfo
from datetime import UTC

from events.moments import Moment, Span


def on_clocks(moment: Moment) -> Moment:
    """The instant at which clocks show the wall time of `moment`, by the zone data of today.

    Where they skip it now, it is as long after midnight as it was; of two, it is the first
    (RFC 5545, 3.3.5).
    """
    if not moment.zone_has_changed:
        return moment
    wall = moment.wall.replace(tzinfo=zoneinfo.ZoneInfo(moment.zone))
    return Moment.of(wall.astimezone(UTC), moment.zone)


def span_on_clocks(span: Span) -> Span:
    """The same of a span, which keeps its length where its end would come before its beginning."""
    if not (span.starts.zone_has_changed or span.ends.zone_has_changed):
        return span
    starts, ends = on_clocks(span.starts), on_clocks(span.ends)
    if ends.at <= starts.at:
        ends = Moment.of(starts.at + (span.ends.at - span.starts.at), span.ends.zone)
    return Span(starts=starts, ends=ends)


def is_shown_once(moment: Moment) -> bool:
    """Whether clocks show its wall time once, by the zone data of today: not twice, nor never."""
    wall = moment.wall.replace(tzinfo=zoneinfo.ZoneInfo(moment.zone))
    return wall.utcoffset() == wall.replace(fold=1).utcoffset()
