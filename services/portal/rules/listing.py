"""Meetings by date, as far as they fit what somebody looks for."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from pydantic import BaseModel, ConfigDict

from events.mechanisms import MechanismRegistered
from services.portal.rules.meeting import AHEAD, Busy, Meeting, Stage

COMING = "coming"
ALL = "all"
Told = tuple[str, Meeting | Busy]


class Wanted(BaseModel):
    """What to look for, as it was written; what is blank does not matter, but for the year.

    That is one, or `coming`, or `all`.
    """

    model_config = ConfigDict(frozen=True)

    year: str
    body: str
    party: str
    host: str


class Listing(BaseModel):
    """Those found, by month: the first day of each, and none for those without a date.

    `years` are all in which there are meetings, `year` the one that is shown; where none is, all
    are, or those that are `coming`.
    """

    model_config = ConfigDict(frozen=True)

    months: tuple[tuple[date | None, tuple[Told, ...]], ...]
    years: tuple[int, ...]
    year: int | None
    coming: bool
    wanted: Wanted
    count: int


def listed(
    meetings: Sequence[Told],
    wanted: Wanted,
    bodies: Mapping[str, MechanismRegistered],
    now: datetime,
) -> Listing:
    """Those that are coming, unless all are wanted or those of a year that there are some in."""
    years = sorted({year_of(meeting) for _, meeting in meetings})
    year = next((each for each in years if str(each) == wanted.year), None)
    coming = year is None and wanted.year != ALL
    months: dict[date | None, list[Told]] = {}
    found = [
        one
        for one in meetings
        if fits(one, wanted, bodies)
        and year in {None, year_of(one[1])}
        and (not coming or comes(one[1], now))
    ]
    for one in sorted(found, key=by_date):
        months.setdefault(month_of(one[1]), []).append(one)
    return Listing(
        months=tuple((month, tuple(some)) for month, some in months.items()),
        years=tuple(years),
        year=year,
        coming=coming,
        wanted=wanted,
        count=len(found),
    )


def comes(meeting: Meeting | Busy, now: datetime) -> bool:
    """Whether it is still to be held, or to be given a date, or goes on."""
    if isinstance(meeting, Meeting) and meeting.stage not in {Stage.PLANNED, *AHEAD}:
        return False
    return meeting.span is None or meeting.span.ends.at > now


def fits(one: Told, wanted: Wanted, bodies: Mapping[str, MechanismRegistered]) -> bool:
    body, meeting = one
    host = None if isinstance(meeting, Busy) else meeting.turn.host
    return (
        wanted.body in {"", body}
        and wanted.host in {"", host}
        and (not wanted.party or any(party.id == wanted.party for party in bodies[body].parties))
    )


def year_of(meeting: Meeting | Busy) -> int:
    """The year of its date where it is held, or else the one that it is planned for."""
    return meeting.span.starts.wall.year if meeting.span else meeting.order[0]


def month_of(meeting: Meeting | Busy) -> date | None:
    return meeting.span.starts.wall.date().replace(day=1) if meeting.span else None


def by_date(one: Told) -> tuple[bool, float, str, tuple[int, int]]:
    body, meeting = one
    starts = meeting.span.starts.at.timestamp() if meeting.span else 0.0
    return meeting.span is None, starts, body, meeting.order
