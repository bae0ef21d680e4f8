"""Which meetings one comes before or after by the registry, since either prepares the other."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta

from events.mechanisms import MechanismRegistered
from events.moments import Moment
from services.preparation import PREPARATION_DAYS, first_of, prepared_by
from services.scheduling.rules.meeting import Meeting
from services.scheduling.rules.slots.search import Neighbour, Side

MIN_DAYS = PREPARATION_DAYS + 1
"""From the last date of the one to the first date of the other."""


def tied(
    meeting: Meeting, bodies: Sequence[MechanismRegistered], of_the_year: Sequence[Meeting]
) -> Iterator[tuple[Meeting, Side]]:
    """The meetings with a date that `meeting` comes before, or after.

    `of_the_year` are all of `bodies` in its year that are not cancelled, itself among them.
    """
    (mine,) = (body for body in bodies if body.mechanism == meeting.mechanism)
    if meeting != first_meeting(mine, of_the_year):
        return
    for body in bodies:
        side: Side
        if body.mechanism == prepared_by(mine):
            side = "before"
        elif prepared_by(body) == mine.mechanism:
            side = "after"
        else:
            continue
        other = first_meeting(body, of_the_year)
        if other and other.span:
            yield other, side


def first_meeting(body: MechanismRegistered, of_the_year: Iterable[Meeting]) -> Meeting | None:
    """The body's first one; none while only later ones are planned."""
    own = {one.id: one for one in of_the_year if one.mechanism == body.mechanism}
    dates = [(one.id, one.span.starts.wall.date() if one.span else None) for one in own.values()]
    first = first_of(max(body.rules.meetings_per_year, len(own)), dates)
    return own[first] if first else None


def neighbours(
    ties: Iterable[tuple[Meeting, Side]],
    named: Mapping[str, str],
    *,
    zone: str,
    days: int,
    earliest: date,
) -> Iterator[Neighbour]:
    """The same for a search in `zone` for a meeting of `days`, which cannot be before `earliest`.

    `named` is what each is called, by its id.
    """
    for other, side in ties:
        assert other.span is not None
        begins = Moment.of(other.span.starts.at, zone).wall.date()
        yield Neighbour(
            starts=other.span.starts.at,
            ends=other.span.ends.at,
            label=named[other.id],
            this_comes=side,
            min_days=MIN_DAYS,
            late=side == "before" and begins - timedelta(days=MIN_DAYS + days - 1) < earliest,
        )
