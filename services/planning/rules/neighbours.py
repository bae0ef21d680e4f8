"""Convoked meetings of the years before and after, and the dates near New Year that they take."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta

from events.moments import written
from services.gaps import spacing
from services.planning.rules.bonds import Bond, between_bodies, spaced
from services.planning.rules.brief import Brief, Firmness, Meeting, Neighbour
from services.planning.rules.dates import ONE_DAY
from services.planning.rules.standing import Stage, Standing

FARTHEST = timedelta(days=183)
"""Half of a rhythm of one meeting a year; every gap in whole days is less."""


def with_neighbours(brief: Brief, standings: Iterable[Standing]) -> Brief:
    """The brief, each meeting with what keeps it from the ends of the year."""
    near = [as_meeting(one) for one in standings if is_near(brief, one)]
    meetings = (
        meeting.model_copy(update={"neighbours": tuple(neighbours(brief, meeting, near))})
        for meeting in brief.meetings
    )
    return brief.model_copy(update={"meetings": tuple(meetings)})


def is_near(brief: Brief, standing: Standing) -> bool:
    """Whether a meeting of another year stands on a date near to this one."""
    if standing.first is None or standing.first.year == brief.year:
        return False
    if standing.stage not in {Stage.CONVOKED, Stage.HELD} or standing.mechanism not in brief.body:
        return False
    begins, ends = ends_of(brief)
    return begins - FARTHEST <= standing.first <= ends + FARTHEST


def ends_of(brief: Brief) -> tuple[date, date]:
    return date(brief.year, 1, 1), date(brief.year, 12, 31)


def as_meeting(standing: Standing) -> Meeting:
    """As bonds know one that does not move."""
    assert standing.first
    return Meeting(
        id=standing.id,
        mechanism=standing.mechanism,
        host=standing.host,
        co_hosts=standing.co_hosts,
        number=1,
        of=1,
        days=standing.days or 1,
        firmness=Firmness.CONVOKED,
        on=standing.first,
        stays=True,
        earliest=standing.first,
    )


def neighbours(brief: Brief, meeting: Meeting, near: Sequence[Meeting]) -> Iterator[Neighbour]:
    begins, ends = ends_of(brief)
    for bond in bonds_across(brief, meeting, near):
        other, on = bond.first.id, bond.first.on
        assert on
        first, last = on + bond.low * ONE_DAY, on + bond.high * ONE_DAY
        if first <= ends and begins <= last:
            yield Neighbour(
                first=first,
                last=last,
                why=f"{other} is on {written(on)}: {bond.why}",
                sort=f"too near to {other} on {written(on)} ({bond.why})",
                remedy=bond.remedy,
            )


def bonds_across(brief: Brief, meeting: Meeting, near: Sequence[Meeting]) -> Iterator[Bond]:
    """What must be between them."""
    yield from between_bodies(brief, [(one, meeting) for one in near])
    for one in near:
        if one.mechanism == meeting.mechanism:
            yield spaced(one, meeting, spacing(brief.year, meeting.of))
