"""A time for a meeting, out of what the service knows: routines, coordinators, other meetings."""

from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest

from events.mechanisms import CoordinatorNamed, MilestoneKind, RulesAmended
from events.moments import Moment
from events.working_time import DayRuled, HoursSet
from services.scheduling.service import scheduling
from tests.conftest import CUSTOMS, PARTIES

NAMES = [party.id for party in PARTIES]
RANGE = {"first": "2027-05-10", "last": "2027-05-14"}
HOURS = {"opens": "08:00", "closes": "17:00", "lunch": ["12:00", "13:00"], "weekend": ["sunday"]}


@pytest.fixture
async def stage(staged: Any) -> Any:
    found = await staged(scheduling)
    for mechanism in ("customs-heads", "heads-of-state"):
        planned = await found.post("/meetings", {"mechanism": mechanism, "year": 2027})
        assert planned.status_code == 201, planned.text
    return found


def starts_of(slots: list[Any]) -> list[str]:
    """Their dates in UTC."""
    return [slot["span"]["starts"]["at"][:10] for slot in slots]


async def found(stage: Any, meeting: str = "customs-heads-2027-1", **more: Any) -> Any:
    answer = await stage.get(f"/meetings/{meeting}/slots", **RANGE, **more)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_the_best_times_say_what_they_cost_whom(stage: Any) -> None:
    answer = await found(stage)
    best = answer["slots"][0]
    assert best["span"]["starts"]["zone"] == "Asia/Shanghai"
    assert {local["party"] for local in best["local"]} == set(NAMES)
    assert sum(reason["cost"] for reason in best["reasons"]) == best["cost"]
    costs = [slot["cost"] for slot in answer["slots"]]
    assert costs == sorted(costs)
    days = [slot["span"]["starts"]["at"][:10] for slot in answer["slots"]]
    assert len(set(days)) == len(days), "one a day unless more are asked for"
    assert answer["holiday_data"].startswith("holidays ")


async def test_a_meeting_of_the_same_people_is_in_the_way(stage: Any) -> None:
    for mechanism in ("customs-heads", "heads-of-state"):
        await stage.tell(
            CoordinatorNamed(mechanism=mechanism, party="kazakhstan", coordinator="Айгүл Омарова")
        )
    when = {"wall": "2027-05-12T07:00:00", "zone": "Asia/Shanghai", "minutes": 900}
    convoked = await stage.post(
        "/meetings/heads-of-state-2027-1/convocation",
        {"when": when, "place": "Xi'an", "despite_clashes": True},
    )
    assert convoked.is_success, convoked.text
    taken = [slot["span"]["starts"]["at"][:10] for slot in (await found(stage))["slots"]]
    assert "2027-05-12" not in taken
    alone = await stage.get(
        "/meetings/customs-heads-2027-1/slots", first="2027-05-12", last="2027-05-12", minutes=600
    )
    reasons = alone.json()["relaxation"]["gives_way"]
    assert any(r["rule"] == "busy" and "Айгүл Омарова" in r["text"] for r in reasons)


async def test_another_place_alone_is_held_against_what_lies_too_near_from_there(
    stage: Any,
) -> None:
    await omarova_in_both(stage)
    for mechanism, hour in (("customs-heads", 9), ("heads-of-state", 13)):
        when = {"wall": f"2027-05-12T{hour:02}:00:00", "zone": "Asia/Tashkent", "minutes": 240}
        path = f"/meetings/{mechanism}-2027-1/convocation"
        convoked = await stage.post(path, {"when": when, "place": "Tashkent, Palace"})
        assert convoked.is_success, convoked.text
    path, there = "/meetings/heads-of-state-2027-1/move", {"place": "Astana", "reason": "Визит"}
    refused = await stage.post(path, there)
    assert refused.status_code == 422
    assert "Айгүл Омарова (Kazakhstan) less than 24 hours from" in refused.json()["detail"]
    assert (await stage.post(path, {**there, "place": "Forums, Tashkent"})).is_success
    assert (await stage.post(path, {**there, "despite_clashes": True})).is_success
    assert (await stage.post(path, {**there, "place": "Bishkek"})).is_success, "as far as before"


async def test_a_day_off_announced_by_a_party_counts_from_then_on(stage: Any) -> None:
    day = {
        "on": "2027-05-12",
        "ruling": "holiday",
        "name": "Күн",
        "source": "Указ 112",
        "dated": "2027-01-04",
    }
    ruled = await stage.post(
        "/parties/kazakhstan/routine/days", day, actor="kazakhstan/coordinator"
    )
    assert ruled.is_success, ruled.text
    assert [event.name for event in await stage.said(DayRuled)] == ["Күн"]
    starts = [slot["span"]["starts"]["at"][:10] for slot in (await found(stage))["slots"]]
    assert "2027-05-12" not in starts
    days = (await stage.get("/parties/kazakhstan/routine/days", **RANGE)).json()
    assert [(d["on"], d["kind"], d["source"]) for d in days if d["on"] == "2027-05-12"] == [
        ("2027-05-12", "holiday", "Указ 112, 2027-01-04")
    ]


async def test_a_day_that_has_passed_is_not_ruled_on(stage: Any) -> None:
    day = {"on": "2026-12-31", "ruling": "holiday", "source": "Decree", "dated": "2026-12-30"}
    refused = await stage.post("/parties/kazakhstan/routine/days", day)
    assert refused.status_code == 422
    assert "2026-12-31 has passed in Kazakhstan" in refused.json()["detail"]


async def test_hours_are_the_partys_to_set(stage: Any) -> None:
    path = "/parties/kazakhstan/routine/hours"
    assert (await stage.put(path, HOURS, actor="kazakhstan/coordinator")).is_success
    (event,) = await stage.said(HoursSet)
    assert event.hours.weekend == ("sunday",)
    routine = (await stage.get("/parties/kazakhstan/routine")).json()
    assert routine["hours"]["opens"] == "08:00:00"
    for actor in ("china/coordinator", "kazakhstan/delegate"):
        refused = await stage.put(path, HOURS, actor=actor)
        assert refused.status_code == 403


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"opens": "09:00", "closes": "09:00"}, "kazakhstan has no office hours"),
        ({"lunch": ["18:00", "19:00"]}, "must lie within its hours"),
        ({"opens": "09:00+05:00"}, "wall times"),
    ],
)
async def test_hours_that_nobody_can_keep_are_refused(
    stage: Any, change: dict[str, Any], complaint: str
) -> None:
    refused = await stage.put("/parties/kazakhstan/routine/hours", {**HOURS, **change})
    assert refused.status_code == 422
    assert complaint in refused.text


async def test_notice_in_working_days_is_kept_by_slots_and_by_the_convocation(stage: Any) -> None:
    """Forty days that China works after 4 January 2027 end on 5 March."""
    change = {"version": 2, "notice_days": 40, "working_days": (MilestoneKind.INVITATION,)}
    rules = CUSTOMS.rules.model_copy(update=change)
    await stage.tell(RulesAmended(mechanism="customs-heads", rules=rules))
    path = "/meetings/customs-heads-2027-1"
    soon = {"first": "2027-02-15", "last": "2027-03-04"}  # 42 to 59 calendar days
    refused = (await stage.get(f"{path}/slots", **soon)).json()["relaxation"]["gives_way"]
    assert [reason["rule"] for reason in refused] == ["notice"]
    when = {"wall": "2027-03-02T09:00:00", "zone": "Asia/Shanghai", "minutes": 240}
    answer = await stage.post(f"{path}/convocation", {"when": when, "place": "Beijing"})
    assert answer.status_code == 409
    assert "40 working days' notice" in answer.json()["detail"]
    later = {"first": "2027-02-15", "last": "2027-03-31", "limit": 1}
    (slot,) = (await stage.get(f"{path}/slots", **later)).json()["slots"]
    starts = Moment.model_validate(slot["span"]["starts"])
    when["wall"] = starts.wall.isoformat()
    convoked = await stage.post(f"{path}/convocation", {"when": when, "place": "Beijing"})
    assert convoked.is_success, convoked.text


async def test_where_nothing_fits_the_fewest_rules_are_named(stage: Any) -> None:
    weekend = await stage.get(
        "/meetings/customs-heads-2027-1/slots", first="2027-05-15", last="2027-05-16"
    )
    answer = weekend.json()
    assert answer["slots"] == []
    assert {reason["rule"] for reason in answer["relaxation"]["gives_way"]} == {"weekend"}
    soon = await stage.get(
        "/meetings/customs-heads-2027-1/slots", first="2027-02-01", last="2027-02-05"
    )
    assert [r["rule"] for r in soon.json()["relaxation"]["gives_way"]] == ["notice"]


async def test_a_poll_may_ask_what_the_system_proposes(stage: Any) -> None:
    closes = {"wall": "2027-02-01T18:00:00", "zone": "Asia/Tashkent"}
    body = {"propose": {"first": "2027-04-12", "last": "2027-05-21"}, "closes": closes}
    poll = await stage.post("/meetings/customs-heads-2027-1/polls", body)
    assert poll.status_code == 201, poll.text
    dates = sorted(date.fromisoformat(on) for on in starts_of(poll.json()["slots"]))
    assert len(dates) == 5
    assert all(later - earlier > timedelta(days=7) for earlier, later in pairwise(dates))
    every = {**body["propose"], "limit": 40}
    best = (await stage.get("/meetings/customs-heads-2027-1/slots", **every)).json()["slots"]
    costs = {slot["span"]["starts"]["at"][:10]: slot["cost"] for slot in best}
    assert {costs[f"{on}"] for on in dates} == {min(costs.values())}
    nothing = {"propose": {"first": "2027-05-15", "last": "2027-05-16"}, "closes": closes}
    refused = await stage.post("/meetings/customs-heads-2027-1/polls", nothing)
    assert refused.status_code == 422
    assert (
        "if this gave way: weekend in China: Saturday, 15 May 2027 (weekend)"
        in refused.json()["detail"]
    )
    both = {
        **body,
        "slots": [{"wall": "2027-05-11T09:00:00", "zone": "Asia/Tashkent", "minutes": 9}],
    }
    assert (await stage.post("/meetings/customs-heads-2027-1/polls", both)).status_code == 422


async def test_a_meeting_is_sought_where_it_is_or_at_its_hosts_unless_it_is_online(
    stage: Any,
) -> None:
    """At the host's only the host's hours count."""
    path = "/meetings/customs-heads-2027-1/slots"
    noon = {**RANGE, "limit": 1, "minutes": 480}
    (at_home,) = (await stage.get(path, **noon)).json()["slots"]
    (in_capital,) = (await stage.get(path, **noon, place="Beijing")).json()["slots"]
    assert at_home == in_capital
    assert {reason["party"] for reason in at_home["reasons"]} == {"china"}
    (online,) = (await stage.get(path, **noon, online=True)).json()["slots"]
    assert {reason["party"] for reason in online["reasons"]} > {"china"}
    both = await stage.get(path, **noon, online=True, place="Beijing")
    assert both.status_code == 422
    assert "give place or online, not both" in both.text


async def omarova_in_both(stage: Any) -> None:
    for mechanism in ("customs-heads", "heads-of-state"):
        await stage.tell(
            CoordinatorNamed(mechanism=mechanism, party="kazakhstan", coordinator="Айгүл Омарова")
        )


async def asked_of_the_summit(stage: Any) -> list[str]:
    """The dates of a poll that asks what the system proposes."""
    closes = {"wall": "2027-02-01T18:00:00", "zone": "Asia/Tashkent"}
    body = {"propose": {**RANGE, "limit": 2}, "closes": closes}
    poll = await stage.post("/meetings/heads-of-state-2027-1/polls", body)
    assert poll.status_code == 201, poll.text
    return starts_of(poll.json()["slots"])


async def test_two_polls_are_not_about_the_same_dates_if_there_are_others(stage: Any) -> None:
    await omarova_in_both(stage)
    before = [slot["span"]["starts"]["at"][:10] for slot in (await found(stage))["slots"]]
    taken = await asked_of_the_summit(stage)
    assert taken == [before[0], before[-1]]
    after = (await found(stage))["slots"]
    assert [slot["span"]["starts"]["at"][:10] for slot in after][-2:] == taken
    poll = "Heads of state: meeting 1 of 2027 in heads-of-state-2027-1.poll1"
    texts = {reason["text"] for reason in after[-1]["reasons"]}
    assert f"Айгүл Омарова (Kazakhstan) also asked for {poll}, about the same date" in texts
    assert f"China may hold {poll} that day" in texts
    reason = {"reason": "Другие даты"}
    await stage.post("/polls/heads-of-state-2027-1.poll1/withdrawal", reason)
    free = [slot["span"]["starts"]["at"][:10] for slot in (await found(stage))["slots"]]
    assert free == before


async def test_whoever_fixes_a_date_that_the_same_people_are_asked_about_is_told_once_a_poll(
    stage: Any,
) -> None:
    await omarova_in_both(stage)
    for mechanism in ("customs-heads", "heads-of-state"):
        await stage.tell(
            CoordinatorNamed(mechanism=mechanism, party="china", coordinator="王毅"),
            CoordinatorNamed(mechanism=mechanism, party="uzbekistan", coordinator="Б. Каримов"),
            CoordinatorNamed(mechanism=mechanism, party="tajikistan", coordinator="С. Раҳмон"),
        )
    asked = await asked_of_the_summit(stage)
    poll = "Heads of state: meeting 1 of 2027 in heads-of-state-2027-1.poll1"
    people = "4 people (China, Kazakhstan, Tajikistan, Uzbekistan)"
    told = f"{people} also asked for {poll}, about the same date"
    slot = next(one for one in (await found(stage))["slots"] if starts_of([one]) == asked[:1])
    assert [line["cost"] for line in slot["in_short"] if line["text"] == told] == [120]
    assert sum(line["cost"] for line in slot["in_short"]) == slot["cost"]
    when = {"wall": f"{asked[0]}T09:00:00", "zone": "Asia/Shanghai", "minutes": 240}
    path = "/meetings/customs-heads-2027-1"
    fixed = await stage.post(f"{path}/convocation", {"when": when, "place": "Beijing"})
    assert fixed.json()["also_asked"] == [f"China may hold {poll} that day", told]
    page = await stage.http.get(f"{path}/convocation?done", headers={"actor": "secretary"})
    assert f"{told}.</p>" in page.text
    away = {"when": {**when, "wall": "2027-06-22T09:00:00"}, "reason": "R"}
    assert (await stage.post(f"{path}/move", away)).json()["also_asked"] == []


async def test_a_poll_about_dates_that_another_asks_the_same_people_about_says_so(
    stage: Any,
) -> None:
    await omarova_in_both(stage)
    asked = await asked_of_the_summit(stage)
    slot = {"wall": f"{asked[0]}T09:00:00", "zone": "Asia/Shanghai", "minutes": 240}
    body = {"slots": [slot], "closes": {"wall": "2027-02-01T18:00:00", "zone": "Asia/Shanghai"}}
    opened = (await stage.post("/meetings/customs-heads-2027-1/polls", body)).json()
    summit = "Heads of state: meeting 1 of 2027 in heads-of-state-2027-1.poll1"
    told = f"Айгүл Омарова (Kazakhstan) also asked for {summit}, about the same date"
    assert told in opened["near"]["s1"]
    page = await stage.http.get(f"/polls/{opened['id']}", headers={"actor": "secretary"})
    assert f"{told}." in page.text
    assert "; near to another meeting, or to what is asked for it" in page.text


async def test_dates_that_everybody_refused_are_free_for_others(stage: Any) -> None:
    await omarova_in_both(stage)
    await asked_of_the_summit(stage)
    for party in NAMES:
        answers = {"answers": {"s1": "no", "s2": "yes"}}
        await stage.post(
            "/polls/heads-of-state-2027-1.poll1/answers", answers, actor=f"{party}/delegate"
        )
    asked = [
        any(reason["rule"] == "asked" for reason in slot["reasons"])
        for slot in (await found(stage))["slots"]
    ]
    assert asked.count(True) == 1


async def test_who_may_not_read_a_restricted_meeting_is_not_told_that_it_has_a_poll(
    stage: Any,
) -> None:
    await omarova_in_both(stage)
    await stage.post("/meetings/heads-of-state-2027-1/restriction", {"restricted": True})
    await asked_of_the_summit(stage)
    path = "/meetings/customs-heads-2027-1/slots"
    member = {"Actor": "kazakhstan/delegate"}
    told = await stage.http.get(f"/api/v1{path}", params=RANGE, headers=member)
    assert "heads-of-state-2027-1.poll1" in told.text
    outsider = await stage.get(path, **RANGE)
    assert outsider.is_success
    assert '"asked"' not in outsider.text


async def test_a_rule_may_be_let_give_way(stage: Any) -> None:
    weekend = {"first": "2027-05-15", "last": "2027-05-16", "limit": 1}
    path = "/meetings/customs-heads-2027-1/slots"
    (slot,) = (await stage.get(path, **weekend, relax=["weekend", "host_night"])).json()["slots"]
    assert [reason["rule"] for reason in slot["reasons"]] == ["weekend", "uncertain"]
    assert "T01:00" in slot["span"]["starts"]["at"], "nine in Beijing"
    unknown = await stage.get(path, **weekend, relax=["weekends"])
    assert unknown.status_code == 422


async def summit_convoked(stage: Any) -> None:
    for mechanism in ("customs-heads", "heads-of-state"):
        await stage.tell(
            CoordinatorNamed(mechanism=mechanism, party="kazakhstan", coordinator="Айгүл Омарова")
        )
    when = {"wall": "2027-05-12T09:00:00", "zone": "Asia/Shanghai", "minutes": 480}
    convoked = await stage.post(
        "/meetings/heads-of-state-2027-1/convocation",
        {"when": when, "place": "Xi'an", "despite_clashes": True},
    )
    assert convoked.is_success, convoked.text


async def test_what_prepares_another_meeting_comes_before_it(stage: Any) -> None:
    """On the 10th, Kazakhstan rests for the Sunday before."""
    await summit_convoked(stage)
    there: dict[str, Any] = {"place": "Xi'an", "limit": 40}
    answer = await found(stage, prepares="heads-of-state-2027-1", min_days=1, **there)
    assert {slot["span"]["starts"]["at"][:10] for slot in answer["slots"]} == {"2027-05-11"}
    answer = await found(stage, prepared_by="heads-of-state-2027-1", min_days=2, **there)
    assert {slot["span"]["starts"]["at"][:10] for slot in answer["slots"]} == {"2027-05-14"}


async def test_only_a_meeting_that_has_a_date_is_prepared(stage: Any) -> None:
    answer = await stage.get(
        "/meetings/customs-heads-2027-1/slots", **RANGE, prepares="heads-of-state-2027-1"
    )
    assert answer.status_code == 409
    assert "has no date" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("wall", "minutes", "where", "clashes"),
    [
        ("2027-05-12T10:00:00", 60, {"place": "Xi'an"}, True),
        ("2027-05-12T10:00:00", 60, {"online": True}, True),
        ("2027-05-12T17:00:00", 60, {"place": "Дворец съездов, xi\u2019an / XI'AN"}, False),
        ("2027-05-12T17:00:00", 60, {"place": "XI'AN, Palace of Conventions"}, False),
        ("2027-05-12T17:00:00", 60, {"online": True}, False),
        ("2027-05-12T17:00:00", 60, {"place": "онлайн"}, False),
        ("2027-05-12T17:15:00", 60, {"online": True, "gap": 30}, True),
        ("2027-05-12T17:00:00", 60, {}, True),  # in Beijing
        ("2027-05-10T10:00:00", 3 * 1440, {"place": "Xi'an"}, True),
        ("2027-05-11T10:00:00", 60, {"place": "Xi'an"}, False),
    ],
)
async def test_dates_that_the_secretary_gives_a_poll_are_held_against_other_meetings(
    stage: Any, wall: str, minutes: int, where: dict[str, Any], clashes: bool
) -> None:
    """Back to back is no clash, but where the delegates must travel."""
    await summit_convoked(stage)
    poll = {
        "slots": [{"wall": wall, "zone": "Asia/Shanghai", "minutes": minutes}],
        "closes": {"wall": "2027-03-01T18:00:00", "zone": "Asia/Shanghai"},
        **where,
    }
    asked = await stage.post("/meetings/customs-heads-2027-1/polls", poll)
    assert asked.status_code == (422 if clashes else 201), asked.text
    if clashes:
        assert "Айгүл Омарова" in asked.json()["detail"]
        known = {**poll, "despite_clashes": True}
        again = await stage.post("/meetings/customs-heads-2027-1/polls", known)
        assert again.status_code == 201, again.text


AT_NINE = {"wall": "2027-05-12T09:00:00", "zone": "Asia/Shanghai", "minutes": 240}
DESPITE = {"despite_clashes": True}


async def convoked(
    stage: Any, mechanism: str, wall: str = "2027-05-12T09:00:00", *, despite_clashes: bool = False
) -> Any:
    when = {**AT_NINE, "wall": wall}
    body = {"when": when, "place": "Beijing", "despite_clashes": despite_clashes}
    return await stage.post(f"/meetings/{mechanism}-2027-1/convocation", body)


async def test_a_host_is_not_called_to_two_meetings_at_once_unless_it_is_said(stage: Any) -> None:
    assert (await convoked(stage, "heads-of-state")).is_success
    refused = await convoked(stage, "customs-heads")
    assert refused.status_code == 422
    assert "China holds" in refused.json()["detail"]
    assert "despite_clashes" in refused.json()["detail"]
    assert (await convoked(stage, "customs-heads", despite_clashes=True)).is_success


async def test_a_meeting_is_not_moved_onto_another_unless_it_is_said(stage: Any) -> None:
    await convoked(stage, "heads-of-state")
    assert (await convoked(stage, "customs-heads", "2027-05-19T09:00:00")).is_success
    move = {"when": AT_NINE, "reason": "Визит"}
    refused = await stage.post("/meetings/customs-heads-2027-1/move", move)
    assert refused.status_code == 422
    assert "China holds" in refused.json()["detail"]
    moved = await stage.post("/meetings/customs-heads-2027-1/move", move | DESPITE)
    assert moved.is_success


async def test_of_two_polls_that_ask_the_same_date_only_one_gets_it(stage: Any) -> None:
    closes = {"wall": "2027-02-01T18:00:00", "zone": "Asia/Tashkent"}
    asked = {"slots": [AT_NINE], "closes": closes}
    for mechanism in ("heads-of-state", "customs-heads"):
        assert (await stage.post(f"/meetings/{mechanism}-2027-1/polls", asked)).is_success
    choice = {"slot": "s1", "place": "Beijing", "despite_answers": True}
    first = await stage.post("/polls/heads-of-state-2027-1.poll1/closing", choice)
    assert first.is_success, first.text
    second = "/polls/customs-heads-2027-1.poll1"
    refused = await stage.post(f"{second}/closing", choice)
    assert "China holds" in refused.json()["detail"]
    assert (await stage.get(second)).json()["stage"] == "open"
    assert (await stage.post(f"{second}/closing", choice | DESPITE)).is_success


async def test_a_date_that_became_a_day_off_is_not_chosen_unknowingly(stage: Any) -> None:
    closes = {"wall": "2027-02-01T18:00:00", "zone": "Asia/Tashkent"}
    asked = {"slots": [AT_NINE], "closes": closes}
    await stage.post("/meetings/customs-heads-2027-1/polls", asked)
    say = {"name": "Күн", "source": "Указ 112", "dated": "2027-01-04"}
    day = {"on": "2027-05-12", "ruling": "holiday", **say}
    await stage.post("/parties/kazakhstan/routine/days", day)
    choice = {"slot": "s1", "place": "Beijing", "despite_answers": True}
    refused = await stage.post("/polls/customs-heads-2027-1.poll1/closing", choice)
    assert refused.status_code == 422
    assert "holiday: Күн in Kazakhstan" in refused.json()["detail"]


async def test_a_meeting_is_not_moved_out_of_its_year(stage: Any) -> None:
    """A meeting of 2027 in a far year took every calendar down."""
    await convoked(stage, "customs-heads")
    move = {"when": {**AT_NINE, "wall": "9998-06-01T09:30:00"}, "reason": "Визит"}
    refused = await stage.post("/meetings/customs-heads-2027-1/move", move)
    assert refused.status_code == 422
    assert "the meeting of 2027" in refused.json()["detail"]


async def test_what_has_passed_is_not_searched_and_that_is_said(stage: Any) -> None:
    """It is 14:00 in Beijing on 4 January 2027, a Monday."""
    path = "/meetings/customs-heads-2027-1/slots"
    asked = {"first": "2026-12-21", "last": "2027-01-08", "relax": "notice"}
    answer = (await stage.get(path, **asked)).json()
    starts = sorted(slot["span"]["starts"]["at"] for slot in answer["slots"])
    assert starts
    assert starts[0] >= "2027-01-04T06:00:00Z"
    assert answer["since"]["at"] == "2027-01-04T06:00:00Z"
    assert (await found(stage))["since"] is None
    over = await stage.get(path, first="2026-12-21", last="2027-01-03")
    assert over.status_code == 422
    assert over.json()["detail"] == "3 January 2027 has passed; search for later dates"


async def test_what_is_proposed_for_a_poll_comes_after_it_closes(stage: Any) -> None:
    closes = {"wall": "2027-05-12T18:00:00", "zone": "Asia/Shanghai"}
    path = "/meetings/customs-heads-2027-1/polls"
    poll = await stage.post(path, {"propose": RANGE | {"short_notice": True}, "closes": closes})
    assert poll.status_code == 201, poll.text
    dates = sorted(slot["span"]["starts"]["at"][:10] for slot in poll.json()["slots"])
    assert dates == ["2027-05-13", "2027-05-14"]
    late = {"propose": {**RANGE, "last": "2027-05-12"}, "closes": closes, "ask_again": True}
    refused = await stage.post(path, late)
    assert refused.status_code == 422
    assert "12 May 2027, the last date, is not after 12 May 2027" in refused.json()["detail"]


async def test_the_parties_of_which_nobody_is_known_to_come_are_named(stage: Any) -> None:
    assert (await found(stage))["unnamed"] == NAMES
    await omarova_in_both(stage)
    assert (await found(stage))["unnamed"] == [name for name in NAMES if name != "kazakhstan"]


async def test_a_meeting_does_not_prepare_itself(stage: Any) -> None:
    meeting = "customs-heads-2027-1"
    for side in ("prepares", "prepared_by"):
        refused = await stage.get(f"/meetings/{meeting}/slots", **RANGE, **{side: meeting})
        assert refused.status_code == 422
        assert f"{meeting} does not prepare itself" in refused.json()["detail"]


async def test_a_search_that_ends_before_it_begins_is_told_so(stage: Any) -> None:
    backwards = {"first": "2027-05-14", "last": "2027-05-10"}
    answer = await stage.get("/meetings/customs-heads-2027-1/slots", **backwards)
    (error,) = answer.json()["errors"]
    assert error == {
        "field": "query.last",
        "message": "2027-05-10 is before 2027-05-14, the first date; exchange the two",
    }


@pytest.mark.parametrize(
    ("first", "last"),
    [("2027-05-14", "2027-05-10"), ("2027-05-10", "9999-12-31"), ("0001-01-01", "2027-05-10")],
)
async def test_a_range_that_makes_no_sense_is_refused_in_plain_words(
    stage: Any, first: str, last: str
) -> None:
    answer = await stage.get("/meetings/customs-heads-2027-1/slots", first=first, last=last)
    assert answer.status_code == 422, answer.text
    assert "pydantic" not in answer.text
    assert "validation error" not in answer.text


CUSTOMS_2027 = "customs-heads-2027-1"


@pytest.mark.parametrize(
    ("given", "closes", "first", "last"),
    [
        ({}, "01-18T18:00", "03-20", "05-01"),
        ({"closes": "2027-05-03T12:00:00"}, "05-03T12:00", "07-03", "08-14"),
        ({"first": "2027-07-05"}, "01-18T18:00", "07-05", "08-16"),
        ({"first": "2027-02-01"}, "01-18T18:00", "02-01", "05-01"),
        ({"last": "2027-09-30"}, "01-18T18:00", "03-20", "09-30"),
        ({"last": "2027-03-31"}, "01-18T18:00", "02-17", "03-31"),
        ({"last": "2027-03-12"}, "01-10T18:00", "01-29", "03-12"),
        ({"last": "2027-01-15"}, "01-14T18:00", "01-05", "01-15"),
        ({"last": "2027-01-02"}, "01-18T18:00", "01-02", "01-02"),
        ({"on": "2027-03-15"}, "01-13T18:00", "03-15", "04-26"),
        ({"short_notice": True}, "01-18T18:00", "01-19", "03-02"),
    ],
)
async def test_what_is_suggested_follows_what_was_given(
    stage: Any, given: dict[str, Any], closes: str, first: str, last: str
) -> None:
    answer = await stage.get(f"/meetings/{CUSTOMS_2027}/suggestion", **given)
    offered = answer.json()
    assert offered["closes"] == f"2027-{closes}:00", offered
    assert (offered["first"], offered["last"]) == (f"2027-{first}", f"2027-{last}")


async def test_what_is_suggested_for_a_date_given_is_accepted(stage: Any) -> None:
    asked = f"/meetings/{CUSTOMS_2027}"
    for given in (
        {"closes": "2027-05-03T12:00:00"},
        {"first": "2027-02-01"},
        {"last": "2027-03-12"},
        {"last": "2027-01-15", "short_notice": True},
    ):
        offered = (await stage.get(f"{asked}/suggestion", **given)).json()
        wanted = {"first": offered["first"], "last": offered["last"], "limit": 2}
        if given.get("short_notice"):
            wanted["short_notice"] = True
        closes = {"wall": offered["closes"], "zone": offered["zone"]}
        body = {"closes": closes, "propose": wanted, "ask_again": True}
        opened = await stage.post(f"{asked}/polls", body)
        assert opened.status_code == 201, (given, offered, opened.text)


async def test_a_closing_hour_that_no_clock_shows_gets_no_suggestion(stage: Any) -> None:
    skipped = {"closes": "2027-03-28T02:30:00", "zone": "Europe/Berlin"}
    answer = await stage.get(f"/meetings/{CUSTOMS_2027}/suggestion", **skipped)
    assert answer.status_code == 422
    assert "2027-03-28" in answer.json()["detail"]


async def test_dates_are_looked_for_in_the_year_of_the_meeting_alone(stage: Any) -> None:
    await stage.post("/meetings", {"mechanism": "customs-heads", "year": 2028})
    slots = "/meetings/customs-heads-2028-1/slots"
    refused = await stage.get(slots, first="2027-05-10", last="2027-06-10")
    assert refused.status_code == 422
    assert "this is the meeting of 2028; look for dates in 2028" in refused.json()["detail"]
    across = {"first": "2027-12-01", "last": "2028-01-31", "limit": 40}
    found = (await stage.get(slots, **across)).json()["slots"]
    assert found
    assert all(slot["span"]["starts"]["at"] >= "2027-12-31" for slot in found)
