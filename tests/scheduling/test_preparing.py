"""Ministers meet before the Summit that they prepare: the finder knows it as a plan does."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from events.mechanisms import CoordinatorNamed
from events.meetings import Turn
from events.moments import Moment
from events.plans import Planned, PlanPartAccepted
from events.polls import PollOpened
from events.vocabulary import Actor
from services.planning.rules.bonds import preparations
from services.planning.rules.brief import Settings
from services.planning.rules.dates import slot_of
from services.planning.rules.known import Basis, Known
from services.planning.rules.need import brief_of
from services.planning.rules.reading import unprepared
from services.planning.rules.standing import Stage as Standing_
from services.planning.rules.standing import Standing
from services.planning.rules.wanted import Wanted
from services.rotation import Rotation
from services.scheduling.rules.meeting import Meeting, Stage, lasting
from services.scheduling.rules.preparing import neighbours, tied
from services.scheduling.rules.slots.clashes import met_at
from services.scheduling.rules.slots.legs import legs_of
from services.scheduling.rules.slots.obstacles import obstacles_of
from services.scheduling.rules.slots.rule import Rule
from services.scheduling.rules.slots.search import Search
from services.scheduling.service import scheduling
from services.working_time.calendar import Calendar
from services.working_time.hours import Office
from services.working_time.minutes import minute_of
from tests.conftest import CUSTOMS, PARTIES, SUMMIT

ZONE = "Asia/Shanghai"
TODAY = date(2027, 1, 4)
OFFICES = tuple(Office.of(party) for party in PARTIES)
FOREIGN = "foreign-ministers"
MINISTERS = CUSTOMS.model_copy(
    update={
        "mechanism": FOREIGN,
        "number": 1,
        "short_name": "Foreign ministers",
        "kind": "ministerial",
        "rules": CUSTOMS.rules.model_copy(
            update={"symbol_prefix": "CAC/FM", "meetings_per_year": 2}
        ),
    }
)
BODIES = (SUMMIT, CUSTOMS, MINISTERS)
DATES = st.dates(date(2027, 1, 10), date(2027, 12, 20))


def meeting(mechanism: str, number: int, on: date | None) -> Meeting:
    at = datetime.combine(on, time(10), UTC) if on else None
    return Meeting(
        id=f"{mechanism}-2027-{number}",
        mechanism=mechanism,
        year=2027,
        ordinal=number,
        title=f"{mechanism} {number}",
        turn=Turn(host="china", chair="china", because="its turn"),
        stage=Stage.SCHEDULED if on else Stage.PLANNED,
        span=lasting(Moment.of(at, ZONE), timedelta(hours=3)) if at else None,
    )


@st.composite
def years(draw: st.DrawFn) -> list[Meeting]:
    """Some meetings of the year, most of them with a date."""
    return [
        meeting(mechanism, number, draw(st.none() | DATES))
        for mechanism, most in (("heads-of-state", 1), ("customs-heads", 1), (FOREIGN, 3))
        for number in range(1, draw(st.integers(1, most)) + 1)
    ]


def standing(one: Meeting) -> Standing:
    on = one.span.starts.wall.date() if one.span else None
    return Standing(
        id=one.id,
        mechanism=one.mechanism,
        year=one.year,
        host="china",
        stage=Standing_.CONVOKED if on else Standing_.INTENDED,
        first=on,
        last=on,
    )


def of_the_planner(year: list[Meeting], this: Meeting, on: date) -> tuple[set[Rule], date]:
    """What `this` would break on a date, and the first date that it could be called for."""
    turns = {
        body.mechanism: Rotation(
            id=body.mechanism,
            mechanism=body.mechanism,
            queue=body.rules.host_order,
            planned_in={2027: sum(one.mechanism == body.mechanism for one in year)},
        )
        for body in BODIES
    }
    known = Known(bodies=BODIES, turns=turns, meetings=[*map(standing, year)], offices=OFFICES)
    wanted = Wanted(settings=Settings(poll_days=0))
    brief = brief_of(known, wanted, 2027, TODAY, Basis())
    mine = brief.meeting[this.id]
    if unprepared(brief, mine):
        return {Rule.UNPREPARED}, mine.earliest
    dates = {one.id: slot_of(one.on) for one in brief.meetings if one.on} | {this.id: slot_of(on)}
    tied_to_it = (bond for bond in preparations(brief) if this.id in bond.ids)
    broken = [bond.broken(*bond.of_both(dates)) for bond in tied_to_it]
    return ({Rule.PREPARATION} if any(broken) else set()), mine.earliest


def of_the_finder(year: list[Meeting], this: Meeting, on: date, earliest: date) -> set[Rule]:
    starts = datetime.combine(on, time(10), UTC)
    ties = list(tied(this, BODIES, year))
    search = Search(
        starts=starts,
        ends=starts + timedelta(days=1),
        duration=timedelta(hours=3),
        calendar=Calendar(OFFICES),
        host="china",
        neighbours=tuple(
            neighbours(
                ties,
                {one.id: one.title for one, _ in ties},
                zone=ZONE,
                days=1,
                earliest=earliest,
            )
        ),
    )
    found = met_at(obstacles_of(search, legs_of(search)), minute_of(starts))
    return {obstacle.rule for obstacle, _ in found} & {Rule.PREPARATION, Rule.UNPREPARED}


@given(year=years(), on=DATES, which=st.integers(0, 4))
@settings(max_examples=100, deadline=None)
def test_the_finder_keeps_ministers_before_the_summit_as_a_plan_does(
    year: list[Meeting], on: date, which: int
) -> None:
    """For any meeting that has no date yet; one that has one stays in a plan while it can."""
    free = [one for one in year if one.span is None]
    assume(free)
    this = free[which % len(free)]
    expected, earliest = of_the_planner(year, this, on)
    assume(on >= earliest)
    assert of_the_finder(year, this, on, earliest) == expected


SUMMIT_ON = "2027-06-17T09:30:00"
BETWEEN = (
    "Foreign ministers: meeting 1 of 2027 prepares Heads of state: meeting 1 of 2027 on "
    "17 June 2027, with 21 days between, so by 26 May 2027"
)
CLOSES = {"wall": "2027-02-15T18:00:00", "zone": ZONE}
FIRST = "/meetings/foreign-ministers-2027-1"


def at(wall: str) -> dict[str, Any]:
    return {"wall": wall, "zone": ZONE, "minutes": 240}


def convocation(wall: str) -> dict[str, Any]:
    return {"when": at(wall), "place": "Beijing"}


@pytest.fixture
async def stage(staged: Any) -> Any:
    """China holds all; the Summit is convoked for 17 June."""
    found = await staged(scheduling)
    await found.tell(MINISTERS)
    for mechanism in ("heads-of-state", "foreign-ministers", "foreign-ministers", "customs-heads"):
        assert (await found.post("/meetings", {"mechanism": mechanism, "year": 2027})).is_success
    convoked = await found.post(
        "/meetings/heads-of-state-2027-1/convocation", convocation(SUMMIT_ON)
    )
    assert convoked.is_success, convoked.text
    return found


async def test_dates_too_late_for_the_summit_are_not_offered_unless_that_is_let(stage: Any) -> None:
    after = {"first": "2027-05-25", "last": "2027-06-30"}
    found = (await stage.get(f"{FIRST}/slots", **after)).json()
    starts = {slot["span"]["starts"]["at"][:10] for slot in found["slots"]}
    assert starts == {"2027-05-25", "2027-05-26"}
    late = {"first": "2027-05-27", "last": "2027-06-30"}
    (way,) = (await stage.get(f"{FIRST}/slots", **late)).json()["relaxation"]["gives_way"]
    assert (way["rule"], way["cost"], way["text"]) == ("preparation", 480, BETWEEN)
    let = (await stage.get(f"{FIRST}/slots", **late, relax="preparation")).json()["slots"]
    assert {slot["cost"] - 480 for slot in let} < {0, 60}
    for free in ("foreign-ministers-2027-2", "customs-heads-2027-1"):
        assert (await stage.get(f"/meetings/{free}/slots", **late)).json()["slots"][0]["cost"] < 480


async def test_a_poll_proposes_no_date_too_late_for_the_summit(stage: Any) -> None:
    propose = {"first": "2027-05-20", "last": "2027-06-30", "limit": 40}
    poll = await stage.post(f"{FIRST}/polls", {"propose": propose, "closes": CLOSES})
    assert max(slot["span"]["starts"]["at"][:10] for slot in poll.json()["slots"]) == "2027-05-26"
    late = {"propose": propose | {"first": "2027-05-27"}, "closes": CLOSES, "ask_again": True}
    assert f"{BETWEEN} (preparation)" in (await stage.post(f"{FIRST}/polls", late)).json()["detail"]


async def test_who_fixes_a_date_too_late_for_the_summit_is_told_and_may_insist(stage: Any) -> None:
    insist = {"despite_clashes": True}
    late = "2027-06-25T09:30:00"
    asked = {"slots": [at(late)], "closes": CLOSES}
    refused = await stage.post(f"{FIRST}/polls", asked)
    assert refused.status_code == 422
    assert BETWEEN in refused.json()["detail"]
    poll = (await stage.post(f"{FIRST}/polls", asked | insist)).json()["id"]
    choice = {"slot": "s1", "place": "Beijing", "despite_answers": True}
    closed = await stage.post(f"/polls/{poll}/closing", choice)
    assert BETWEEN in closed.json()["detail"]
    assert BETWEEN in (await stage.post(f"{FIRST}/convocation", convocation(late))).text
    assert (await stage.post(f"{FIRST}/convocation", convocation("2027-05-25T09:30:00"))).is_success
    move = {"when": at(late), "reason": "Visit"}
    assert BETWEEN in (await stage.post(f"{FIRST}/move", move)).json()["detail"]
    assert (await stage.post(f"{FIRST}/move", move | insist)).is_success


@pytest.mark.parametrize(("on", "unprepared"), [("2027-06-02", True), ("2027-05-26", False)])
async def test_a_poll_of_a_plan_is_closed_on_any_of_its_dates_however_the_plan_has_it_prepared(
    stage: Any, on: str, unprepared: bool
) -> None:
    """Where it has its own days of preparation, its polls ask about dates within those."""
    this = {"mechanism": FOREIGN, "meeting": "foreign-ministers-2027-1", "host": "china"}
    meeting = Planned.model_validate(this | {"first": on, "last": on})
    part = PlanPartAccepted(mechanism=FOREIGN, plan="plan-2027-1", year=2027, meetings=(meeting,))
    await stage.tell(part, by=Actor.parse("secretary"))
    (opened,) = await stage.said(PollOpened)
    assert opened.unprepared == unprepared
    last = max(opened.slots, key=lambda slot: slot.span.starts.at)
    assert (str(last.span.starts.wall.date()) > "2027-05-26") == unprepared
    choice = {"slot": last.slot, "place": "Beijing", "despite_answers": True}
    closed = await stage.post(f"/polls/{opened.poll}/closing", choice)
    assert closed.is_success, closed.text


async def test_the_summit_does_not_move_before_those_who_prepare_it_unknowingly(stage: Any) -> None:
    assert (await stage.post(f"{FIRST}/convocation", convocation("2027-05-25T09:30:00"))).is_success
    move = {"when": at("2027-06-15T09:30:00"), "reason": "Visit"}
    refused = await stage.post("/meetings/heads-of-state-2027-1/move", move)
    assert (
        "Foreign ministers: meeting 1 of 2027 on 25 May 2027 prepares Heads of state: meeting 1 of "
        "2027, with 21 days between, so from 16 June 2027 on"
    ) in refused.json()["detail"]


async def test_a_summit_that_nobody_can_meet_before_any_more_costs_and_forbids_nothing(
    stage: Any,
) -> None:
    await stage.advance(datetime(2027, 4, 5, 6, tzinfo=UTC))
    found = await stage.get(f"{FIRST}/slots", first="2027-06-21", last="2027-06-30")
    (way,) = (one for one in found.json()["slots"][0]["reasons"] if one["rule"] == "unprepared")
    assert way["cost"] == 480
    assert way["text"] == (
        "Foreign ministers: meeting 1 of 2027 can no longer prepare Heads of state: meeting 1 of "
        "2027 on 17 June 2027, with 21 days between"
    )
    late = convocation("2027-06-25T09:30:00")
    assert (await stage.post(f"{FIRST}/convocation", late)).is_success


async def test_many_people_in_one_meeting_are_one_line_of_a_refusal(stage: Any) -> None:
    for party in PARTIES:
        for mechanism in ("customs-heads", "foreign-ministers"):
            named = {"party": party.id, "coordinator": f"Head of {party.name}"}
            await stage.tell(CoordinatorNamed(mechanism=mechanism, **named))
    customs = {"when": at("2027-05-12T09:30:00"), "place": "Astana", "despite_clashes": True}
    assert (await stage.post("/meetings/customs-heads-2027-1/convocation", customs)).is_success
    refused = await stage.post(f"{FIRST}/convocation", convocation("2027-05-13T09:30:00"))
    assert refused.json()["detail"] == (
        "2027-05-13 09:30 Asia/Shanghai (UTC+08:00): 6 people (China, Kazakhstan, Kyrgyzstan, "
        "Tajikistan, Turkmenistan, Uzbekistan) less than 24 hours from Heads of customs: meeting 1 "
        "of 2027 on 12 May 2027; choose another date, or say despite_clashes"
    )
    near = {"first": "2027-05-12", "last": "2027-05-12"}
    polled = await stage.post(f"{FIRST}/polls", {"propose": near, "closes": CLOSES})
    assert polled.json()["detail"].count("Heads of customs") == 1
