"""The other meetings of a body: on which side of each one comes, and how long it waits between."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from events.moments import Moment
from services.gaps import spacing
from services.scheduling.rules.meeting import Meeting
from services.scheduling.rules.slots.search import Side


@dataclass(frozen=True, slots=True)
class Rhythm:
    """The body's `others` that have a date, and how many days it `waits` to meet again.

    `sides` has those before or after which the meeting comes by its number. A meeting beyond those
    that the rules ask for has no place in their order: it is held when it is needed.
    """

    waits: int
    others: tuple[Meeting, ...]
    sides: Mapping[str, Side]

    def between(self, zone: str, waits: int) -> tuple[date, date]:
        """From which to which date in `zone` it may begin, in order, if the body `waits`."""
        begun = {one.id: began(one, zone) for one in self.others}
        apart = timedelta(days=waits)
        before = [begun[id_] for id_, side in self.sides.items() if side == "after"]
        after = [begun[id_] for id_, side in self.sides.items() if side == "before"]
        return (
            max(before) + apart if before else date.min,
            min(after) - apart if after else date.max,
        )


def rhythm(meeting: Meeting, own: Sequence[Meeting], asked: int) -> Rhythm:
    """Of all meetings of its body about its year that are not cancelled, `meeting` among them.

    The rules of procedure ask for as many as `asked` in a year.
    """
    of_the_year = [one for one in own if one.year == meeting.year]
    others = tuple(one for one in own if one.id != meeting.id and one.span)
    regular = {one.id for one in own if is_regular(one, own, asked)}
    return Rhythm(
        waits=spacing(meeting.year, max(asked, len(of_the_year))),
        others=others,
        sides={one.id: side_of(meeting, one) for one in others if {one.id, meeting.id} <= regular},
    )


def is_regular(meeting: Meeting, own: Sequence[Meeting], asked: int) -> bool:
    """Whether it is one of those that the rules ask for: the first of its year."""
    before = [one for one in own if one.year == meeting.year and one.ordinal < meeting.ordinal]
    return len(before) < asked


def side_of(meeting: Meeting, other: Meeting) -> Side:
    """By the years that they are of, and in a year by their numbers."""
    earlier = (meeting.year, meeting.ordinal) < (other.year, other.ordinal)
    return "before" if earlier else "after"


def began(meeting: Meeting, zone: str) -> date:
    assert meeting.span is not None
    return Moment.of(meeting.span.starts.at, zone).wall.date()
