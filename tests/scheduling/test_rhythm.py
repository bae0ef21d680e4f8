"""Half of its rhythm between two meetings of a body: the finder counts it as a plan does."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from events.meetings import Turn
from events.moments import Moment
from services.planning.rules.bonds import spacings
from services.planning.rules.brief import Body, Brief, Firmness
from services.planning.rules.brief import Meeting as Planned
from services.planning.rules.dates import slot_of
from services.scheduling.rules.meeting import Meeting, lasting
from services.scheduling.rules.rhythm import rhythm
from services.scheduling.rules.slots.find import find
from services.scheduling.rules.slots.rule import Rule
from services.scheduling.rules.slots.search import Engagement, Search
from services.scheduling.service import scheduling
from services.working_time.calendar import Calendar
from services.working_time.hours import Office
from tests.conftest import CUSTOMS, PARTIES

ZONE = "Asia/Shanghai"
OFFICES = tuple(Office.of(party) for party in PARTIES)
YEAR = st.dates(date(2027, 1, 1), date(2027, 12, 28))
TURN = Turn(host="china", chair="china", because="it is the turn of China")


@settings(deadline=None)
@given(on=YEAR, days=st.integers(1, 3), other_on=YEAR, of=st.integers(2, 12))
def test_a_body_waits_as_long_in_the_finder_as_in_a_plan(
    on: date, days: int, other_on: date, of: int
) -> None:
    brief = Brief(
        year=2027,
        today=date(2027, 1, 4),
        bodies=(Body(id="ours", name="ours", parties=()),),
        meetings=tuple(planned(n, of, on) for n, on in enumerate((on, other_on), 1)),
        offices=OFFICES,
    )
    slots = slot_of(on), slot_of(other_on)
    starts = datetime.combine(other_on, time(2), UTC)
    begins = datetime.combine(on, time(2), UTC)
    search = Search(
        starts=begins,
        ends=begins + timedelta(days=days - 1, hours=3),
        duration=timedelta(hours=3),
        days=days,
        calendar=Calendar(OFFICES),
        host="china",
        engagements=(
            Engagement(
                starts=starts, ends=starts + timedelta(hours=3), label="other", same_body=True
            ),
        ),
        body_gap_days=rhythm(meeting(1), [meeting(1)], of).waits,
    )
    answer = find(search)
    (slot,) = answer.slots or (answer.relaxation.slot,)  # type: ignore[union-attr]
    found = {reason.rule for reason in slot.reasons}
    assert (Rule.BODY_GAP in found) == any(bond.forbids(*slots) for bond in spacings(brief))


def planned(number: int, of: int, on: date) -> Planned:
    return Planned(
        id=f"ours-2027-{number}",
        mechanism="ours",
        host="china",
        number=number,
        of=of,
        firmness=Firmness.PROPOSED,
        on=on,
        earliest=date(2027, 1, 1),
    )


def meeting(ordinal: int, year: int = 2027, on: date | None = None) -> Meeting:
    at = datetime.combine(on, time(10), UTC) if on else None
    return Meeting(
        id=f"ours-{year}-{ordinal}",
        mechanism="ours",
        year=year,
        ordinal=ordinal,
        title=f"Ours: {ordinal}",
        turn=TURN,
        span=lasting(Moment.of(at, "UTC"), timedelta(hours=4)) if at else None,
    )


def test_a_meeting_comes_after_those_planned_before_it_and_before_those_planned_later() -> None:
    last_year = meeting(1, 2026, date(2026, 11, 20))
    first, third = meeting(2, on=date(2027, 3, 1)), meeting(4, on=date(2027, 10, 1))
    second = meeting(3)
    found = rhythm(second, [last_year, first, second, third], asked=3)
    assert found.sides == {last_year.id: "after", first.id: "after", third.id: "before"}
    assert found.between("UTC", found.waits) == (date(2027, 4, 30), date(2027, 8, 2))


def test_one_more_than_the_rules_ask_for_has_no_place_in_the_order() -> None:
    first, second, third = meeting(1, on=date(2027, 3, 1)), meeting(2), meeting(3)
    dated = meeting(3, on=date(2027, 3, 20))
    assert rhythm(third, [first, second, third], asked=2).sides == {}
    found = rhythm(second, [first, second, dated], asked=2)
    assert found.sides == {first.id: "after"}
    assert found.waits == 365 // 3 // 2, "and yet the plan of the year counts it"


SECOND = "/meetings/customs-heads-2027-2"
CLOSES = {"wall": "2027-02-15T18:00:00", "zone": ZONE}
FIRST = "Heads of customs: meeting 1 of 2027"


@pytest.fixture
async def stage(staged: Any) -> Any:
    """The body meets twice a year; its first meeting is convoked for 12 May, its second planned."""
    found = await staged(scheduling)
    rules = CUSTOMS.rules.model_copy(update={"meetings_per_year": 2, "version": 2})
    await found.tell(CUSTOMS.model_copy(update={"rules": rules}))
    for _ in range(2):
        body = {"mechanism": "customs-heads", "year": 2027}
        assert (await found.post("/meetings", body)).is_success
    convoked = await found.post(
        "/meetings/customs-heads-2027-1/convocation",
        {
            "when": {"wall": "2027-05-12T09:30:00", "zone": ZONE, "minutes": 240},
            "place": "Beijing",
        },
    )
    assert convoked.is_success, convoked.text
    return found


async def reasons_on(stage: Any, on: str, actor: str = "secretary") -> list[tuple[int, str]]:
    answer = await stage.http.get(
        f"/api/v1{SECOND}/slots", params={"first": on, "last": on}, headers={"Actor": actor}
    )
    (slot,) = answer.json()["slots"]
    return [(one["cost"], one["text"]) for one in slot["reasons"] if one["rule"] == "body_gap"]


async def test_a_date_says_that_the_body_has_met_shortly_before(stage: Any) -> None:
    text = f"the body meets in {FIRST} on 12 May 2027, 28 days before; a year's plan waits 91"
    assert await reasons_on(stage, "2027-06-09") == [(240, text)]
    assert await reasons_on(stage, "2027-08-10") != []
    assert await reasons_on(stage, "2027-08-11") == []


async def test_the_second_meeting_is_not_proposed_before_the_first_without_a_word(
    stage: Any,
) -> None:
    early = f"{FIRST}, which comes first, is on 12 May 2027, {{}}"
    near = early.format("22 days later; a year's plan waits 91")
    assert await reasons_on(stage, "2027-04-20") == [(240, near)]
    assert await reasons_on(stage, "2027-03-10") == [
        (240, early.format("63 days later; a year's plan waits 91"))
    ]
    when = {"wall": "2027-12-01T09:30:00", "zone": ZONE}
    moved = {"when": when, "reason": "A state visit", "despite_clashes": True}
    assert (await stage.post("/meetings/customs-heads-2027-1/move", moved)).is_success
    (line,) = await reasons_on(stage, "2027-04-20")
    assert line == (240, f"{FIRST}, which comes first, is on 1 December 2027, 225 days later")


async def test_a_date_is_suggested_after_the_meeting_before_and_as_long_as_the_body_waits(
    stage: Any,
) -> None:
    offered = (await stage.get(f"{SECOND}/suggestion")).json()
    assert (offered["first"], offered["last"]) == ("2027-08-11", "2027-09-22")
    page = (await stage.http.get(f"{SECOND}/polls", headers={"actor": "secretary"})).text
    assert 'value="2027-08-11"' in page
    first = (await stage.get("/meetings/customs-heads-2027-1/suggestion")).json()
    assert first["first"] == "2027-04-21", "around the date that it has"


async def test_a_date_is_suggested_before_the_next_meeting_and_in_order_where_there_is_no_room(
    stage: Any,
) -> None:
    when = {"wall": "2027-11-24T09:30:00", "zone": ZONE, "minutes": 240}
    called = {"when": when, "place": "Astana", "despite_clashes": True}
    assert (await stage.post(f"{SECOND}/convocation", called)).is_success
    again = {"when": {"wall": "2027-08-20T09:30:00", "zone": ZONE}, "reason": "A visit"}
    assert (await stage.post("/meetings/customs-heads-2027-1/move", again)).is_success
    first = (await stage.get("/meetings/customs-heads-2027-1/suggestion")).json()
    assert (first["first"], first["last"]) == ("2027-07-30", "2027-08-25")
    late = {"when": {"wall": "2027-11-01T09:30:00", "zone": ZONE}, "reason": "A visit"}
    assert (await stage.post("/meetings/customs-heads-2027-1/move", late)).is_success
    first = (await stage.get("/meetings/customs-heads-2027-1/suggestion")).json()
    assert (first["first"], first["last"]) == ("2027-10-11", "2027-11-22"), "no room; in order"


async def test_an_extraordinary_meeting_is_suggested_as_soon_as_there_is_notice(
    stage: Any,
) -> None:
    body = {"mechanism": "customs-heads", "year": 2027, "extraordinary": True}
    assert (await stage.post("/meetings", body)).is_success
    offered = (await stage.get("/meetings/customs-heads-2027-3/suggestion")).json()
    assert offered["first"] < "2027-04-01"


async def test_a_date_that_is_asked_says_it_too(stage: Any) -> None:
    slots = [
        {"wall": f"2027-{day}T09:30:00", "zone": ZONE, "minutes": 240} for day in ("06-09", "09-15")
    ]
    asked = {"slots": slots, "closes": CLOSES, "despite_clashes": True}
    poll = (await stage.post(f"{SECOND}/polls", asked)).json()
    told = f"the body meets in {FIRST} on 12 May 2027, 28 days before; a year's plan waits 91"
    assert poll["near"] == {"s1": [told]}


async def test_who_may_not_read_a_meeting_of_the_body_is_told_when_it_is_and_nothing_else(
    stage: Any,
) -> None:
    path = "/meetings/customs-heads-2027-1/restriction"
    assert (await stage.post(path, {"restricted": True})).is_success
    ((_, told),) = await reasons_on(stage, "2027-06-09", "mongolia/delegate")
    assert told.startswith("the body meets in a restricted meeting on 12 May 2027, 28 days before")


async def test_a_restricted_meeting_without_a_date_changes_nothing_for_who_may_not_read_it(
    stage: Any,
) -> None:
    secret = {"mechanism": "customs-heads", "year": 2027, "extraordinary": True}
    assert (await stage.post("/meetings", secret | {"restricted": True})).is_success
    ((_, member),) = await reasons_on(stage, "2027-06-09", "kazakhstan/delegate")
    ((_, outsider),) = await reasons_on(stage, "2027-06-09", "mongolia/delegate")
    assert member.endswith("a year's plan waits 60")
    assert outsider.endswith("a year's plan waits 91")
