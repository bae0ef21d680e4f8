"""The troika, by time: who hosted last, who hosts the next meeting, and who the one after it."""

from collections.abc import Iterable
from datetime import datetime

from events.event import Fact
from events.vocabulary import Identifier
from services.rotation import Rotation
from services.scheduling.rules.meeting import TAKING_TIME, Meeting, Stage

NOT_OVER = (Stage.PLANNED, Stage.SCHEDULED, Stage.OPEN)


class Troika(Fact):
    """Who hosted last, who hosts the next meeting, and who the one after it.

    `past` is none where none was held yet, `present` where none is planned: then `coming` hosts
    the next one.
    """

    past: Identifier | None
    present: Identifier | None
    coming: Identifier


def troika(rotation: Rotation, meetings: Iterable[Meeting], now: datetime) -> Troika:
    """The three who prepare the body's `meetings` together; turns not given yet come last."""
    known = list(meetings)
    over = [each for each in known if each.stage in TAKING_TIME and not is_ahead(each, now)]
    past = max(over, key=in_time, default=None)
    hosts = [meeting.turn.host for meeting in ahead(known, now)]
    return Troika(
        past=past and past.turn.host,
        present=next(iter(hosts), None),
        coming=hosts[1] if len(hosts) > 1 else rotation.queue[0],
    )


def ahead(meetings: Iterable[Meeting], now: datetime) -> list[Meeting]:
    """Those that are to be held or given a date, or go on, in the order of time."""
    return sorted((each for each in meetings if is_ahead(each, now)), key=in_time)


def is_ahead(meeting: Meeting, now: datetime) -> bool:
    return meeting.stage in NOT_OVER and (meeting.span is None or meeting.span.ends.at > now)


def in_time(meeting: Meeting) -> tuple[int, bool, float, int]:
    """In its year, what has no date yet comes after what has."""
    starts = meeting.span.starts.at.timestamp() if meeting.span else 0.0
    return meeting.year, meeting.span is None, starts, meeting.ordinal
