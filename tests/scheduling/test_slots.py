"""The slots that are offered, what they cost and why; and what to relax where there is none."""

from collections import Counter
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from events.working_time import Weekday
from services.refusals import UnacceptableError
from services.scheduling.rules.slots.answer import Answer, Slot
from services.scheduling.rules.slots.find import find
from services.scheduling.rules.slots.rule import DEFAULTS, Rule, Treatment
from services.scheduling.rules.slots.search import (
    Delegate,
    Engagement,
    Neighbour,
    Preference,
    Search,
)
from services.working_time.calendar import Calendar
from services.working_time.hours import Office
from tests.conftest import PARTIES

SIX = Calendar(tuple(Office.of(party) for party in PARTIES))
TASHKENT = ZoneInfo("Asia/Tashkent")
JUNE = datetime(2027, 6, 14, tzinfo=TASHKENT)  # a Monday; nobody has a holiday that week
OMAROVA = Delegate(id="omarova", party="kazakhstan", name="A. Omarova")
KARIMOV = Delegate(id="karimov", party="uzbekistan", name="B. Karimov")

AT_NIGHT = {Rule.HOST_NIGHT: Treatment(hard=False, cost=4)}


def search(within: int = 1, starts: datetime = JUNE, **settings: Any) -> Search:
    """Two hours in the next days at Tashkent, as many as `within`, among all six."""
    asked = {"duration": timedelta(hours=2), "calendar": SIX, "host": "uzbekistan"}
    return Search(
        **(asked | {"starts": starts, "ends": starts + timedelta(days=within)} | settings)
    )


def walls(answer: Answer) -> list[str]:
    return [f"{slot.span.starts.wall:%a %H:%M}" for slot in answer.slots]


def texts(slot: Slot) -> list[str]:
    return [reason.text for reason in slot.reasons]


def at(hour: int, minute: int = 0, *, day: int = 0) -> datetime:
    return JUNE + timedelta(days=day, hours=hour, minutes=minute)


def meeting(starts: datetime, ends: datetime, **settings: Any) -> Engagement:
    return Engagement(starts=starts, ends=ends, label="Heads of customs", **settings)


def held(*rules: Rule) -> dict[Rule, Treatment]:
    return {rule: DEFAULTS[rule].model_copy(update={"hard": True}) for rule in rules}


def test_an_online_meeting_is_put_where_the_six_give_up_least() -> None:
    answer = find(search(per_day=1))
    (slot,) = answer.slots
    assert str(slot.span.starts) == "2027-06-14 09:00 Asia/Tashkent (UTC+05:00)"
    assert texts(slot) == ["lunch in Beijing"]
    assert (slot.cost, slot.cost_for("china"), slot.cost_for("kazakhstan")) == (60, 60, 0)
    local = {time.party: str(time.sessions[0].starts) for time in slot.local}
    assert local["china"] == "2027-06-14 12:00 Asia/Shanghai (UTC+08:00)"
    assert local["kyrgyzstan"] == "2027-06-14 10:00 Asia/Bishkek (UTC+06:00)"
    assert answer.relaxation is None


def test_a_slot_says_who_comes_before_office_hours_and_who_stays_after() -> None:
    early = find(search(starts=at(7, 30), ends=at(9, 30))).slots[0]
    assert "07:30 in Ashgabat, before office hours" in texts(early)
    assert early.cost_for("turkmenistan") == 90
    late = find(search(starts=at(14, 30), ends=at(16, 30))).slots[0]
    assert texts(late) == ["until 19:30 in Beijing, after office hours"]
    night = find(search(starts=at(22), ends=at(24), rules=AT_NIGHT)).slots[0]
    assert "22:00 in Tashkent, after office hours" in texts(night)
    assert "until 02:00 in Bishkek, before office hours" not in texts(night)
    assert "until 01:00 in Bishkek, before office hours" in "; ".join(texts(night))


def test_the_host_is_never_asked_to_meet_at_night_unless_that_gives_way() -> None:
    """Nine to six and two hours around it: seven to eight."""
    late = find(search(starts=at(17), ends=at(31), duration=timedelta(hours=3), limit=100))
    assert walls(late) == ["Mon 17:00"]
    only = find(search(starts=at(18), ends=at(31), duration=timedelta(hours=3), place="Tashkent"))
    assert not only.slots
    assert str(only.relaxation) == (
        "until 21:00 in Tashkent, more than 2 hours after office hours (host_night)"
    )
    early = find(search(starts=at(5), ends=at(9), per_day=9, limit=100))
    assert walls(early) == ["Mon 07:00"]


def test_of_times_that_cost_the_same_the_one_nearest_to_office_hours_comes_first() -> None:
    hour: dict[str, Any] = {"duration": timedelta(hours=1), "place": "Tashkent", "per_day": 9}
    early = find(search(starts=at(7), ends=at(9), **hour))
    assert [slot.cost for slot in early.slots] == [60, 60, 60]
    assert walls(early) == ["Mon 08:00", "Mon 07:30", "Mon 07:00"]
    late = find(search(starts=at(18), ends=at(20), **hour))
    assert walls(late) == ["Mon 18:00", "Mon 18:30", "Mon 19:00"]
    free = {Rule.OFFICE_HOURS: Treatment(hard=False, cost=0)}
    assert walls(find(search(rules=free, **hour)))[0] == "Mon 09:00"


def test_guests_would_rather_give_up_a_doubtful_holiday_than_a_night() -> None:
    lisbon = {"capital": "Lisbon", "zone": "Europe/Lisbon", "country": "PT"}
    portugal = Office(party="portugal", name="Portugal", **lisbon)
    uzbekistan = SIX.office("uzbekistan")
    asked = search(calendar=Calendar((uzbekistan, portugal)), starts=at(9), ends=at(11))
    slot = find(asked).slots[0]
    assert texts(slot) == [
        "05:00 in Lisbon, more than 2 hours before office hours",
        "05:00 in Lisbon, before office hours",
    ]
    holiday = DEFAULTS[Rule.PROVISIONAL_HOLIDAY].cost
    assert slot.cost > holiday
    evening = find(asked.model_copy(update={"starts": at(16), "ends": at(18)})).slots[0]
    assert evening.cost < holiday


def test_suggestions_are_spread_over_days() -> None:
    assert Counter(wall[:3] for wall in walls(find(search(within=5)))) == dict.fromkeys(
        ["Mon", "Tue", "Wed", "Thu", "Fri"], 2
    )
    assert len(find(search(within=5, per_day=10, limit=10)).slots) == 10


def test_weekends_and_holidays_are_not_offered_unless_they_are_soft() -> None:
    saturday = at(0, day=5)
    relaxation = find(search(starts=saturday)).relaxation
    assert relaxation is not None
    assert {reason.rule for reason in relaxation.gives_way} == {Rule.WEEKEND}
    soft = {Rule.WEEKEND: Treatment(hard=False, cost=480)}
    slot = find(search(starts=saturday, rules=soft)).slots[0]
    assert "weekend in Kazakhstan: Saturday, 19 June 2027" in texts(slot)


def test_on_a_day_off_midnight_is_no_better_than_the_morning() -> None:
    ninth = datetime(2027, 6, 9, tzinfo=ZoneInfo("Asia/Shanghai"))
    dragon_boat = find(search(starts=ninth, place="Beijing", host="china"))
    assert dragon_boat.slots[0].span.starts.wall.hour == 9
    sunday = find(search(starts=at(0, day=6), place="Tashkent")).relaxation
    assert sunday is not None
    assert sunday.slot.span.starts.wall.hour == 9


def test_a_provisional_holiday_costs_and_a_certain_one_forbids() -> None:
    kurban = datetime(2027, 5, 17, tzinfo=TASHKENT)  # moved to Monday in two states
    slot = find(search(starts=kurban)).slots[0]
    name = "Eid al-Adha (observed, estimated)"
    assert f"provisional holiday: {name} in Uzbekistan, 17 May 2027" in texts(slot)
    nauryz = find(search(starts=datetime(2027, 3, 22, tzinfo=TASHKENT))).relaxation
    assert nauryz is not None
    assert "holiday: Nowruz Holiday in Kazakhstan, 22 March 2027" in str(nauryz)


def test_in_person_the_hosts_hours_count_and_the_holidays_of_all() -> None:
    answer = find(search(place="Tashkent", per_day=1))
    assert walls(answer) == ["Mon 09:00"]
    assert answer.slots[0].cost == 0
    national_day = datetime(2026, 10, 6, tzinfo=TASHKENT)  # bridged in China
    relaxation = find(search(starts=national_day, place="Tashkent")).relaxation
    assert relaxation is not None
    assert {reason.party for reason in relaxation.gives_way} == {"china", "turkmenistan"}


def test_in_another_capital_the_hosts_hours_go_by_the_clocks_there() -> None:
    asked = search(duration=timedelta(hours=7), place="北京, 钓鱼台", host="kazakhstan", limit=1)
    (slot,) = find(asked).slots
    there = slot.span.in_zone("Asia/Shanghai")
    assert (there.starts.wall.time(), there.ends.wall.time()) == (time(9), time(16))
    assert texts(slot) == ["lunch in Beijing"]


def test_a_meeting_of_three_days_skips_the_weekend() -> None:
    nine_hours = {"days": 3, "duration": timedelta(hours=9), "place": "Tashkent"}
    three = find(search(12, at(0, day=2), **nine_hours, limit=4, per_day=1))
    assert walls(three) == ["Wed 09:00", "Mon 09:00", "Tue 09:00", "Wed 09:00"]
    slot = three.slots[0]
    assert str(slot.span.ends) == "2027-06-18 18:00 Asia/Tashkent (UTC+05:00)"
    assert [session.starts.wall.day for session in slot.local[0].sessions] == [16, 17, 18]


def test_a_busy_delegate_closes_the_time_of_the_other_meeting() -> None:
    other = meeting(at(9), at(13), delegates=("omarova", "nobody-chosen"))
    asked = search(delegates=(OMAROVA,), engagements=(other,), place="Tashkent", per_day=1)
    assert walls(find(asked)) == ["Mon 14:00"]
    nobody = asked.model_copy(update={"delegates": (KARIMOV,)})
    assert walls(find(nobody)) == ["Mon 09:00"]


def test_back_to_back_meetings_are_no_conflict_but_a_gap_is_kept() -> None:
    other = meeting(at(9), at(11), delegates=("omarova",))
    asked = search(
        starts=at(11), ends=at(13), delegates=(OMAROVA,), engagements=(other,), duration="PT2H"
    )
    assert walls(find(asked)) == ["Mon 11:00"]
    relaxation = find(asked.model_copy(update={"gap": timedelta(minutes=15)})).relaxation
    assert relaxation is not None
    assert str(relaxation) == (
        "A. Omarova (Kazakhstan) less than 15 minutes from Heads of customs on 14 June 2027 (gap)"
    )


def test_each_busy_delegate_of_a_party_counts() -> None:
    second = Delegate(id="second", party="kazakhstan", name="C. Sadykov")
    other = meeting(at(0), at(24), delegates=("omarova", "second"))
    soft = {Rule.BUSY: Treatment(hard=False, cost=100)}
    asked = search(delegates=(OMAROVA, second), engagements=(other,), rules=soft)
    reasons = find(asked).slots[0].reasons
    (busy,) = (reason for reason in reasons if reason.rule is Rule.BUSY)
    assert (busy.amount, busy.cost) == (2, 200)
    assert busy.text == "A. Omarova, C. Sadykov (Kazakhstan) in Heads of customs"


@pytest.mark.parametrize(
    ("begins", "ends", "offered"),
    [
        (at(11), at(11, 1), False),
        (at(10, 59), at(11), True),
        (at(10), at(11) + timedelta(seconds=1), False),
        (at(12, 59) + timedelta(seconds=59), at(14), False),
        (at(13), at(14), True),
    ],
)
def test_any_part_of_a_minute_in_common_is_a_conflict(
    begins: datetime, ends: datetime, *, offered: bool
) -> None:
    other = meeting(begins, ends, delegates=("omarova",))
    asked = search(starts=at(11), ends=at(13), delegates=(OMAROVA,), engagements=(other,))
    assert bool(find(asked).slots) is offered


@pytest.mark.parametrize(
    ("here", "there", "offered"),
    [
        ("Tashkent", "Tashkent", True),
        ("Tashkent", "Astana", False),
        (None, "Astana", True),
        ("Tashkent", None, True),
        (None, None, True),
    ],
)
def test_only_going_from_place_to_place_takes_travel(
    here: str | None, there: str | None, *, offered: bool
) -> None:
    other = meeting(at(9), at(11), place=there, delegates=("omarova",))
    asked = search(
        starts=at(11), ends=at(13), place=here, delegates=(OMAROVA,), engagements=(other,)
    )
    assert bool(find(asked).slots) is offered


def test_the_host_must_be_free_too() -> None:
    other = meeting(at(0), at(24), host="uzbekistan")
    relaxation = find(search(engagements=(other,))).relaxation
    assert relaxation is not None
    assert str(relaxation) == "Uzbekistan holds Heads of customs (host_busy)"
    assert find(search(engagements=(other,), host="china")).slots


def test_nothing_is_offered_before_notice_has_run_out() -> None:
    answer = find(search(within=2, not_before=at(10, 15), place="Tashkent", per_day=1))
    assert walls(answer) == ["Mon 10:30", "Tue 09:00"]
    relaxation = find(search(not_before=at(0, day=3))).relaxation
    assert relaxation is not None
    assert "before 2027-06-17 00:00 Asia/Tashkent (UTC+05:00), when notice has run out" in str(
        relaxation
    )


@pytest.mark.parametrize(
    ("side", "day", "offered"),
    [("after", 1, {"Thu", "Fri"}), ("before", 3, {"Mon", "Tue"}), ("before", 1, set())],
)
def test_a_preparatory_meeting_keeps_its_distance(side: str, day: int, offered: set[str]) -> None:
    ministers = Neighbour(
        starts=at(10, day=day),
        ends=at(12, day=day),
        label="Ministers",
        this_comes=side,
        min_days=2,
        max_days=3,
    )
    answer = find(search(within=5, neighbours=(ministers,)))
    assert {wall[:3] for wall in walls(answer)} == offered
    if not offered:
        assert "the meeting prepares Ministers on 15 June 2027, 2 to 3 days before" in str(
            answer.relaxation
        )


def test_a_meeting_that_ends_at_midnight_belongs_to_the_day_before() -> None:
    ministers = Neighbour(
        starts=at(10, day=2), ends=at(12, day=2), label="M", this_comes="before", max_days=1
    )
    late: dict[str, Any] = {"neighbours": (ministers,), "step": timedelta(hours=1)}
    late["rules"] = AT_NIGHT
    assert not find(search(starts=at(22), ends=at(24), **late)).slots
    assert find(search(starts=at(23), ends=at(25), **late)).slots
    assert find(search(starts=at(22, day=1), ends=at(24, day=1), **late)).slots


def test_preferred_days_and_hours_come_first() -> None:
    liked = Preference(weekdays=(Weekday.WEDNESDAY,), hours=(time(14), time(17)))
    answer = find(search(within=5, place="Tashkent", preference=liked, limit=3))
    assert walls(answer) == ["Wed 14:00", "Wed 14:30", "Mon 09:00"]
    assert texts(answer.slots[2]) == ["no preferred day: Monday, 14 June 2027 in Tashkent"]


def test_a_party_may_weigh_more_than_another() -> None:
    heavy = Treatment(hard=False, cost=1, costs={"china": 10})
    answer = find(search(rules={Rule.LUNCH: heavy}, per_day=1))
    assert answer.slots[0].cost_for("china") == 0
    assert "lunch in Beijing" not in texts(answer.slots[0])


def test_the_fewest_rules_give_way_and_are_named_for_their_party() -> None:
    """Beijing's lunch ends when Tashkent's begins: three hours fit nowhere into all six."""
    asked = search(rules=held(Rule.OFFICE_HOURS, Rule.LUNCH), duration=timedelta(hours=3))
    relaxation = find(asked).relaxation
    assert relaxation is not None
    assert str(relaxation) == "lunch in Beijing (lunch)"
    assert relaxation.slot.span.starts.wall.hour == 9


def test_times_without_a_zone_are_refused() -> None:
    naive_time = datetime(2027, 6, 14)  # noqa: DTZ001
    for field in ("starts", "ends", "not_before"):
        with pytest.raises(ValueError, match="timezone"):
            search(**{field: naive_time})  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="timezone"):
        meeting(naive_time, at(9))


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"host": "mongolia"}, "mongolia has no office here"),
        ({"delegates": (OMAROVA, OMAROVA)}, "a delegate stands in it twice"),
        ({"within": 0}, "from one instant to a later one"),
        ({"within": 2000}, "at most 1100 days apart"),
        ({"duration": timedelta(seconds=90)}, "no whole number of minutes"),
        ({"preference": {"hours": ("17:00", "14:00")}}, "preferred hours end at 14:00"),
        ({"rules": {"busy": {"hard": False, "cost": -1}}}, "greater than or equal to 0"),
        ({"step": timedelta(minutes=1)}, "greater than or equal to 5 minutes"),
    ],
)
def test_a_search_that_makes_no_sense_is_refused(wrong: dict[str, Any], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        search(**wrong)


def test_a_range_shorter_than_the_meeting_is_refused() -> None:
    with pytest.raises(UnacceptableError, match="search a longer range"):
        find(search(starts=at(9), ends=at(10)))
    with pytest.raises(UnacceptableError, match=r"a session of 2:00:00 h, .* smaller step"):
        find(search(starts=at(9, 1), ends=at(11, 5)))
