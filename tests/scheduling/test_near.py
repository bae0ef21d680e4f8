"""Days that a plan of the year keeps between two meetings: the finder counts them alike."""

import re
from datetime import UTC, date, datetime, time, timedelta
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from events.mechanisms import CoordinatorNamed
from services.planning.rules.bonds import circles, families, hosts
from services.planning.rules.brief import Body, Brief, Circle, Firmness
from services.planning.rules.brief import Meeting as Planned
from services.planning.rules.dates import slot_of
from services.scheduling.rules.slots.find import find
from services.scheduling.rules.slots.rule import Rule
from services.scheduling.rules.slots.search import Delegate, Engagement, Search
from services.scheduling.service import scheduling
from services.working_time.calendar import Calendar
from services.working_time.hours import Office
from tests.conftest import PARTIES

ZONE = "Asia/Shanghai"
OFFICES = tuple(Office.of(party) for party in PARTIES)
OMAROVA = Delegate(id="omarova", party="kazakhstan", name="A. Omarova")
PARENTS = {"ours": "above", "above": None, "other": None}
HOSTS = st.sampled_from(["china", "kazakhstan"])
MAY = st.dates(date(2027, 5, 1), date(2027, 5, 31))


@settings(deadline=None)
@given(
    on=MAY,
    days=st.integers(1, 3),
    body=st.sampled_from(["above", "other"]),
    other_on=MAY,
    other_days=st.integers(1, 3),
    host=HOSTS,
    co_hosts=st.sampled_from([(), ("uzbekistan",), ("china",)]),
    our_co_hosts=st.sampled_from([(), ("uzbekistan",), ("kazakhstan",)]),
    same_people=st.booleans(),
)
def test_the_finder_counts_the_days_between_two_meetings_as_a_plan_does(
    on: date,
    days: int,
    body: str,
    other_on: date,
    other_days: int,
    host: str,
    co_hosts: tuple[str, ...],
    our_co_hosts: tuple[str, ...],
    same_people: bool,
) -> None:
    circle = Circle(name="A. Omarova", mechanisms=("ours", body))
    brief = Brief(
        year=2027,
        today=date(2027, 1, 4),
        bodies=tuple(Body(id=b, name=b, parties=(), parent=p) for b, p in PARENTS.items()),
        meetings=(
            planned("ours", ("china", *our_co_hosts), on, days),
            planned(body, (host, *co_hosts), other_on, other_days),
        ),
        offices=OFFICES,
        circles=(circle,) if same_people else (),
    )
    slots = slot_of(on), slot_of(other_on)
    pairs = list(combinations(brief.meetings, 2))
    of_host = any(bond.forbids(*slots) for bond in hosts(brief, pairs))
    both = (*circles(brief, pairs), *families(brief, pairs))
    of_people = any(bond.forbids(*slots) for bond in both)
    starts = datetime.combine(other_on, time(2), UTC)
    other = Engagement(
        starts=starts,
        ends=starts + timedelta(days=other_days - 1, hours=3),
        label=body,
        place="Beijing",
        host=host,
        co_hosts=co_hosts,
        delegates=("omarova",) if same_people else (),
        related=body == "above",
    )
    begins = datetime.combine(on, time(2), UTC)
    search = Search(
        starts=begins,
        ends=begins + timedelta(days=days - 1, hours=3),
        duration=timedelta(hours=3),
        days=days,
        calendar=Calendar(OFFICES),
        host="china",
        co_hosts=our_co_hosts,
        delegates=(OMAROVA,),
        engagements=(other,),
    )
    answer = find(search)
    (slot,) = answer.slots or (answer.relaxation.slot,)  # type: ignore[union-attr]
    found = {reason.rule for reason in slot.reasons}
    assert ((Rule.HOST_GAP in found), (Rule.PEOPLE_GAP in found)) == (of_host, of_people)


def planned(body: str, hosts: tuple[str, ...], on: date, days: int) -> Planned:
    return Planned(
        id=f"{body}-2027-1",
        mechanism=body,
        host=hosts[0],
        co_hosts=hosts[1:],
        number=1,
        of=1,
        days=days,
        firmness=Firmness.PROPOSED,
        on=on,
        earliest=date(2027, 1, 1),
    )


SECRETARY = {"actor": "secretary"}
CUSTOMS = "/meetings/customs-heads-2027-1"
CLOSES = {"wall": "2027-02-15T18:00:00", "zone": ZONE}
SOON = {"wall": "2027-01-20T18:00:00", "zone": ZONE}
OF_CHINA = "China hosts Heads of state: meeting 1 of 2027 on 12 May 2027"


@pytest.fixture
async def stage(staged: Any) -> Any:
    """China holds both; the Summit, to which customs answer, is convoked for 12 May."""
    found = await staged(scheduling)
    for mechanism in ("customs-heads", "heads-of-state"):
        assert (await found.post("/meetings", {"mechanism": mechanism, "year": 2027})).is_success
        named = {"party": "kazakhstan", "coordinator": "A. Omarova"}
        await found.tell(CoordinatorNamed(mechanism=mechanism, **named))
    when = {"wall": "2027-05-12T09:30:00", "zone": ZONE, "minutes": 240}
    convoked = await found.post(
        "/meetings/heads-of-state-2027-1/convocation", {"when": when, "place": "Beijing"}
    )
    assert convoked.is_success, convoked.text
    return found


def reasons(slot: Any, rule: Rule) -> list[tuple[int, str]]:
    return [(one["cost"], one["text"]) for one in slot["reasons"] if one["rule"] == rule]


async def test_a_date_too_near_to_another_meeting_says_which_and_how_near(stage: Any) -> None:
    near = {"first": "2027-05-14", "last": "2027-05-14"}
    (slot,) = (await stage.get(f"{CUSTOMS}/slots", **near)).json()["slots"]
    kept = "with 1 day between; a year's plan keeps"
    assert reasons(slot, Rule.HOST_GAP) == [(240, f"{OF_CHINA}, {kept} 5")]
    (people,) = reasons(slot, Rule.PEOPLE_GAP)
    assert people[1] == (
        f"A. Omarova (Kazakhstan) in Heads of state: meeting 1 of 2027 on 12 May 2027, {kept} 2"
    )
    free = {"first": "2027-05-19", "last": "2027-05-19"}
    (slot,) = (await stage.get(f"{CUSTOMS}/slots", **free)).json()["slots"]
    assert not reasons(slot, Rule.HOST_GAP) + reasons(slot, Rule.PEOPLE_GAP)


async def test_a_co_host_is_near_to_what_it_hosts_besides_and_holds_one_at_a_time(
    stage: Any,
) -> None:
    body = {"mechanism": "customs-heads", "year": 2027, "extraordinary": True}
    meeting = (await stage.post("/meetings", {**body, "co_hosts": ["china"]})).json()
    assert meeting["turn"]["host"] == "kazakhstan"
    slots = f"/meetings/{meeting['id']}/slots"
    near = {"first": "2027-05-14", "last": "2027-05-14"}
    (slot,) = (await stage.get(slots, **near)).json()["slots"]
    assert reasons(slot, Rule.HOST_GAP) == [
        (240, f"{OF_CHINA}, with 1 day between; a year's plan keeps 5")
    ]
    when = {"wall": "2027-05-12T10:00:00", "zone": "Asia/Almaty", "minutes": 240}
    called = {"when": when, "place": "Astana"}
    refused = await stage.post(f"/meetings/{meeting['id']}/convocation", called)
    assert "China holds Heads of state: meeting 1 of 2027" in refused.json()["detail"]


async def test_a_poll_proposes_dates_that_a_plan_would_keep_where_there_are_others(
    stage: Any,
) -> None:
    propose = {"first": "2027-05-13", "last": "2027-05-21", "limit": 3}
    poll = await stage.post(f"{CUSTOMS}/polls", {"propose": propose, "closes": CLOSES})
    dates = {slot["span"]["starts"]["at"][:10] for slot in poll.json()["slots"]}
    assert dates == {"2027-05-19", "2027-05-20", "2027-05-21"}
    assert poll.json()["near"] == {}


async def test_proposed_dates_are_numbered_by_date_and_say_which_are_the_best(stage: Any) -> None:
    propose = {"first": "2027-05-13", "last": "2027-05-19", "limit": 2}
    poll = await stage.post(f"{CUSTOMS}/polls", {"propose": propose, "closes": CLOSES})
    first, second = (slot["span"]["starts"]["at"][:10] for slot in poll.json()["slots"])
    assert first < second == "2027-05-19"
    assert poll.json()["ranked"] == ["s2", "s1"]


async def test_who_asks_about_a_date_too_near_to_another_meeting_is_told(stage: Any) -> None:
    slots = [
        {"wall": f"2027-05-{day}T09:30:00", "zone": ZONE, "minutes": 240} for day in (19, 14, 10)
    ]
    asked = {"slots": slots, "closes": CLOSES, "despite_clashes": True}
    poll = (await stage.post(f"{CUSTOMS}/polls", asked)).json()
    near = {slot: texts[0] for slot, texts in poll["near"].items()}
    kept = f"{OF_CHINA}, with 1 day between; a year's plan keeps 5"
    assert near == {"s1": kept, "s2": kept}


async def test_the_pages_say_it_beside_the_date_too(stage: Any) -> None:
    slots = [{"wall": f"2027-05-{day}T09:30:00", "zone": ZONE, "minutes": 240} for day in (19, 14)]
    asked = {"slots": slots, "closes": CLOSES, "despite_clashes": True}
    poll = (await stage.post(f"{CUSTOMS}/polls", asked)).json()["id"]
    page = (await stage.http.get(f"/polls/{poll}")).text
    (table,) = re.findall("<table class=.register poll.*?</table>", page, re.DOTALL)
    assert re.findall(rf"<th.*?{re.escape(OF_CHINA)}.*?</th>", table, re.DOTALL)
    assert table.count(OF_CHINA) == 1
    fixed = {"begins": "2027-05-14T09:30", "zone": ZONE, "place": "Beijing"}
    despite = dict.fromkeys(("despite_clashes", "short_notice", "despite_polls"), "true")
    answer = await stage.http.post(
        f"{CUSTOMS}/convocation", data=fixed | despite, headers=SECRETARY, follow_redirects=True
    )
    assert f"{OF_CHINA}, with 1 day between" in answer.text


async def test_a_date_at_the_same_time_as_another_meeting_says_so(stage: Any) -> None:
    asked_at = {"wall": "2027-05-12T10:00:00", "zone": ZONE, "minutes": 240}
    later = {"wall": "2027-05-12T14:00:00", "zone": ZONE, "minutes": 120}
    asked = {"slots": [asked_at, later], "closes": CLOSES, "despite_clashes": True}
    poll = (await stage.post(f"{CUSTOMS}/polls", asked)).json()
    assert poll["near"]["s1"][0] == f"{OF_CHINA}, at the same time"
    assert poll["near"]["s2"][0] == f"{OF_CHINA}, with no day between; a year's plan keeps 5"


async def test_a_date_beside_a_holiday_that_may_yet_move_says_so_in_the_words_of_a_plan(
    stage: Any,
) -> None:
    beside = {"first": "2027-04-06", "last": "2027-04-06"}
    (slot,) = (await stage.get(f"{CUSTOMS}/slots", **beside)).json()["slots"]
    ((cost, text),) = reasons(slot, Rule.UNCERTAIN)
    assert cost == 60
    assert text == "5 April 2027 may be a day off in China: Tomb-Sweeping Day"
    slots = [{"wall": "2027-04-06T09:30:00", "zone": ZONE, "minutes": 240}]
    asked = {"slots": slots, "closes": SOON, "despite_clashes": True}
    poll = (await stage.post(f"{CUSTOMS}/polls", asked)).json()
    assert (poll["near"], poll["unsure"]) == ({"s1": [text]}, {})


async def test_a_date_that_may_be_off_is_proposed_only_where_there_is_no_other(stage: Any) -> None:
    propose = {"first": "2027-04-05", "last": "2027-04-07", "limit": 3}
    poll = await stage.post(f"{CUSTOMS}/polls", {"propose": propose, "closes": SOON})
    dates = [slot["span"]["starts"]["at"][:10] for slot in poll.json()["slots"]]
    assert dates == ["2027-04-06", "2027-04-07"]
    propose |= {"last": "2027-04-05"}
    again = {"propose": propose, "closes": SOON, "ask_again": True}
    poll = await stage.post(f"{CUSTOMS}/polls", again)
    assert list(poll.json()["unsure"]) == ["s1"], "and it says so"


async def test_of_dates_that_suit_alike_one_that_is_beside_nothing_suits_best(stage: Any) -> None:
    slots = [{"wall": f"2027-05-{day}T09:30:00", "zone": ZONE, "minutes": 240} for day in (14, 19)]
    asked = {"slots": slots, "closes": CLOSES, "despite_clashes": True}
    poll = (await stage.post(f"{CUSTOMS}/polls", asked)).json()["id"]
    both = {"answers": {"s1": "yes", "s2": "yes"}}
    await stage.post(f"/polls/{poll}/answers", both, actor="china/delegate")
    tally = (await stage.get(f"/polls/{poll}/tally")).json()
    assert [one["slot"] for one in tally["slots"]] == ["s2", "s1"]
    assert list(tally["near"]) == ["s1"]
    page = (await stage.http.get(f"/polls/{poll}", headers=SECRETARY)).text
    assert re.search(r'<option value="s2" selected>', page)
