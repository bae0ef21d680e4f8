"""From a timetable back to a year: who meets when, at what cost, and what was left out or moved."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from events.moments import written
from events.plans import Broken, LeftOut, Moved, Planned, Wish
from services.planning.rules.bonds import Bond, bonds, first_of, too_late
from services.planning.rules.brief import Brief, Firmness, Meeting
from services.planning.rules.dates import Year, date_of, last_day, slot_of, week_of
from services.planning.rules.no_date import MOST_NAMED, hindering, reasons, said_of
from services.planning.rules.wishes import broken
from services.planning.timetable.answer import Answer

Slots = Mapping[str, int]
BETTER = "the wishes of the year are kept better so"


@dataclass(frozen=True, slots=True)
class Outcome:
    """A plan. `cost` is what its meetings cost together; `proven`: none is better."""

    meetings: tuple[Planned, ...]
    left_out: tuple[LeftOut, ...]
    moved: tuple[Moved, ...]
    cost: int
    proven: bool


def read(brief: Brief, answer: Answer) -> Outcome:
    """The plan that an answer with a timetable is; meetings in the order of their dates."""
    assert answer.cost is not None
    year = Year(brief)
    tied = bonds(brief)
    slots = {id_: held.slot for id_, held in answer.timetable.items()}
    shared = sharing_a_week(brief, slots)
    without = reasons(year, tied, slots)
    given_up = [bond for bond in tied if bond.waived_for == bond.of_both(slots)]
    meetings = sorted(
        (
            planned(year, meeting, slots[meeting.id], shared, given_up)
            for meeting in brief.meetings
            if meeting.id in slots
        ),
        key=lambda one: (one.first, one.meeting),
    )
    return Outcome(
        meetings=tuple(meetings),
        left_out=tuple(
            LeftOut(
                mechanism=meeting.mechanism,
                meeting=meeting.id,
                because=without[meeting.id],
            )
            for meeting in brief.meetings
            if meeting.id in without
        ),
        moved=tuple(moves(year, tied, slots)),
        cost=sum(one.cost for one in meetings),
        proven=answer.cost <= answer.bound,
    )


def planned(
    year: Year, meeting: Meeting, slot: int, shared: Mapping[str, str], given_up: list[Bond]
) -> Planned:
    """The meeting on its date; where it has stood there already, that costs the plan nothing."""
    first = date_of(year.brief.year, slot)
    firm = first == meeting.confirmed_on
    return Planned(
        mechanism=meeting.mechanism,
        meeting=meeting.id,
        host=meeting.host,
        first=first,
        last=last_day(meeting, first),
        firm=firm,
        broken=tuple(
            without_cost(year, meeting, first, given_up)
            if firm
            else at_a_cost(year, meeting, first, shared)
        ),
    )


def at_a_cost(
    year: Year, meeting: Meeting, first: date, shared: Mapping[str, str]
) -> Iterator[Broken]:
    """The wishes that a date breaks which the plan decides; the rules, if it was fixed by hand."""
    yield from broken(year, meeting, first)
    yield from of_the_whole(year.brief, meeting, first, shared)
    if meeting.fixed:
        yield from by_hand(year, meeting, first)


def of_the_whole(
    brief: Brief, meeting: Meeting, first: date, shared: Mapping[str, str]
) -> Iterator[Broken]:
    """The wishes that the date breaks because of other meetings, or of what was before."""
    weights = brief.settings.weights
    if weights.week and meeting.id in shared:
        text = f"{shared[meeting.id]} is in the same week"
        yield Broken(wish=Wish.WEEK, cost=weights.week, text=text)
    proposed = meeting.firmness is Firmness.PROPOSED and not meeting.settled
    if weights.steadiness and proposed and meeting.on and meeting.on != first:
        text = f"{written(meeting.on)} was proposed before"
        yield Broken(wish=Wish.STEADINESS, cost=weights.steadiness, text=text)
    if weights.preparation and (why := unprepared(brief, meeting)):
        yield Broken(wish=Wish.PREPARATION, cost=weights.preparation, text=why[:300])


def unprepared(brief: Brief, meeting: Meeting) -> str | None:
    """That it comes too late for the meeting which it should prepare, and how that could move."""
    body = brief.body[meeting.mechanism]
    prepared = first_of(brief, body.prepares)
    if prepared and meeting == first_of(brief, body.id) and too_late(brief, meeting, prepared):
        return f"it can no longer prepare {prepared.id}{way_out(prepared)}"
    return None


def way_out(held: Meeting) -> str:
    """How to let a meeting move that stands until it is released."""
    if not held.held or held.fixed or held.on is None:
        return ""
    return f"; {held.id} stands on {written(held.on)} until a replan releases it (--release)"


def without_cost(
    year: Year, meeting: Meeting, first: date, given_up: list[Bond]
) -> Iterator[Broken]:
    """The rules that the meeting breaks as it was convoked, by itself or with an earlier one."""
    if meeting.firmness is Firmness.CONVOKED and (why := year.day_off(meeting, first)):
        way = way_out(meeting) if meeting.lost else ""
        text = f"{why}{way}"[:300]
        yield Broken(wish=Wish.RULE, cost=0, text=text, let_stand=meeting.let_stand)
    if late := unprepared(year.brief, meeting):
        yield Broken(wish=Wish.RULE, cost=0, text=late[:300])
    if meeting.firmness is Firmness.CONVOKED:
        for each in meeting.taken_by(first):
            yield Broken(wish=Wish.RULE, cost=0, text=each.why[:300])
    named = set()
    for bond in given_up:
        earlier, later = sorted((bond.first, bond.second), key=lambda one: (one.on, one.id))
        if later.id == meeting.id and earlier.id not in named:
            named.add(earlier.id)
            text = f"{earlier.id}: {convoked_so(bond)}"
            yield Broken(wish=Wish.RULE, cost=0, text=text[:300])


def convoked_so(bond: Bond) -> str:
    """The rule that two meetings break on the dates that they were convoked for."""
    assert bond.first.on
    assert bond.second.on
    return bond.why_dated(bond.first.on, bond.second.on)


def by_hand(year: Year, meeting: Meeting, first: date) -> Iterator[Broken]:
    """The rules that a date breaks which the secretary has fixed."""
    for each in year.obstacles(meeting, first):
        yield Broken(wish=Wish.RULE, cost=0, text=each.why[:300])


def sharing_a_week(brief: Brief, slots: Slots) -> dict[str, str]:
    """Each meeting that shares its week, and with which one: those that stand were there first."""
    first_in: dict[int, str] = {}
    shared = {}
    stood = {one.id: slot_of(one.confirmed_on) for one in brief.meetings if one.confirmed_on}
    standing = {id_ for id_, slot in slots.items() if stood.get(id_) == slot}
    in_turn = sorted(slots.items(), key=lambda one: (one[0] not in standing, one[1], one[0]))
    for id_, slot in in_turn:
        week = week_of(brief.year, slot)
        if week in first_in:
            shared[id_] = first_in[week]
        else:
            first_in[week] = id_
    return shared


def moves(year: Year, tied: list[Bond], slots: Slots) -> Iterator[Moved]:
    """The meetings that had a date and have it no more, in the order of the old dates."""
    dated = [meeting for meeting in year.brief.meetings if meeting.on]
    for meeting in sorted(dated, key=lambda one: (one.on, one.id)):
        assert meeting.on is not None
        slot = slots.get(meeting.id)
        if slot != slot_of(meeting.on):
            yield Moved(
                mechanism=meeting.mechanism,
                meeting=meeting.id,
                previous=meeting.on,
                first=None if slot is None else date_of(year.brief.year, slot),
                confirmed=meeting.confirmed,
                asked=meeting.firmness is Firmness.ASKED,
                because=why_moved(year, meeting, tied, slots),
            )


def why_moved(year: Year, meeting: Meeting, tied: list[Bond], slots: Slots) -> str:
    """What is in the way of the old date; where nothing is, that the year is better without it."""
    assert meeting.on is not None
    if meeting.fixed:
        return f"it is fixed on {written(meeting.fixed)}"
    if obstacle := year.obstacle(meeting, meeting.on):
        return obstacle
    own = [bond for bond in tied if meeting.id in {bond.first.id, bond.second.id}]
    hindered = hindering(meeting, slot_of(meeting.on), own, slots)
    in_the_way = [said_of(bond, meeting) for bond in hindered]
    return "; ".join(in_the_way[:MOST_NAMED]) or BETTER
