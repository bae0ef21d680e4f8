"""Why meetings have no date: what takes every date of the year from them, and what would free some.

Meetings that are left out alike have the same reason, in the same words.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from events.moments import written
from services.planning.rules.bonds import IN_ORDER, Bond
from services.planning.rules.brief import Meeting
from services.planning.rules.dates import Obstacle, Year
from services.quantities import counted

Slots = Mapping[str, int]
MOST_NAMED = 3


@dataclass(frozen=True)
class LeftOut:
    """One meeting, and for every slot of the year what keeps it out of it."""

    meeting: Meeting
    year: Year
    own: Sequence[Bond]
    slots: Slots

    @cached_property
    def obstacles(self) -> list[tuple[Obstacle, ...]]:
        return [tuple(self.year.obstacles(self.meeting, on)) for on in self.year.dates]

    @cached_property
    def bonds(self) -> list[tuple[Bond, ...]]:
        return [
            tuple(hindering(self.meeting, slot, self.own, self.slots))
            for slot in range(self.year.length)
        ]

    @property
    def free(self) -> int:
        """How many dates nothing keeps it out of."""
        return sum(not one and not other for one, other in self.in_the_way())

    def in_the_way(self) -> Iterator[tuple[tuple[Obstacle, ...], tuple[Bond, ...]]]:
        return zip(self.obstacles, self.bonds, strict=True)


def hindering(meeting: Meeting, slot: int, own: Iterable[Bond], slots: Slots) -> Iterator[Bond]:
    """What keeps `meeting` out of `slot`, given where the others are."""
    for bond in own:
        there = slots.get(other_of(bond, meeting).id)
        if bond.broken(*((slot, there) if bond.first.id == meeting.id else (there, slot))):
            yield bond


def other_of(bond: Bond, meeting: Meeting) -> Meeting:
    return bond.second if bond.first.id == meeting.id else bond.first


def said_of(bond: Bond, meeting: Meeting) -> str:
    """Which meeting is in the way, and why."""
    return f"{other_of(bond, meeting).id}: {bond.why}"


def reasons(year: Year, tied: Sequence[Bond], slots: Slots) -> dict[str, str]:
    """Why each meeting without a slot has none."""
    bodies = defaultdict(list)
    for meeting in year.brief.meetings:
        if meeting.id not in slots:
            own = [bond for bond in tied if meeting.id in bond.ids]
            bodies[meeting.mechanism].append(LeftOut(meeting, year, own, slots))
    found: dict[str, str] = {}
    for several in bodies.values():
        crowded = [one for one in several if not one.free]
        found |= {
            one.meeting.id: "the search ended before it tried "
            f"{counted(one.free, 'date')} left; let it search longer"
            for one in several
            if one.free
        }
        if crowded:
            why = crowded_out(crowded)
            found |= {one.meeting.id: why for one in crowded}
    return found


def crowded_out(alike: Sequence[LeftOut]) -> str:
    """What has all dates that meetings of a body could have, each date told once."""
    year, body = alike[0].year, alike[0].meeting.mechanism
    brief = year.brief
    sorts: Counter[str] = Counter()
    spaced: list[str] = []
    others: defaultdict[str, set[str]] = defaultdict(set)
    taken = 0
    for slot in range(year.length):
        obstacles = [one.obstacles[slot] for one in alike]
        if all(obstacles):
            sorts[obstacles[0][0].sort] += 1
            continue
        bonds = [(one.meeting, bond) for one in alike for bond in one.bonds[slot]]
        own = [bond.why for meeting, bond in bonds if other_of(bond, meeting).mechanism == body]
        spaced += own[:1]
        if not own:
            taken += 1
            for meeting, bond in bonds:
                others[bond.why].add(other_of(bond, meeting).id)
    parts = [f"{number} {sort}" for sort, number in sorts.most_common()]
    if spaced:
        dated = sum(each.mechanism == body and each.id in alike[0].slots for each in brief.meetings)
        with_one = counted(dated, "meeting of the same body", "meetings of the same body")
        why = Counter(spaced).most_common(1)[0][0]
        parts.append(f"{len(spaced)} too near to the {with_one} with a date ({why})")
    if taken:
        parts.append(f"{taken} too near to {', '.join(named(others))}")
    return f"no date of {brief.year} is left: {'; '.join(parts)}{way_out(alike)}"


def named(others: Mapping[str, set[str]]) -> Iterator[str]:
    """The rules that keep other meetings away, those with the most meetings first, and which."""
    in_turn = sorted(others.items(), key=lambda one: (-len(one[1]), one[0]))
    for why, ids in in_turn[:MOST_NAMED]:
        some = sorted(ids)[:MOST_NAMED]
        more = f" and {len(ids) - len(some)} more" if len(ids) > len(some) else ""
        yield f"{', '.join(some)}{more} ({why})"
    if len(in_turn) > MOST_NAMED:
        yield "and others"


def way_out(alike: Sequence[LeftOut]) -> str:
    """What the secretary may give up so that there is a date, the most helpful first.

    Which meeting of a body comes before which does not matter for that.
    """
    freed: Counter[str] = Counter()
    for one in alike:
        for obstacles, bonds in one.in_the_way():
            ways = [
                *({each.remedy} for each in obstacles),
                *(set(remedies(each, one.meeting)) for each in bonds if each.why != IN_ORDER),
            ]
            freed.update(set.intersection(*ways) - {""} if ways else ())
    if not freed:
        return ""
    return f"; to free dates, {', or '.join(way for way, _ in freed.most_common(MOST_NAMED))}"


def remedies(bond: Bond, meeting: Meeting) -> Iterator[str]:
    """How to do without the rule, or without the date of the other meeting."""
    other = other_of(bond, meeting)
    if other.mechanism == meeting.mechanism:
        yield "ask for fewer meetings of that body (bodies: meetings)"
        return
    yield bond.remedy
    if other.held and not other.fixed and other.on:
        stands = f"which stands on {written(other.on)}"
        yield f"release {other.id}, {stands}, in a replan (--release)"
