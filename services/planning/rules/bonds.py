"""Which meetings must keep away from each other, or come one after the other, and why."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations, pairwise

from events.moments import written
from services.gaps import answers, spacing, too_near, too_soon
from services.planning.rules.brief import Brief, Firmness, Meeting
from services.planning.rules.dates import last_day, length_of, slot_of, written_both
from services.quantities import counted

Pairs = Sequence[tuple[Meeting, Meeting]]
IN_ORDER = "the meetings of a body come in their order"


@dataclass(frozen=True, slots=True)
class Bond:
    """`second` may not begin from `low` to `high` days after `first` begins, because of `tie`.

    `gap` is how many whole days are kept between them, where that is what it is about. `remedy` is
    how to do without the rule.
    """

    first: Meeting
    second: Meeting
    low: int
    high: int
    tie: str
    remedy: str
    gap: int | None = None

    @property
    def why(self) -> str:
        """The rule, for any dates."""
        if self.gap is None:
            return self.tie
        return kept_between(self.tie, self.gap)

    def why_not(self, one: date, other: date) -> str:
        """The same where `first` begins on `one` and `second` on `other`: how near they are."""
        return self.tie if self.gap is None else f"{self.tie}, {self.nearness(one, other)}"

    def why_dated(self, one: date, other: date) -> str:
        """The same, and on which days they are so near."""
        if self.gap is None:
            return self.tie
        return f"{self.tie}, {self.days(one, other)}, {self.nearness(one, other)}"

    def nearness(self, one: date, other: date) -> str:
        """Like `with 2 whole days between; a plan keeps 5`."""
        ends, begins = self.facing(one, other)
        between = (begins - ends).days - 1
        kept = f"with {counted(between, 'whole day')}" if between > 0 else "with no whole day"
        return f"{kept} between; a plan keeps {self.gap}"

    def days(self, one: date, other: date) -> str:
        """Like `on 3 and 6 April 2028`: the last day of the earlier, the first of the later."""
        ends, begins = self.facing(one, other)
        if ends >= begins:
            return f"both on {written(begins)}"
        return f"on {written_both(ends, begins)}"

    def facing(self, one: date, other: date) -> tuple[date, date]:
        """When the earlier one ends, and when the later one begins."""
        if one <= other:
            return last_day(self.first, one), other
        return last_day(self.second, other), one

    @property
    def ids(self) -> frozenset[str]:
        return frozenset((self.first.id, self.second.id))

    @property
    def waived_for(self) -> tuple[int, int] | None:
        """The slots that the two were convoked for, if those break it: who did has seen to it."""
        one, other = self.first, self.second
        if one.fixed or other.fixed or not one.on or not other.on:
            return None
        slots = slot_of(one.on), slot_of(other.on)
        convoked = one.firmness is other.firmness is Firmness.CONVOKED
        return slots if convoked and self.forbids(*slots) else None

    def forbids(self, first: int, second: int) -> bool:
        return self.low <= second - first <= self.high

    def broken(self, first: int | None, second: int | None) -> bool:
        """Whether two slots break it; not those for which it was waived, nor where one is none."""
        if first is None or second is None:
            return False
        return self.forbids(first, second) and (first, second) != self.waived_for

    def of_both(self, slots: Mapping[str, int]) -> tuple[int | None, int | None]:
        return slots.get(self.first.id), slots.get(self.second.id)


def bonds(brief: Brief) -> list[Bond]:
    """All that a plan must keep."""
    return [bond for bond in every_bond(brief) if not over(brief, bond)]


def every_bond(brief: Brief) -> Iterator[Bond]:
    yield from between_bodies(brief, list(combinations(brief.meetings, 2)))
    yield from spacings(brief)
    yield from preparations(brief)


def between_bodies(brief: Brief, pairs: Pairs) -> Iterator[Bond]:
    """What meetings of whatever bodies keep between them."""
    for kind in (hosts, circles, families):
        yield from kind(brief, pairs)


def over(brief: Brief, bond: Bond) -> bool:
    """Whether both meetings are in the past."""
    dates = (bond.first.settled, bond.second.settled)
    return all(on is not None and on <= brief.today for on in dates)


def kept_between(tie: str, gap: int) -> str:
    return f"{tie}, and a plan keeps {counted(gap, 'whole day')} between"


def apart(one: Meeting, other: Meeting, gap: int, tie: str, setting: str) -> Bond:
    """At least `gap` whole days between the end of one and the beginning of the other."""
    low, high = too_near(one.days, other.days, gap)
    return Bond(one, other, low, high, tie, f"plan with a smaller {setting}", gap)


def hosts(brief: Brief, pairs: Pairs) -> Iterator[Bond]:
    gap = brief.settings.host_gap_days
    for one, other in pairs:
        both = [party for party in one.hosts if party in other.hosts]
        if both:
            name = brief.party[both[0]]
            yield apart(one, other, gap, f"{name} hosts both", "host_gap_days")


def circles(brief: Brief, pairs: Pairs) -> Iterator[Bond]:
    gap = brief.settings.people_gap_days
    for circle in brief.circles:
        for one, other in pairs:
            both = {one.mechanism, other.mechanism}
            if len(both) > 1 and both <= set(circle.mechanisms):
                tie = f"{circle.name} must be at both"
                yield apart(one, other, gap, tie, "people_gap_days")


def families(brief: Brief, pairs: Pairs) -> Iterator[Bond]:
    """Who comes to a body's meeting may be called to the one that it answers to."""
    gap = brief.settings.people_gap_days
    parents = {body.id: body.parent for body in brief.bodies}
    for one, other in pairs:
        if answers(one.mechanism, other.mechanism, parents):
            yield apart(one, other, gap, "one answers to the other", "people_gap_days")


def spacings(brief: Brief) -> Iterator[Bond]:
    """Two meetings of a body are at least half of its rhythm apart.

    Those without a date come in the order of their numbers.
    """
    for one, other in combinations(brief.meetings, 2):
        if one.mechanism == other.mechanism:
            yield spaced(one, other, spacing(brief.year, one.of))
    for body in brief.bodies:
        free = [
            meeting
            for meeting in brief.meetings
            if meeting.mechanism == body.id
            if not meeting.on and not meeting.fixed and not meeting.asked
        ]
        for one, other in pairwise(free):
            far = length_of(brief.year)
            yield Bond(one, other, -far, 0, IN_ORDER, "ask for fewer of them")


def spaced(one: Meeting, other: Meeting, gap: int) -> Bond:
    tie = f"a body waits {gap} days to meet again"
    return Bond(one, other, *too_soon(gap), tie, "ask for other meetings of it")


def preparations(brief: Brief) -> Iterator[Bond]:
    """A preparatory body's first meeting ends long enough before the first of the one above."""
    least = brief.settings.preparation_days
    for body in brief.bodies:
        ready, prepared = first_of(brief, body.id), first_of(brief, body.prepares)
        if ready and prepared and not too_late(brief, ready, prepared):
            far = length_of(brief.year)
            tie = kept_between(f"{ready.id} prepares {prepared.id}", least)
            remedy = f"say that {body.id} does not prepare it (bodies: prepares: false)"
            yield Bond(ready, prepared, -far, ready.days + least - 1, tie, remedy)


def first_of(brief: Brief, mechanism: str | None) -> Meeting | None:
    """The body's first meeting of the year."""
    return min(
        (meeting for meeting in brief.meetings if meeting.mechanism == mechanism),
        key=lambda meeting: meeting.number,
        default=None,
    )


def too_late(brief: Brief, ready: Meeting, prepared: Meeting) -> bool:
    """Whether the meeting above stands so early that nothing can be prepared for it any more."""
    if prepared.settled is None or ready.settled or stand_as_called(ready, prepared):
        return False
    least = ready.days + brief.settings.preparation_days
    begins = slot_of(ready.earliest) if ready.earliest.year == brief.year else 0
    if ready.on and not ready.lost:
        begins = min(begins, slot_of(ready.on))
    return slot_of(prepared.settled) - least < begins


def stand_as_called(one: Meeting, other: Meeting) -> bool:
    """Whether both were convoked, and neither has to move: whoever convoked them has seen to it."""
    both = (one, other)
    convoked = all(each.firmness is Firmness.CONVOKED and not each.fixed for each in both)
    return convoked and not one.lost
