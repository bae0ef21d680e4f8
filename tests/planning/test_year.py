"""From a brief to a year: judged by rules that are written anew here, and by brute force."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from itertools import combinations, product
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from events.mechanisms import MilestoneKind
from events.meetings import MeetingPlanned, Turn
from events.moments import Moment, Span, written
from events.plans import Wish
from events.polls import PollAnswered, PollOpened
from events.working_time import Ruling
from services.mechanisms.commands import default_procedure, own_registry
from services.mechanisms.rules import mechanism as mechanisms
from services.planning.rules import contradictions, headway
from services.planning.rules import poll as polls
from services.planning.rules import standing as standings
from services.planning.rules.brief import (
    Body,
    Brief,
    Circle,
    Firmness,
    Meeting,
    Period,
    Settings,
    Weights,
)
from services.planning.rules.dates import Year, slot_of
from services.planning.rules.headway import Worth
from services.planning.rules.known import Basis, Known
from services.planning.rules.need import brief_of
from services.planning.rules.poll import Poll
from services.planning.rules.poll import Stage as PollStage
from services.planning.rules.posing import Posed
from services.planning.rules.reading import Outcome, read
from services.planning.rules.standing import LostDay, Stage, Standing
from services.planning.rules.waiving import answered
from services.planning.rules.wanted import Custom, Fixture, Wanted
from services.planning.rules.wishes import broken, rhythm
from services.planning.timetable.answer import Answer, Progress, Verdict
from services.planning.timetable.effort import Effort, Watch
from services.planning.timetable.problem import Held
from services.planning.timetable.solving import solve
from services.refusals import UnacceptableError
from services.rotation import Rotation
from services.working_time.calendar import Calendar
from services.working_time.days import Override
from services.working_time.hours import Office
from tests.conftest import PARTIES

TODAY = date(2026, 11, 25)
OFFICES = tuple(Office.of(party) for party in PARTIES)
NAMES = tuple(party.id for party in PARTIES)
SUMMIT = "heads-of-state"
Dates = Mapping[str, date]


def planned(
    brief: Brief, *, work: float = 2, seed: int = 0, watch: Watch | None = None, cores: int = 1
) -> Outcome:
    contradictions.check(brief)

    def solved(posed: Posed) -> Answer:
        return solve(posed.problem, Effort(work=work, cores=cores), seed=seed, watch=watch)

    return read(brief, answered(brief, solved))


def dates_of(outcome: Outcome) -> dict[str, date]:
    return {one.meeting: one.first for one in outcome.meetings}


def wrongs(brief: Brief, dates: Dates) -> Iterator[str]:
    """Every hard rule that these dates break."""
    for meeting in brief.meetings:
        on = dates.get(meeting.id)
        if meeting.settled and on != meeting.settled:
            yield f"{meeting.id} was fixed"
        elif on and not meeting.settled:
            yield from misplaced(brief, meeting, on)
    held = [meeting for meeting in brief.meetings if meeting.id in dates]
    for one, other in combinations(held, 2):
        for rule in broken_between(brief, one, other, dates) - called_so(brief, one, other, dates):
            yield f"{rule}: {one.id}, {other.id}"


def called_so(brief: Brief, one: Meeting, other: Meeting, dates: Dates) -> set[str]:
    """The rules that two meetings break as they were convoked, if they still have those dates."""
    if any(each.firmness is not Firmness.CONVOKED or each.fixed for each in (one, other)):
        return set()
    if any(dates[each.id] != each.on for each in (one, other)):
        return set()
    return broken_between(brief, one, other, dates)


def broken_between(brief: Brief, one: Meeting, other: Meeting, dates: Dates) -> set[str]:
    first, second = sorted((one, other), key=lambda each: dates[each.id])
    return set(too_near(brief, first, second, dates))


def misplaced(brief: Brief, meeting: Meeting, on: date) -> Iterator[str]:
    days = [on + timedelta(days=n) for n in range(meeting.days)]
    called = meeting.firmness is Firmness.CONVOKED and on == meeting.on
    parties = brief.body[meeting.mechanism].parties
    if not called and not all(brief.calendar.works(day, *parties) for day in days):
        yield f"{meeting.id} is on a day off"
    if on < meeting.earliest and on != meeting.on:
        yield f"{meeting.id} is too early"
    for period in brief.periods:
        inside = [period.first <= day <= period.last for day in days]
        if period.weight is None and not (all(inside) if period.keep_to else not any(inside)):
            yield f"{meeting.id} breaks {period.text}"


def too_near(brief: Brief, one: Meeting, other: Meeting, dates: Dates) -> Iterator[str]:
    """The rules that two meetings break, of which `one` begins first or at the same time."""
    free = (dates[other.id] - dates[one.id]).days - one.days
    below, above = brief.body[one.mechanism], brief.body[other.mechanism]
    rules = brief.settings
    if one.host == other.host and free < rules.host_gap_days:
        yield "host"
    together = any({below.id, above.id} <= set(c.mechanisms) for c in brief.circles)
    if below != above and together and free < rules.people_gap_days:
        yield "circle"
    family = above.id == below.parent or below.id == above.parent
    if family and free < rules.people_gap_days:
        yield "family"
    apart = (dates[other.id] - dates[one.id]).days
    if below == above and apart < 365 // one.of // 2:
        yield "spacing"
    firsts = one.number == other.number == 1
    if firsts and above.prepares == below.id and not hopeless(brief, other, one):
        yield "preparation"
    late = below.prepares == above.id and free < rules.preparation_days
    if firsts and late and not hopeless(brief, one, other):
        yield "preparation"


def hopeless(brief: Brief, ready: Meeting, prepared: Meeting) -> bool:
    """Whether `prepared` stands before `ready`, which may have another date, could be held."""
    if ready.settled or prepared.settled is None:
        return False
    kinds = {ready.firmness, prepared.firmness}
    if kinds == {Firmness.CONVOKED} and not (ready.fixed or prepared.fixed):
        return False
    needed = timedelta(days=ready.days + brief.settings.preparation_days)
    dates = [on for on in (ready.earliest, ready.on) if on]
    return all(prepared.settled - needed < on for on in dates)


@st.composite
def briefs(draw: st.DrawFn, *, firm: bool = False) -> Brief:
    """Tiny years: a few bodies that all want some days of spring."""
    opens = date(2027, 3, 1) + timedelta(days=draw(st.integers(0, 60)))
    window = Period(
        first=opens,
        last=opens + timedelta(days=draw(st.integers(4, 9))),
        text="the window",
        keep_to=True,
    )
    small = st.integers(0, 3)
    ids = [SUMMIT, *(f"body-{n}" for n in range(draw(st.integers(1, 3))))]
    bodies = [Body(id=SUMMIT, name="Summit", parties=NAMES)] + [
        Body(
            id=id_,
            name=id_,
            parties=NAMES,
            parent=draw(st.sampled_from((SUMMIT, None))),
            prepares=draw(st.sampled_from((SUMMIT, None, None))),
        )
        for id_ in ids[1:]
    ]
    kinds = tuple(Firmness) if firm else (Firmness.NONE,)
    meetings = []
    for id_ in ids:
        firmness = draw(st.sampled_from(kinds))
        on = opens + timedelta(days=draw(st.integers(0, 6)))
        by_hand = opens + timedelta(days=draw(st.integers(0, 6)))
        kinds_of_date = draw(st.integers(0, 5)) if firm else 5
        meetings.append(
            Meeting(
                id=f"{id_}-2027-1",
                mechanism=id_,
                host=draw(st.sampled_from(NAMES[:2])),
                number=1,
                of=1,
                days=draw(st.integers(1, 2)),
                firmness=firmness,
                on=None if firmness is Firmness.NONE else on,
                stays=kinds_of_date == 0 and firmness is not Firmness.NONE,
                held=id_ == SUMMIT and firmness is Firmness.CONVOKED and draw(st.booleans()),
                fixed=by_hand if kinds_of_date == 1 else None,
                earliest=opens - timedelta(days=draw(st.integers(-3, 30))),
            )
        )
    liked = opens + timedelta(days=draw(small))
    wish = Period(first=liked, last=liked, text="a wish", weight=draw(small))
    circles = (Circle(name="А. Омарова", mechanisms=(ids[0], ids[-1])),)
    return Brief(
        year=2027,
        today=TODAY,
        bodies=tuple(bodies),
        meetings=tuple(meetings),
        offices=OFFICES,
        periods=(window, wish),
        circles=circles if draw(st.booleans()) else (),
        settings=Settings(
            host_gap_days=draw(small),
            people_gap_days=draw(small),
            preparation_days=draw(small),
            weights=Weights(week=draw(small), steadiness=draw(st.integers(1, 3))),
        ),
    )


def contradicts(brief: Brief) -> bool:
    return any(contradictions.contradictions(brief))


@given(brief=briefs(firm=True))
@settings(max_examples=50, deadline=None)
def test_every_meeting_has_a_date_that_keeps_the_rules_or_is_named_with_a_reason(
    brief: Brief,
) -> None:
    assume(not contradicts(brief))
    outcome = planned(brief)
    dates = dates_of(outcome)
    assert list(wrongs(brief, dates)) == []
    left_out = {one.meeting: one.because for one in outcome.left_out}
    assert sorted([*dates, *left_out]) == sorted(meeting.id for meeting in brief.meetings)
    for why in left_out.values():
        before, _, sums = why.partition(" is left: ")
        told = [int(part.split()[0]) for part in sums.partition("; to free")[0].split("; ") if part]
        assert sum(told) == Year(brief).length or before.startswith("the search ended before")
    assert all(one.because for one in outcome.moved)
    if not left_out:
        prepared = [each for one in outcome.meetings for each in one.broken]
        waived = sum(each.cost for each in prepared if each.wish is Wish.PREPARATION)
        standing = [one.first for one in outcome.meetings if one.firm]
        decided = worth(brief, dates)[2] - brief.settings.weights.week * sharing(standing)
        assert outcome.cost == decided + waived
    assert outcome.cost == sum(one.cost for one in outcome.meetings)
    assert not [one for one in outcome.meetings if one.firm and one.cost]


def worth(brief: Brief, dates: Dates) -> tuple[int, int, int]:
    """How good a plan is: what it leaves out, what it moves of the confirmed, what it costs.

    What a date costs by itself counts where the plan decides it.
    """
    year = Year(brief)
    weights = brief.settings.weights
    moved, cost = 0, 0
    for meeting in brief.meetings:
        on = dates.get(meeting.id)
        changed = on != meeting.on and not meeting.settled
        moved += meeting.confirmed and changed
        cost += weights.steadiness * (meeting.firmness is Firmness.PROPOSED and changed)
        if on is not None and on != meeting.confirmed_on:
            cost += sum(one.cost for one in broken(year, meeting, on))
    cost += weights.week * sharing(dates.values())
    return len(brief.meetings) - len(dates), moved, cost


def sharing(dates: Collection[date]) -> int:
    """How many of them are in a week in which another one is."""
    return len(dates) - len({on.isocalendar()[:2] for on in dates})


def every_plan(brief: Brief) -> Iterator[dict[str, date]]:
    window = brief.periods[0]
    days = [window.first + timedelta(days=n) for n in range((window.last - window.first).days + 1)]
    choices = [
        [meeting.settled]
        if meeting.settled
        else [None, *(day for day in days if not any(misplaced(brief, meeting, day)))]
        for meeting in brief.meetings
    ]
    ids = [meeting.id for meeting in brief.meetings]
    for chosen in product(*choices):
        yield {id_: on for id_, on in zip(ids, chosen, strict=True) if on is not None}


@given(brief=briefs(firm=True))
@settings(max_examples=20, deadline=None)
def test_no_plan_leaves_out_less_moves_less_or_costs_less(brief: Brief) -> None:
    assume(not contradicts(brief))
    outcome = planned(brief)
    assert outcome.proven
    right = (dates for dates in every_plan(brief) if not any(wrongs(brief, dates)))
    assert worth(brief, dates_of(outcome)) == min(worth(brief, dates) for dates in right)


def again(brief: Brief, outcome: Outcome, firmness: Firmness, without: str = "") -> Brief:
    """The brief of a plan that is made anew from one that was found."""
    dates = dates_of(outcome)
    meetings = [
        meeting
        if meeting.id not in dates
        else meeting.model_copy(update={"firmness": firmness, "on": dates[meeting.id]})
        for meeting in brief.meetings
        if meeting.id != without
    ]
    return brief.model_copy(update={"meetings": tuple(meetings)})


@given(
    brief=briefs(), firmness=st.sampled_from((Firmness.CONVOKED, Firmness.ASKED, Firmness.PROPOSED))
)
@settings(max_examples=20, deadline=None)
def test_nothing_new_moves_nothing(brief: Brief, firmness: Firmness) -> None:
    before = planned(brief)
    after = planned(again(brief, before, firmness), seed=1)
    assert after.moved == ()
    assert dates_of(after) == dates_of(before)


@given(brief=briefs(), data=st.data())
@settings(max_examples=20, deadline=None)
def test_a_cancellation_moves_nobody_unless_a_meeting_gets_a_date_that_had_none(
    brief: Brief, data: st.DataObject
) -> None:
    before = planned(brief)
    assume(before.meetings)
    gone = data.draw(st.sampled_from(before.meetings)).meeting
    after = planned(again(brief, before, Firmness.ASKED, without=gone))
    without = {one.meeting for one in before.left_out}
    still = {one.meeting for one in after.left_out}
    assert len(still) <= len(without)
    assert after.moved == () or len(still) < len(without)


def test_dates_that_contradict_are_named_with_the_rule_and_the_way_out() -> None:
    wanted = Wanted(
        fixed=(
            Fixture(mechanism="heads-of-state", on=date(2027, 6, 17)),
            Fixture(mechanism="foreign-ministers", on=date(2027, 6, 10)),
        )
    )
    with pytest.raises(UnacceptableError) as refused:
        contradictions.check(brief_of(registry(), wanted, 2027, TODAY))
    assert str(refused.value) == (
        "Foreign ministers (foreign-ministers-2027-1) is fixed on 10 June 2027 and Heads of state "
        "(heads-of-state-2027-1) on 17 June 2027, but foreign-ministers-2027-1 prepares "
        "heads-of-state-2027-1, and a plan keeps 21 whole days between; move one of them, or say "
        "that foreign-ministers does not prepare it (bodies: prepares: false)"
    )


def registry(*standing: Standing, **turns: Rotation) -> Known:
    """All that is known when the project's own registry is loaded."""
    rows, procedure = own_registry(), default_procedure()
    bodies = [
        mechanisms.registered(mechanisms.register(rows, row, procedure)) for row in rows.bodies
    ]
    queues = {
        body.mechanism: Rotation(
            id=body.mechanism, mechanism=body.mechanism, queue=body.rules.host_order
        )
        for body in bodies
    }
    return Known(bodies=bodies, turns={**queues, **turns}, meetings=standing, offices=OFFICES)


CROWDED = Wanted(
    fixed=(Fixture(mechanism="heads-of-state", on=date(2027, 6, 17)),),
    bodies=(Custom(mechanism="heads-of-state", days=2),),
    periods=(
        Period(
            first=date(2027, 11, 8), last=date(2027, 11, 19), text="Climate conference", weight=40
        ),
    ),
    circles=(
        Circle(
            name="The ministers of economy",
            mechanisms=("economy-trade-ministers", "industry-investment-ministers"),
        ),
    ),
)


def test_the_registrys_twenty_bodies_have_their_year_and_the_same_one_each_time() -> None:
    brief = brief_of(registry(), CROWDED, 2027, TODAY)
    assert len(brief.bodies) == 20
    first, second = (planned(brief, work=0.3, seed=7) for _ in range(2))
    assert first == second
    assert first.left_out == ()
    assert list(wrongs(brief, dates_of(first))) == []
    summit = next(one for one in first.meetings if one.mechanism == SUMMIT)
    assert (summit.first, summit.last, summit.firm) == (date(2027, 6, 17), date(2027, 6, 18), False)


def more_crowded() -> Brief:
    """Two bodies meet six times each."""
    often = tuple(
        Custom(mechanism=id_, meetings=6) for id_ in ("business-council", "transport-ministers")
    )
    return brief_of(registry(), Wanted(bodies=often, periods=CROWDED.periods), 2027, TODAY)


def test_what_walks_found_in_a_crowded_year_is_proven_at_last() -> None:
    brief = more_crowded()
    told: list[Progress] = []
    outcome = planned(brief, work=1, cores=2, watch=Watch(progress=told.append))
    assert outcome.proven
    first, last = told[0], told[-1]
    assert first.bound < last.bound == last.cost
    costs = [each.cost for each in told if each.cost is not None]
    assert costs == sorted(costs, reverse=True)


def test_a_new_date_of_the_summit_moves_what_prepares_it_and_says_so() -> None:
    known = registry()
    before = planned(brief_of(known, CROWDED, 2027, TODAY), work=0.3)
    dates = dates_of(before)
    moved = CROWDED.model_copy(update={"fixed": (Fixture(mechanism=SUMMIT, on=date(2027, 4, 15)),)})
    basis = Basis(dates=dates, confirmed=frozenset(dates))
    brief = brief_of(known, moved, 2027, TODAY, basis)
    after = planned(brief, work=0.5)
    assert list(wrongs(brief, dates_of(after))) == []
    late = {
        f"{body.id}-2027-1"
        for body in brief.bodies
        if body.prepares and (date(2027, 4, 15) - dates[f"{body.id}-2027-1"]).days < 22
    }
    confirmed = {one.meeting: one.because for one in after.moved if one.confirmed}
    assert late <= set(confirmed)
    assert all(f"{each} prepares heads-of-state-2027-1" in confirmed[each] for each in late)
    near = {each for each, on in dates.items() if -3 <= (on - date(2027, 4, 15)).days <= 8}
    assert set(confirmed) <= late | near | {f"{SUMMIT}-2027-1"}


def the_summit_is_called(on: date) -> Known:
    summit = Standing(
        id=f"{SUMMIT}-2027-1",
        mechanism=SUMMIT,
        year=2027,
        host="china",
        stage=Stage.CONVOKED,
        first=on,
        last=on,
    )
    turns = Rotation(id=SUMMIT, mechanism=SUMMIT, queue=NAMES, planned_in={2027: 1})
    return registry(summit, **{SUMMIT: turns})


def test_the_summit_keeps_its_date_until_it_is_released_though_it_be_unprepared() -> None:
    """No ministers can meet before it any more."""
    known = the_summit_is_called(date(2027, 2, 2))
    after = planned(brief_of(known, Wanted(), 2027, TODAY, Basis()), work=0.3)
    assert (after.moved, after.left_out) == ((), ())
    late = next(one for one in after.meetings if one.mechanism == "agriculture-ministers")
    (why,) = (one for one in late.broken if one.wish is Wish.PREPARATION)
    assert why.cost == Settings().weights.preparation
    assert why.text == (
        "it can no longer prepare heads-of-state-2027-1; heads-of-state-2027-1 stands on "
        "2 February 2027 until a replan releases it (--release)"
    )
    release = Basis(release=frozenset({f"{SUMMIT}-2027-1"}))
    free = planned(brief_of(known, Wanted(), 2027, TODAY, release), work=0.3)
    assert [one.meeting for one in free.moved] == [f"{SUMMIT}-2027-1"]
    early = Wanted(fixed=(Fixture(mechanism="agriculture-ministers", on=date(2027, 1, 26)),))
    with pytest.raises(UnacceptableError, match="release heads-of-state-2027-1 in a replan"):
        contradictions.check(brief_of(known, early, 2027, TODAY, Basis()))


def test_who_has_no_date_beside_the_summit_is_left_out_with_how_to_release_it() -> None:
    week = Period(
        first=date(2027, 6, 14),
        last=date(2027, 6, 17),
        text="the only week",
        keep_to=True,
        mechanisms=("customs-heads",),
    )
    wanted = Wanted(periods=(week,), bodies=(Custom(mechanism="customs-heads", meetings=1),))
    brief = brief_of(the_summit_is_called(date(2027, 6, 16)), wanted, 2027, TODAY, Basis())
    outcome = planned(brief, work=0.3)
    assert outcome.moved == ()
    (out,) = outcome.left_out
    assert out.meeting == "customs-heads-2027-1"
    assert out.because == (
        "no date of 2027 is left: 317 outside of the only week; 44 before 14 February 2027, too "
        "soon to ask and to convoke; 4 too near to heads-of-state-2027-1 (China hosts both, and a "
        "plan keeps 5 whole days between), heads-of-state-2027-1 (one answers to the other, and a "
        "plan keeps 2 whole days between); to free dates, plan without the only week, or release "
        "heads-of-state-2027-1, which stands on 16 June 2027, in a replan (--release)"
    )


def test_a_year_that_is_too_full_names_once_what_fills_it_and_what_would_free_dates() -> None:
    """The Summit that stands in the same months has nothing to do with it."""
    often = (Custom(mechanism="business-council", meetings=12),)
    closed = Period(first=date(2027, 6, 1), last=date(2027, 12, 31), text="the renovation")
    wanted = Wanted(periods=(closed,), bodies=often)
    known = the_summit_is_called(date(2027, 5, 25))
    both = [body for body in known.bodies if body.mechanism in {"business-council", SUMMIT}]
    brief = brief_of(replace(known, bodies=both), wanted, 2027, TODAY, Basis())
    outcome = planned(brief, work=0.3)
    assert len(outcome.left_out) > 1
    (why,) = {one.because for one in outcome.left_out}
    assert re.search(
        r"left: 214 within the renovation; .* 61 too near to the \d meetings of the", why
    )
    assert why.endswith(
        "to free dates, plan without the renovation, or ask for fewer meetings of that body "
        "(bodies: meetings)"
    )


NOBODY = frozenset({"nobody-2027-1"})


@pytest.mark.parametrize("basis", [Basis(keep=NOBODY), Basis(release=NOBODY)])
def test_a_meeting_to_keep_or_to_release_must_be_one_of_the_year(basis: Basis) -> None:
    with pytest.raises(UnacceptableError, match="2027 has no meeting nobody-2027-1"):
        brief_of(registry(), Wanted(), 2027, TODAY, basis)


def too_near_each_other() -> Known:
    """China was called to host on 8 and on 10 June, though its gap is five days."""
    both = [
        Standing(
            id=f"{mechanism}-2027-1",
            mechanism=mechanism,
            year=2027,
            host="china",
            stage=Stage.CONVOKED,
            first=date(2027, 6, day),
            last=date(2027, 6, day),
        )
        for mechanism, day in (("customs-heads", 8), ("energy-cooperation", 10))
    ]
    turns = {
        one.mechanism: Rotation(
            id=one.mechanism, mechanism=one.mechanism, queue=NAMES, planned_in={2027: 1}
        )
        for one in both
    }
    return registry(*both, **turns)


def test_convoked_meetings_that_break_a_rule_stand_and_the_plan_says_so() -> None:
    for basis in (None, Basis()):
        brief = brief_of(too_near_each_other(), Wanted(), 2027, TODAY, basis)
        outcome = planned(brief, work=0.3)
        assert outcome.moved == ()
        energy = next(one for one in outcome.meetings if one.meeting == "energy-cooperation-2027-1")
        assert (energy.first, energy.firm) == (date(2027, 6, 10), True)
        notes = [(one.cost, one.text) for one in energy.broken if one.wish is Wish.RULE]
        said = "on 8 and 10 June 2027, with 1 whole day between; a plan keeps 5"
        assert notes == [(0, f"customs-heads-2027-1: China hosts both, {said}")]


def test_a_co_host_keeps_days_between_what_it_hosts_as_well() -> None:
    known = too_near_each_other()
    turn = Turn(host="kazakhstan", chair="kazakhstan", because="its turn", co_hosts=("china",))
    intended = MeetingPlanned(
        mechanism="energy-cooperation",
        meeting="energy-cooperation-2027-1",
        year=2027,
        ordinal=1,
        title="M",
        turn=turn,
    )
    customs, energy = known.meetings
    dated = energy.model_dump(include={"stage", "first", "last"})
    together = standings.begin(intended).model_copy(update=dated)
    brief = brief_of(replace(known, meetings=(customs, together)), Wanted(), 2027, TODAY)
    said = "on 8 and 10 June 2027, with 1 whole day between; a plan keeps 5"
    assert notes(brief, together.id) == [(0, f"customs-heads-2027-1: China hosts both, {said}")]


def in_other_years(*called: tuple[str, str, date]) -> Known:
    """Bodies that met, or are convoked, at these hosts' on dates around 2027."""
    return registry(
        *(
            Standing(
                id=f"{body}-{on.year}-1",
                mechanism=body,
                year=on.year,
                host=host,
                stage=Stage.CONVOKED,
                first=on,
                last=on,
            )
            for body, host, on in called
        )
    )


def test_a_year_keeps_from_what_is_convoked_beyond_new_year() -> None:
    known = in_other_years(
        ("energy-cooperation", "china", date(2026, 12, 30)),
        ("transport-ministers", "china", date(2028, 1, 3)),
        ("customs-heads", "china", date(2028, 2, 1)),
    )
    people = [(body, "china", "А. Омарова") for body in ("customs-heads", "energy-cooperation")]
    brief = brief_of(replace(known, people=people), Wanted(), 2027, TODAY)
    (meeting,) = (one for one in customs_of(brief) if one.number == 1)
    year = Year(brief)

    def why(month: int, day: int) -> list[str]:
        on = date(2027, month, day)
        return [one.why for one in year.obstacles(meeting, on) if " is on " in one.why]

    assert meeting.host == "china"
    hosts, both = "China hosts both", "А. Омарова must be at both"
    energy = "energy-cooperation-2026-1 is on 30 December 2026"
    assert why(1, 1) == [
        f"{energy}: {hosts}, and a plan keeps 5 whole days between",
        f"{energy}: {both}, and a plan keeps 2 whole days between",
    ]
    assert why(1, 4) == [f"{energy}: {hosts}, and a plan keeps 5 whole days between"]
    assert why(1, 5) == []
    later = "transport-ministers-2028-1 is on 3 January 2028"
    rests = "customs-heads-2028-1 is on 1 February 2028: a body waits 91 days to meet again"
    assert why(12, 29) == [f"{later}: {hosts}, and a plan keeps 5 whole days between", rests]
    assert why(12, 28) == [rests]
    assert (why(11, 3), why(11, 2)) == ([rests], [])


def asked_to_move(known: Known, meeting: str, *to: date) -> Known:
    """A poll asks whether the convoked meeting moves."""
    body = meeting[: -len("-2027-1")]
    poll = Poll(id=f"{meeting}.poll1", mechanism=body, meeting=meeting, dates=to)
    return replace(known, polls=(*known.polls, poll))


def test_a_plan_keeps_from_dates_that_convoked_meetings_may_move_to_where_it_can() -> None:
    known = asked_to_move(the_summit_is_called(date(2027, 5, 25)), "heads-of-state-2027-1", ASKED)
    brief = brief_of(known, Wanted(), 2027, TODAY)
    forum, *_ = (one for one in brief.meetings if one.mechanism == "cooperation-forum")
    why = (
        "a poll asks whether heads-of-state-2027-1 moves to 9 June 2027: one answers to the other, "
        "and a plan keeps 2 whole days between"
    )
    year = Year(brief)

    def cost(on: date) -> list[int]:
        return [one.cost for one in broken(year, forum, on) if one.text == why]

    assert cost(ASKED) == cost(date(2027, 6, 11)) == [30]
    assert cost(date(2027, 6, 12)) == cost(date(2027, 5, 31)) == []
    answered_now = (known.polls[0].model_copy(update={"stage": PollStage.CLOSED}),)
    brief = brief_of(replace(known, polls=answered_now), Wanted(), 2027, TODAY)
    assert not any(one.asked_near for one in brief.meetings)


ASKED = date(2027, 6, 9)


def test_a_plan_keeps_from_dates_that_meetings_of_another_year_may_move_to() -> None:
    known = in_other_years(("transport-ministers", "china", date(2028, 5, 3)))
    known = asked_to_move(known, "transport-ministers-2028-1", date(2028, 1, 3))
    brief = brief_of(known, Wanted(), 2027, TODAY)
    year = Year(brief)
    hosted = [one for one in brief.meetings if one.host == "china"]
    assert hosted
    for meeting in hosted:
        assert any(
            "moves to 3 January 2028: China hosts" in one.text
            for one in broken(year, meeting, date(2027, 12, 30))
        )
        assert not any(
            "moves to" in one.text
            for one in broken(year, meeting, date(2027, 12, 1))
            if meeting.mechanism != "transport-ministers"
        )


def test_a_date_that_contradicts_one_beyond_new_year_is_refused_or_said() -> None:
    known = in_other_years(("transport-ministers", "uzbekistan", date(2028, 1, 3)))
    said = (
        "transport-ministers-2028-1 is on 3 January 2028: Uzbekistan hosts both, and a plan keeps "
        "5 whole days between"
    )
    with pytest.raises(UnacceptableError, match=f"is fixed on 30 December 2027, but {said}; fix"):
        planned(brief_of(known, fixed_on(date(2027, 12, 30)), 2027, TODAY))
    own = Rotation(id="customs-heads", mechanism="customs-heads", queue=NAMES, planned_in={2027: 1})
    both = replace(
        known,
        meetings=(*known.meetings, standing(1, date(2027, 12, 30))),
        turns={**known.turns, "customs-heads": own},
    )
    assert (0, said) in notes(brief_of(both, Wanted(), 2027, TODAY), "customs-heads-2027-1")


def test_a_search_counts_the_wishes_that_its_plan_says_are_broken() -> None:
    wanted = Wanted(settings=Settings(avoid_months=(6,)))
    brief = brief_of(too_near_each_other(), wanted, 2027, TODAY)
    scales = []

    def solved(posed: Posed) -> Answer:
        scales.append(posed.scale)
        return solve(posed.problem, Effort(work=0.3, cores=1), seed=0)

    answer = answered(brief, solved)
    outcome = read(brief, answer)
    assert answer.cost is not None
    assert [one.first.day for one in outcome.meetings if one.firm] == [8, 10]
    assert headway.worth(answer.cost, scales[0]) == Worth(left_out=0, moved=0, wishes=outcome.cost)


def test_a_week_is_shared_by_who_comes_to_it_not_by_who_stands_there() -> None:
    window = Period(first=date(2027, 3, 1), last=date(2027, 3, 5), text="the week", keep_to=True)
    meeting = Meeting(
        id="a-2027-1", mechanism="a", host="china", number=1, of=1, earliest=date(2027, 1, 1)
    )
    called = {"id": "b-2027-1", "mechanism": "b", "firmness": Firmness.CONVOKED}
    brief = Brief(
        year=2027,
        today=TODAY,
        bodies=tuple(Body(id=id_, name=id_, parties=NAMES) for id_ in "ab"),
        meetings=(meeting, meeting.model_copy(update={**called, "on": date(2027, 3, 5)})),
        offices=OFFICES,
        periods=(window,),
        settings=Settings(host_gap_days=0),
    )
    new, stands = planned(brief).meetings
    assert (new.meeting, stands.firm) == ("a-2027-1", True)
    assert "b-2027-1 is in the same week" in [each.text for each in new.broken]
    assert Wish.WEEK not in [each.wish for each in stands.broken]


def test_what_was_waived_for_two_dates_holds_again_when_one_of_them_moves() -> None:
    near = Period(
        first=date(2027, 6, 7),
        last=date(2027, 6, 15),
        text="the week of energy",
        keep_to=True,
        weight=100,
        mechanisms=("energy-cooperation",),
    )
    known = lost(too_near_each_other(), "energy-cooperation", date(2027, 6, 10))
    outcome = planned(brief_of(known, Wanted(periods=(near,)), 2027, TODAY, Basis()), work=0.3)
    assert [(one.meeting, one.first) for one in outcome.moved] == [
        ("energy-cooperation-2027-1", date(2027, 6, 15))
    ]
    dates = dates_of(outcome)
    assert dates["customs-heads-2027-1"] == date(2027, 6, 8)
    assert not [each for one in outcome.meetings for each in one.broken if each.wish is Wish.RULE]


def test_two_meetings_that_move_together_do_not_take_along_what_was_waived() -> None:
    """Such an answer is asked anew both ways: they keep the rule, or they keep their dates."""
    brief = brief_of(too_near_each_other(), Wanted(), 2027, TODAY, Basis())
    ids = ("customs-heads-2027-1", "energy-cooperation-2027-1")
    slots = {id_: Held(slot_of(on)) for id_, on in zip(ids, JUNE, strict=True)}
    asked: list[Posed] = []

    def solved(posed: Posed) -> Answer:
        """Says first that both move by a week; then whatever is posed, at a cost."""
        asked.append(posed)
        bound = len(asked)
        return Answer(
            verdict=Verdict.BEST, timetable=slots if bound == 1 else {}, cost=bound, bound=bound
        )

    answer = answered(brief, solved)
    assert (len(asked), answer.cost, answer.verdict) == (3, 2, Verdict.BEST)
    assert len({one.scale for one in asked}) == 1
    whole, stay = asked[1].problem, asked[2].problem
    bound_to = {frozenset((one.first, one.second)) for one in whole.distances}
    assert frozenset(ids) in bound_to
    free = {one.id: one.slots for one in stay.activities if one.id in ids}
    assert [list(free[id_] or ()) for id_ in ids] == [
        [slot_of(date(2027, 6, day))] for day in (8, 10)
    ]


JUNE = (date(2027, 6, 15), date(2027, 6, 17))


def test_a_meeting_that_was_convoked_on_a_holiday_stays_until_one_is_announced() -> None:
    on = date(2027, 3, 22)  # Nauryz
    turns = Rotation(
        id="customs-heads", mechanism="customs-heads", queue=NAMES, planned_in={2027: 1}
    )
    known = registry(standing(1, on), **{"customs-heads": turns})
    brief = brief_of(known, Wanted(), 2027, TODAY, Basis())
    outcome = planned(brief, work=0.3)
    assert outcome.moved == ()
    stands = next(one for one in outcome.meetings if one.meeting == "customs-heads-2027-1")
    assert [one.text for one in stands.broken if one.wish is Wish.RULE] == [
        "22 March 2027 is a day off in Kazakhstan: Nowruz Holiday"
    ]
    after = planned(
        brief_of(lost(known, "customs-heads", on), Wanted(), 2027, TODAY, Basis()), work=0.3
    )
    assert [one.meeting for one in after.moved] == ["customs-heads-2027-1"]


def test_a_meeting_that_has_to_move_moves_as_little_as_it_can() -> None:
    on = date(2027, 9, 15)
    turns = Rotation(
        id="customs-heads", mechanism="customs-heads", queue=NAMES, planned_in={2027: 1}
    )
    known = lost(registry(standing(1, on), **{"customs-heads": turns}), "customs-heads", on)
    (moved,) = planned(brief_of(known, Wanted(), 2027, TODAY, Basis()), work=0.3).moved
    assert moved.first is not None
    assert abs((moved.first - on).days) <= 7


def lost(known: Known, mechanism: str, on: date) -> Known:
    """The same, but Uzbekistan has announced that it does not work when the body meets."""
    decree = Override(
        party="uzbekistan",
        on=on,
        ruling=Ruling.HOLIDAY,
        name="День памяти",
        source="Decree 112",
        dated=TODAY,
    )
    gone = {"lost": (LostDay(party="uzbekistan", on=on),)}
    meetings = [
        one.model_copy(update=gone) if one.mechanism == mechanism else one for one in known.meetings
    ]
    return replace(known, meetings=meetings, overrides=(decree,))


def test_a_search_that_is_interrupted_keeps_the_best_so_far() -> None:
    seen: list[Progress] = []
    watch = Watch(progress=seen.append, stop=lambda: any(each.cost is not None for each in seen))
    brief = brief_of(registry(), CROWDED, 2027, TODAY)
    outcome = planned(brief, work=100, watch=watch)
    assert list(wrongs(brief, dates_of(outcome))) == []
    assert len(outcome.meetings) + len(outcome.left_out) == len(brief.meetings)


def test_a_search_that_is_interrupted_at_once_has_a_date_for_every_meeting_all_the_same() -> None:
    brief = more_crowded()
    outcome = planned(brief, work=100, watch=Watch(stop=lambda: True))
    assert outcome.left_out == ()
    assert list(wrongs(brief, dates_of(outcome))) == []


def test_what_does_not_fit_is_left_out_and_says_what_is_in_the_way() -> None:
    wanted = Wanted(
        fixed=(Fixture(mechanism=SUMMIT, on=date(2027, 6, 17)),),
        periods=(
            Period(
                first=date(2027, 6, 16),
                last=date(2027, 6, 20),
                text="the only week",
                keep_to=True,
                mechanisms=("cooperation-forum",),
            ),
        ),
    )
    outcome = planned(brief_of(registry(), wanted, 2027, TODAY), work=0.3)
    (out,) = outcome.left_out
    assert out.meeting == "cooperation-forum-2027-1"
    assert (
        "heads-of-state-2027-1 (one answers to the other, and a plan keeps 2 whole days between)"
        in out.because
    )


def test_a_body_whose_year_allows_no_date_says_which_rules_leave_none() -> None:
    never = Period(first=date(2027, 5, 1), last=date(2027, 5, 2), text="May Day", keep_to=True)
    outcome = planned(brief_of(registry(), Wanted(periods=(never,)), 2027, TODAY), work=0.3)
    assert outcome.meetings == ()
    assert {one.mechanism for one in outcome.left_out} == {
        body.mechanism for body in registry().bodies
    }
    assert all("outside of May Day" in one.because for one in outcome.left_out)


def standing(number: int, on: date | None, stage: Stage = Stage.CONVOKED) -> Standing:
    return Standing(
        id=f"customs-heads-{on.year if on else 2027}-{number}",
        mechanism="customs-heads",
        year=2027,
        host="uzbekistan",
        stage=stage,
        first=on,
        last=on,
    )


def of_customs(known: Known, basis: Basis | None = None) -> list[Meeting]:
    return customs_of(brief_of(known, Wanted(), 2027, TODAY, basis))


def customs_of(brief: Brief) -> list[Meeting]:
    return [meeting for meeting in brief.meetings if meeting.mechanism == "customs-heads"]


def test_a_convoked_meeting_stays_and_what_the_rules_ask_for_besides_is_new() -> None:
    turns = Rotation(
        id="customs-heads",
        mechanism="customs-heads",
        queue=("china", "kazakhstan"),
        planned_in={2027: 1},
    )
    known = registry(standing(1, date(2027, 10, 12)), **{"customs-heads": turns})
    stands, new = of_customs(known)
    assert (stands.firmness, stands.on, stands.number) == (Firmness.CONVOKED, date(2027, 10, 12), 2)
    assert stands.stays
    assert (new.id, new.host, new.number) == ("customs-heads-2027-2", "china", 1)
    assert new.firmness is Firmness.NONE


def test_a_body_that_met_late_last_year_waits_half_of_its_rhythm() -> None:
    known = registry(standing(1, date(2026, 12, 15), Stage.HELD))
    brief = brief_of(known, Wanted(), 2027, TODAY)
    year, rests = Year(brief), "is on 15 December 2026: a body waits 91 days to meet again"
    for meeting in customs_of(brief):
        waits = [
            on for on in year.dates if any(rests in one.why for one in year.obstacles(meeting, on))
        ]
        assert (waits[0], waits[-1]) == (date(2027, 1, 1), date(2027, 3, 15))
    with pytest.raises(UnacceptableError, match=f"is fixed on 10 March 2027, but .*{rests}; fix"):
        planned(brief_of(known, fixed_on(date(2027, 3, 10)), 2027, TODAY))


def test_notice_in_days_that_the_host_works_takes_longer_than_in_calendar_days() -> None:
    known = registry()
    working = {"working_days": (MilestoneKind.INVITATION,), "notice_days": 40}
    bodies = [
        body.model_copy(update={"rules": body.rules.model_copy(update=working)})
        for body in known.bodies
    ]
    asked = Settings().poll_days
    for meeting in of_customs(replace(known, bodies=bodies)):
        calendar = Calendar(OFFICES)
        opened = TODAY + timedelta(days=asked)
        worked = calendar.working_days(opened, meeting.earliest - timedelta(days=1), meeting.host)
        assert len(worked) >= 40
        assert meeting.earliest > opened + timedelta(days=50)


def test_what_delegations_know_is_confirmed_what_was_proposed_is_not_and_the_past_stays() -> None:
    basis = Basis(
        dates={"customs-heads-2027-1": date(2027, 3, 16), "customs-heads-2027-2": date(2027, 9, 2)},
        confirmed=frozenset({"customs-heads-2027-1"}),
    )
    first, second = of_customs(registry(), basis)
    assert (first.firmness, second.firmness) == (Firmness.ASKED, Firmness.PROPOSED)
    kept = Basis(dates=basis.dates, keep=frozenset({"customs-heads-2027-2"}))
    assert [meeting.stays for meeting in of_customs(registry(), kept)] == [False, True]


@pytest.mark.parametrize(
    ("wanted", "complaint"),
    [
        (Wanted(bodies=(Custom(mechanism="no-such-body"),)), "no mechanism called no-such-body"),
        (Wanted(bodies=(Custom(mechanism=SUMMIT),) * 2), "named twice"),
        (Wanted(fixed=(Fixture(mechanism=SUMMIT, on=date(2028, 1, 5)),)), "outside of 2027"),
        (
            Wanted(
                fixed=(Fixture(mechanism=SUMMIT, on=date(2027, 6, 1)),),
                bodies=(Custom(mechanism=SUMMIT, meetings=0),),
            ),
            "heads-of-state is to be fixed on 1 June 2027, and has 0 meetings left for that",
        ),
        (
            Wanted(circles=(Circle(name="A", mechanisms=("customs-heads", "customs-heads")),)),
            "A names customs-heads alone; people count who are in two bodies, so name another one",
        ),
    ],
)
def test_what_cannot_be_meant_is_refused(wanted: Wanted, complaint: str) -> None:
    with pytest.raises(UnacceptableError, match=complaint):
        brief_of(registry(), wanted, 2027, TODAY)


def test_a_year_keeps_to_dates_that_delegations_are_asked_about_unless_a_rule_forbids_it() -> None:
    """Also to one that would leave no time to ask, since that is done."""
    meeting = "customs-heads-2027-1"
    asked = (date(2027, 2, 2), date(2027, 2, 3))
    poll = Poll(id=f"{meeting}.poll1", mechanism="customs-heads", meeting=meeting, dates=asked)
    turns = Rotation(id="customs-heads", mechanism="customs-heads", queue=NAMES, planned=1)
    planned_one = turns.model_copy(update={"planned_in": {2027: 1}})
    intended = standing(1, None, Stage.INTENDED)
    known = replace(registry(intended, **{"customs-heads": planned_one}), polls=(poll,))
    bodies = tuple(body for body in known.bodies if body.mechanism == "customs-heads")
    known = replace(known, bodies=bodies)
    brief = brief_of(known, Wanted(), 2027, TODAY)
    assert min(asked) < brief.meeting[meeting].earliest
    kept = planned(brief, work=0.1)
    assert dates_of(kept)[meeting] in asked
    closed = Period(first=date(2027, 2, 1), last=date(2027, 2, 28), text="the move")
    other = planned(brief_of(known, Wanted(periods=(closed,)), 2027, TODAY), work=0.1)
    found = next(one for one in other.meetings if one.meeting == meeting)
    texts = {each.text: each.cost for each in found.broken}
    assert texts["delegations are asked about 2 February 2027 to 3 February 2027"] == 30
    gone = replace(known, polls=(poll.model_copy(update={"stage": PollStage.WITHDRAWN}),))
    assert brief_of(gone, Wanted(), 2027, TODAY).meeting[meeting].asked == ()


def polled(number: int, said: Mapping[str, Mapping[str, str]], *on: date) -> Poll:
    """A poll about these dates, and what parties have said of its slots."""
    id_ = f"customs-heads-2027-1.poll{number}"
    about = {"mechanism": "customs-heads", "poll": id_}
    starts = [Moment.at_wall(datetime.combine(day, time(10)), "Asia/Tashkent") for day in on]
    ends = [Moment.of(each.at + timedelta(hours=4), each.zone) for each in starts]
    slots = [
        {"slot": f"s{at}", "span": Span(starts=first, ends=last)}
        for at, (first, last) in enumerate(zip(starts, ends, strict=True), 1)
    ]
    closes = Moment.of(starts[0].at - timedelta(days=90), "Asia/Tashkent")
    asked = {"meeting": "customs-heads-2027-1", "parties": NAMES, "slots": slots, "closes": closes}
    poll = polls.begin(PollOpened.model_validate(about | asked))
    for party, answers in said.items():
        answered = {"party": party, "answers": answers, "binding": True}
        poll = polls.evolve(poll, PollAnswered.model_validate(about | answered))
    return poll


def test_what_delegations_refused_costs_and_what_all_refused_is_out() -> None:
    tuesday, wednesday, thursday = (date(2027, 4, day) for day in (13, 14, 15))
    first = {"s1": "no", "s2": "no", "s3": "yes"}
    rest = {"s1": "no", "s2": "yes", "s3": "yes"}
    said = {party: first if party == "china" else rest for party in NAMES}
    poll = polled(1, said, tuesday, wednesday, thursday)
    intended = standing(1, None, Stage.INTENDED)
    turns = Rotation(id="customs-heads", mechanism="customs-heads", queue=NAMES, planned=1)
    turns = turns.model_copy(update={"planned_in": {2027: 1}})
    known = registry(intended, **{"customs-heads": turns})

    def year_after(*asked: Poll) -> tuple[Year, Meeting]:
        brief = brief_of(replace(known, polls=asked), Wanted(), 2027, TODAY)
        return Year(brief), brief.meeting["customs-heads-2027-1"]

    year, meeting = year_after(poll)
    assert year.obstacle(meeting, tuesday) == "every party refused 13 April 2027"
    assert meeting.asked == (wednesday, thursday)
    texts = [(one.text, one.cost) for one in broken(year, meeting, wednesday)]
    assert ("China refused it in customs-heads-2027-1.poll1", 20) in texts
    assert not any("refused" in one.text for one in broken(year, meeting, thursday))
    year, meeting = year_after(polled(1, said, tuesday))
    assert meeting.asked == ()
    year, meeting = year_after(poll, polled(2, {"china": {"s1": "yes"}}, tuesday))
    assert year.obstacle(meeting, tuesday) is None


def test_a_date_for_a_body_that_is_convoked_on_another_is_refused_with_both() -> None:
    called = the_summit_is_called(date(2027, 5, 25))
    other, own = (
        Wanted(fixed=(Fixture(mechanism=SUMMIT, on=on),))
        for on in (date(2027, 9, 14), date(2027, 5, 25))
    )
    with pytest.raises(UnacceptableError) as refused:
        brief_of(called, other, 2027, TODAY)
    assert str(refused.value) == (
        "heads-of-state is to be fixed on 14 September 2027, and has 0 meetings left for that in "
        "2027; heads-of-state-2027-1 is convoked for 25 May 2027, and moves only in a replan; name "
        "fewer dates, or ask for more meetings (bodies: meetings)"
    )
    same = brief_of(called, own, 2027, TODAY)
    assert same.meeting["heads-of-state-2027-1"].settled == date(2027, 5, 25)


def notes(brief: Brief, meeting: str) -> list[tuple[int, str]]:
    """What a plan says of the rules that the date of a meeting breaks, with what that costs."""
    found = next(one for one in planned(brief, work=0.1).meetings if one.meeting == meeting)
    return [(one.cost, one.text) for one in found.broken if one.wish is Wish.RULE]


def fixed_on(*on: date, **also: Any) -> Wanted:
    return Wanted(fixed=tuple(Fixture(mechanism="customs-heads", on=each) for each in on), **also)


def test_a_date_that_is_fixed_by_hand_stands_and_the_plan_says_which_rules_it_breaks() -> None:
    never = Period(first=date(2027, 1, 1), last=date(2027, 1, 4), text="New Year")
    brief = brief_of(registry(), fixed_on(date(2027, 1, 2), periods=(never,)), 2027, TODAY)
    earliest = next(one.earliest for one in brief.meetings if one.mechanism == "customs-heads")
    assert notes(brief, "customs-heads-2027-1") == [
        (0, f"no date before {written(earliest)} leaves time to ask and to convoke"),
        (0, "it is within New Year"),
        (0, "2 January 2027 is a day off in China: weekend"),
    ]
    good = brief_of(registry(), fixed_on(date(2027, 9, 8)), 2027, TODAY)
    assert notes(good, "customs-heads-2027-1") == []


TWICE = (Custom(mechanism="customs-heads", meetings=2),)


def test_a_body_that_meets_twice_has_two_dates_fixed_each_for_its_half_of_the_year() -> None:
    spring, autumn = date(2027, 3, 10), date(2027, 9, 8)
    both = brief_of(registry(), fixed_on(autumn, spring, bodies=TWICE), 2027, TODAY)
    assert [one.fixed for one in customs_of(both)] == [spring, autumn]
    one = brief_of(registry(), fixed_on(autumn, bodies=TWICE), 2027, TODAY)
    assert [one.fixed for one in customs_of(one)] == [None, autumn]
    contradict = brief_of(
        registry(), fixed_on(date(2027, 3, 17), spring, bodies=TWICE), 2027, TODAY
    )
    with pytest.raises(UnacceptableError) as refused:
        contradictions.check(contradict)
    assert "is fixed on 10 March 2027" in str(refused.value)
    assert "on 17 March 2027, but a body waits 91 days to meet again" in str(refused.value)
    with pytest.raises(
        UnacceptableError, match=r"on 10 March 2027, 2 June 2027, 8 Sept.* has 2 meetings left"
    ):
        brief_of(registry(), fixed_on(spring, date(2027, 6, 2), autumn, bodies=TWICE), 2027, TODAY)


def test_the_date_that_one_meeting_was_called_for_leaves_the_other_one_fixed() -> None:
    turns = Rotation(
        id="customs-heads", mechanism="customs-heads", queue=NAMES, planned_in={2027: 1}
    )
    known = registry(standing(1, date(2027, 3, 16)), **{"customs-heads": turns})
    wanted = fixed_on(date(2027, 3, 10), date(2027, 9, 8), bodies=TWICE)
    brief = brief_of(known, wanted, 2027, TODAY, Basis(same_wishes=True))
    assert [(one.on, one.fixed) for one in customs_of(brief)] == [
        (date(2027, 3, 16), None),
        (None, date(2027, 9, 8)),
    ]


def test_meetings_that_are_not_planned_yet_are_numbered_in_the_order_of_their_dates() -> None:
    """The one in spring was cancelled, and the one in autumn only proposed."""
    turns = Rotation(
        id="customs-heads",
        mechanism="customs-heads",
        queue=("uzbekistan", "china"),
        planned_in={2027: 1},
    )
    gone = standing(1, date(2027, 3, 16), Stage.CANCELLED)
    known = registry(gone, **{"customs-heads": turns})
    autumn = date(2027, 9, 7)
    dates = {"customs-heads-2027-1": date(2027, 3, 16), "customs-heads-2027-2": autumn}
    keep = frozenset({"customs-heads-2027-2"})
    brief = brief_of(known, Wanted(bodies=TWICE), 2027, TODAY, Basis(dates=dates, keep=keep))
    assert [(one.id, one.host, one.on, one.stays) for one in customs_of(brief)] == [
        ("customs-heads-2027-2", "uzbekistan", None, False),
        ("customs-heads-2027-3", "china", autumn, True),
    ]


def test_a_date_that_is_fixed_by_hand_must_end_in_the_year() -> None:
    days = (Custom(mechanism="customs-heads", days=3),)
    with pytest.raises(UnacceptableError, match="lasts 3 days, beyond the end of 2027"):
        brief_of(registry(), fixed_on(date(2027, 12, 30), bodies=days), 2027, TODAY)
    brief_of(registry(), fixed_on(date(2027, 12, 29), bodies=days), 2027, TODAY)


@pytest.mark.parametrize(
    ("before", "usual"),
    [
        (date(2027, 6, 9), date(2028, 6, 9)),
        (date(2028, 6, 9), date(2029, 6, 9)),
        (date(2027, 12, 31), date(2028, 12, 31)),
        (date(2028, 2, 29), date(2029, 2, 28)),
    ],
)
def test_a_meeting_is_usual_on_the_day_of_the_month_that_it_was_on(
    before: date, usual: date
) -> None:
    known = registry(standing(1, before, Stage.HELD))
    once = Wanted(bodies=(Custom(mechanism="customs-heads", meetings=1),))
    brief = brief_of(known, once, before.year + 1, TODAY)
    (meeting,) = (one for one in brief.meetings if one.mechanism == "customs-heads")
    assert meeting.usual == usual


@pytest.mark.parametrize(
    ("first", "usual", "said"),
    [
        ("2028-04-14", "2028-03-17", None),
        (
            "2028-04-15",
            "2028-03-17",
            (1, "4 weeks and 1 day after last year's 17 March; 4 are free"),
        ),
        (
            "2028-04-24",
            "2028-03-17",
            (2, "5 weeks and 3 days after last year's 17 March; 4 are free"),
        ),
        ("2028-09-13", "2028-07-19", (4, "8 weeks after last year's 19 July; 4 are free")),
        (
            "2028-01-31",
            "2028-03-17",
            (3, "6 weeks and 4 days before last year's 17 March; 4 are free"),
        ),
        ("2028-07-15", None, (2, "2 weeks after its part of the year (1 of 2)")),
        ("2028-07-02", None, (1, "1 day after its part of the year (1 of 2)")),
    ],
)
def test_how_far_a_date_is_from_its_time_of_the_year_is_said_as_a_calendar_has_it(
    first: str, usual: str | None, said: tuple[int, str] | None
) -> None:
    """Weeks that are begun cost; the four on either side of last year's date do not."""
    year = Year(Brief(year=2028, today=TODAY, bodies=(), meetings=(), offices=()))
    meeting = Meeting(
        id="customs-heads-2028-1",
        mechanism="customs-heads",
        host="china",
        number=1,
        of=2,
        earliest=TODAY,
        usual=usual and date.fromisoformat(usual),
    )
    found = [(one.cost // 2, one.text) for one in rhythm(year, meeting, date.fromisoformat(first))]
    assert found == ([said] if said else [])
