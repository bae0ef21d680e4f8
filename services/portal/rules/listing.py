"""Meetings by date, as far as they fit what somebody looks for."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from pydantic import BaseModel, ConfigDict

from events.mechanisms import MechanismRegistered
from services.portal.rules.meeting import Busy, Meeting

ALL = "all"
Told = tuple[str, Meeting | Busy]


class Wanted(BaseModel):
    """What to look for, as it was written; what is blank does not matter, but for the year."""

    model_config = ConfigDict(frozen=True)

    year: str
    body: str
    party: str
    host: str


class Listing(BaseModel):
    """Those found, by month: the first day of each, and none for those without a date.

    `years` are all in which there are meetings, `year` the one that is shown: none for all.
    """

    model_config = ConfigDict(frozen=True)

    months: tuple[tuple[date | None, tuple[Told, ...]], ...]
    years: tuple[int, ...]
    year: int | None
    wanted: Wanted
    count: int


def listed(
    meetings: Sequence[Told],
    wanted: Wanted,
    bodies: Mapping[str, MechanismRegistered],
    now: datetime,
) -> Listing:
    """Without a year that is known: those of today's, or else of the last there are meetings in."""
    years = sorted({year_of(meeting) for _, meeting in meetings})
    year = chosen(wanted.year, years, now)
    months: dict[date | None, list[Told]] = {}
    found = [one for one in meetings if fits(one, year, wanted, bodies)]
    for one in sorted(found, key=by_date):
        months.setdefault(month_of(one[1]), []).append(one)
    return Listing(
        months=tuple((month, tuple(some)) for month, some in months.items()),
        years=tuple(years),
        year=year,
        wanted=wanted,
        count=len(found),
    )


def chosen(said: str, years: Sequence[int], now: datetime) -> int | None:
    if said == ALL or not years:
        return None
    if said.isdecimal() and int(said) in years:
        return int(said)
    return now.year if now.year in years else years[-1]


def fits(
    one: Told, year: int | None, wanted: Wanted, bodies: Mapping[str, MechanismRegistered]
) -> bool:
    body, meeting = one
    host = None if isinstance(meeting, Busy) else meeting.turn.host
    return (
        year in {None, year_of(meeting)}
        and wanted.body in {"", body}
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
